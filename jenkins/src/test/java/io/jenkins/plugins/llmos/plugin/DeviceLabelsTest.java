package io.jenkins.plugins.llmos.plugin;

import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import hudson.slaves.DumbSlave;
import io.jenkins.plugins.llmos.plugin.agents.DevicesProperty;
import java.util.List;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.jvnet.hudson.test.JenkinsRule;
import org.jvnet.hudson.test.junit.jupiter.WithJenkins;

/** Which labels nodes have because of their devices, while nodes come, change and go. */
@WithJenkins
class DeviceLabelsTest {
    private static JenkinsRule jenkins;

    @BeforeAll
    static void start(JenkinsRule rule) {
        jenkins = rule;
    }

    private static void awaitLabel(String node, String label, boolean has) throws Exception {
        Machines.await(() -> Machines.has(node, label) == has);
    }

    @Test
    void labelsComeAndGoWithTheNode() throws Exception {
        DumbSlave one = Machines.agent(jenkins, "comes", "", 1, Machines.devices(2, "NVIDIA L40S", "48G"));
        awaitLabel("comes", "gpu && gpus-2 && gpu-l40s && gpu-48g", true);
        DumbSlave two = Machines.agent(jenkins, "stays", "", 1, Machines.devices(1, "NVIDIA L40S", "48G"));
        awaitLabel("stays", "gpu-l40s && gpus-1", true);
        assertFalse(Machines.has("stays", "gpus-2"));

        jenkins.jenkins.removeNode(one);
        awaitLabel("comes", "gpu-l40s", false);
        assertTrue(Machines.has("stays", "gpu-l40s"));

        // another node of that name starts without its labels
        jenkins.waitOnline(jenkins.createSlave("comes", "", null));
        assertFalse(Machines.has("comes", "gpu-l40s"));
        jenkins.jenkins.removeNode(two);
        awaitLabel("stays", "gpu-l40s", false);
    }

    @Test
    void anAgentThatIsAwayKeepsItsLabels() throws Exception {
        DumbSlave agent = Machines.agent(jenkins, "away", "", 1, Machines.devices(1, "NVIDIA T4", "16G"));
        awaitLabel("away", "gpu-t4", true);
        agent.toComputer().disconnect(null).get();
        Machines.await(() -> agent.toComputer().isOffline());
        assertTrue(Machines.has("away", "gpu-t4"));
    }

    @Test
    void devicesThatAreKeptFromBuildsGiveNoLabels() throws Exception {
        DumbSlave agent = Machines.agent(
                jenkins,
                "keeps",
                "",
                1,
                Machines.devices(1, "NVIDIA V100", "32G"),
                Machines.devices(1, "NVIDIA P100", "16G"));
        awaitLabel("keeps", "gpus-2 && gpu-v100 && gpu-p100", true);
        DevicesProperty property = agent.getNodeProperty(DevicesProperty.class);
        for (String hidden : List.of("0", "all")) {
            property.setHidden(hidden);
            jenkins.jenkins.updateNode(agent);
            awaitLabel("keeps", "gpu-v100", false);
        }
        awaitLabel("keeps", "gpu-p100", false);
        awaitLabel("keeps", "gpu", false);
    }
}
