package io.jenkins.plugins.llmos.plugin.schedule;

import hudson.model.Computer;
import hudson.model.Executor;
import hudson.model.Node;
import hudson.model.Queue;
import io.jenkins.plugins.llmos.engine.accelerator.Machine;
import io.jenkins.plugins.llmos.engine.schedule.Allocator;
import io.jenkins.plugins.llmos.engine.schedule.DurationHistory;
import io.jenkins.plugins.llmos.engine.schedule.PoolListener;
import io.jenkins.plugins.llmos.engine.schedule.PoolSettings;
import io.jenkins.plugins.llmos.plugin.agents.AgentDevices;
import java.time.Clock;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Predicate;
import jenkins.model.Jenkins;

/** The allocators of the pools, each with the agents that belong to it as they are now. Used by one thread, but for {@link #known}. */
final class Pools {
    private final Map<String, Allocator> allocators = new ConcurrentHashMap<>();
    private final DurationHistory durations;
    private final PoolListener listener;
    private final Leftovers leftovers;

    /** @param durations what is known of earlier jobs */
    Pools(DurationHistory durations, PoolListener listener, Leftovers leftovers) {
        this.durations = durations;
        this.listener = listener;
        this.leftovers = leftovers;
    }

    /** The allocator of a pool; one that is no longer configured still serves those that it has. */
    Allocator of(String pool) {
        return allocators.computeIfAbsent(
                pool,
                name -> new Allocator(
                        List.of(), settings(name), Clock.systemUTC(), durations.estimator(name), listener));
    }

    /** The allocator of a pool, if anybody ever asked for one; for any thread. */
    Optional<Allocator> known(String pool) {
        return Optional.ofNullable(allocators.get(pool));
    }

    private static PoolSettings settings(String name) {
        return LlmosConfiguration.get().effective().stream()
                .filter(p -> p.getName().equals(name))
                .findFirst()
                .orElseGet(Pool::new)
                .settings();
    }

    /** Takes note of changed settings. */
    void reconfigure() {
        allocators.forEach((name, allocator) -> {
            PoolSettings now = settings(name);
            if (!now.equals(allocator.settings())) {
                allocator.change(now);
            }
        });
    }

    /**
     * Takes note of the agents as they are now.
     *
     * @param ours whether an executor works for a block
     */
    void refresh(Collection<Block> blocks, Predicate<Queue.Executable> ours) {
        Set<String> labels = new HashSet<>();
        for (Block block : blocks) {
            if (block.label != null) {
                labels.add(block.label);
            }
        }
        Map<String, List<Machine>> members = new LinkedHashMap<>();
        List<Pool> pools = LlmosConfiguration.get().effective();
        pools.forEach(p -> members.put(p.getName(), new ArrayList<>()));
        Jenkins jenkins = Jenkins.get();
        List<Node> nodes = new ArrayList<>(jenkins.getNodes());
        nodes.add(jenkins);
        for (Node node : nodes) {
            Machine machine = AgentDevices.get().machine(node);
            if (machine.devices().isEmpty() && node.toComputer() == null) {
                continue;
            }
            String name = Places.name(node);
            Set<String> has = new HashSet<>();
            for (String label : labels) {
                if (Places.matches(label, node)) {
                    has.add(label);
                }
            }
            members.computeIfAbsent(home(node, pools), p -> new ArrayList<>())
                    .add(machine.with(name, room(node, name, blocks, ours), has));
        }
        allocators.forEach((name, allocator) -> allocator.change(members.getOrDefault(name, List.of())));
    }

    /** The pool that a node belongs to: the first whose label it has, else the one for all others. */
    static String home(Node node, List<Pool> pools) {
        return pools.stream()
                .filter(p -> !p.getLabel().isEmpty() && Places.matches(p.getLabel(), node))
                .map(Pool::getName)
                .findFirst()
                .or(() -> pools.stream()
                        .filter(p -> p.getLabel().isEmpty())
                        .map(Pool::getName)
                        .findFirst())
                .orElse(Pool.DEFAULT);
    }

    /** How many blocks may run on a node: as many as it has executors that do nothing else. */
    private int room(Node node, String name, Collection<Block> blocks, Predicate<Queue.Executable> ours) {
        Computer computer = node.toComputer();
        if (computer == null || computer.isOffline() || !computer.isAcceptingTasks()) {
            return 0;
        }
        int room = 0;
        for (Executor executor : computer.getExecutors()) {
            Queue.Executable executable = executor.getCurrentExecutable();
            if (executable == null ? !executor.isBusy() : ours.test(executable)) {
                room++;
            }
        }
        int holding = 0;
        for (Block block : blocks) {
            // a block around which there is a node already needs no executor of its own
            room += block.machine().equals(name) ? 1 : 0;
            holding += block.allocation != null && block.allocation.machine().equals(name) ? 1 : 0;
        }
        return leftovers.on(name) ? holding : Math.max(room, holding);
    }
}
