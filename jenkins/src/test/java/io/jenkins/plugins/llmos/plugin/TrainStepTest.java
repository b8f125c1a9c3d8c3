package io.jenkins.plugins.llmos.plugin;

import hudson.model.Result;
import org.jenkinsci.plugins.workflow.cps.CpsFlowDefinition;
import org.jenkinsci.plugins.workflow.job.WorkflowJob;
import org.jenkinsci.plugins.workflow.job.WorkflowRun;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.jvnet.hudson.test.JenkinsRule;
import org.jvnet.hudson.test.junit.jupiter.WithJenkins;

/** How Pipeline and its sandbox deal with {@code llmosTrain}. */
@WithJenkins
class TrainStepTest {
    private static JenkinsRule jenkins;

    @BeforeAll
    static void start(JenkinsRule rule) {
        jenkins = rule;
    }

    @Test
    void theSandboxLetsInterpolatedStringsAndMapsThrough() throws Exception {
        WorkflowRun run = fail("""
                def common = [target: "${'y'}", output: "${'mo'}del"]
                node {
                    llmosTrain(common + [data: "${'a'}.csv", hidden: [1, 2].collect { it * 8 }])
                }
                """);
        jenkins.assertLogContains("llmosTrain's argument 'data' names ", run);
        jenkins.assertLogContains("/a.csv", run);
        jenkins.assertLogNotContains("Scripts not permitted", run);
    }

    private static WorkflowRun fail(String pipeline) throws Exception {
        WorkflowJob job = jenkins.createProject(WorkflowJob.class);
        job.setDefinition(new CpsFlowDefinition(pipeline, true));
        return jenkins.buildAndAssertStatus(Result.FAILURE, job);
    }
}
