package io.jenkins.plugins.llmos.runner.pipeline;

import io.jenkins.plugins.llmos.engine.privacy.encryption.KeyMask;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.time.LocalTime;
import java.time.ZoneId;
import java.time.format.DateTimeFormatter;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicInteger;

/** All that one run of a Jenkinsfile shares: its folders, variables, result, steps, strands, trainings and devices. */
final class Build {
    private static final DateTimeFormatter CLOCK = DateTimeFormatter.ofPattern("HH:mm:ss");

    private final RunOptions options;
    private final RunFolder folder;
    private final Console console;
    private final KeyMask mask;
    private final CurrentBuild currentBuild;
    private final Map<String, Object> parameters = new LinkedHashMap<>();
    private final Environment environment = new Environment();
    private final Strands strands = new Strands();
    private final StepRegistry steps = StepRegistry.standard();
    private final Context top = Context.top();
    private final Map<String, AtomicInteger> ordinals = new ConcurrentHashMap<>();
    private final Trainings trainings;
    private final Schedules schedules;
    private final Set<String> noted = ConcurrentHashMap.newKeySet();
    private volatile Interruption.Reason ending;
    private boolean privacyUncounted;

    Build(RunOptions options, RunFolder folder, Console console, KeyMask mask, Result previous) {
        this.options = options;
        this.folder = folder;
        this.console = console;
        this.mask = mask;
        this.currentBuild = new CurrentBuild(folder.job(), folder.number(), folder.started(), previous);
        this.trainings = new Trainings(this);
        this.schedules = new Schedules(this);
        parameters.putAll(options.parameters());
        environment.setBase("BUILD_NUMBER", Integer.toString(folder.number()));
        environment.setBase("BUILD_ID", Integer.toString(folder.number()));
        environment.setBase("BUILD_DISPLAY_NAME", "#" + folder.number());
        environment.setBase("JOB_NAME", folder.job());
        environment.setBase("JOB_BASE_NAME", folder.job());
        environment.setBase("BUILD_TAG", "jenkins-" + folder.job().replace('/', '-') + "-" + folder.number());
        environment.setBase("WORKSPACE", workspace().toString());
        environment.setBase("WORKSPACE_TMP", folder.temporary().toString());
        environment.setBase("EXECUTOR_NUMBER", "0");
        gitBranch(workspace()).ifPresent(branch -> environment.setBase("BRANCH_NAME", branch));
        options.parameters().forEach((name, value) -> environment.setBase(name, value));
    }

    /** The branch that is checked out, as a multibranch job in Jenkins would tell it. */
    private static Optional<String> gitBranch(Path workspace) {
        try {
            Path git = workspace.resolve(".git");
            if (Files.isRegularFile(git)) {
                git = workspace.resolve(
                        Files.readString(git).replaceFirst("gitdir:", "").strip());
            }
            String head = Files.readString(git.resolve("HEAD")).strip();
            String branch = "ref: refs/heads/";
            return head.startsWith(branch) ? Optional.of(head.substring(branch.length())) : Optional.empty();
        } catch (IOException | InvalidPathException e) {
            // No checkout of git, so no branch.
            return Optional.empty();
        }
    }

    /** The global variables of a script. */
    Map<String, Object> globals() {
        Map<String, Object> globals = new LinkedHashMap<>();
        globals.put("env", environment);
        globals.put("params", java.util.Collections.unmodifiableMap(parameters));
        globals.put("currentBuild", currentBuild);
        globals.put("scm", Map.of());
        return globals;
    }

    /** Gives a declared parameter its value. */
    void setParameter(String name, Object value) {
        parameters.put(name, value);
        if (value != null) {
            environment.setBase(name, value.toString());
        }
    }

    /** Writes a log line with the branch it comes from. */
    void log(String text) {
        Strand strand = Strand.currentOrNull();
        log(strand == null ? top : strand.context(), text);
    }

    /** Logs a remark the first time it is made. */
    void noteOnce(Context context, String text) {
        if (noted.add(text)) {
            log(context, text);
        }
    }

    void log(Context context, String text) {
        String prefix =
                (context.timestamps() ? LocalTime.now(ZoneId.systemDefault()).format(CLOCK) + " " : "")
                        + (context.branch().isEmpty() ? "" : "[" + context.branch() + "] ");
        for (String line : text.split("\\R", -1)) {
            console.line(prefix + line);
        }
    }

    /**
     * A number that tells calls in the same place apart: 1 for the first, 2 for the second and so on. It is the same in
     * a resumed run, because branches that run at the same time have paths of their own.
     */
    int ordinal(String path, String kind) {
        return ordinals.computeIfAbsent(path + "/" + kind, k -> new AtomicInteger())
                .incrementAndGet();
    }

    /** Counts from 1 again below a path, whose body is about to run once more. */
    void forgetOrdinals(String path) {
        ordinals.keySet().removeIf(k -> k.startsWith(path + "/"));
    }

    /** Ends the run so that it can be resumed: whatever runs now is interrupted, and trainings keep what they have. */
    void end() {
        ending = new Interruption.Reason(Interruption.Kind.ENDED, "The run was asked to end.");
        strands.cancel(top, ending);
    }

    /** Lets trainings spend privacy that no ledger counts. */
    void letPrivacyGoUncounted() {
        privacyUncounted = true;
    }

    boolean mayPrivacyGoUncounted() {
        return privacyUncounted;
    }

    boolean isEnding() {
        return ending != null;
    }

    /** Throws if the run is ending: nothing that takes long may start then. */
    void refuseIfEnding() throws Interruption {
        if (ending != null) {
            throw new Interruption(ending);
        }
    }

    Context top() {
        return top;
    }

    Path workspace() {
        return options.workspace();
    }

    RunOptions options() {
        return options;
    }

    RunFolder folder() {
        return folder;
    }

    /** What hides keys in the log. */
    KeyMask mask() {
        return mask;
    }

    Console console() {
        return console;
    }

    CurrentBuild currentBuild() {
        return currentBuild;
    }

    Map<String, Object> parameters() {
        return parameters;
    }

    Environment environment() {
        return environment;
    }

    Strands strands() {
        return strands;
    }

    StepRegistry steps() {
        return steps;
    }

    Trainings trainings() {
        return trainings;
    }

    Schedules schedules() {
        return schedules;
    }
}
