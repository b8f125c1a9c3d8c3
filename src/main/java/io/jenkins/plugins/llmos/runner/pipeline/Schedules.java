package io.jenkins.plugins.llmos.runner.pipeline;

import io.jenkins.plugins.llmos.engine.accelerator.Device;
import io.jenkins.plugins.llmos.engine.accelerator.DeviceKind;
import io.jenkins.plugins.llmos.engine.accelerator.Fleet;
import io.jenkins.plugins.llmos.engine.accelerator.LocalMachine;
import io.jenkins.plugins.llmos.engine.accelerator.Machine;
import io.jenkins.plugins.llmos.engine.schedule.DevicePool;
import io.jenkins.plugins.llmos.engine.schedule.JobRequest;
import io.jenkins.plugins.llmos.engine.schedule.Lease;
import io.jenkins.plugins.llmos.engine.schedule.Policies;
import io.jenkins.plugins.llmos.engine.schedule.PoolListener;
import io.jenkins.plugins.llmos.engine.schedule.PoolSettings;
import io.jenkins.plugins.llmos.engine.schedule.ScheduleArguments;
import io.jenkins.plugins.llmos.engine.schedule.TimelineEntry;
import io.jenkins.plugins.llmos.engine.util.Units;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.concurrent.ConcurrentHashMap;

/** The jobs of a run that share this machine's devices. The pool is made when the first job asks. */
final class Schedules implements AutoCloseable {
    /** A trainer on this machine checkpoints and starts again within this time, so yielding costs about as much. */
    private static final Map<String, String> LOCAL_SETTINGS = Map.of("preemptionCost", "3s", "minimumRun", "2s");

    private final Build build;
    private final Map<String, Job> jobs = new ConcurrentHashMap<>();
    private final List<Job> finished = new ArrayList<>();
    private DevicePool pool;
    private int threads = Runtime.getRuntime().availableProcessors();

    Schedules(Build build) {
        this.build = build;
    }

    /** What became of one {@code llmosSchedule}. */
    record Row(String job, Duration waited, Duration held, int preemptions) {}

    synchronized DevicePool pool() {
        if (pool == null) {
            PoolOptions options = build.options().pool();
            Machine machine;
            if (options.cpuOnly()) {
                List<Device> slots = new ArrayList<>();
                for (int i = 0; i < options.slots(); i++) {
                    slots.add(Device.of(i, "cpu", 0, DeviceKind.CPU_SLOT));
                }
                machine = Machine.of("local", slots);
            } else {
                LocalMachine.Detection detection = LocalMachine.detect(options.slots());
                detection.problems().forEach(build::log);
                machine = detection.machine();
            }
            Map<String, String> settings = new LinkedHashMap<>(LOCAL_SETTINGS);
            settings.putAll(options.settings());
            pool = new DevicePool(new Fleet(List.of(machine)), PoolSettings.from(settings), new Listener());
            threads = Math.max(1, threads / Math.max(1, machine.devices().size()));
            build.log("Devices: " + describe(machine) + "; policy "
                    + pool.settings().policy());
        }
        return pool;
    }

    private static String describe(Machine machine) {
        Map<String, Integer> counts = new LinkedHashMap<>();
        machine.devices().forEach(d -> counts.merge(d.model(), 1, Integer::sum));
        List<String> parts = new ArrayList<>();
        counts.forEach((model, n) ->
                parts.add(model.equals("cpu") ? n + (n == 1 ? " CPU slot" : " CPU slots") : n + " x " + model));
        return String.join(", ", parts);
    }

    /** Processor threads that one training may use. */
    synchronized int threads() {
        return threads;
    }

    Job enter(String path, String name, Context context) {
        Job job = new Job(path, name, context);
        jobs.put(path, job);
        return job;
    }

    synchronized List<Row> rows() {
        return finished.stream()
                .map(j -> new Row(j.name, j.waited, j.held, j.yields))
                .toList();
    }

    synchronized List<TimelineEntry> timeline() {
        return pool == null ? List.of() : pool.timeline();
    }

    @Override
    public synchronized void close() {
        if (pool != null) {
            pool.close();
        }
    }

    /** One {@code llmosSchedule}, over all its attempts. */
    final class Job implements AutoCloseable {
        private final String path;
        private final String name;
        private final Context context;
        private int earlierAttempts;
        private Duration waited = Duration.ZERO;
        private Duration held = Duration.ZERO;
        private int yields;
        private Turn turn;
        private String lastPlace = "";

        private Job(String path, String name, Context context) {
            this.path = path;
            this.name = name;
            this.context = context;
        }

