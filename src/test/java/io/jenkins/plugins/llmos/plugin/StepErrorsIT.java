package io.jenkins.plugins.llmos.plugin;

import static org.junit.jupiter.api.Assertions.assertAll;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.function.Executable;

/** What is wrong with a step fails the build with a sentence that says so, and no stack trace. */
class StepErrorsIT {
    private static final String NODE =
            ". Put it inside of node { … }" + " (in a Declarative Pipeline: give the pipeline or the stage an agent).";

    @RegisterExtension
    static final JenkinsServer JENKINS = new JenkinsServer();

    @Test
    void stepsThatNeedANodeSayIt() throws Exception {
        String train = "llmosTrain(data: 'x.csv', target: 'y', output: 'm')";
        check(Map.of(
                train,
                "llmosTrain needs a workspace to train in" + NODE,
                "pipeline { agent none\nstages { stage('s') { steps { " + train + " } } } }",
                "llmosTrain needs a workspace to train in" + NODE,
                "llmosSchedule(gpus: 1) { " + train + " }",
                "llmosTrain needs a workspace to train in" + NODE,
                "llmosPrivatize(data: 'x.csv', epsilon: 1, release: [[count: true]])",
                "llmosPrivatize needs a workspace to read a file in" + NODE,
                "llmosPrivatize(encrypt: 'x.csv', key: 'k')",
                "llmosPrivatize needs a workspace to encrypt files in" + NODE));
    }

    @Test
    void wrongSchedulesSayWhatIsWrong() throws Exception {
        check(Map.of(
                "llmosSchedule(gpus: 'many') { }",
                "gpus is 'many', which is not a number. It takes a whole number such as 2.",
                "llmosSchedule(gpus: -1) { }",
                "gpus is -1. It takes a whole number such as 2.",
                "llmosSchedule(gpus: 2, gpuShare: 0.5) { }",
                "gpuShare asks for a part of one device, but gpus is 2.",
                "llmosSchedule(estimate: 'soon') { }",
                "'soon'",
                "llmosSchedule(preemptible: 'perhaps') { }",
                "llmosSchedule's argument 'preemptible'",
                "llmosSchedule(gpu: 1) { }",
                "llmosSchedule has no argument 'gpu'. Did you mean 'gpus' or 'cpus'?",
                "llmosSchedule(pool: 'defualt') { }",
                "There is no pool 'defualt' of devices. Did you mean 'default'?",
                "pipeline { agent { llmos { gpus 2; gpuShare 0.5 } }\nstages { stage('s') { steps { echo 'x' } } } }",
                "gpuShare asks for a part of one device, but gpus is 2."));
    }

    private static void check(Map<String, String> expected) throws Exception {
        List<Executable> checks = new ArrayList<>();
        for (Map.Entry<String, String> one : new TreeMap<>(expected).entrySet()) {
            String job = "wrong" + Integer.toHexString(one.getKey().hashCode());
            String result = JENKINS.run(job, one.getKey());
            String log = JENKINS.log(job);
            checks.add(() -> assertEquals("FAILURE", result, log));
            checks.add(() ->
                    assertTrue(log.contains("ERROR: ") && log.contains(one.getValue()), one.getKey() + "\n" + log));
            checks.add(() -> assertFalse(log.contains("\tat "), one.getKey() + "\n" + log));
        }
        assertAll(checks);
    }
}
