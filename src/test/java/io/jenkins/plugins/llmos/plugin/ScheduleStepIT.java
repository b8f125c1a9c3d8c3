package io.jenkins.plugins.llmos.plugin;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;

class ScheduleStepIT {
    @RegisterExtension
    static final JenkinsServer JENKINS = new JenkinsServer();

    @BeforeAll
    static void agents(@TempDir Path folder) throws Exception {
        JENKINS.script("Jenkins.get().setNumExecutors(0); Jenkins.get().save()");
        Fleets.pools(
                JENKINS,
                "[name: 'sjf', label: 'for-sjf', policy: 'sjf']",
                "[name: 'srtf', label: 'for-srtf', policy: 'srtf', preemptionCost: '1s', minimumRun: '1s']",
                "[name: 'absent', label: 'absent', policy: 'fifo']");
        Fleets.agent(JENKINS, "for-sjf", folder, 3, "[count: 1, model: 'NVIDIA H100 80GB', memory: '80G']");
        Fleets.agent(JENKINS, "for-srtf", folder, 3, "[count: 2]");
    }

    @Test
    void holdsDevicesAndReturnsWhatTheBodyReturns() throws Exception {
        assertEquals("SUCCESS", JENKINS.run("holds", """
                def r = llmosSchedule(gpus: 1, gpuMemory: '40G', cpus: 0.5, pool: 'sjf') {
                    node('for-sjf') {
                        sh 'echo "[$CUDA_VISIBLE_DEVICES|$NVIDIA_VISIBLE_DEVICES|$ROCR_VISIBLE_DEVICES|$LLMOS_DEVICES|$LLMOS_CPUS|$LLMOS_ATTEMPT]"'
                        sh 'touch "$LLMOS_CHECKPOINT_DIR/x"'
                        return "on ${env.NODE_NAME}"
                    }
                }
                echo "returned ${r}"
                """), () -> Fleets.quietly(JENKINS, "holds"));
        String log = JENKINS.log("holds");
        assertTrue(log.contains("[0|0|-1|0|0.5|1]"), log);
        assertTrue(log.contains("returned on for-sjf"), log);
        Fleets.awaitFree(JENKINS, "sjf");
    }

    @Test
    void wrongArgumentsFailTheBuildWithOneSentence() throws Exception {
        for (List<String> wrong : List.of(
                List.of("gpu: 1", "llmosSchedule has no argument 'gpu'. Did you mean 'gpus' or 'cpus'?"),
                List.of("gpus: 1, pool: 'srtv'", "There is no pool 'srtv' of devices. Did you mean 'srtf'?"))) {
            String job = "wrong" + wrong.get(0).length();
            assertEquals("FAILURE", JENKINS.run(job, "llmosSchedule(" + wrong.get(0) + ") { node { } }"));
            String log = JENKINS.log(job);
            assertTrue(log.contains("ERROR: " + wrong.get(1)), log);
            assertFalse(log.contains("\tat "), log);
        }
    }

    @Test
    void theShortestWaitingBuildGoesFirst() throws Exception {
        JENKINS.begin("first", sleeping("sjf", "30m", 12));
        JENKINS.awaitLog("first", "holds");
        JENKINS.begin("long", sleeping("sjf", "20m", 1));
        Fleets.awaitWhy(JENKINS, "long", "1 of 1 in the queue");
        JENKINS.begin("short", sleeping("sjf", "1m", 1));
        Fleets.awaitWhy(JENKINS, "long", "2 of 2 in the queue, to start in about");
        assertTrue(Fleets.why(JENKINS, "long").startsWith("Waits for 1 device"));
        for (String job : List.of("first", "long", "short")) {
            assertEquals("SUCCESS", JENKINS.end(job), () -> Fleets.quietly(JENKINS, job));
        }
        assertTrue(Fleets.started(JENKINS, "short") < Fleets.started(JENKINS, "long"));
    }

