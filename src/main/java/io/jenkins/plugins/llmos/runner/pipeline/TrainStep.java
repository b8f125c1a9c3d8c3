package io.jenkins.plugins.llmos.runner.pipeline;

import io.jenkins.plugins.llmos.engine.privacy.encryption.Vault;
import io.jenkins.plugins.llmos.engine.privacy.ledger.PrivateBlock;
import io.jenkins.plugins.llmos.engine.train.ControlFolder;
import io.jenkins.plugins.llmos.engine.train.TrainSpec;
import io.jenkins.plugins.llmos.engine.train.TrainerProcess;
import io.jenkins.plugins.llmos.engine.train.TrainingOutcome;
import io.jenkins.plugins.llmos.engine.util.FileAccess;
import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Duration;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * {@code llmosTrain}: trains in a process of its own and returns the result. A training that an earlier attempt finished
 * returns what it returned then; one that was interrupted goes on.
 */
final class TrainStep {
    /** Writing a checkpoint takes far less; a trainer that has not left by then is stuck. */
    private static final Duration LEAVING = Duration.ofSeconds(60);

    private static final Duration SIGNAL = Duration.ofSeconds(2);

    private final Build build;
    private final Strand strand;
    private final TrainSpec spec;
    private final String key;
    private final ControlFolder control;
    private final Vault vault;

    private TrainStep(StepCall call, TrainSpec spec, String key) {
        this.build = call.build();
        this.strand = call.strand();
        this.spec = spec;
        this.key = key;
        this.control = build.trainings().control(key);
        this.vault = EncryptionStep.vault(spec, build, strand.context());
    }

    static StepDefinition definition() {
        return new StepDefinition("llmosTrain", null, null, StepDefinition.Body.NONE, true, TrainStep::run);
    }

    private static Object run(StepCall call) throws Exception {
        call.build().refuseIfEnding();
        String key = call.build().trainings().nextKey(call.context());
        PrivateBlock privacy = call.context().privacy();
        TrainSpec spec = TrainSpec.from(arguments(call, privacy), call.folder());
        return new TrainStep(call, spec, key).run();
    }

    private static Map<String, Object> arguments(StepCall call, PrivateBlock privacy) {
        if (privacy != null) {
            return privacy.arguments(call.values());
        }
        return call.build().mayPrivacyGoUncounted() ? call.values() : PrivateBlock.outside(call.values());
    }

    private Map<String, Object> run() throws Exception {
        Trainings trainings = build.trainings();
        Optional<Map<String, Object>> recorded = trainings.recorded(key, spec);
        if (recorded.isPresent()) {
            build.log(spec.name() + " was trained before in this run; its result is used.");
            trainings.update(key, spec.name(), t -> t.done(recorded.get()));
            PrivatizeStep.done(strand.context().privacy(), key, recorded.get());
            return recorded.get();
        }
        spec.requireInputs();
        if (!trainings.goesOn(control, spec)) {
            spec.requireFreeOutput();
        }
        trainings.update(key, spec.name(), t -> t);
        Runnable free = trainings.claimOutput(spec);
        try {
            var unused = awaitEarlierProcess();
            PrivatizeStep.use(strand.context().privacy(), key, control, spec, vault == null ? FileAccess.PLAIN : vault);
            return train();
        } catch (Exception e) {
            Interruption i = Interruption.in(e);
            boolean kept = i != null && i.reason().kind().keepsProgress();
            trainings.update(key, spec.name(), t -> t.with(kept ? Training.Status.YIELDED : Training.Status.FAILED));
            if (!kept && awaitEarlierProcess()) {
                PrivatizeStep.failed(strand.context().privacy(), key, control);
            }
            throw e;
        } finally {
            free.run();
        }
    }

    /** A trainer whose host was killed leaves by itself, but not at once. Returns whether none runs any more. */
    private boolean awaitEarlierProcess() throws IOException, InterruptedException {
        Path lock = control.path().resolve("lock");
        if (!Files.exists(lock)) {
            return true;
        }
        long deadline = System.nanoTime() + LEAVING.toNanos();
        while (System.nanoTime() < deadline) {
            try (FileChannel channel = FileChannel.open(lock, StandardOpenOption.WRITE);
                    FileLock held = channel.tryLock()) {
                if (held != null) {
                    return true;
                }
            }
            Thread.sleep(200);
        }
        return false;
    }

    private Map<String, Object> train() throws Exception {
        Context context = strand.context();
        Map<String, String> environment = new HashMap<>(context.environment());
        TrainerProcess.Launch launch =
                new TrainerProcess.Launch(build.schedules().threads(), List.of(), environment).tiedToThisProcess();
        strand.throwIfInterrupted();
        TrainerProcess process = TrainerProcess.start(spec, control, launch, vault);
        build.trainings().started(process);
        build.trainings().update(key, spec.name(), Training::startedAgain);
        TrainingProgress progress = new TrainingProgress(build, context, spec.name());
        try {
            return finish(process, progress);
        } finally {
            progress.close();
            process.kill();
            build.trainings().ended(process);
        }
    }

    private Map<String, Object> finish(TrainerProcess process, TrainingProgress progress) throws Exception {
        Interruption asked = null;
        TrainingOutcome outcome = null;
        while (outcome == null) {
            try {
                progress.startOver();
                outcome = process.await(progress);
            } catch (InterruptedException e) {
                Interruption next = strand.take();
                boolean again = asked != null;
                asked = again ? asked : next;
                leave(process, next, again);
            }
        }
        switch (outcome.status()) {
            case DONE -> {
                Map<String, Object> result = new LinkedHashMap<>(outcome.result());
                build.trainings().record(key, spec, result);
                PrivatizeStep.done(strand.context().privacy(), key, result);
                build.trainings().update(key, spec.name(), t -> t.done(result));
                progress.done(result);
                if (asked != null) {
                    strand.putBack(asked);
                }
                return result;
            }
            case YIELDED -> {
                throw asked != null
                        ? asked
                        : afterSignal("The training " + spec.name()
                                + " was told to leave by a signal. It has kept what it reached: go on with --resume.");
            }
            default -> {
                if (asked != null) {
                    throw asked;
                }
                if (outcome.exitCode() > 128) {
                    throw afterSignal(outcome.message());
                }
                throw new StepFailure(outcome.message());
            }
        }
    }

    private void leave(TrainerProcess process, Interruption why, boolean again) throws IOException {
        if (why == null || again || !why.reason().kind().keepsProgress()) {
            process.kill();
            return;
        }
        process.requestYield();
        ControlSteps.later(LEAVING, process::kill);
    }

    /**
     * Ctrl-C in a terminal reaches the trainer as well as this process, and the trainer may leave before this process has
     * told its strands.
     */
    private Exception afterSignal(String otherwise) throws InterruptedException {
        long deadline = System.nanoTime() + SIGNAL.toNanos();
        while (System.nanoTime() < deadline) {
            Interruption i = strand.take();
            if (i != null) {
                return i;
            }
            try {
                Thread.sleep(20);
            } catch (InterruptedException e) {
                Interruption now = strand.take();
                return now == null ? e : now;
            }
        }
        return new StepFailure(otherwise);
    }
}
