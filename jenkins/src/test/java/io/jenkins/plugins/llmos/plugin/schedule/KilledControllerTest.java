package io.jenkins.plugins.llmos.plugin.schedule;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import hudson.model.Result;
import io.jenkins.plugins.llmos.plugin.Machines;
import java.util.List;
import org.jenkinsci.plugins.workflow.job.WorkflowJob;
import org.jenkinsci.plugins.workflow.job.WorkflowRun;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.jvnet.hudson.test.JenkinsRule;
import org.jvnet.hudson.test.junit.jupiter.RealJenkinsExtension;

/**
 * In a Jenkins of its own, with the plugin's own class loader: a controller that has no time to save anything. It builds on
 * itself, with CPU slots, since the harness' agents do not find their jar again.
 */
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

    private static void begin(JenkinsRule r) throws Throwable {
        RestartTest.awaitInput(Machines.start(r, "killed", """
                        llmosSchedule(gpus: 1) {
                            input id: 'Go', message: 'before its node'
                            node('built-in') { echo "works with ${env.LLMOS_DEVICES}" }
                        }
                        """), "Go");
    }

    private static void finish(JenkinsRule r) throws Throwable {
        WorkflowRun run = run(r);
        RestartTest.goOn(run, "Go");
        r.assertBuildStatus(Result.SUCCESS, r.waitForCompletion(run));
        r.assertLogContains("works with 0", run);
        Machines.await(() -> Overview.jobs().isEmpty());
        assertEquals(List.of(), Overview.preemptions());
        assertTrue(run.getLog(1000).stream().noneMatch(l -> l.contains("attempt 2")));
    }
}