    @Test
    void aShortBuildPreemptsALongOneWhichGoesOnAfterwards() throws Exception {
        JENKINS.begin("victim", """
                llmosSchedule(gpus: 2, estimate: '2h', pool: 'srtf') {
                    node('for-srtf') {
                        sh '''
                            cat "$LLMOS_CHECKPOINT_DIR/done" || true
                            [ "$LLMOS_ATTEMPT" -gt 1 ] || { echo half > "$LLMOS_CHECKPOINT_DIR/done"; echo began; sleep 600; }
                        '''
                    }
                }
                """);
        JENKINS.awaitLog("victim", "began");
        Thread.sleep(1500);
        assertEquals(
                "SUCCESS", JENKINS.run("thief", sleeping("srtf", "5s", 1)), () -> Fleets.quietly(JENKINS, "victim"));
        assertEquals("SUCCESS", JENKINS.end("victim"), () -> Fleets.quietly(JENKINS, "victim"));
        String log = JENKINS.log("victim");
        assertTrue(log.contains("Yields its devices to thief #1 (srtf: "), log);
        assertTrue(log.matches("(?s).*goes on \\(attempt 2\\) with .* of for-srtf after a wait of \\d+.*"), log);
        assertTrue(log.contains("half"), log);
    }

    /** A request that comes between two steps is heard by none of them. */
    @Test
    void aBodyOfManyShortStepsYieldsToo() throws Exception {
        JENKINS.begin("restless", """
                llmosSchedule(gpus: 2, estimate: '2h', pool: 'srtf') {
                    node('for-srtf') {
                        if (env.LLMOS_ATTEMPT == '1') {
                            try {
                                echo 'began'
                                for (int i = 0; i < 100000; i++) { fileExists 'x' }
                            } finally {
                                for (int i = 0; i < 3; i++) { sleep 2 }
                                echo 'tidied up'
                            }
                        }
                    }
                }
                """);
        JENKINS.awaitLog("restless", "began");
        Thread.sleep(1500);
        assertEquals(
                "SUCCESS", JENKINS.run("waiter", sleeping("srtf", "5s", 1)), () -> Fleets.quietly(JENKINS, "restless"));
        assertEquals("SUCCESS", JENKINS.end("restless"), () -> Fleets.quietly(JENKINS, "restless"));
        String log = JENKINS.log("restless");
        assertTrue(log.contains("Yields its devices to waiter #1 (srtf: "), log);
        assertTrue(log.contains("tidied up"), log);
        assertTrue(log.contains("goes on (attempt 2)"), log);
    }

    @Test
    void declarativePipelinesHaveAnAgentOfTheirOwn() throws Exception {
        assertEquals("SUCCESS", JENKINS.run("declarative", """
                pipeline {
                    agent { llmos { gpus 2; label 'linux'; estimate '20m'; pool 'srtf' } }
                    stages { stage('train') { steps { sh 'echo "devices $LLMOS_DEVICES on $NODE_NAME"' } } }
                }
                """), () -> Fleets.quietly(JENKINS, "declarative"));
        assertTrue(JENKINS.log("declarative").contains("devices 0,1 on for-srtf"));
    }

    @Test
    void abortFreesTheDevicesAtOnce() throws Exception {
        JENKINS.begin("aborted", sleeping("srtf", "1h", 600));
        JENKINS.awaitLog("aborted", "holds");
        JENKINS.begin("unlucky", sleeping("srtf", "1h", 600).replace("gpus: 1", "gpus: 9"));
        Fleets.awaitWhy(JENKINS, "unlucky", "no agent of pool srtf that is online has 9 devices");
        long before = System.nanoTime();
        JENKINS.abort("aborted");
        JENKINS.abort("unlucky");
        assertEquals("ABORTED", JENKINS.end("aborted"));
        assertEquals("ABORTED", JENKINS.end("unlucky"));
        JenkinsServer.await(Duration.ofSeconds(10), () -> Fleets.blocks(JENKINS).isEmpty());
        assertTrue(System.nanoTime() - before < Duration.ofSeconds(10).toNanos());
    }

    @Test
    void nothingOfAFailedBodyRunsWhenItsDeviceIsGivenOn(@TempDir Path folder) throws Exception {
        Path alive = folder.resolve("alive");
        String block = "llmosSchedule(pool: 'sjf', gpus: 1, estimate: '1m') { node('for-sjf') { %s } }";
        JENKINS.begin("leaves", block.formatted(leaving(alive) + "; sleep 5; error 'gave up'"));
        JENKINS.awaitLog("leaves", "holds");
        JENKINS.begin("follows", block.formatted(findingItEnded(alive)));
        assertEquals("FAILURE", JENKINS.end("leaves"));
        assertEquals("SUCCESS", JENKINS.end("follows"), () -> Fleets.quietly(JENKINS, "follows"));
    }

