package io.jenkins.plugins.llmos.engine.schedule;

import io.jenkins.plugins.llmos.engine.accelerator.Demand;
import io.jenkins.plugins.llmos.engine.accelerator.Fleet;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Collections;
import java.util.Comparator;
import java.util.HashMap;
import java.util.HashSet;
import java.util.IdentityHashMap;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.NoSuchElementException;
import java.util.OptionalInt;
import java.util.PriorityQueue;
import java.util.Set;
import java.util.TreeMap;

/** A snapshot made from loose facts, with their contradictions repaired. */
final class CheckedSnapshot implements Snapshot {
    private static final Comparator<JobState> AGE =
            Comparator.comparingLong(JobState::queuedAt).thenComparingLong(JobState::sequence);

    private final Fleet fleet;
    private final List<JobState> running = new ArrayList<>();
    private final Map<Demand, ListLine> lines = new LinkedHashMap<>();
    private final List<Hold> holds = new ArrayList<>();
    private final List<String> lost = new ArrayList<>();
    private final List<String> messages = new ArrayList<>();
    private final Occupancy occupancy;
    private final Occupancy scratch;
    private int waiting;

    CheckedSnapshot(Fleet fleet, Collection<JobState> jobs, Collection<Hold> facts) {
        this.fleet = fleet;
        Set<String> ids = new HashSet<>(jobs.size() * 2);
        occupancy = new Occupancy(fleet);
        scratch = new Occupancy(fleet);
        List<JobState> runs = jobs.stream()
                .filter(j -> !j.waiting())
                .sorted(Comparator.comparingLong(
                                (JobState j) -> j.run().orElseThrow().startedAt())
                        .thenComparingLong(JobState::sequence))
                .toList();
        for (JobState job : runs) {
            if (ids.add(job.id())) {
                checkRun(job);
            } else {
                messages.add("Job " + job.id() + " is listed as running twice; the run that began first counts.");
            }
        }
        for (Hold hold : facts) {
            checkHold(hold);
        }
        Map<Demand, Boolean> possible = new HashMap<>();
        for (JobState job : jobs) {
            if (!job.waiting()) {
                continue;
            }
            if (!ids.add(job.id())) {
                messages.add("Job " + job.id() + " is listed twice; it counts as running, or else once as waiting.");
            } else if (!possible.computeIfAbsent(job.demand(), fleet::canEverHold)) {
                messages.add("Job " + job.id() + " asks for " + job.demand()
                        + ", which no machine of the pool could ever give; it is passed over.");
            } else {
                lines.computeIfAbsent(job.demand(), ListLine::new).jobs.add(job);
                waiting++;
            }
        }
    }

    private void checkRun(JobState job) {
        JobState.Run run = job.run().orElseThrow();
        OptionalInt position = fleet.position(run.machine());
        String wrong = null;
        if (position.isEmpty()) {
            wrong = "runs on machine " + run.machine() + ", which is gone";
        } else {
            wrong = occupancy.conflict(position.getAsInt(), job.demand(), run.devices());
        }
        if (wrong != null) {
            lost.add(job.id());
            messages.add("Job " + job.id() + " " + wrong + "; its run is void.");
            return;
        }
        JobState placed = job;
        if (run.position() != position.getAsInt()) {
            placed = job.at(position.getAsInt());
        }
        occupancy.take(position.getAsInt(), job.demand(), run.devices());
        running.add(placed);
    }

    private void checkHold(Hold hold) {
        OptionalInt position = fleet.position(hold.machine());
        if (position.isEmpty() || fleet.slot(position.getAsInt(), hold.device()) < 0) {
            messages.add("Device " + hold.device() + " of machine " + hold.machine() + " is said to be held by "
                    + hold.holder() + ", but there is no such device; that is passed over.");
            return;
        }
        if (!occupancy.block(fleet.slot(position.getAsInt(), hold.device()))) {
            messages.add("Device " + hold.device() + " of machine " + hold.machine() + " is said to be held by "
                    + hold.holder() + ", but a job of ours holds it; that is passed over.");
            return;
        }
        messages.add("Device " + hold.device() + " of machine " + hold.machine() + " is held by " + hold.holder()
                + ", which is not a job known here; it is given to nobody.");
        holds.add(hold);
    }

