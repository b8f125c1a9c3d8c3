package io.jenkins.plugins.llmos.plugin.schedule;

import static org.junit.jupiter.api.Assertions.assertEquals;

import hudson.ExtensionList;
import hudson.model.Result;
import io.jenkins.plugins.llmos.plugin.Machines;
import java.io.IOException;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.jenkinsci.plugins.workflow.job.WorkflowJob;
import org.jenkinsci.plugins.workflow.job.WorkflowRun;
import org.jenkinsci.plugins.workflow.support.steps.input.InputAction;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.jvnet.hudson.test.JenkinsRule;
import org.jvnet.hudson.test.TestExtension;
import org.jvnet.hudson.test.junit.jupiter.JenkinsSessionExtension;

/** A restart of the controller while blocks are in each of their states. */
@Timeout(value = 15, unit = TimeUnit.MINUTES)
class RestartTest {
    @RegisterExtension
    private final JenkinsSessionExtension sessions = new JenkinsSessionExtension();

    /** A controller starts with its door open. */
    @TestExtension
    public static final class QueueDoor extends Door {}

    private static final List<String> HOLDERS = List.of("holds", "holds-inside", "is-granted", "thief", "yields");
    private static final List<String> TURNS = List.of("turn-a", "turn-b");
    private static final List<String> WAITERS = List.of("heir", "victim", "waits", "waits-inside");

    private static final String SAY = "echo \"works with ${env.LLMOS_DEVICES} in attempt ${env.LLMOS_ATTEMPT}\"; ";
    /** Keeps a build busy until it is told to go on. */
    private static final String WORK = SAY + "input id: 'Go', message: 'go on?'";

    private static final String ONCE = "in attempt 1";

    private static WorkflowRun run(JenkinsRule jenkins, String job) {
        return jenkins.jenkins.getItemByFullName(job, WorkflowJob.class).getBuildByNumber(1);
    }

    static void awaitInput(WorkflowRun run, String id) throws Exception {
        Machines.await(() -> {
            InputAction action = run.getAction(InputAction.class);
            return action != null && action.getExecution(id) != null;
        });
    }

    static void goOn(WorkflowRun run, String id) throws Exception {
        awaitInput(run, id);
        run.getAction(InputAction.class).getExecution(id).proceed(null);
    }

    private static List<String> holders() {
        return Overview.jobs().stream()
                .filter(j -> j.held().isPresent())
                .map(Overview.Job::job)
                .filter(j -> !TURNS.contains(j))
                .sorted()
                .toList();
    }

    private static boolean waits(String job) {
        return Overview.jobs().stream()
                .anyMatch(j -> j.job().equals(job) && j.held().isEmpty() && j.rank() > 0);
    }

    private static String lastLines(JenkinsRule jenkins) {
        StringBuilder text = new StringBuilder();
        for (WorkflowJob job : jenkins.jenkins.getAllItems(WorkflowJob.class)) {
            try {
                List<String> log = job.getBuildByNumber(1).getLog(25);
                text.append("\n").append(job.getName()).append(":\n  ").append(String.join("\n  ", log));
            } catch (IOException e) {
                text.append(e.getMessage());
            }
        }
        return text.toString();
    }

    private static void assertSucceeds(JenkinsRule jenkins, String job, String... logged) throws Exception {
        WorkflowRun run = run(jenkins, job);
        goOn(run, "Go");
        assertSucceeded(jenkins, run, logged);
    }

    private static void assertSucceeded(JenkinsRule jenkins, WorkflowRun run, String... logged) throws Exception {
        jenkins.assertBuildStatusSuccess(jenkins.waitForCompletion(run));
        for (String line : logged) {
            jenkins.assertLogContains(line, run);
        }
    }

    private static String around(String label, String body) {
        return "llmosSchedule(gpus: 1, preemptible: false) { node('" + label + "') { " + body + " } }";
    }

    private static String inside(String label, String body) {
        return "node('" + label + "') { llmosSchedule(gpus: 1, preemptible: false) { " + body + " } }";
    }

    /** A long job that yields, or a short one that it yields to. */
    private static String eager(String label, boolean isLong, String body) {
        return "llmosSchedule(gpus: 1, pool: 'eager', estimate: '%s', preemptible: %s) { node('%s') { %s } }"
                .formatted(isLong ? "5h" : "5s", isLong, label, body);
    }

    private static Pool pool(Pool pool, String name) {
        pool.setName(name);
        pool.setLabel(name);
        return pool;
    }

    private static Pool turns() {
        Pool pool = new Pool();
        pool.setPolicy("rr");
        pool.setQuantum("5s");
        pool.setPreemptionCost("0s");
        pool.setMinimumRun("0s");
        return pool;
    }

