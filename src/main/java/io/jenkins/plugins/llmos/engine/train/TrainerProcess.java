package io.jenkins.plugins.llmos.engine.train;

import io.jenkins.plugins.llmos.engine.privacy.encryption.Vault;
import io.jenkins.plugins.llmos.engine.train.model.Precision;
import java.io.File;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;

/**
 * A training in a JVM of its own, seen from its host. Start it, then {@link #await} its end; from other threads
 * {@link #requestYield} asks it to leave with a checkpoint and {@link #kill} ends it at once. Starting again with the same
 * control folder goes on from the last checkpoint.
 */
public final class TrainerProcess {
    private static final String INSTRUCTIONS = "ONEDNN_MAX_CPU_ISA";
    private static final Duration POLL = Duration.ofMillis(100);

    private final ControlFolder control;
    private final Process process;
    private final long firstEvent;

    private TrainerProcess(ControlFolder control, Process process, long firstEvent) {
        this.control = control;
        this.process = process;
        this.firstEvent = firstEvent;
    }

    /**
     * How to start the process.
     *
     * @param threads processor threads the training may use, at least 1
     * @param jvmOptions further options for the JVM, such as {@code -Xmx1g}
     * @param environment variables added to this process' own, such as {@code CUDA_VISIBLE_DEVICES}
     * @param classPath where the trainer and its libraries are
     */
    public record Launch(int threads, List<String> jvmOptions, Map<String, String> environment, String classPath) {
        public Launch {
            jvmOptions = List.copyOf(jvmOptions);
            environment = Map.copyOf(environment);
        }

        /** With the class path of this process. */
        public Launch(int threads, List<String> jvmOptions, Map<String, String> environment) {
            this(threads, jvmOptions, environment, System.getProperty("java.class.path"));
        }

        /**
         * How many threads a training may use on a machine that runs others, too: as many as it was given processors
         * ({@code LLMOS_CPUS}), else as many as its user wants ({@code OMP_NUM_THREADS}), else an equal share.
         *
         * @param environment of the training
         * @param processors of the machine
         * @param sharers how many builds the machine runs at once, at least 1
         */
        public static int threads(Map<String, String> environment, int processors, int sharers) {
            for (String variable : List.of("LLMOS_CPUS", "OMP_NUM_THREADS")) {
                String given = environment.get(variable);
                if (given != null && given.matches("[1-9]\\d{0,3}")) {
                    return Integer.parseInt(given);
                }
            }
            return Math.max(1, processors / Math.max(1, sharers));
        }

        public static Launch withThreads(int threads) {
            return new Launch(threads, List.of(), Map.of());
        }

        /**
         * A process that computes in a JVM of its own.
         *
         * @param mainClass to run
         * @param folder its one argument
         * @param log takes what it prints
         */
        public ProcessBuilder builder(String mainClass, Path folder, Path log) {
            List<String> command = new ArrayList<>();
            command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
            command.add("-Xmx1g");
            command.add("-Xshare:auto");
            command.add("-XX:+UseSerialGC");
            command.addAll(jvmOptions);
            command.add("-cp");
            command.add(classPath);
            command.add(mainClass);
            command.add(folder.toAbsolutePath().toString());
            ProcessBuilder builder = new ProcessBuilder(command)
                    .redirectErrorStream(true)
                    .redirectOutput(ProcessBuilder.Redirect.appendTo(log.toFile()))
                    .redirectInput(ProcessBuilder.Redirect.from(nullDevice()));
            setEnvironment(builder.environment());
            return builder;
        }

        /**
         * Sets what makes a process compute as a trainer does.
         *
         * @param own its environment
         */
        public void setEnvironment(Map<String, String> own) {
            own.putAll(environment);
            own.put("OMP_NUM_THREADS", Integer.toString(threads));
            own.put("MKL_NUM_THREADS", Integer.toString(threads));
            // A varying number of threads would vary the last bits of a training.
            own.put("OMP_DYNAMIC", "FALSE");
            own.put("MKL_DYNAMIC", "FALSE");
            // Threads that spin while they wait for one another slow a training to a third when anything else runs on
            // the machine's processors; threads that sleep cost a fifth at most when nothing does.
            own.putIfAbsent("OMP_WAIT_POLICY", "PASSIVE");
            if (hidesCaches()) {
                own.putIfAbsent(INSTRUCTIONS, "SSE41");
            }
            // A step gives back all its arrays and soon asks for as many again. The GNU C library would return that
            // memory to the system each time, which then gives it page by page: up to a third of a step. 32 MiB is the
            // most that it takes for the first of these.
            own.putIfAbsent("MALLOC_MMAP_THRESHOLD_", Integer.toString(32 << 20));
            own.putIfAbsent("MALLOC_TRIM_THRESHOLD_", Integer.toString(1 << 30));
            // Of the memory of all threads but the first it gives back each piece of 64 MiB that is empty, whatever the
            // above say, unless they all share that of the first.
            own.putIfAbsent("MALLOC_ARENA_MAX", "1");
        }

        /**
         * Whether this is a Linux machine, usually a virtual one, that does not tell the sizes of its processor's caches.
         * There oneDNN's kernels for AVX2 and later compute wrong gradients of some convolutions (seen with PyTorch 2.7.1
         * on an AMD EPYC of family 26); those for AVX are right, but six times slower than what it does with SSE 4.1.
         */
        private static boolean hidesCaches() {
            Path processor = Path.of("/sys/devices/system/cpu/cpu0");
            return Files.isDirectory(processor) && !Files.exists(processor.resolve("cache/index0/size"));
        }

