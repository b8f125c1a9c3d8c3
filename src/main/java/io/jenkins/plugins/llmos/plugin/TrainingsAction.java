package io.jenkins.plugins.llmos.plugin;

import hudson.model.Action;
import hudson.model.Run;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** The trainings of a build with what was kept of them; its page shows them. */
public final class TrainingsAction implements Action {
    private final List<Entry> entries = new ArrayList<>();

    private TrainingsAction() {}

    /** One training. */
    public static final class Entry {
        private final String id;
        private final String name;
        private final String folder;
        private String place;
        private String node;
        private String workspace;
        private String outcome;
        private List<String> files = new ArrayList<>();
        private Map<String, Double> metrics = new LinkedHashMap<>();

        private Entry(String id, String name, String folder) {
            this.id = id;
            this.name = name;
            this.folder = folder;
        }

        public String getName() {
            return name;
        }

        public String getPlace() {
            return place;
        }

        public String getOutcome() {
            return outcome;
        }

        /** Name of the machine it ran on, empty for the built-in one; null of builds of earlier versions. */
        public String getNode() {
            return node;
        }

        /** Folder on that machine that its relative paths start from; null of builds of earlier versions. */
        public String getWorkspace() {
            return workspace;
        }

        synchronized void ran(String machine, String folder) {
            node = machine;
            workspace = folder;
        }

        /** Where the files are among the artifacts. */
        public String getFolder() {
            return folder;
        }

        public synchronized List<String> getFiles() {
            return List.copyOf(files);
        }

        /** What the training returned of metrics; none while it is not done, or of builds of an earlier version. */
        public synchronized Map<String, Double> getMetrics() {
            return metrics == null ? Map.of() : Collections.unmodifiableMap(new LinkedHashMap<>(metrics));
        }

        synchronized void ended(String where, String how, List<String> kept, Map<String, Double> results) {
            metrics = new LinkedHashMap<>(results);
            place = where;
            outcome = how;
            files = new ArrayList<>(kept);
        }
    }

    /**
     * The entry of a training, made when it is not there yet. A second training of the same name gets a folder with a number.
     *
     * @param id of the training
     */
    static Entry entry(Run<?, ?> build, String id, String name) {
        synchronized (build) {
            TrainingsAction action = build.getAction(TrainingsAction.class);
            if (action == null) {
                action = new TrainingsAction();
                build.addAction(action);
            }
            return action.entry(id, name);
        }
    }

    /** Whether a build has trained; to be asked while actions are made, too. */
    public static boolean isOn(Run<?, ?> build) {
        return build.getActions().stream().anyMatch(TrainingsAction.class::isInstance);
    }

    private synchronized Entry entry(String id, String name) {
        for (Entry e : entries) {
            if (e.id.equals(id)) {
                return e;
            }
        }
        String safe = name.replaceAll("[^A-Za-z0-9._-]+", "_").replaceAll("^[._-]+", "");
        safe = safe.isEmpty() ? "training" : safe.substring(0, Math.min(80, safe.length()));
        String folder = "llmos/" + safe;
        for (int n = 2; isTaken(folder); n++) {
            folder = "llmos/" + safe + "-" + n;
        }
        Entry made = new Entry(id, name, folder);
        entries.add(made);
        return made;
    }

    private boolean isTaken(String folder) {
        return entries.stream().anyMatch(e -> e.folder.equals(folder));
    }

    /** In the order of their ends. */
    public synchronized List<Entry> getTrainings() {
        return List.copyOf(entries);
    }

    /** Writes the entries to the build's file. */
    static void save(Run<?, ?> build) throws IOException {
        synchronized (build) {
            build.save();
        }
    }

    @Override
    public String getIconFileName() {
        return null;
    }

    @Override
    public String getDisplayName() {
        return null;
    }

    @Override
    public String getUrlName() {
        return null;
    }
}