    /** One restart for all states. */
    @Test
    void everyStateOutlivesARestart() throws Throwable {
        sessions.then(RestartTest::begin);
        sessions.then(jenkins -> {
            try {
                finish(jenkins);
            } catch (AssertionError | Exception e) {
                throw new AssertionError("The builds said:" + lastLines(jenkins), e);
            }
        });
    }

    private static void begin(JenkinsRule jenkins) throws Exception {
        jenkins.jenkins.setNumExecutors(0);
        LlmosConfiguration.get().setPools(List.of(pool(ScheduleStepTest.eager(), "eager"), pool(turns(), "turns")));
        Machines.agent(jenkins, "box", "", 5, Machines.devices(2, "NVIDIA T4", ""));
        awaitInput(Machines.start(jenkins, "holds", around("box", WORK)), "Go");
        awaitInput(Machines.start(jenkins, "holds-inside", inside("box", WORK)), "Go");
        Machines.start(jenkins, "waits", around("box", WORK));
        Machines.start(jenkins, "waits-inside", inside("box", WORK));
        awaitInput(
                Machines.start(
                        jenkins,
                        "has-not-asked",
                        "llmosSchedule(gpus: 1) { input id: 'Go', message: 'before its node'; node('box') { " + SAY
                                + " } }"),
                "Go");

        Machines.agent(jenkins, "one", "eager", 2, Machines.devices(1, "NVIDIA T4", ""));
        awaitInput(Machines.start(jenkins, "victim", eager("one", true, WORK)), "Go");
        awaitInput(Machines.start(jenkins, "thief", eager("one", false, WORK)), "Go");

        Machines.agent(jenkins, "two", "eager", 2, Machines.devices(1, "NVIDIA T4", ""));
        String tidies = SAY + "try { input id: 'Go', message: 'go on?' } finally {"
                + " if (env.LLMOS_ATTEMPT == '1') { input id: 'Tidied', message: 'tidied up?' } }";
        awaitInput(Machines.start(jenkins, "yields", eager("two", true, tidies)), "Go");
        Machines.start(jenkins, "heir", eager("two", false, WORK));
        awaitInput(run(jenkins, "yields"), "Tidied");

        Machines.agent(jenkins, "granted", "", 1, Machines.devices(1, "NVIDIA T4", ""));
        Machines.agent(jenkins, "three", "turns", 2, Machines.devices(1, "NVIDIA T4", ""));
        for (String job : TURNS) {
            Machines.start(
                    jenkins,
                    job,
                    "llmosSchedule(gpus: 1, pool: 'turns', estimate: '1h') { node('three') { " + SAY + "sleep 999 } }");
        }
        jenkins.waitForMessage("works with 0 in attempt 2", run(jenkins, TURNS.get(0)));

        ExtensionList.lookupSingleton(QueueDoor.class).shut = true;
        Machines.start(jenkins, "is-granted", around("granted", WORK));
        Machines.await(() -> HOLDERS.equals(holders()) && WAITERS.stream().allMatch(RestartTest::waits));
    }

    private static int turns(JenkinsRule jenkins, String job) throws IOException {
        return JenkinsRule.getLog(run(jenkins, job)).split("works with 0", -1).length;
    }

    private static void finish(JenkinsRule jenkins) throws Exception {
        Machines.await(() -> WAITERS.stream().allMatch(RestartTest::waits));
        assertEquals(HOLDERS, holders());

        for (String job : List.of("is-granted", "holds", "holds-inside", "waits", "waits-inside")) {
            assertSucceeds(jenkins, job, ONCE);
            jenkins.assertLogNotContains("attempt 2", run(jenkins, job));
        }
        assertSucceeds(jenkins, "has-not-asked", ONCE);

        jenkins.assertLogNotContains("in attempt 2", run(jenkins, "victim"));
        // an input that begins before those of the time before the restart are loaded would wait for itself
        run(jenkins, "victim").getAction(InputAction.class).getExecutions();
        assertSucceeds(jenkins, "thief", ONCE);
        assertSucceeds(jenkins, "victim", ONCE, "works with 0 in attempt 2");
        jenkins.assertLogNotContains("attempt 3", run(jenkins, "victim"));

        jenkins.assertLogNotContains("in attempt", run(jenkins, "heir"));
        goOn(run(jenkins, "yields"), "Tidied");
        assertSucceeds(jenkins, "heir", ONCE);
        assertSucceeds(jenkins, "yields", ONCE, "llmosSchedule has yielded", "works with 0 in attempt 2");
        jenkins.assertLogNotContains("attempt 3", run(jenkins, "yields"));

        for (String job : TURNS) {
            int before = turns(jenkins, job);
            Machines.await(() -> turns(jenkins, job) > before);
        }
        for (String job : TURNS) {
            run(jenkins, job).doStop();
            jenkins.assertBuildStatus(Result.ABORTED, jenkins.waitForCompletion(run(jenkins, job)));
        }
        Machines.await(() -> Overview.jobs().isEmpty());
    }
}
