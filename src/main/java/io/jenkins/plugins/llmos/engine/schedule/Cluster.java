package io.jenkins.plugins.llmos.engine.schedule;

import io.jenkins.plugins.llmos.engine.accelerator.Demand;
import io.jenkins.plugins.llmos.engine.accelerator.Fleet;
import java.util.Collection;
import java.util.Collections;
import java.util.Comparator;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;

/**
 * The jobs of a pool as they change, kept in order so that a decision need not sort them. Both the simulator and the
 * pool of a real machine drive one. Not thread-safe.
 */
public final class Cluster {
    private static final Comparator<JobState> AGE =
            Comparator.comparingLong(JobState::queuedAt).thenComparingLong(JobState::sequence);

    private final Fleet fleet;
    private final Comparator<JobState> order;
    private final Map<String, JobState> jobs = new LinkedHashMap<>();
    private final Map<String, JobState> running = new LinkedHashMap<>();
    private final Map<Demand, Line> lines = new LinkedHashMap<>();
    private final Map<Integer, TreeSet<Line>> lanes = new TreeMap<>();
    private final TreeSet<Line> byOldest = new TreeSet<>((a, b) -> AGE.compare(a.oldest, b.oldest));
    private final SchedulingPolicy policy;
    private final Optional<RunningOrder> ranks;
    private final Occupancy occupancy;
    private final Occupancy scratch;
    private final View view = new View(this);
    private int waiting;

    /** A cluster without jobs, for decisions by the given policy. */
    public Cluster(Fleet fleet, SchedulingPolicy policy) {
        this.fleet = fleet;
        this.order = policy instanceof RankedPolicy ranked ? ranked.order() : AGE;
        this.policy = policy;
        this.ranks = policy instanceof RankedPolicy ranked && ranked.preempts()
                ? Optional.of(new RunningOrder(ranked, fleet.machines().size()))
                : Optional.empty();
        this.occupancy = new Occupancy(fleet);
        this.scratch = new Occupancy(fleet);
    }

    /** What a policy may look at: a view of the present state, not to be kept beyond the next change. */
    public Snapshot snapshot() {
        return view;
    }

    public Fleet fleet() {
        return fleet;
    }

    /** A job, or null if there is none of that id. */
    public JobState job(String id) {
        return jobs.get(id);
    }

    /** All jobs, in order of their latest change. */
    public Collection<JobState> jobs() {
        return Collections.unmodifiableCollection(jobs.values());
    }

    public Collection<JobState> running() {
        return Collections.unmodifiableCollection(running.values());
    }

    public int waitingCount() {
        return waiting;
    }

    /** Whether no device has anything left to give. */
    public boolean full() {
        return occupancy.full();
    }

    /** Adds a job, waiting or running; its id must be new. */
    public void add(JobState job) {
        if (jobs.putIfAbsent(job.id(), job) != null) {
            throw new IllegalArgumentException("job " + job.id() + " is already there");
        }
        if (job.waiting()) {
            enqueue(job);
        } else {
            JobState.Run run = job.run().orElseThrow();
            occupancy.take(run.position(), job.demand(), run.devices());
            running.put(job.id(), job);
            ranks.ifPresent(r -> r.add(job));
        }
    }

    /** Takes a job out and returns what it was. */
    public JobState remove(String id) {
        JobState job = jobs.remove(id);
        if (job == null) {
            throw new IllegalArgumentException("there is no job " + id);
        }
        if (job.waiting()) {
            dequeue(job);
        } else {
            JobState.Run run = job.run().orElseThrow();
            occupancy.release(run.position(), job.demand(), run.devices());
            running.remove(id);
            ranks.ifPresent(r -> r.remove(job));
        }
        return job;
    }

    private void enqueue(JobState job) {
        Line line = lines.computeIfAbsent(job.demand(), d -> new Line(d, order));
        change(line, line.byAge.isEmpty() || leads(job, line), () -> line.add(job));
        waiting++;
    }

    private void dequeue(JobState job) {
        Line line = lines.get(job.demand());
        change(line, leads(job, line), () -> line.remove(job));
        waiting--;
        if (line.byAge.isEmpty()) {
            lines.remove(job.demand());
        }
    }

    /** Whether the line's place among the others hangs on the job. */
    private boolean leads(JobState job, Line line) {
        return order.compare(job, line.first) <= 0 || AGE.compare(job, line.oldest) <= 0;
    }

    /** Changes a line, keeping the lines in order if it may move. */
    private void change(Line line, boolean moves, Runnable change) {
        if (!moves) {
            change.run();
            return;
        }
        int lane = Snapshot.lane(line.demand);
        TreeSet<Line> members = lanes.get(lane);
        if (!line.byAge.isEmpty()) {
            members.remove(line);
            byOldest.remove(line);
        } else if (members == null) {
            members = new TreeSet<>((a, b) -> order.compare(a.first, b.first));
            lanes.put(lane, members);
        }
        change.run();
        if (!line.byAge.isEmpty()) {
            members.add(line);
            byOldest.add(line);
        } else if (members.isEmpty()) {
            lanes.remove(lane);
        }
    }

