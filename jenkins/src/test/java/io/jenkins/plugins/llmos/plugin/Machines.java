package io.jenkins.plugins.llmos.plugin;

import hudson.FilePath;
import hudson.model.Label;
import hudson.model.Slave;
import hudson.model.TopLevelItem;
import hudson.slaves.DumbSlave;
import hudson.slaves.NodeProperty;
import hudson.slaves.RetentionStrategy;
import io.jenkins.plugins.llmos.plugin.agents.DeclaredDevices;
import io.jenkins.plugins.llmos.plugin.agents.DevicesProperty;
import java.io.File;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.concurrent.Callable;
import jenkins.model.Jenkins;
import org.jenkinsci.plugins.workflow.cps.CpsFlowDefinition;
import org.jenkinsci.plugins.workflow.job.WorkflowJob;
import org.jenkinsci.plugins.workflow.job.WorkflowRun;
import org.jvnet.hudson.test.JenkinsRule;

/** Agents with devices, and builds that want them. */
public final class Machines {
    private static final Duration LONGEST = Duration.ofMinutes(5);

    private Machines() {}

    /** So many devices of a model. */
    public static DeclaredDevices devices(int count, String model, String memory) {
        DeclaredDevices devices = new DeclaredDevices();
        devices.setCount(count);
        devices.setModel(model);
        devices.setMemory(memory);
        return devices;
    }

    /** An agent that is online and has these devices, and a label besides its name. */
    public static DumbSlave agent(
            JenkinsRule jenkins, String name, String label, int executors, DeclaredDevices... devices)
            throws Exception {
        DumbSlave agent = new DumbSlave(name, folder(jenkins, name), jenkins.createComputerLauncher(null));
        add(jenkins, agent, label, executors, devices);
        return agent;
    }

    /** An agent that is gone just when a build is to use it for the first time. */
    public static final class Fleeting extends Slave {
        private static final long serialVersionUID = 1L;
        private transient boolean wasThere;

        public Fleeting(JenkinsRule jenkins, String name) throws Exception {
            super(name, folder(jenkins, name), jenkins.createComputerLauncher(null));
        }

        @Override
        public FilePath getWorkspaceFor(TopLevelItem item) {
            boolean gone = !wasThere;
            wasThere = true;
            return gone ? null : super.getWorkspaceFor(item);
        }

        @Override
        public SlaveDescriptor getDescriptor() {
            return (SlaveDescriptor) Jenkins.get().getDescriptorOrDie(DumbSlave.class);
        }
    }

    private static String folder(JenkinsRule jenkins, String name) {
        return new File(jenkins.jenkins.getRootDir(), "agents/" + name).getPath();
    }

    /** Adds an agent and waits until it is online. */
    public static void add(JenkinsRule jenkins, Slave agent, String label, int executors, DeclaredDevices... devices)
            throws Exception {
        agent.setLabelString(label);
        agent.setNumExecutors(executors);
        agent.setRetentionStrategy(RetentionStrategy.INSTANCE);
        DevicesProperty property = new DevicesProperty();
        property.setDeclared(List.of(devices));
        agent.getNodeProperties().add((NodeProperty) property);
        jenkins.jenkins.addNode(agent);
        jenkins.waitOnline(agent);
    }

    /** Starts a sandboxed Pipeline. */
    public static WorkflowRun start(JenkinsRule jenkins, String name, String pipeline) throws Exception {
        WorkflowJob job = jenkins.createProject(WorkflowJob.class, name);
        job.setDefinition(new CpsFlowDefinition(pipeline, true));
        return job.scheduleBuild2(0).waitForStart();
    }

    /** Whether a node has a label, as Jenkins remembers it. */
    public static boolean has(String node, String label) {
        Label all = Jenkins.get().getLabel(label);
        return all != null
                && all.getNodes().stream().anyMatch(n -> n.getNodeName().equals(node));
    }

    /** Waits until something holds, long enough for a machine that does much else. */
    public static void await(Callable<Boolean> condition) throws Exception {
        Instant end = Instant.now().plus(LONGEST);
        while (!condition.call()) {
            if (Instant.now().isAfter(end)) {
                throw new AssertionError("It does not hold after " + LONGEST.toMinutes() + " minutes.");
            }
            Thread.sleep(50);
        }
    }
}
