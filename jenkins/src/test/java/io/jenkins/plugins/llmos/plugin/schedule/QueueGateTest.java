package io.jenkins.plugins.llmos.plugin.schedule;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import hudson.ExtensionList;
import hudson.model.FreeStyleProject;
import hudson.model.Label;
import hudson.model.Node;
import hudson.model.Queue;
import hudson.model.queue.CauseOfBlockage;
import io.jenkins.plugins.llmos.plugin.Machines;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import org.jenkinsci.plugins.workflow.job.WorkflowRun;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.jvnet.hudson.test.JenkinsRule;
import org.jvnet.hudson.test.TestExtension;
import org.jvnet.hudson.test.junit.jupiter.WithJenkins;

/** What the dispatcher answers of items in the queue, and in what order they stand there. */
@WithJenkins
class QueueGateTest {
    private static JenkinsRule jenkins;

    @TestExtension
    public static final class QueueDoor extends Door {}

    private static Door door() {
        return ExtensionList.lookupSingleton(QueueDoor.class);
    }

    @BeforeAll
    static void start(JenkinsRule rule) throws Exception {
        jenkins = rule;
        jenkins.jenkins.setNumExecutors(0);
    }

    @AfterEach
    void open() {
        door().shut = false;
    }

    private static Optional<Queue.BuildableItem> buildable(String job) {
        return Queue.getInstance().getBuildableItems().stream()
                .filter(i -> i.task.getFullDisplayName().contains(job))
                .findFirst();
    }

    private static boolean holds(String job) {
        return Overview.jobs().stream()
                .anyMatch(j -> j.job().equals(job) && j.held().isPresent());
    }

    private static Queue.Item item(String job) {
        return Arrays.stream(Queue.getInstance().getItems())
                .filter(i -> i.task.getFullDisplayName().contains(job))
                .findFirst()
                .orElseThrow();
    }

    @Test
    void anItemMayStartWhereItsDevicesAreAndNowhereElse() throws Exception {
        Node one = Machines.agent(jenkins, "one", "pair", 1, Machines.devices(1, "NVIDIA H100", ""));
        Node two = Machines.agent(jenkins, "two", "pair", 1, Machines.devices(1, "NVIDIA H100", ""));
        door().shut = true;
        WorkflowRun run = Machines.start(
                jenkins, "chooses", "llmosSchedule(gpus: 1) { node('pair') { echo \"on ${env.NODE_NAME}\" } }");
        QueueGate gate = QueueGate.get();
        Machines.await(() -> holds("chooses")
                && buildable("chooses").filter(i -> gate.canRun(i) == null).isPresent());
        String machine = Overview.jobs().stream()
                .filter(j -> j.job().equals("chooses"))
                .findFirst()
                .orElseThrow()
                .held()
                .orElseThrow()
                .machine();
        Queue.BuildableItem item = buildable("chooses").orElseThrow();
        for (Node node : List.of(one, two)) {
            CauseOfBlockage answer = gate.canTake(node, item);
            if (node.getNodeName().equals(machine)) {
                assertNull(answer);
            } else {
                assertEquals("its devices are on " + machine, answer.getShortDescription());
            }
        }
        door().shut = false;
        jenkins.assertBuildStatusSuccess(jenkins.waitForCompletion(run));
        jenkins.assertLogContains("on " + machine, run);
    }

    @Test
    void whoWaitsIsToldWhyAndIsTakenByNobody() throws Exception {
        Node agent = Machines.agent(jenkins, "small", "small-box", 2, Machines.devices(1, "NVIDIA T4", ""));
        WorkflowRun run =
                Machines.start(jenkins, "greedy", "llmosSchedule(gpus: 9) { node('small-box') { echo 'never' } }");
        Machines.await(() -> Stream.of(Queue.getInstance().getItems())
                .anyMatch(i -> i.getWhy() != null && i.getWhy().contains("9 devices")));
        String why = item("greedy").getCauseOfBlockage().getShortDescription();
        assertTrue(
                why.startsWith("Waits for 9 devices on an agent with label small-box of pool default: no agent of pool"
                        + " default that is online has 9 devices on an agent with label small-box; there is "),
                why);
        assertTrue(why.contains("1 x NVIDIA T4 on small"), why);
        CauseOfBlockage answer =
                QueueGate.get().canTake(agent, new Queue.BuildableItem((Queue.NotWaitingItem) item("greedy")));
        assertTrue(answer.getShortDescription().startsWith("Waits for 9 devices"), answer.getShortDescription());
        run.doStop();
        jenkins.waitForCompletion(run);
    }

    @Test
    void whatBelongsToNoBlockIsLeftAlone() throws Exception {
        Machines.agent(jenkins, "shared", "shared-box", 2, Machines.devices(1, "NVIDIA T4", ""));
        // the same build, another build and another kind of job
        WorkflowRun run = Machines.start(jenkins, "both", """
                parallel(
                    waits: { llmosSchedule(gpus: 9) { node('shared-box') { echo 'never' } } },
                    passes: { node('shared-box') { echo 'not held up' } })
                """);
        jenkins.waitForMessage("not held up", run);
        jenkins.assertBuildStatusSuccess(
                jenkins.waitForCompletion(Machines.start(jenkins, "plain", "node('shared-box') { echo 'plain' }")));
        FreeStyleProject free = jenkins.createFreeStyleProject("free");
        free.setAssignedLabel(Label.get("shared-box"));
        jenkins.buildAndAssertSuccess(free);
        assertTrue(run.isBuilding());
        run.doStop();
        jenkins.waitForCompletion(run);
    }

    @Test
    void whoHasItsDevicesStandsBeforeOlderItems() throws Exception {
        Machines.agent(jenkins, "only", "single", 1, Machines.devices(1, "NVIDIA T4", ""));
        door().shut = true;
        WorkflowRun first = Machines.start(jenkins, "older-1", "node('single') { echo 'older' }");
        Machines.await(() -> buildable("older-1").isPresent());
        WorkflowRun second = Machines.start(jenkins, "older-2", "node('single') { echo 'older' }");
        Machines.await(() -> buildable("older-2").isPresent());
        WorkflowRun granted =
                Machines.start(jenkins, "granted", "llmosSchedule(gpus: 1) { node('single') { echo 'granted' } }");
        Machines.await(() ->
                buildable("granted").filter(i -> QueueGate.get().isGranted(i)).isPresent());

        List<Queue.BuildableItem> items = new ArrayList<>(Stream.of("older-1", "older-2", "granted")
                .map(j -> buildable(j).orElseThrow())
                .toList());
        assertNotNull(Queue.getInstance().getSorter());
        Queue.getInstance().getSorter().sortBuildableItems(items);
        assertEquals(
                Stream.of("granted", "older-1", "older-2")
                        .map(j -> buildable(j).orElseThrow().getId())
                        .toList(),
                items.stream().map(Queue.Item::getId).toList());

        door().shut = false;
        for (WorkflowRun run : List.of(granted, first, second)) {
            jenkins.assertBuildStatusSuccess(jenkins.waitForCompletion(run));
        }
    }
}
