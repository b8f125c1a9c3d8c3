package io.jenkins.plugins.llmos.plugin.schedule;

import hudson.model.Computer;
import hudson.model.Node;
import io.jenkins.plugins.llmos.engine.accelerator.Demand;
import io.jenkins.plugins.llmos.engine.accelerator.Machine;
import io.jenkins.plugins.llmos.engine.schedule.Allocation;
import io.jenkins.plugins.llmos.engine.schedule.ForecastRun;
import io.jenkins.plugins.llmos.engine.schedule.JobRecord;
import io.jenkins.plugins.llmos.engine.schedule.JobRequest;
import io.jenkins.plugins.llmos.engine.schedule.PoolListener;
import io.jenkins.plugins.llmos.engine.schedule.PoolSettings;
import io.jenkins.plugins.llmos.plugin.agents.AgentDevices;
import java.io.IOException;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import jenkins.model.Jenkins;

/** What there is, who holds it and who waits for it, as it is at one moment; read by pages. */
public final class Overview {
    private Overview() {}

    /**
     * A pool with its settings.
     *
     * @param label expression of the agents that belong to it, empty for all others
     */
    public record PoolState(String name, String label, PoolSettings settings) {}

    /**
     * An agent.
     *
     * @param machine with its devices; its name is the one that allocations use
     * @param computer null if it has none
     * @param pool name of the pool that it belongs to
     */
    public record Agent(Machine machine, Node node, Computer computer, String pool) {}

    /**
     * A block that waits or runs.
     *
     * @param key stands for it
     * @param run externalizable id of its build
     * @param build what people call the build
     * @param job full name of its job
     * @param pool name
     * @param demand what it asks for
     * @param estimate how long its user says that it works
     * @param priority higher goes first
     * @param attempt which run it is in or waits for, from 1
     * @param since since when it holds or waits
     * @param held what it holds, empty while it waits
     * @param rank its place in the queue, 0 if that is not known
     * @param start when it is expected to start
     * @param problem why it can never start on what there is, empty if it can
     */
    public record Job(
            String key,
            String run,
            String build,
            String job,
            String pool,
            Demand demand,
            Optional<Duration> estimate,
            int priority,
            int attempt,
            Instant since,
            Optional<Allocation> held,
            int rank,
            Optional<Instant> start,
            String problem) {}

    /** All pools, in the order in which agents look for theirs. */
    public static List<PoolState> pools() {
        return LlmosConfiguration.get().effective().stream()
                .map(p -> new PoolState(p.getName(), p.getLabel(), p.settings()))
                .toList();
    }

    /** All agents, and Jenkins itself. */
    static List<Node> nodes() {
        Jenkins jenkins = Jenkins.get();
        List<Node> nodes = new ArrayList<>(jenkins.getNodes());
        nodes.add(jenkins);
        return nodes;
    }

    /** All agents that have devices to give, by name. */
    public static List<Agent> agents() {
        List<Pool> pools = LlmosConfiguration.get().effective();
        List<Agent> agents = new ArrayList<>();
        for (Node node : nodes()) {
            Machine machine = AgentDevices.get().machine(node);
            if (!machine.devices().isEmpty()) {
                int room = Math.max(1, node.getNumExecutors());
                agents.add(new Agent(
                        machine.with(Places.name(node), room, Set.of()),
                        node,
                        node.toComputer(),
                        Pools.home(node, pools)));
            }
        }
        agents.sort(Comparator.comparing(a -> a.machine().name()));
        return agents;
    }

    /** The blocks that run, by their start, and then those that wait, by their place in the queue. */
    public static List<Job> jobs() {
        Collection<Block> blocks = Allocations.get().blocks();
        List<Job> jobs = new ArrayList<>(blocks.size());
        for (Block block : blocks) {
            Allocation held = block.allocation;
            Instant waiting = block.waitingSince == null ? block.arrived : block.waitingSince;
            if (held == null && waiting == null) {
                continue;
            }
            jobs.add(job(block, held, held == null ? waiting : held.since()));
        }
        jobs.sort(Comparator.comparing((Job j) -> j.held.isEmpty())
                .thenComparing(j -> j.held.isEmpty() && j.rank == 0)
                .thenComparing(j -> j.held.isEmpty() ? j.rank : 0)
                .thenComparing(Job::since));
        return jobs;
    }

    private static Job job(Block block, Allocation held, Instant since) {
        JobRequest asked = block.request();
        PoolListener.Place place = held == null ? block.place : null;
        Instant placed = block.placed;
        Demand demand = asked.demand();
        return new Job(
                block.key(),
                block.owner,
                block.build(),
                block.job(),
                block.pool(),
                demand.label().equals(Places.ANY) ? demand.withLabel("") : demand,
                asked.estimate(),
                asked.priority(),
                Math.max(1, block.attempt),
                since,
                Optional.ofNullable(held),
                place == null ? 0 : place.rank(),
                place == null || placed == null
                        ? Optional.empty()
                        : place.predictedStart().map(placed::plus),
                held == null ? block.problem : "");
    }

    /** What a pool's policy will do with those that run and wait, see the engine's forecast. */
    public static List<ForecastRun> forecast(String pool) {
        return Allocations.get().forecast(pool);
    }

    /** The latest preemptions, the latest first. */
    public static List<PastJobs.Preemption> preemptions() {
        return Allocations.get().past().preemptions();
    }

    /** How many jobs ended since Jenkins started. */
    public static Map<PastJobs.Ended, Long> ended() {
        return Allocations.get().past().counts();
    }

    /** How many runs of each pool were asked to make way since Jenkins started. */
    public static Map<String, Long> preempted() {
        return Allocations.get().past().preempted();
    }

    /**
     * The jobs of a pool that came at or after an instant and have ended.
     *
     * @throws IOException if they cannot be read
     */
    public static List<JobRecord> ended(String pool, Instant from) throws IOException {
        return Allocations.get().past().since(from).stream()
                .filter(j -> j.pool().equals(pool))
                .toList();
    }

    /** The machines of a pool as they would be with nothing running, with those labels of the given ones that they have. */
    public static List<Machine> machines(String pool, Set<String> labels) {
        List<Machine> machines = new ArrayList<>();
        for (Agent agent : agents()) {
            if (agent.pool.equals(pool)) {
                Set<String> has = new HashSet<>();
                labels.stream().filter(l -> Places.matches(l, agent.node)).forEach(has::add);
                Machine m = agent.machine;
                machines.add(m.with(m.name(), m.jobs(), has));
            }
        }
        return machines;
    }
}
