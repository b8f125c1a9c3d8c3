package io.jenkins.plugins.llmos.plugin.pages;

import hudson.Extension;
import hudson.model.Action;
import hudson.model.Run;
import io.jenkins.plugins.llmos.engine.report.Figure;
import io.jenkins.plugins.llmos.engine.report.Timeline;
import io.jenkins.plugins.llmos.engine.schedule.JobRecord;
import io.jenkins.plugins.llmos.engine.train.CardFacts;
import io.jenkins.plugins.llmos.engine.train.MetricTrend;
import io.jenkins.plugins.llmos.engine.train.TrainingCurves;
import io.jenkins.plugins.llmos.engine.train.TrainingEvent;
import io.jenkins.plugins.llmos.engine.train.TrainingReport;
import io.jenkins.plugins.llmos.engine.util.Json;
import io.jenkins.plugins.llmos.plugin.EngineTexts;
import io.jenkins.plugins.llmos.plugin.Texts;
import io.jenkins.plugins.llmos.plugin.TrainingsAction;
import io.jenkins.plugins.llmos.plugin.schedule.DevicesAction;
import io.jenkins.plugins.llmos.plugin.schedule.PastJobs;
import java.io.IOException;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.logging.Level;
import java.util.logging.Logger;
import jenkins.model.TransientActionFactory;

/** The page of a build: its trainings with their curves and model cards, and what it held when. */
public final class BuildPage implements Action {
    private static final Logger LOGGER = Logger.getLogger(BuildPage.class.getName());
    private static final String CARD = "model.json";

    private final Run<?, ?> run;

    private BuildPage(Run<?, ?> run) {
        this.run = run;
    }

    @Override
    public String getIconFileName() {
        return "symbol-analytics";
    }

    @Override
    public String getDisplayName() {
        return Texts.of("build.title");
    }

    @Override
    public String getUrlName() {
        return "llmos";
    }

    public Run<?, ?> getRun() {
        return run;
    }

    /** The trainings, in the order of their ends. */
    public List<Training> getTrainings() {
        TrainingsAction action = run.getAction(TrainingsAction.class);
        return action == null
                ? List.of()
                : action.getTrainings().stream().map(e -> new Training(run, e)).toList();
    }

    /**
     * A report, by the name of its folder.
     *
     * @return null if there is none
     */
    public ReportView getReport(String name) {
        return getTrainings().stream()
                .filter(t -> t.isReport() && t.getId().equals(name))
                .findFirst()
                .map(t -> new ReportView(t.files))
                .orElse(null);
    }

    /** The curves of the trainings, as markup. */
    public List<String> getCurves() {
        Map<String, List<TrainingEvent>> events = new LinkedHashMap<>();
        for (Training training : getTrainings()) {
            List<TrainingEvent> drawn = training.events();
            if (!drawn.isEmpty()) {
                String name = training.getName();
                events.put(events.containsKey(name) ? name + " (" + (events.size() + 1) + ")" : name, drawn);
            }
        }
        List<String> html = new ArrayList<>();
        for (Figure figure : TrainingCurves.of(events, Texts.words())) {
            html.add(figure.html("c" + html.size(), Texts.words()));
        }
        return html;
    }

    private List<JobRecord> jobs() {
        try {
            return PastJobs.of(run);
        } catch (IOException e) {
            LOGGER.log(Level.WARNING, e, () -> "What " + run + " held cannot be read");
            return List.of();
        }
    }

    /** The blocks of llmosSchedule, in the order in which they asked first. */
    public List<Block> getBlocks() {
        List<Block> blocks = new ArrayList<>();
        for (JobRecord job : jobs()) {
            blocks.add(new Block(blocks.size() + 1, job));
        }
        return blocks;
    }

    /** Their attempts over time, as markup; null if none ever held anything. */
    public String getTimeline() {
        Timeline timeline = Charts.attempts(jobs(), Instant.now());
        return timeline == null ? null : timeline.html("attempts", Texts.words());
    }

    /** The energy that the devices took, or why it is not known, a sentence each; none while nothing was given back. */
    public List<String> getEnergy() {
        DevicesAction action = run.getAction(DevicesAction.class);
        if (action == null) {
            return List.of();
        }
        return action.getHeld().stream()
                .filter(h -> h.getEnergy() != null)
                .map(h -> Texts.of(
                        "build.energy",
                        EngineTexts.place(h.getMachine()),
                        h.getDevices(),
                        EngineTexts.of(h.getEnergy())))
                .toList();
    }

    /** A training with what was kept of it. */
    public static final class Training {
        private final Run<?, ?> run;
        private final TrainingsAction.Entry entry;
        private final KeptFiles files;

