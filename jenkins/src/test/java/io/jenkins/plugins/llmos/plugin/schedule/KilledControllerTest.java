package io.jenkins.plugins.llmos.plugin.schedule;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import hudson.model.Result;
import io.jenkins.plugins.llmos.plugin.Machines;
import java.util.List;
import org.jenkinsci.plugins.workflow.job.WorkflowJob;
import org.jenkinsci.plugins.workflow.job.WorkflowRun;
import org.jenkinsci.plugins.workflow.support.steps.input.InputAction;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.jvnet.hudson.test.JenkinsRule;
import org.jvnet.hudson.test.junit.jupiter.RealJenkinsExtension;

/** In a Jenkins of its own, with the plugin's own class loader: a controller that has no time to save anything. */
class KilledControllerTest {
    @RegisterExtension
    private final RealJenkinsExtension jenkins = new RealJenkinsExtension();

    @Test
    void aBlockThatHasNotAskedForItsNodeYetAsksAfterwards() throws Throwable {
        jenkins.startJenkins();
        jenkins.runRemotely(KilledControllerTest::begin);
        jenkins.stopJenkinsForcibly();
        jenkins.startJenkins();
        jenkins.runRemotely(KilledControllerTest::finish);
    }

    private static WorkflowRun run(JenkinsRule r) {
        return r.jenkins.getItemByFullName("killed", WorkflowJob.class).getBuildByNumber(1);
    }

    private static void awaitInput(WorkflowRun run) throws Exception {
        Machines.await(() -> {
            InputAction action = run.getAction(InputAction.class);
            return action != null && !action.getExecutions().isEmpty();
        });
    }

    private static void begin(JenkinsRule r) throws Throwable {
        r.jenkins.setNumExecutors(0);
        Machines.agent(r, "box", "box", 1, Machines.devices(1, "NVIDIA T4", ""));
        awaitInput(Machines.start(r, "killed", """
                llmosSchedule(gpus: 1) {
                    input id: 'Go', message: 'before its node'
                    node('box') { echo "works with ${env.LLMOS_DEVICES}" }
                }
                """));
        r.jenkins.save();
    }

    private static void finish(JenkinsRule r) throws Throwable {
        WorkflowRun run = run(r);
        awaitInput(run);
        run.getAction(InputAction.class).getExecution("Go").proceed(null);
        r.assertBuildStatus(Result.SUCCESS, r.waitForCompletion(run));
        r.assertLogContains("works with 0", run);
        Machines.await(() -> Overview.jobs().isEmpty());
        assertEquals(List.of(), Overview.preemptions());
        assertTrue(run.getLog(1000).stream().noneMatch(l -> l.contains("attempt 2")));
    }
}
