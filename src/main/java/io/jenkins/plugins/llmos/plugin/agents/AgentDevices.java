package io.jenkins.plugins.llmos.plugin.agents;

import hudson.Extension;
import hudson.ExtensionList;
import hudson.model.Computer;
import hudson.model.Node;
import hudson.model.PeriodicWork;
import hudson.model.TaskListener;
import hudson.remoting.VirtualChannel;
import hudson.slaves.ComputerListener;
import hudson.slaves.OfflineCause;
import io.jenkins.plugins.llmos.engine.accelerator.Device;
import io.jenkins.plugins.llmos.engine.accelerator.DeviceLabels;
import io.jenkins.plugins.llmos.engine.accelerator.Machine;
import io.jenkins.plugins.llmos.engine.accelerator.Reading;
import io.jenkins.plugins.llmos.engine.util.Units;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.logging.Level;
import java.util.logging.Logger;
import java.util.stream.Collectors;
import jenkins.model.Jenkins;
import jenkins.model.NodeListener;

/** What devices each agent has, found by probing it when it comes and from time to time. Thread-safe. */
@Extension
public final class AgentDevices {
    private static final Logger LOGGER = Logger.getLogger(AgentDevices.class.getName());

    private final Map<String, ProbeDevices.Found> found = new ConcurrentHashMap<>();
    private final List<Runnable> listeners = new CopyOnWriteArrayList<>();

    public static AgentDevices get() {
        return ExtensionList.lookupSingleton(AgentDevices.class);
    }

    /** Has something run whenever an agent's devices may have changed. */
    public void onChange(Runnable listener) {
        listeners.add(listener);
    }

    /**
     * A node with its devices to give. One that was never probed and of which nothing is declared has none, and one without
     * executors has none, since no build is ever there.
     */
    public Machine machine(Node node) {
        ProbeDevices.Found known = found.get(node.getNodeName());
        if (node.getNumExecutors() == 0) {
            return Machine.of(node.getNodeName(), List.of());
        }
        // there may be other executors now than when it was probed
        Machine machine = known == null
                ? Machine.of(node.getNodeName(), List.of())
                : known.parsed().withCpuSlots(slots(node));
        DevicesProperty property = node.getNodeProperty(DevicesProperty.class);
        return property == null ? machine : machine.withDevices(property.apply(machine.devices()));
    }

    /** How the devices found on a node were when it was probed last, by index; none where an administrator declares others. */
    public Map<Integer, Reading> readings(Node node) {
        ProbeDevices.Found known = found.get(node.getNodeName());
        DevicesProperty property = node.getNodeProperty(DevicesProperty.class);
        if (known == null || (property != null && !property.getDeclared().isEmpty())) {
            return Map.of();
        }
        return known.current().stream().collect(Collectors.toMap(Reading::index, r -> r, (a, b) -> a));
    }

    /** What went wrong when a node was probed last, a sentence each. */
    public List<String> problems(Node node) {
        ProbeDevices.Found known = found.get(node.getNodeName());
        return known == null ? List.of() : List.copyOf(known.problems());
    }

    /** The labels that a node has because of its devices. */
    private Set<String> labels(Node node) {
        ProbeDevices.Found known = found.get(node.getNodeName());
        return DeviceLabels.of(machine(node).devices(), known == null ? "" : known.cuda());
    }

    List<String> describe(String node) {
        ProbeDevices.Found known = found.get(node);
        if (known == null) {
            return List.of("not probed yet");
        }
        List<String> lines = new ArrayList<>();
        for (Device d : known.parsed().devices()) {
            lines.add(d.index() + ": " + d.model()
                    + (d.memoryBytes() > 0 ? ", " + Units.formatBytes(d.memoryBytes()) : "")
                    + (d.uuid().isEmpty() ? "" : ", " + d.uuid()));
        }
        lines.addAll(known.problems());
        return lines;
    }

    private static int slots(Node node) {
        DevicesProperty property = node.getNodeProperty(DevicesProperty.class);
        return property == null || property.getCpuSlots() == 0
                ? Math.max(1, node.getNumExecutors())
                : property.getCpuSlots();
    }

    /** Probes an agent; it may take as long as the vendors' tools do. */
    void probe(Computer computer) {
        Node node = computer.getNode();
        VirtualChannel channel = computer.getChannel();
        if (node == null || channel == null) {
            return;
        }
        try {
            ProbeDevices.Found now = channel.call(new ProbeDevices(slots(node)));
            ProbeDevices.Found before = found.put(node.getNodeName(), now);
            for (String problem : now.problems()) {
                if (before == null || !before.problems().contains(problem)) {
                    LOGGER.warning(() -> node.getDisplayName() + ": " + problem);
                }
            }
        } catch (IOException | RuntimeException e) {
            LOGGER.log(Level.INFO, e, () -> "The devices of " + node.getDisplayName() + " cannot be probed");
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
        changed();
    }

    /** To be called when devices, or what is said of them, may have changed. Does I/O where labels change. */
    void changed() {
        Jenkins jenkins = Jenkins.get();
        List<Node> nodes = new ArrayList<>(jenkins.getNodes());
        nodes.add(jenkins);
        for (Node node : nodes) {
            Labels.get().set(node, labels(node));
        }
        listeners.forEach(Runnable::run);
    }

    /** Probes agents that come. */
    @Extension
    public static final class Arrivals extends ComputerListener {
        @Override
        public void onOnline(Computer computer, TaskListener listener) {
            Computer.threadPoolForRemoting.execute(() -> get().probe(computer));
        }

        @Override
        public void onOffline(Computer computer, OfflineCause cause) {
            Computer.threadPoolForRemoting.execute(() -> get().changed());
        }

        @Override
        public void onTemporarilyOnline(Computer computer) {
            Computer.threadPoolForRemoting.execute(() -> get().changed());
        }

        @Override
        public void onTemporarilyOffline(Computer computer, OfflineCause cause) {
            Computer.threadPoolForRemoting.execute(() -> get().changed());
        }

        @Override
        public void onConfigurationChange() {
            Computer.threadPoolForRemoting.execute(() -> get().changed());
        }
    }

    /** Sees an agent's properties change where its executors stay as they are, as when a script changes them. */
    @Extension
    public static final class Changes extends NodeListener {
        @Override
        protected void onUpdated(Node before, Node now) {
            Computer.threadPoolForRemoting.execute(() -> get().changed());
        }
    }

    /** Probes all agents from time to time. */
    @Extension
    public static final class Rounds extends PeriodicWork {
        @Override
        public long getRecurrencePeriod() {
            return Duration.ofMinutes(5).toMillis();
        }

        @Override
        protected void doRun() {
            for (Computer computer : Jenkins.get().getComputers()) {
                Computer.threadPoolForRemoting.execute(() -> get().probe(computer));
            }
        }
    }
}
