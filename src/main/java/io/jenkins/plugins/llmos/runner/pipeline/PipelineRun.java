package io.jenkins.plugins.llmos.runner.pipeline;

import io.jenkins.plugins.llmos.engine.InvalidInputException;
import io.jenkins.plugins.llmos.engine.privacy.encryption.KeyMask;
import io.jenkins.plugins.llmos.engine.schedule.TimelineEntry;
import io.jenkins.plugins.llmos.engine.util.Units;
import java.io.FileOutputStream;
import java.io.IOException;
import java.io.OutputStreamWriter;
import java.io.PrintWriter;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicReference;

/** One run of a Jenkinsfile. Make it, {@link #execute} it on the thread that is to run the script, close it. */
public final class PipelineRun implements AutoCloseable {
    private final Jenkinsfile jenkinsfile;
    private final RunFolder folder;
    private final Build build;
    private final PrintWriter log;
    private final Console console;
    private final Map<String, Object> variables;

    /**
     * What became of a run.
     *
     * @param result how it ended
     * @param resumable whether it stopped before it was done and can go on
     * @param wrongUsage whether it did not begin because a parameter's value is wrong
     * @param trainings in the order they were called
     * @param jobs what each {@code llmosSchedule} waited and held
     * @param timeline who held which device
     */
    public record Outcome(
            Result result,
            boolean resumable,
            boolean wrongUsage,
            List<Training> trainings,
            List<Job> jobs,
            List<TimelineEntry> timeline) {}

    /**
     * One {@code llmosSchedule}.
     *
     * @param name of the job
     * @param waited for devices, over all attempts
     * @param held devices, over all attempts
     * @param preemptions how often it yielded
     */
    public record Job(String name, Duration waited, Duration held, int preemptions) {}

    /**
     * Makes the run's folder.
     *
     * @throws InvalidInputException if the Jenkinsfile is missing, or there is no run to go on with
     */
    public PipelineRun(RunOptions options, Console console) {
        this(options, Jenkinsfile.read(options.jenkinsfile()), Map.of(), console);
    }

    private PipelineRun(RunOptions options, Jenkinsfile jenkinsfile, Map<String, Object> variables, Console console) {
        this.jenkinsfile = jenkinsfile;
        this.variables = variables;
        this.folder = RunFolder.open(options, jenkinsfile);
        try {
            this.log = new PrintWriter(
                    new OutputStreamWriter(new FileOutputStream(folder.log().toFile(), true), StandardCharsets.UTF_8),
                    true);
        } catch (IOException e) {
            throw new InvalidInputException("The log " + folder.log() + " cannot be written: " + e.getMessage(), e);
        }
        KeyMask mask = new KeyMask();
        mask.addNamed(System.getenv());
        this.console = new Logged(console, log, mask);
        this.build = new Build(options, folder, this.console, mask, folder.previousResult());
    }

    /** A run of one {@code llmosTrain} and nothing else, which may be private without a ledger, for trying out. */
    public static PipelineRun ofTraining(RunOptions options, Map<String, Object> arguments, Console console) {
        Jenkinsfile script = Jenkinsfile.ours("train", "node { llmosTrain(arguments) }");
        PipelineRun run = new PipelineRun(options, script, Map.of("arguments", arguments), console);
        run.build.letPrivacyGoUncounted();
        return run;
    }

    public RunFolder folder() {
        return folder;
    }

    /** Runs the script to its end. */
    public Outcome execute() {
        console.line((folder.resumed() ? "Going on with run " : "Run ") + folder.number() + " of " + folder.job());
        AtomicReference<Throwable> thrown = new AtomicReference<>();
        build.strands().runMain(build.top(), () -> {
            try {
                PipelineScript script = jenkinsfile.compile(build.steps().names());
                script.bind(build);
                variables.forEach(script.getBinding()::setVariable);
                script.run();
            } catch (Throwable t) {
                thrown.set(t);
            }
        });
        return finish(thrown.get());
    }

    private Outcome finish(Throwable thrown) {
        CurrentBuild current = build.currentBuild();
        boolean wrongUsage = thrown instanceof DeclarativeParameters.WrongParameter
                || (thrown != null && thrown.getCause() instanceof DeclarativeParameters.WrongParameter);
        if (thrown != null) {
            current.worsen(Result.of(thrown));
            console.line("ERROR: " + ScriptFailure.describe(jenkinsfile, thrown));
        }
        Result result = current.resultSoFar();
        boolean resumable = build.isEnding() && result != Result.SUCCESS;
        if (build.isEnding() && resumable) {
            current.worsen(Result.ABORTED);
            result = Result.ABORTED;
        }
        console.line(
                "Finished: " + result + " after " + Units.format(Duration.between(folder.started(), Instant.now())));
        try {
            folder.ended(result, resumable);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return new Outcome(
                result,
                resumable,
                wrongUsage,
                build.trainings().all(),
                build.schedules().rows().stream()
                        .map(r -> new Job(r.job(), r.waited(), r.held(), r.preemptions()))
                        .toList(),
                build.schedules().timeline());
    }

    /** Asks all trainings to keep what they have reached and leave, and ends the run. Returns at once. */
    public void end() {
        build.end();
    }

    /** Ends all trainers at once. The process should exit after this. */
    public void kill() {
        build.trainings().killAll();
        ProcessHandle.current().descendants().forEach(ProcessHandle::destroyForcibly);
    }

    public Instant started() {
        return folder.started();
    }

    /** Where the run's own log is. */
    public Path log() {
        return folder.log();
    }

    @Override
    public void close() {
        build.schedules().close();
        log.close();
        folder.close();
    }

    /** Also writes lines to the run's log. */
    private record Logged(Console to, PrintWriter log, KeyMask mask) implements Console {
        @Override
        public void line(String line) {
            String text = mask.apply(line);
            synchronized (log) {
                log.println(text);
            }
            to.line(text);
        }

        @Override
        public Progress progress() {
            return to.progress();
        }
    }
}
