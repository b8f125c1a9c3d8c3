package io.jenkins.plugins.llmos.runner.pipeline;

import io.jenkins.plugins.llmos.engine.privacy.ledger.PrivateBlock;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * Where in the pipeline a strand is: the enclosing blocks and what they set. Immutable; each block makes one of its own,
 * so that a block can be told from an equal one by identity.
 */
final class Context {
    private final Context outer;
    private final String path;
    private final String branch;
    private final String stage;
    private final Path folder;
    private final Map<String, String> environment;
    private final boolean timestamps;
    private final Holding holding;
    private final PrivateBlock privacy;

    private Context(
            Context outer,
            String path,
            String branch,
            String stage,
            Path folder,
            Map<String, String> environment,
            boolean timestamps,
            Holding holding,
            PrivateBlock privacy) {
        this.outer = outer;
        this.path = path;
        this.branch = branch;
        this.stage = stage;
        this.folder = folder;
        this.environment = environment;
        this.timestamps = timestamps;
        this.holding = holding;
        this.privacy = privacy;
    }

    /** The outside of all blocks. */
    static Context top() {
        return new Context(null, "", "", null, null, Map.of(), false, null, null);
    }

    /** A block that changes nothing but can be cancelled apart from its surroundings. */
    Context block() {
        return new Context(this, path, branch, stage, folder, environment, timestamps, holding, privacy);
    }

    Context inStage(String name) {
        return new Context(this, below(name), branch, name, folder, environment, timestamps, holding, privacy);
    }

    Context inBranch(String name) {
        String inner = branch.isEmpty() ? name : branch + "/" + name;
        return new Context(this, below(name), inner, stage, folder, environment, timestamps, holding, privacy);
    }

    private String below(String name) {
        return path + "/" + name.replace("%", "%25").replace("/", "%2F");
    }

    /** Inside one attempt of an {@code llmosSchedule}. */
    Context holding(String key, Holding held) {
        Context c = withEnvironment(held.environment());
        return new Context(this, key, branch, stage, folder, c.environment, timestamps, held, privacy);
    }

    /** Inside of {@code llmosPrivatize}. */
    Context privately(PrivateBlock block) {
        return new Context(this, path, branch, stage, folder, environment, timestamps, holding, block);
    }

    Context inFolder(Path inner) {
        return new Context(this, path, branch, stage, inner, environment, timestamps, holding, privacy);
    }

    Context withEnvironment(Map<String, String> variables) {
        Map<String, String> merged = new LinkedHashMap<>(environment);
        merged.putAll(variables);
        return new Context(this, path, branch, stage, folder, Map.copyOf(merged), timestamps, holding, privacy);
    }

    Context withTimestamps() {
        return new Context(this, path, branch, stage, folder, environment, true, holding, privacy);
    }

    boolean isInside(Context block) {
        for (Context c = this; c != null; c = c.outer) {
            if (c == block) {
                return true;
            }
        }
        return false;
    }

    /** Names of the enclosing stages, branches and schedules; the same in every attempt and every resumed run. */
    String path() {
        return path;
    }

    /** Names of the enclosing branches joined by slashes, empty outside of {@code parallel}. */
    String branch() {
        return branch;
    }

    /** Innermost stage, or null. */
    String stage() {
        return stage;
    }

    /** Current folder, or null outside of {@code node}. */
    Path folder() {
        return folder;
    }

    Map<String, String> environment() {
        return environment;
    }

    boolean timestamps() {
        return timestamps;
    }

    /** The devices held here, or null outside of {@code llmosSchedule}. */
    Holding holding() {
        return holding;
    }

    /** The budget that trainings here spend from, or null outside of {@code llmosPrivatize}. */
    PrivateBlock privacy() {
        return privacy;
    }
}
