package io.jenkins.plugins.llmos.plugin.schedule;

import static org.junit.jupiter.api.Assertions.assertNull;

import hudson.model.Result;
import io.jenkins.plugins.llmos.plugin.Machines;
import java.util.List;
import org.jenkinsci.plugins.workflow.job.WorkflowRun;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.jvnet.hudson.test.JenkinsRule;
import org.jvnet.hudson.test.junit.jupiter.WithJenkins;

/** How {@code llmosSchedule} fits into Pipeline's continuations and its sandbox. */
@WithJenkins
class ScheduleStepTest {
    private static JenkinsRule jenkins;

    @BeforeAll
    static void start(JenkinsRule rule) throws Exception {
        jenkins = rule;
        jenkins.jenkins.setNumExecutors(0);
        Machines.agent(jenkins, "cps", "gpu-box", 3, Machines.devices(2, "NVIDIA T4", ""));
    }

    @AfterEach
    void nothingIsHeld() throws Exception {
        Machines.await(() -> Overview.jobs().isEmpty());
    }

    private static WorkflowRun run(Result expected, String name, String pipeline) throws Exception {
        return jenkins.assertBuildStatus(expected, jenkins.waitForCompletion(Machines.start(jenkins, name, pipeline)));
    }

    @Test
    void blocksInsideOfClosuresLoopsAndFunctions() throws Exception {
        WorkflowRun run = run(Result.SUCCESS, "closures", """
                def train(n) {
                    llmosSchedule(gpus: n, estimate: "${n}m", pool: "${'def'}ault") { node('gpu-box') { env.LLMOS_DEVICES } }
                }
                def got = [1, 2].collect { train(it) }
                for (n in [1, 2]) { got += train(n) }
                echo "got ${got}"
                """);
        jenkins.assertLogContains("got [0, 0,1, 0, 0,1]", run);
    }

    @Test
    void branchesHoldDifferentDevices() throws Exception {
        WorkflowRun run = run(Result.SUCCESS, "branches", """
                def held = [:]
                def both = 0
                def branch = { name -> return {
                    llmosSchedule(gpus: 1) {
                        node('gpu-box') {
                            held[name] = env.LLMOS_DEVICES
                            both++
                            waitUntil(initialRecurrencePeriod: 100, quiet: true) { both == 2 }
                        }
                    }
                } }
                parallel(a: branch('a'), b: branch('b'))
                echo "held ${held.values().sort()}"
                """);
        jenkins.assertLogContains("held [0, 1]", run);
    }

    @Test
    void anInnerBlockCountsForTheNodesInsideOfIt() throws Exception {
        WorkflowRun run = run(Result.SUCCESS, "nested", """
                llmosSchedule(gpus: 1) {
                    llmosSchedule(gpus: 2) { node('gpu-box') { echo "inner ${env.LLMOS_DEVICES}" } }
                    node('gpu-box') { echo "outer ${env.LLMOS_DEVICES}" }
                }
                """);
        jenkins.assertLogContains("inner 0,1", run);
        jenkins.assertLogContains("outer 0", run);
    }

    @Test
    void whatTheBodyThrowsIsCaughtOutsideAndTheDevicesAreFree() throws Exception {
        WorkflowRun run = run(Result.SUCCESS, "throws", """
                try {
                    llmosSchedule(gpus: 2) { node('gpu-box') { error 'of its own' } }
                } catch (e) {
                    echo "caught ${e.message}"
                }
                llmosSchedule(gpus: 2) { node('gpu-box') { echo 'again' } }
                """);
        jenkins.assertLogContains("caught of its own", run);
        jenkins.assertLogContains("again", run);
        jenkins.assertLogContains("llmosSchedule holds NVIDIA T4 0, NVIDIA T4 1", run);
    }

    @Test
    void aBodyWhoseAgentIsGoneWhenItBeginsRunsAgain() throws Exception {
        Machines.Fleeting agent = new Machines.Fleeting(jenkins, "fleeting");
        Machines.add(jenkins, agent, "fleeting-box", 1, Machines.devices(1, "NVIDIA T4", ""));
        WorkflowRun run = run(Result.SUCCESS, "fleeting", """
                llmosSchedule(gpus: 1) { node('fleeting-box') { echo "attempt ${env.LLMOS_ATTEMPT}" } }
                """);
        jenkins.assertLogContains("attempt 2", run);
    }

    @Test
    void theSandboxHoldsInsideOfABlock() throws Exception {
        WorkflowRun run = run(Result.FAILURE, "sandboxed", """
                llmosSchedule(gpus: 1) { node('gpu-box') { jenkins.model.Jenkins.get().systemMessage = 'mine' } }
                """);
        jenkins.assertLogContains("Scripts not permitted to use staticMethod jenkins.model.Jenkins get", run);
        assertNull(jenkins.jenkins.getSystemMessage());
    }

    @Test
    void aBodyThatEndsWellThoughAskedToYieldHasFinished() throws Exception {
        WorkflowRun stubborn = Machines.start(jenkins, "stubborn", """
                def turns = 0
                llmosSchedule(gpus: 2, estimate: '5h') {
                    node('gpu-box') {
                        turns++
                        try {
                            echo 'works'
                            waitUntil(initialRecurrencePeriod: 100, quiet: true) { false }
                        } catch (e) {
                            echo 'asked to yield'
                        }
                    }
                }
                echo "ended in turn ${turns}"
                """);
        jenkins.waitForMessage("works", stubborn);
        LlmosConfiguration.get().setPools(List.of(eager()));
        WorkflowRun thief = run(Result.SUCCESS, "thief", """
                llmosSchedule(gpus: 1, estimate: '5s') { node('gpu-box') { echo 'took it' } }
                """);
        jenkins.assertLogContains("took it", thief);
        jenkins.assertBuildStatusSuccess(jenkins.waitForCompletion(stubborn));
        jenkins.assertLogContains("ended in turn 1", stubborn);
    }

    /** Preempts as soon as anything is gained by it. */
    static Pool eager() {
        Pool pool = new Pool();
        pool.setPolicy("srtf");
        pool.setPreemptionCost("0s");
        pool.setMinimumRun("0s");
        return pool;
    }
}