    @Override
    public Fleet fleet() {
        return fleet;
    }

    @Override
    public Collection<JobState> running() {
        return List.copyOf(running);
    }

    @Override
    public Collection<? extends Line> lines() {
        return List.copyOf(lines.values());
    }

    @Override
    public Iterator<? extends Line> linesByAge() {
        return sorted(lines.values(), AGE).iterator();
    }

    @Override
    public Map<Integer, Iterator<ListLine>> lanes(Comparator<JobState> order) {
        Map<Integer, List<ListLine>> lanes = new TreeMap<>();
        for (ListLine line : lines.values()) {
            lanes.computeIfAbsent(Snapshot.lane(line.demand), k -> new ArrayList<>())
                    .add(line);
        }
        Map<Integer, Iterator<ListLine>> sorted = new TreeMap<>();
        lanes.forEach((lane, members) -> sorted.put(lane, sorted(members, order).iterator()));
        return sorted;
    }

    private static List<ListLine> sorted(Collection<ListLine> lines, Comparator<JobState> order) {
        List<ListLine> sorted = new ArrayList<>(lines);
        IdentityHashMap<ListLine, JobState> first = new IdentityHashMap<>();
        sorted.forEach(line -> first.put(line, line.first(order)));
        sorted.sort((a, b) -> order.compare(first.get(a), first.get(b)));
        return sorted;
    }

    @Override
    public RunningOrder running(RankedPolicy policy, long now) {
        RunningOrder order = new RunningOrder(policy, fleet.machines().size());
        running.forEach(order::add);
        return order.at(now);
    }

    @Override
    public int waitingCount() {
        return waiting;
    }

    @Override
    public Occupancy occupancy() {
        return scratch.follow(occupancy);
    }

    @Override
    public List<Hold> holds() {
        return List.copyOf(holds);
    }

    @Override
    public List<String> lost() {
        return List.copyOf(lost);
    }

    @Override
    public List<String> messages() {
        return List.copyOf(messages);
    }

    /** A group of waiting jobs, in no order. */
    static final class ListLine implements Line {
        private final Demand demand;
        private final List<JobState> jobs = new ArrayList<>();

        ListLine(Demand demand) {
            this.demand = demand;
        }

        @Override
        public Demand demand() {
            return demand;
        }

        @Override
        public JobState first(Comparator<JobState> order) {
            return Collections.min(jobs, order);
        }

        @Override
        public Iterator<JobState> inOrder(Comparator<JobState> order) {
            return new HeapIterator(jobs, order);
        }

        @Override
        public JobState oldest() {
            return Collections.min(jobs, AGE);
        }

        @Override
        public Iterator<JobState> byAge() {
            return new HeapIterator(jobs, AGE);
        }

        @Override
        public long nextQueuedAfter(long time) {
            long next = Ticks.NEVER;
            for (JobState job : jobs) {
                if (job.queuedAt() > time) {
                    next = Math.min(next, job.queuedAt());
                }
            }
            return next;
        }
    }

    /** Sorts only as far as it is read. */
    private static final class HeapIterator implements Iterator<JobState> {
        private final PriorityQueue<JobState> heap;

        HeapIterator(List<JobState> jobs, Comparator<JobState> order) {
            heap = new PriorityQueue<>(Math.max(1, jobs.size()), order);
            heap.addAll(jobs);
        }

        @Override
        public boolean hasNext() {
            return !heap.isEmpty();
        }

        @Override
        public JobState next() {
            JobState job = heap.poll();
            if (job == null) {
                throw new NoSuchElementException();
            }
            return job;
        }
    }
}
