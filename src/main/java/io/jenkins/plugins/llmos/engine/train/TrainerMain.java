package io.jenkins.plugins.llmos.engine.train;

import ai.djl.engine.Engine;
import ai.djl.engine.EngineException;
import io.jenkins.plugins.llmos.engine.InvalidInputException;
import io.jenkins.plugins.llmos.engine.privacy.access.Sensitivity;
import io.jenkins.plugins.llmos.engine.privacy.encryption.Vault;
import io.jenkins.plugins.llmos.engine.train.data.DataProfile;
import io.jenkins.plugins.llmos.engine.train.data.DataProfiler;
import io.jenkins.plugins.llmos.engine.train.data.PreparedData;
import io.jenkins.plugins.llmos.engine.util.FileAccess;
import java.io.File;
import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Map;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.function.BooleanSupplier;

/**
 * The trainer process. Its one argument is the control folder. It leaves with a checkpoint when the file {@code yield}
 * appears there, when it is sent SIGTERM or SIGINT, and when the host process named by the property {@code llmos.host} is no
 * more.
 */
public final class TrainerMain {
    private static final long ASK_NANOS = 20_000_000;
    private static final long HOST_NANOS = 1_000_000_000;
    private static final long LONGEST_CHECKPOINT_SECONDS = 120;

    private static volatile boolean terminated;
    private static volatile int exitCode = ExitCode.FAULT;

    private TrainerMain() {}

    public static void main(String[] args) throws IOException {
        if (args.length != 1) {
            System.err.println("The trainer takes one argument, its control folder, and is started by its host.");
            System.exit(ExitCode.BAD_ARGUMENTS);
        }
        CountDownLatch finished = new CountDownLatch(1);
        Runtime.getRuntime().addShutdownHook(new Thread(() -> leaveOnSignal(finished), "leave"));
        ControlFolder control = new ControlFolder(Path.of(args[0]));
        try (EventLog events = new EventLog(control.events())) {
            exitCode = run(control, events);
        } finally {
            finished.countDown();
        }
        System.exit(exitCode);
    }