    /** Replaces a job by a newer state of itself. */
    public void update(JobState job) {
        JobState before = jobs.get(job.id());
        if (before != null && !before.waiting() && before.run().equals(job.run())) {
            jobs.put(job.id(), job);
            running.put(job.id(), job);
            ranks.ifPresent(r -> {
                r.remove(before);
                r.add(job);
            });
            return;
        }
        remove(job.id());
        add(job);
    }

    /** Starts a waiting job on the devices that a decision gives it. */
    public JobState start(Decision.Start start, long now) {
        JobState job = jobs.get(start.job());
        long overhead = job.attempt() > 0 ? job.preemptionCost() : 0;
        JobState started = job.started(new JobState.Run(
                fleet.machine(start.machine()).name(),
                start.machine(),
                start.devices(),
                now,
                overhead,
                start.aged(),
                false));
        update(started);
        return started;
    }

    /** Notes the machines that a decision reserves, and forgets those it no longer does. */
    public void reserve(List<Decision.Reservation> reservations, Collection<String> before) {
        for (String id : before) {
            JobState job = jobs.get(id);
            if (job != null && job.reserved() >= 0) {
                update(job.withReserved(-1));
            }
        }
        for (Decision.Reservation reservation : reservations) {
            JobState job = jobs.get(reservation.job());
            if (job != null && job.waiting()) {
                update(job.withReserved(reservation.machine()));
            }
        }
    }

    /** Waiting jobs with the same demand, kept in order. */
    static final class Line implements Snapshot.Line {
        private final Demand demand;
        private final Comparator<JobState> order;
        private final TreeSet<JobState> byOrder;
        private final TreeSet<JobState> byAge = new TreeSet<>(AGE);
        private JobState first;
        private JobState oldest;

        Line(Demand demand, Comparator<JobState> order) {
            this.demand = demand;
            this.order = order;
            this.byOrder = new TreeSet<>(order);
        }

        void add(JobState job) {
            if (!byOrder.add(job) || !byAge.add(job)) {
                throw new IllegalArgumentException("two jobs have the sequence " + job.sequence());
            }
            first = byOrder.first();
            oldest = byAge.first();
        }

        void remove(JobState job) {
            byOrder.remove(job);
            byAge.remove(job);
            first = byOrder.isEmpty() ? null : byOrder.first();
            oldest = byAge.isEmpty() ? null : byAge.first();
        }

        @Override
        public Demand demand() {
            return demand;
        }

        @Override
        public JobState first(Comparator<JobState> wanted) {
            return wanted == order ? first : Collections.min(byOrder, wanted);
        }

        @Override
        public Iterator<JobState> inOrder(Comparator<JobState> wanted) {
            if (wanted == order) {
                return Collections.unmodifiableSet(byOrder).iterator();
            }
            return byAge.stream().sorted(wanted).iterator();
        }

        @Override
        public JobState oldest() {
            return oldest;
        }

        @Override
        public Iterator<JobState> byAge() {
            return Collections.unmodifiableSet(byAge).iterator();
        }

        @Override
        public long nextQueuedAfter(long time) {
            if (oldest.queuedAt() > time) {
                return oldest.queuedAt();
            }
            JobState bound = JobState.arrived("", Long.MAX_VALUE, "", demand, time, 0, 0);
            JobState next = byAge.higher(bound);
            return next == null ? Ticks.NEVER : next.queuedAt();
        }
    }

    /** The cluster as a policy sees it. */
    static final class View implements Snapshot {
        private final Cluster cluster;

        View(Cluster cluster) {
            this.cluster = cluster;
        }

        @Override
        public Fleet fleet() {
            return cluster.fleet;
        }

        @Override
        public Collection<JobState> running() {
            return Collections.unmodifiableCollection(cluster.running.values());
        }

        @Override
        public Collection<? extends Snapshot.Line> lines() {
            return Collections.unmodifiableCollection(cluster.lines.values());
        }

        @Override
        public Iterator<? extends Snapshot.Line> linesByAge() {
            return Collections.unmodifiableSet(cluster.byOldest).iterator();
        }

        @Override
        public Map<Integer, Iterator<Cluster.Line>> lanes(Comparator<JobState> wanted) {
            Map<Integer, Iterator<Cluster.Line>> lanes = new TreeMap<>();
            cluster.lanes.forEach((lane, members) -> lanes.put(lane, inOrder(members, wanted)));
            return lanes;
        }

        private Iterator<Cluster.Line> inOrder(Set<Cluster.Line> lines, Comparator<JobState> wanted) {
            if (wanted == cluster.order) {
                return lines.iterator();
            }
            return lines.stream()
                    .sorted((a, b) -> wanted.compare(a.first(wanted), b.first(wanted)))
                    .iterator();
        }

        @Override
        public RunningOrder running(RankedPolicy policy, long now) {
            if (policy == cluster.policy && cluster.ranks.isPresent()) {
                return cluster.ranks.get().at(now);
            }
            RunningOrder order =
                    new RunningOrder(policy, cluster.fleet.machines().size());
            cluster.running.values().forEach(order::add);
            return order.at(now);
        }

        @Override
        public int waitingCount() {
            return cluster.waiting;
        }

        @Override
        public Occupancy occupancy() {
            return cluster.scratch.follow(cluster.occupancy);
        }

        @Override
        public List<Hold> holds() {
            return List.of();
        }

        @Override
        public List<String> lost() {
            return List.of();
        }

        @Override
        public List<String> messages() {
            return List.of();
        }
    }
}