        private Training(Run<?, ?> run, TrainingsAction.Entry entry) {
            this.run = run;
            this.entry = entry;
            this.files = new KeptFiles(run, entry);
        }

        /** Name of its folder, different for each of the build. */
        public String getId() {
            return entry.getFolder().substring(entry.getFolder().lastIndexOf('/') + 1);
        }

        /** Whether it is a report of a model. */
        public boolean isReport() {
            return ReportView.isReport(files);
        }

        public String getName() {
            return entry.getName();
        }

        public String getPlace() {
            return EngineTexts.of(entry.getPlace());
        }

        public String getOutcome() {
            return EngineTexts.of(entry.getOutcome());
        }

        public String getFolder() {
            return entry.getFolder();
        }

        public List<String> getFiles() {
            return files.names();
        }

        /** What it returned, in words; empty if it is not done. */
        public List<String> getMetrics() {
            return entry.getMetrics().entrySet().stream()
                    .filter(m -> !m.getKey().equals("epsilon"))
                    .map(m -> Texts.words().figure(m.getKey()) + " " + MetricTrend.format(m.getKey(), m.getValue()))
                    .toList();
        }

        /** The ε that it cost, empty if it was not private. */
        public String getEpsilon() {
            Double epsilon = entry.getMetrics().get("epsilon");
            return epsilon == null ? "" : MetricTrend.format("epsilon", epsilon);
        }

        private List<TrainingEvent> events() {
            try {
                String text = files.read(TrainingReport.CURVES);
                return text.isEmpty() ? List.of() : List.of(Json.parse(text, TrainingEvent[].class));
            } catch (IOException | RuntimeException e) {
                LOGGER.log(Level.WARNING, e, () -> "The curves of a training of " + run + " cannot be read");
                return List.of();
            }
        }

        /** What people want to know of the model; nothing if there is no model card. */
        public Map<String, String> getCard() {
            try {
                String text = files.read(CARD);
                return text.isEmpty() ? Map.of() : CardFacts.of(text, Texts.words(), EngineTexts::of);
            } catch (IOException | RuntimeException e) {
                LOGGER.log(Level.WARNING, e, () -> "A model card of " + run + " cannot be read");
                return Map.of();
            }
        }
    }

    /** A block of llmosSchedule. */
    public static final class Block {
        private final int number;
        private final JobRecord job;

        private Block(int number, JobRecord job) {
            this.number = number;
            this.job = job;
        }

        public int getNumber() {
            return number;
        }

        public String getPool() {
            return job.pool();
        }

        public String getDemand() {
            return EngineTexts.demand(job.demand().withLabel("").toString());
        }

        public int getAttempts() {
            return job.runs().size();
        }

        /** How long it waited before it first held anything. */
        public String getWaited() {
            Instant first =
                    job.runs().isEmpty() ? Instant.now() : job.runs().get(0).start();
            Duration waited = Duration.between(job.arrival(), first);
            return Times.format(waited.isNegative() ? Duration.ZERO : waited);
        }

        /** How long it held its devices, all attempts together. */
        public String getHeld() {
            Duration held = Duration.ZERO;
            for (JobRecord.Run run : job.runs()) {
                held = held.plus(Duration.between(run.start(), run.end() == null ? Instant.now() : run.end()));
            }
            return Times.format(held);
        }

        /** The devices of its last attempt. */
        public String getDevices() {
            if (job.runs().isEmpty()) {
                return "";
            }
            JobRecord.Run last = job.runs().get(job.runs().size() - 1);
            return last.devices().isEmpty()
                    ? EngineTexts.place(last.machine())
                    : Texts.of(
                            "device.of",
                            EngineTexts.place(last.machine()),
                            String.join(
                                    ", ",
                                    last.devices().stream().map(String::valueOf).toList()));
        }

        public String getOutcome() {
            if (job.outcome() != null) {
                return Texts.of("outcome." + job.outcome().name().toLowerCase(Locale.ROOT));
            }
            boolean holds = !job.runs().isEmpty()
                    && job.runs().get(job.runs().size() - 1).end() == null;
            return Texts.of(holds ? "outcome.running" : "outcome.waiting");
        }
    }

    /** Puts the page on builds that have something to show. */
    @Extension
    public static final class Factory extends TransientActionFactory<Run<?, ?>> {
        @Override
        @SuppressWarnings("unchecked")
        public Class<Run<?, ?>> type() {
            return (Class<Run<?, ?>>) (Class<?>) Run.class;
        }

        @Override
        public Class<? extends Action> actionType() {
            return BuildPage.class;
        }

        @Override
        public Collection<? extends Action> createFor(Run<?, ?> target) {
            return TrainingsAction.isOn(target) || PastJobs.concern(target)
                    ? List.of(new BuildPage(target))
                    : List.of();
        }
    }
}
