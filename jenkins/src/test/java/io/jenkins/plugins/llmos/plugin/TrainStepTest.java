package io.jenkins.plugins.llmos.plugin;

import static org.junit.jupiter.api.Assertions.assertEquals;

import hudson.model.Result;
import java.util.Map;
import org.jenkinsci.plugins.workflow.cps.CpsFlowDefinition;
import org.jenkinsci.plugins.workflow.job.WorkflowJob;
import org.jenkinsci.plugins.workflow.job.WorkflowRun;
import org.junit.jupiter.api.Test;
import org.jvnet.hudson.test.JenkinsRule;
import org.jvnet.hudson.test.TestExtension;
import org.jvnet.hudson.test.junit.jupiter.WithJenkins;

@WithJenkins
class TrainStepTest {
    @TestExtension
    public static final class Holder extends StepHolder.DescriptorImpl {}

    @Test
    void everyFieldOfTheFormReachesTheStep(JenkinsRule jenkins) throws Exception {
        Map<String, ?> arguments = StepHolder.submit(jenkins, new TrainStep(), form -> {
            form.getInputByName("_.data").setValue("a.csv");
            form.getInputByName("_.target").setValue("y");
            form.getSelectByName("_.model").setSelectedAttribute("logistic", true);
            form.getSelectByName("_.optimizer").setSelectedAttribute("adam", true);
            form.getInputByName("_.learningRate").setValue("0.5");
            form.getInputByName("_.epochs").setValue("3");
            form.getInputByName("_.batch").setValue("16");
            form.getInputByName("_.output").setValue("m");
            form.getInputByName("_.overwrite").setChecked(true);
        });
        assertEquals(
                Map.of(
                        "data", "a.csv",
                        "target", "y",
                        "model", "logistic",
                        "optimizer", "adam",
                        "learningRate", 0.5,
                        "epochs", 3,
                        "batch", 16,
                        "output", "m",
                        "overwrite", true),
                arguments);
    }

    @Test
    void withoutANodeTheBuildSaysWhatIsMissing(JenkinsRule jenkins) throws Exception {
        WorkflowRun run = run(jenkins, "llmosTrain(data: 'a.csv', target: 'y', output: 'm')");
        jenkins.assertLogContains("surround the llmosTrain step with a step that provides this, such as: node", run);
    }

    @Test
    void theSandboxLetsInterpolatedStringsAndMapsThrough(JenkinsRule jenkins) throws Exception {
        WorkflowRun run = run(jenkins, """
                def common = [target: "${'y'}", output: "${'mo'}del"]
                node {
                    llmosTrain(common + [data: "${'a'}.csv", hidden: [1, 2].collect { it * 8 }])
                }
                """);
        jenkins.assertLogContains("llmosTrain's argument 'data' names ", run);
        jenkins.assertLogContains("/a.csv", run);
        jenkins.assertLogNotContains("Scripts not permitted", run);
    }

    private static WorkflowRun run(JenkinsRule jenkins, String pipeline) throws Exception {
        WorkflowJob job = jenkins.createProject(WorkflowJob.class);
        job.setDefinition(new CpsFlowDefinition(pipeline, true));
        return jenkins.buildAndAssertStatus(Result.FAILURE, job);
    }
}