    /** Nobody can tell whether all of it has ended. */
    @Test
    void nothingOfABodyRunsThatEndedWellWhileItsAgentWasAway(@TempDir Path folder) throws Exception {
        Path alive = folder.resolve("alive");
        Process agent = Fleets.agent(JENKINS, "absent", folder, 2, "[count: 1]");
        awayFor("10m");
        JENKINS.begin("ends", """
                llmosSchedule(pool: 'absent', gpus: 1, estimate: '1m') {
                    node('absent') { %s }
                    input id: 'Away', message: 'Is its agent away?'
                }
                """.formatted(leaving(alive)));
        JENKINS.awaitLog("ends", "Proceed or Abort");
        agent.destroyForcibly().waitFor();
        JenkinsServer.await(() -> JENKINS.script("print Jenkins.get().getComputer('absent').offline")
                .equals("true"));
        JENKINS.post("job/ends/1/input/Away/proceedEmpty", "why", "test");
        assertEquals("SUCCESS", JENKINS.end("ends"), () -> Fleets.quietly(JENKINS, "ends"));
        JENKINS.begin(
                "succeeds",
                "llmosSchedule(pool: 'absent', gpus: 1, estimate: '1m') { node('absent') { %s } }"
                        .formatted(findingItEnded(alive)));
        Fleets.awaitWhy(JENKINS, "succeeds", "no agent of pool absent that is online");
        JENKINS.connect("absent", folder.resolve("absent"));
        assertEquals("SUCCESS", JENKINS.end("succeeds"), () -> Fleets.quietly(JENKINS, "succeeds"));
        awayFor("3s");
    }

    private static void awayFor(String longest) throws Exception {
        JENKINS.script(
                "jenkins.model.GlobalConfiguration.all().find { it.class.name.endsWith('LlmosConfiguration') }.agentTimeout = '%s'"
                        .formatted(longest));
    }

    /** Starts what outlives its step, its node and its agent, and writes to a file for as long as it lives. */
    private static String leaving(Path alive) {
        return "sh 'JENKINS_NODE_COOKIE=dontKill nohup sh -c \"while sleep 0.05; do date +%%N > %s; done\" > /dev/null 2>&1 &'"
                .formatted(alive);
    }

    private static String findingItEnded(Path alive) {
        return "sh 'cat %1$s > %1$s.before; sleep 1; cmp %1$s %1$s.before'".formatted(alive);
    }

    @Test
    void labelsFollowTheDevices() throws Exception {
        assertEquals("true", labelled("gpu-h100 && gpu-80g && gpus-1 && gpu", "for-sjf"));
        JENKINS.script("""
                def node = Jenkins.get().getNode('for-sjf')
                def property = node.nodeProperties.find { it.class.simpleName == 'DevicesProperty' }
                property.declared[0].model = 'NVIDIA A100-SXM4-40GB'
                node.save()
                Jenkins.get().updateNode(node)
                """);
        JenkinsServer.await(
                Duration.ofSeconds(20), () -> labelled("gpu-a100", "for-sjf").equals("true"));
        assertEquals("false", labelled("gpu-h100", "for-sjf"));
    }

    @Test
    void aBlockInsideOfANodeWaitsForTheDevicesOfThatNode() throws Exception {
        assertEquals("SUCCESS", JENKINS.run("inside", """
                node('for-srtf') {
                    llmosSchedule(gpus: 1, pool: 'srtf') { sh 'echo "devices $LLMOS_DEVICES"' }
                }
                llmosSchedule(gpus: 1, pool: 'srtf') { echo 'no node' }
                """), () -> Fleets.quietly(JENKINS, "inside"));
        assertTrue(JENKINS.log("inside").contains("devices 0"));
        assertTrue(JENKINS.log("inside").contains("the block asked for no node, so it held no devices"));
    }

    private static String labelled(String label, String node) throws Exception {
        return JENKINS.script(
                "print Jenkins.get().getLabel('%s').nodes.any { it.nodeName == '%s' }".formatted(label, node));
    }

    private static String sleeping(String pool, String estimate, int seconds) {
        return """
                llmosSchedule(gpus: 1, estimate: '%s', pool: '%s') {
                    node('for-%s') { echo "started ${System.currentTimeMillis()}"; sleep %d }
                }
                """.formatted(estimate, pool, pool, seconds).replace("${System.currentTimeMillis()}", "");
    }
}