        /** Waits for devices. */
        Turn await(JobRequest request) throws InterruptedException, IOException {
            DevicePool devices = pool();
            long since = System.nanoTime();
            Lease lease = devices.acquire(request, () -> {});
            Duration wait = Duration.ofNanos(System.nanoTime() - since);
            waited = waited.plus(wait);
            if (lease.attempt() == 1) {
                earlierAttempts = earlierAttempts();
            }
            int attempt = earlierAttempts + lease.attempt();
            Files.writeString(attempts(), Integer.toString(attempt));
            Path checkpoints = build.folder().checkpoints(RunFolder.safe(path));
            Files.createDirectories(checkpoints);
            List<String> held = lease.devices().stream()
                    .map(d -> d.model() + " " + d.index())
                    .toList();
            build.log(
                    context,
                    name
                            + (attempt == 1 ? " holds " : " goes on (attempt " + attempt + ") with ")
                            + (held.isEmpty() ? "no device" : String.join(", ", held))
                            + (wait.toMillis() < 50 ? "" : " after a wait of " + Units.format(wait)));
            Holding holding = new Holding(
                    name,
                    attempt,
                    held,
                    ScheduleArguments.environment(request.demand(), lease.devices(), attempt, checkpoints.toString()),
                    seconds -> lease.reportRemaining(Duration.ofMillis((long) (seconds * 1000))));
            Turn next = new Turn(this, lease, context.holding(path, holding));
            synchronized (this) {
                turn = next;
            }
            return next;
        }

        /** Attempts before this process went on with the run. */
        private int earlierAttempts() throws IOException {
            return Files.exists(attempts())
                    ? Integer.parseInt(Files.readString(attempts()).strip())
                    : 0;
        }

        private Path attempts() throws IOException {
            Path folder = Files.createDirectories(build.folder().path().resolve("attempts"));
            return folder.resolve(RunFolder.safe(path));
        }

        private synchronized void askToYield(String inFavourOf) {
            if (turn != null) {
                turn.askToYield(inFavourOf);
            }
        }

        private void waiting(PoolListener.Place place) {
            String text = name + " waits, " + place.rank() + " of " + place.of() + " in the queue";
            if (!text.equals(lastPlace)) {
                lastPlace = text;
                build.log(
                        context,
                        text
                                + place.predictedStart()
                                        .map(p -> ", to start in about " + Units.format(p))
                                        .orElse(""));
            }
        }

        @Override
        public void close() {
            jobs.remove(path);
            synchronized (Schedules.this) {
                finished.add(this);
                if (pool != null) {
                    pool.forget(path);
                }
            }
        }
    }

    /** One time that a job holds its devices. */
    final class Turn implements AutoCloseable {
        private final Job job;
        private final Lease lease;
        private final Context block;
        private final long since = System.nanoTime();
        private Interruption.Reason asked;
        private boolean running;
        private boolean ended;

        private Turn(Job job, Lease lease, Context block) {
            this.job = job;
            this.lease = lease;
            this.block = block;
        }

        Object run(Strand strand, Callable<Object> body) throws Exception {
            return strand.within(block, () -> {
                synchronized (this) {
                    running = true;
                    if (asked != null) {
                        throw new Interruption(asked);
                    }
                }
                return body.call();
            });
        }

        private void askToYield(String inFavourOf) {
            synchronized (this) {
                if (asked != null || ended) {
                    return;
                }
                asked = new Interruption.Reason(
                        Interruption.Kind.PREEMPTED,
                        job.name + " yields its devices to " + inFavourOf + " ("
                                + pool().settings().policy() + ": "
                                + Policies.summary(pool().settings().policy()) + ")");
                if (!running) {
                    return;
                }
            }
            build.log(block, asked.message());
            build.strands().cancel(block, asked);
        }

        /** Whether something thrown out of the body is the answer to the request to yield. */
        synchronized boolean wasAskedToYield(Throwable thrown) {
            Interruption i = Interruption.in(thrown);
            return i != null && asked != null && i.reason() == asked;
        }

        void end(TimelineEntry.Outcome outcome) {
            synchronized (this) {
                if (ended) {
                    return;
                }
                ended = true;
            }
            job.held = job.held.plus(Duration.ofNanos(System.nanoTime() - since));
            if (outcome == TimelineEntry.Outcome.YIELDED) {
                job.yields++;
                build.log(block, job.name + " has yielded and waits for its turn");
            }
            lease.release(outcome);
        }

        @Override
        public void close() {
            end(TimelineEntry.Outcome.FAILED);
            synchronized (job) {
                job.turn = null;
            }
        }
    }

    private final class Listener implements PoolListener {
        @Override
        public void waiting(Place place) {
            Job job = jobs.get(place.key());
            if (job != null) {
                job.waiting(place);
            }
        }

        @Override
        public void yielding(String key, String name, String favoured, String inFavourOf) {
            Job job = jobs.get(key);
            if (job != null) {
                job.askToYield(inFavourOf);
            }
        }
    }
}
