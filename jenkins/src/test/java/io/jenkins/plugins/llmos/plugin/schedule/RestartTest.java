package io.jenkins.plugins.llmos.plugin.schedule;

import static org.junit.jupiter.api.Assertions.assertEquals;

import hudson.ExtensionList;
import io.jenkins.plugins.llmos.plugin.Machines;
import java.util.List;
import org.jenkinsci.plugins.workflow.job.WorkflowJob;
import org.jenkinsci.plugins.workflow.job.WorkflowRun;
import org.jenkinsci.plugins.workflow.support.steps.input.InputAction;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.jvnet.hudson.test.JenkinsRule;
import org.jvnet.hudson.test.TestExtension;
import org.jvnet.hudson.test.junit.jupiter.JenkinsSessionExtension;

/** A restart of the controller while a block is in each of its states. */
class RestartTest {
    @RegisterExtension
    private final JenkinsSessionExtension sessions = new JenkinsSessionExtension();

    /** A controller starts with its door open. */
    @TestExtension
    public static final class QueueDoor extends Door {}

    private static final List<String> HOLDERS = List.of("holds", "holds-inside", "is-granted", "thief");
    private static final List<String> WAITERS = List.of("waits", "waits-inside", "victim");

    /** Keeps a build busy until it is told to go on. */
    private static final String WORK =
            "echo \"works with ${env.LLMOS_DEVICES} in attempt ${env.LLMOS_ATTEMPT}\"; input id: 'Go', message: 'go on?'";

    private static WorkflowRun run(JenkinsRule jenkins, String job) {
        return jenkins.jenkins.getItemByFullName(job, WorkflowJob.class).getBuildByNumber(1);
    }

    private static void awaitInput(WorkflowRun run) throws Exception {
        Machines.await(() -> {
            InputAction action = run.getAction(InputAction.class);
            return action != null && !action.getExecutions().isEmpty();
        });
    }

    private static void goOn(WorkflowRun run) throws Exception {
        awaitInput(run);
        run.getAction(InputAction.class).getExecution("Go").proceed(null);
    }

    private static List<String> holders() {
        return Overview.jobs().stream()
                .filter(j -> j.held().isPresent())
                .map(Overview.Job::job)
                .sorted()
                .toList();
    }

    private static boolean waits(String job) {
        return Overview.jobs().stream()
                .anyMatch(j -> j.job().equals(job) && j.held().isEmpty() && j.rank() > 0);
    }

    private static void assertSucceeds(JenkinsRule jenkins, String job, String... logged) throws Exception {
        WorkflowRun run = run(jenkins, job);
        goOn(run);
        jenkins.assertBuildStatusSuccess(jenkins.waitForCompletion(run));
        for (String line : logged) {
            jenkins.assertLogContains(line, run);
        }
    }

    private static String holding(String label) {
        return "llmosSchedule(gpus: 1, preemptible: false) { node('" + label + "') { " + WORK + " } }";
    }

    private static String inside(String label) {
        return "node('" + label + "') { llmosSchedule(gpus: 1, preemptible: false) { " + WORK + " } }";
    }

    private static void box(JenkinsRule jenkins, String name) throws Exception {
        Machines.agent(jenkins, name, "", 2, Machines.devices(1, "NVIDIA T4", ""));
    }

    /** One restart for all states, each on an agent of its own. */
    @Test
    void everyStateOutlivesARestart() throws Throwable {
        sessions.then(jenkins -> {
            jenkins.jenkins.setNumExecutors(0);
            Pool eager = ScheduleStepTest.eager();
            eager.setName("eager");
            eager.setLabel("yields");
            LlmosConfiguration.get().setPools(List.of(eager));

            box(jenkins, "queue");
            awaitInput(Machines.start(jenkins, "holds", holding("queue")));
            Machines.start(jenkins, "waits", holding("queue"));

            box(jenkins, "around");
            awaitInput(Machines.start(jenkins, "holds-inside", inside("around")));
            Machines.start(jenkins, "waits-inside", inside("around"));

            box(jenkins, "late");
            awaitInput(Machines.start(jenkins, "has-not-asked", """
                    llmosSchedule(gpus: 1) {
                        input id: 'Go', message: 'before its node'
                        node('late') { echo "works with ${env.LLMOS_DEVICES}" }
                    }
                    """));

            box(jenkins, "yields");
            String yields = "llmosSchedule(gpus: 1, pool: 'eager', estimate: '%s', preemptible: %s) { node('yields') { "
                    + WORK + " } }";
            awaitInput(Machines.start(jenkins, "victim", yields.formatted("5h", "true")));
            awaitInput(Machines.start(jenkins, "thief", yields.formatted("5s", "false")));

            box(jenkins, "granted");
            ExtensionList.lookupSingleton(QueueDoor.class).shut = true;
            Machines.start(jenkins, "is-granted", holding("granted"));
            Machines.await(
                    () -> holders().contains("is-granted") && WAITERS.stream().allMatch(RestartTest::waits));
            assertEquals(HOLDERS, holders());
        });
        sessions.then(jenkins -> {
            Machines.await(() -> WAITERS.stream().allMatch(RestartTest::waits));
            assertEquals(HOLDERS, holders());

            String once = "works with 0 in attempt 1";
            assertSucceeds(jenkins, "is-granted", once);
            assertSucceeds(jenkins, "has-not-asked", "works with 0");
            for (String job : List.of("holds", "waits", "holds-inside", "waits-inside")) {
                assertSucceeds(jenkins, job, once);
                jenkins.assertLogNotContains("attempt 2", run(jenkins, job));
            }
            jenkins.assertLogNotContains("in attempt 2", run(jenkins, "victim"));
            assertSucceeds(jenkins, "thief", once);
            assertSucceeds(jenkins, "victim", once, "works with 0 in attempt 2");
            jenkins.assertLogNotContains("attempt 3", run(jenkins, "victim"));
            Machines.await(() -> Overview.jobs().isEmpty());
        });
    }
}
