package io.jenkins.plugins.llmos.plugin.registry;

import hudson.AbortException;
import hudson.EnvVars;
import hudson.FilePath;
import hudson.Launcher;
import hudson.model.Run;
import hudson.model.TaskListener;
import hudson.tasks.Fingerprinter;
import io.jenkins.plugins.llmos.engine.InvalidInputException;
import io.jenkins.plugins.llmos.engine.registry.ModelFiles;
import io.jenkins.plugins.llmos.engine.registry.ModelReference;
import io.jenkins.plugins.llmos.engine.registry.ModelRegistry;
import io.jenkins.plugins.llmos.engine.registry.ModelVersion;
import io.jenkins.plugins.llmos.engine.util.Hashes;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.TreeMap;
import jenkins.model.Jenkins;
import jenkins.util.BuildListenerAdapter;
import jenkins.util.VirtualFile;
import org.jenkinsci.plugins.workflow.steps.StepContext;
import org.springframework.security.access.AccessDeniedException;

/**
 * The files of registered versions, which are artifacts of the builds that deployed them, with fingerprints. A version's
 * location is the build's identity, a colon and the folder among its artifacts.
 */
public final class ModelArtifacts {
    private static final String CARD = "model.json";

    private ModelArtifacts() {}

    /** The one registry of this Jenkins, in {@code llmos/registry} of its home. Use it off the CPS VM thread. */
    public static ModelRegistry registry() {
        return new ModelRegistry(Path.of(Jenkins.get().getRootDir().getPath(), "llmos", "registry"));
    }

    /**
     * Archives a model and records its fingerprints.
     *
     * @return its location
     * @throws AbortException if what was archived is not what was read
     */
    static String archive(StepContext context, FilePath model, String name, ModelFiles files)
            throws IOException, InterruptedException {
        Run<?, ?> build = context.get(Run.class);
        TaskListener listener = context.get(TaskListener.class);
        Launcher launcher = context.get(Launcher.class);
        String folder = "llmos/models/" + name + "-" + files.hash().substring(0, 12);
        Map<String, String> artifacts = new LinkedHashMap<>();
        files.files().keySet().forEach(file -> artifacts.put(folder + "/" + file, file));
        build.pickArtifactManager().archive(model, launcher, BuildListenerAdapter.wrap(listener), artifacts);
        Map<String, String> archived = hashes(build, folder, files.files());
        if (!archived.equals(files.files())) {
            throw new AbortException(
                    "The model " + model.getRemote()
                            + " was changed while it was deployed, so it was not registered. Wait until its training has ended.");
        }
        new Fingerprinter("**").perform(build, model, context.get(EnvVars.class), launcher, listener);
        return build.getExternalizableId() + ":" + folder;
    }

    private static Map<String, String> hashes(Run<?, ?> build, String folder, Map<String, String> files)
            throws IOException {
        Map<String, String> hashes = new TreeMap<>();
        VirtualFile root = build.getArtifactManager().root().child(folder);
        for (String file : files.keySet()) {
            VirtualFile artifact = root.child(file);
            if (artifact.isFile()) {
                try (InputStream in = artifact.open()) {
                    hashes.put(file, Hashes.sha256(in));
                }
            }
        }
        return hashes;
    }

    private static String folder(ModelVersion version) {
        return version.location().substring(version.location().lastIndexOf(':') + 1);
    }

    /**
     * The build that a version's files are artifacts of.
     *
     * @return null if it is gone, or the user may not see it
     */
    static Run<?, ?> build(ModelVersion version) {
        int colon = version.location().lastIndexOf(':');
        try {
            return colon < 0
                    ? null
                    : Run.fromExternalizableId(version.location().substring(0, colon));
        } catch (AccessDeniedException | IllegalArgumentException e) {
            return null;
        }
    }

    /**
     * Checks that a version's artifacts are those that were archived.
     *
     * @return the build
     * @throws AbortException if they are not
     */
    static Run<?, ?> verify(ModelVersion version) throws IOException {
        Run<?, ?> build = build(version);
        if (build == null) {
            throw new AbortException("The files of " + version.reference() + " were artifacts of " + version.location()
                    + ", which is no more. Deploy the model again from a copy.");
        }
        try {
            version.requireFiles(
                    hashes(build, folder(version), version.files()), "the artifacts of " + version.location());
        } catch (InvalidInputException e) {
            throw new AbortException(e.getMessage());
        }
        return build;
    }

    /** The text of a version's card, null for a checkpoint from elsewhere. */
    static String card(ModelVersion version) throws IOException {
        VirtualFile card = verify(version)
                .getArtifactManager()
                .root()
                .child(folder(version))
                .child(CARD);
        if (!card.isFile()) {
            return null;
        }
        try (InputStream in = card.open()) {
            return new String(in.readAllBytes(), StandardCharsets.UTF_8);
        }
    }

    /**
     * Copies a version's files to where they are used.
     *
     * @param reference {@code NAME@WHICH}
     * @param to a folder on any machine
     * @throws AbortException if there is no such version, or its files are not those that were registered
     */
    public static void copy(String reference, FilePath to) throws IOException, InterruptedException {
        try {
            ModelVersion version = registry().find(ModelReference.read(reference));
            VirtualFile root = verify(version).getArtifactManager().root().child(folder(version));
            for (String file : version.files().keySet()) {
                try (InputStream in = root.child(file).open()) {
                    to.child(file).copyFrom(in);
                }
            }
        } catch (InvalidInputException e) {
            throw new AbortException(e.getMessage());
        }
    }
}