    /** A signal ends a JVM through its shutdown hooks; here the hook lets the training write its checkpoint first. */
    private static void leaveOnSignal(CountDownLatch finished) {
        terminated = true;
        try {
            finished.await(LONGEST_CHECKPOINT_SECONDS, TimeUnit.SECONDS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
        Runtime.getRuntime().halt(exitCode);
    }

    private static int run(ControlFolder control, EventLog events) throws IOException {
        try (FileChannel lockFile = FileChannel.open(
                        control.path().resolve("lock"), StandardOpenOption.CREATE, StandardOpenOption.WRITE);
                FileLock lock = lockFile.tryLock()) {
            if (lock == null) {
                return fail(
                        events,
                        ExitCode.BAD_ARGUMENTS,
                        "Another trainer is at work in " + control.path() + ". Wait until it ends, or end it first.");
            }
            return train(control, events);
        } catch (InvalidInputException e) {
            return fail(events, ExitCode.BAD_ARGUMENTS, e.getMessage());
        } catch (BadData e) {
            return fail(events, ExitCode.BAD_DATA, e.getMessage());
        } catch (IOException e) {
            return fail(
                    events,
                    ExitCode.FAULT,
                    e.getMessage() != null && e.getMessage().endsWith(".")
                            ? e.getMessage()
                            : "The training could not read or write a file: " + e + ".");
        } catch (UnsatisfiedLinkError | EngineException e) {
            e.printStackTrace();
            return fail(
                    events,
                    ExitCode.MISSING_LIBRARY,
                    "The training engine failed: " + e.getMessage()
                            + ". If its native library is missing, put DJL's pytorch-native-cpu for this platform on the"
                            + " class path, or name a folder that has it in PYTORCH_LIBRARY_PATH.");
        } catch (OutOfMemoryError e) {
            return fail(
                    events,
                    ExitCode.FAULT,
                    "The trainer ran out of memory (" + e.getMessage() + ") with a heap of "
                            + Runtime.getRuntime().maxMemory() / (1 << 20)
                            + " MiB. Take a smaller batch or model, or fewer columns.");
        } catch (RuntimeException | Error e) {
            e.printStackTrace();
            return fail(
                    events,
                    ExitCode.FAULT,
                    "The trainer failed by a fault of its own: " + e + ". Details are in " + control.log() + ".");
        }
    }

    private static int train(ControlFolder control, EventLog events) throws IOException {
        TrainSpec given = control.readSpec();
        Vault vault = given.key() == null ? null : Vault.receive(System.in);
        FileAccess access = vault == null ? FileAccess.PLAIN : vault;
        ModelCard earlier = ModelFolder.cardIfAny(access, given.output());
        if (earlier != null && control.id().equals(earlier.training())) {
            events.write(TrainingEvent.now(TrainingEvent.Type.DONE)
                    .result(earlier.result())
                    .build());
            return ExitCode.DONE;
        }
        given.requireFreeOutput();
        int threads = TrainerProcess.Launch.threads(
                System.getenv(), Runtime.getRuntime().availableProcessors(), 1);
        System.setProperty("ai.djl.pytorch.num_threads", Integer.toString(threads));
        System.setProperty("ai.djl.pytorch.num_interop_threads", "1");
        NativeLibrary.locate();
        Engine.getInstance();
        PrecisionCheck.require(given.model().precision());
        BooleanSupplier leave = leave(control);
        WarmStart warm = WarmStart.find(access, given, control);
        Sensitivity sensitivity = sensitivity(given, vault);
        TrainSpec spec = given.withSensitivity(warm == null ? sensitivity : sensitivity.and(warm.sensitivity()));
        if (vault != null) {
            access = vault.with(Sensitivity.of(spec.sensitivity()));
        }
        try (EnergyRecorder meter = EnergyRecorder.start(System.getenv());
                PreparedData data = prepare(access, spec, control, warm);
                TrainingLoop loop = new TrainingLoop(
                        access,
                        spec,
                        data,
                        control,
                        events,
                        leave,
                        threads,
                        warm,
                        profile(access, spec, data),
                        meter)) {
            Map<String, Object> result = loop.run();
            if (result == null) {
                events.write(TrainingEvent.now(TrainingEvent.Type.YIELDED)
                        .message("Left with a checkpoint after step " + loop.updates() + ".")
                        .build());
                return ExitCode.YIELDED;
            }
            events.write(
                    TrainingEvent.now(TrainingEvent.Type.DONE).result(result).build());
            return ExitCode.DONE;
        }
    }

    /** How the data are distributed may be told of those alone that are neither private nor encrypted nor restricted. */
    private static DataProfile profile(FileAccess access, TrainSpec spec, PreparedData data) {
        if (spec.privacy() != null
                || access.encrypts()
                || Sensitivity.of(spec.sensitivity()) == Sensitivity.RESTRICTED) {
            return null;
        }
        DataProfiler profiler = new DataProfiler(data.schema(), Long.MAX_VALUE);
        profiler.add(access, spec.data().path(), spec.data().labels());
        return profiler.all();
    }

    private static PreparedData prepare(FileAccess access, TrainSpec spec, ControlFolder control, WarmStart warm) {
        try {
            spec.requireInputs();
            return PreparedData.prepare(access, spec, control.cache(), warm == null ? null : warm.schema());
        } catch (InvalidInputException e) {
            throw new BadData(access.encrypts() ? withheld(e) : e);
        }
    }

    /** A model is at least as sensitive as the data that it learns from. */
    private static Sensitivity sensitivity(TrainSpec spec, Vault vault) {
        Sensitivity sensitivity = Sensitivity.of(spec.sensitivity());
        if (vault == null) {
            return sensitivity;
        }
        try {
            spec.requireInputs();
            Vault.requireReadable(vault, "The data file", spec.data().path());
            sensitivity = sensitivity.and(vault.sensitivity(spec.data().path()));
            return spec.data().labels() == null
                    ? sensitivity
                    : sensitivity.and(vault.sensitivity(spec.data().labels()));
        } catch (InvalidInputException e) {
            throw new BadData(e);
        } catch (IOException e) {
            throw new BadData(new InvalidInputException("Cannot read the data: " + e.getMessage() + ".", e));
        }
    }

    /** What is wrong with encrypted data without the values that messages quote: events are no place for them. */
    private static InvalidInputException withheld(InvalidInputException e) {
        int quote = e.getMessage().indexOf('\'');
        return quote < 0
                ? e
                : new InvalidInputException(e.getMessage().substring(0, quote)
                        + "… (the rest of this message may quote the data, which are encrypted, and is withheld)");
    }

    private static BooleanSupplier leave(ControlFolder control) {
        File yield = control.yieldRequest().toFile();
        long host = Long.getLong("llmos.host", 0);
        return new BooleanSupplier() {
            private long asked = System.nanoTime() - ASK_NANOS;
            private long hostSeen = System.nanoTime();
            private boolean leave;

            @Override
            public boolean getAsBoolean() {
                long now = System.nanoTime();
                if (terminated) {
                    leave = true;
                } else if (now - asked >= ASK_NANOS) {
                    asked = now;
                    leave |= yield.exists();
                    if (host != 0 && now - hostSeen >= HOST_NANOS) {
                        hostSeen = now;
                        leave |= ProcessHandle.of(host).isEmpty();
                    }
                }
                return leave;
            }
        };
    }

    private static int fail(EventLog events, int code, String message) throws IOException {
        events.write(
                TrainingEvent.now(TrainingEvent.Type.ERROR).message(message).build());
        return code;
    }

    /** Tells wrong data from wrong arguments. */
    private static final class BadData extends RuntimeException {
        private static final long serialVersionUID = 1L;

        private BadData(InvalidInputException cause) {
            super(cause.getMessage(), cause);
        }
    }
}
