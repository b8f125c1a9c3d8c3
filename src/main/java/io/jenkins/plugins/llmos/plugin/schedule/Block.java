package io.jenkins.plugins.llmos.plugin.schedule;

import io.jenkins.plugins.llmos.engine.schedule.Allocation;
import io.jenkins.plugins.llmos.engine.schedule.JobRecord;
import io.jenkins.plugins.llmos.engine.schedule.JobRequest;
import io.jenkins.plugins.llmos.engine.schedule.PoolListener;
import io.jenkins.plugins.llmos.engine.schedule.ScheduleArguments;
import io.jenkins.plugins.llmos.engine.schedule.TimelineEntry;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CompletableFuture;

/**
 * One {@code llmosSchedule} that runs, over all its attempts. Changed by the allocator's thread alone, but for what is
 * said otherwise; read by all.
 */
final class Block {
    private final Facts facts;
    private final JobRequest request;

    /** The label that its body's node asks for, null while it has not asked. */
    volatile String label;
    /** Whether it has been submitted to its pool and neither been granted nor withdrawn. */
    volatile boolean submitted;

    volatile Allocation allocation;
    /** Whether all is there for the body to use what it holds. */
    volatile boolean ready;
    /** Whether its body has ended and what it holds is to be given back: no further node may start on that. */
    volatile boolean leaving;
    /** Whether it was here before this Jenkins started, and no step of its build has claimed it yet. */
    volatile boolean unclaimed;

    volatile Instant waitingSince;
    volatile Instant readySince;
    volatile boolean entered;
    volatile boolean closed;
    volatile int attempt;
    volatile String checkpoints = "";
    volatile PoolListener.Place place;
    /** Why no machine that there is will do, empty if one will. */
    volatile String problem = "";
    /** Externalizable id of the build, which of a whole build is not known before it begins. */
    volatile String owner;
    /** What people call the build. */
    volatile String title;
    /** Set by the execution, which may come later than this after a restart. */
    volatile ScheduleExecution execution;
    /** Done when the last attempt's checkpoint lies on the controller. */
    volatile CompletableFuture<Void> saved = CompletableFuture.completedFuture(null);
    /** When it first asked for devices, null while it has not. */
    volatile Instant arrived;
    /** When {@link #place} was worked out. */
    volatile Instant placed;
    /** Its runs so far, of which the last may go on. */
    private volatile List<JobRecord.Run> runs;
    /** Agents that have a folder of its checkpoints, the latest last. */
    private final Set<String> visited = new LinkedHashSet<>();

    /**
     * What is kept on disk of a block.
     *
     * @param key stands for the block
     * @param run externalizable id of its build
     * @param flowNode id of the block's start in the build's flow
     * @param job full name of the build's job
     * @param build what people call the build
     * @param pool name of its pool
     * @param arguments of the step
     * @param machine the machine that it is on already, empty if its body asks for one
     * @param label see {@link Block#label}
     * @param attempt the body's present run, from 1
     * @param visited see {@link Block#visited}
     * @param allocation what it holds, null while it waits
     * @param arrived see {@link Block#arrived}
     * @param runs see {@link Block#runs}, null for none
     */
    record Facts(
            String key,
            String run,
            String flowNode,
            String job,
            String build,
            String pool,
            Map<String, Object> arguments,
            String machine,
            String label,
            int attempt,
            List<String> visited,
            Allocation allocation,
            Instant arrived,
            List<JobRecord.Run> runs) {}

    Block(Facts facts) {
        this.facts = facts;
        this.request = ScheduleArguments.read(new LinkedHashMap<>(facts.arguments), facts.key, facts.job);
        this.label = facts.label;
        this.owner = facts.run;
        this.title = facts.build;
        this.attempt = facts.attempt;
        this.visited.addAll(facts.visited);
        this.allocation = facts.allocation;
        this.arrived = facts.arrived;
        this.runs = facts.runs == null ? List.of() : List.copyOf(facts.runs);
    }

    Facts facts() {
        synchronized (visited) {
            return new Facts(
                    facts.key,
                    facts.run,
                    facts.flowNode,
                    facts.job,
                    facts.build,
                    facts.pool,
                    facts.arguments,
                    facts.machine,
                    label,
                    attempt,
                    List.copyOf(visited),
                    allocation,
                    arrived,
                    runs);
        }
    }

    void began(Allocation held) {
        List<JobRecord.Run> all = new ArrayList<>(runs);
        all.add(JobRecord.Run.begin(held));
        runs = List.copyOf(all);
    }

    void ended(Instant at, TimelineEntry.Outcome how) {
        List<JobRecord.Run> all = new ArrayList<>(runs);
        int last = all.size() - 1;
        if (last >= 0 && all.get(last).end() == null) {
            all.set(last, all.get(last).ended(at, how));
        }
        runs = List.copyOf(all);
    }

    /**
     * What is known of it so far.
     *
     * @param outcome how it ended, null while it has not
     */
    JobRecord record(TimelineEntry.Outcome outcome) {
        JobRequest asked = request();
        return new JobRecord(
                pool(),
                key(),
                job(),
                asked.owner(),
                asked.demand(),
                arrived == null ? Instant.now() : arrived,
                asked.estimate().orElse(null),
                asked.priority(),
                runs,
                outcome);
    }

    void visit(String machine) {
        synchronized (visited) {
            visited.remove(machine);
            visited.add(machine);
        }
    }

    /** The agent where it last ran, empty if it has not yet. */
    String lastVisited() {
        List<String> all = facts().visited();
        return all.isEmpty() ? "" : all.get(all.size() - 1);
    }

    String key() {
        return facts.key;
    }

    String run() {
        return facts.run;
    }

    String flowNode() {
        return facts.flowNode;
    }

    String job() {
        return facts.job;
    }

    String build() {
        return title;
    }

    String pool() {
        return facts.pool;
    }

    /** Whether it stands for a whole build that waits in the queue, rather than for a step of one that runs. */
    boolean isBuild() {
        return facts.flowNode.isEmpty();
    }

    /** The machine around it, empty if its body asks for one. */
    String machine() {
        return facts.machine;
    }

    JobRequest request() {
        return label == null ? request : request.withDemand(request.demand().withLabel(label));
    }

    /** Whether its node may start. */
    boolean open() {
        return ready && !leaving;
    }

    /** What the body sees of it. */
    Map<String, String> environment() {
        Allocation held = allocation;
        Map<String, String> seen = new LinkedHashMap<>(Leftovers.mark(this));
        if (held == null || !ready) {
            seen.put("LLMOS_ATTEMPT", Integer.toString(attempt));
        } else {
            seen.putAll(ScheduleArguments.environment(request.demand(), held.devices(), attempt, checkpoints));
        }
        return seen;
    }

    @Override
    public String toString() {
        return facts.build + " (" + facts.key + ")";
    }
}