        /**
         * The same for what multiplies in this precision. oneDNN multiplies in bfloat16 with the newest instructions alone;
         * without them PyTorch does it number by number. A language model has no convolutions, so nothing speaks against
         * them.
         */
        public Launch withPrecision(Precision precision) {
            if (precision == Precision.FLOAT32
                    || !hidesCaches()
                    || !"SSE41".equals(environment.getOrDefault(INSTRUCTIONS, "SSE41"))) {
                return this;
            }
            Map<String, String> more = new HashMap<>(environment);
            more.put(INSTRUCTIONS, "ALL");
            return new Launch(threads, jvmOptions, more, classPath);
        }

        /** The same, but the training leaves with a checkpoint when this process is no more. */
        public Launch tiedToThisProcess() {
            List<String> options = new ArrayList<>(jvmOptions);
            options.add("-Dllmos.host=" + ProcessHandle.current().pid());
            return new Launch(threads, options, environment, classPath);
        }
    }

    /**
     * Starts a trainer, from the beginning or from the checkpoint in the control folder.
     *
     * @throws IOException if the control folder cannot be written or the process cannot be started
     */
    public static TrainerProcess start(TrainSpec spec, ControlFolder control, Launch launch) throws IOException {
        return start(spec, control, launch, null);
    }

    /**
     * Starts a trainer whose data, checkpoints and model are encrypted. The key goes to its standard input and nowhere
     * else; an environment variable that holds it does not reach the process.
     *
     * @param vault with the key that {@code spec} names, null if it names none
     * @throws IOException as above
     */
    public static TrainerProcess start(TrainSpec spec, ControlFolder control, Launch launch, Vault vault)
            throws IOException {
        if ((vault == null) != (spec.key() == null)) {
            throw new IllegalArgumentException("a key goes with a specification that names one");
        }
        control.prepare(spec);
        long firstEvent = Files.exists(control.events()) ? Files.size(control.events()) : 0;
        Process process = java(
                launch.withPrecision(spec.model().precision()),
                TrainerMain.class.getName(),
                control.path(),
                control.log(),
                vault);
        return new TrainerProcess(control, process, firstEvent);
    }

    /**
     * Starts a JVM that computes.
     *
     * @param main its class, which takes a folder as its one argument
     * @param log what it writes goes to the end of this file
     * @param vault with the key of its files, null for none
     */
    static Process java(Launch launch, String main, Path folder, Path log, Vault vault) throws IOException {
        ProcessBuilder builder = launch.builder(main, folder, log)
                .redirectInput(
                        vault == null ? ProcessBuilder.Redirect.from(nullDevice()) : ProcessBuilder.Redirect.PIPE);
        Map<String, String> environment = builder.environment();
        if (vault != null) {
            environment.values().removeIf(vault::isSecret);
        }
        Process process = builder.start();
        if (vault != null) {
            unlock(process, vault);
        }
        return process;
    }

    @SuppressWarnings("EmptyCatch")
    private static void unlock(Process process, Vault vault) {
        try (OutputStream in = process.getOutputStream()) {
            vault.send(in);
        } catch (IOException gone) {
            // A process that has ended already tells why in its events.
        }
    }

    private static File nullDevice() {
        return new File(File.separatorChar == '\\' ? "NUL" : "/dev/null");
    }

    public ControlFolder control() {
        return control;
    }

    public long pid() {
        return process.pid();
    }

    public boolean isAlive() {
        return process.isAlive();
    }

    /** Asks the training to checkpoint and leave; {@link #await} then returns {@code YIELDED}. */
    public void requestYield() throws IOException {
        control.requestYield();
    }

    /** Ends the process at once. What it did since its last checkpoint is lost. */
    public void kill() {
        process.destroyForcibly();
    }

    /**
     * Waits for the end and passes on every event on the way, in order, on the calling thread.
     *
     * @throws InterruptedException if the calling thread is interrupted; the process then goes on
     * @throws IOException if the events cannot be read
     */
    public TrainingOutcome await(Consumer<TrainingEvent> listener) throws InterruptedException, IOException {
        EventTail tail = new EventTail(control.events(), firstEvent);
        TrainingEvent last = null;
        boolean alive = true;
        while (alive) {
            alive = !process.waitFor(POLL.toMillis(), TimeUnit.MILLISECONDS);
            for (TrainingEvent event : tail.next()) {
                listener.accept(event);
                switch (event.type()) {
                    case DONE, YIELDED, ERROR -> last = event;
                    default -> {}
                }
            }
        }
        return outcome(last, process.exitValue());
    }

    private TrainingOutcome outcome(TrainingEvent last, int exitCode) {
        if (exitCode == ExitCode.DONE && last != null && last.result() != null) {
            return new TrainingOutcome(TrainingOutcome.Status.DONE, last.result(), null, exitCode);
        }
        if (exitCode == ExitCode.YIELDED) {
            return new TrainingOutcome(TrainingOutcome.Status.YIELDED, Map.of(), null, exitCode);
        }
        String message = last != null && last.message() != null
                ? last.message()
                : "The trainer process ended with exit code " + exitCode + " before it could say why"
                        + (exitCode == 137 ? " (it was killed; the machine may be short of memory)" : "")
                        + ". Its own output is in " + control.log() + ".";
        return new TrainingOutcome(TrainingOutcome.Status.FAILED, Map.of(), message, exitCode);
    }
}
