package io.jenkins.plugins.llmos.plugin;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;

/** What the settings of a pool and the demands of a block do to the order and to the devices that builds get. */
class SchedulePoolsIT {
    @RegisterExtension
    static final JenkinsServer JENKINS = new JenkinsServer();

    @BeforeAll
    static void agents(@TempDir Path folder) throws Exception {
        JENKINS.script("Jenkins.get().setNumExecutors(0); Jenkins.get().save()");
        Fleets.pools(
                JENKINS,
                "[name: 'turns', label: 'turns', policy: 'rr', quantum: '2s', preemptionCost: '0s', minimumRun: '1s']",
                "[name: 'bounded', label: 'bounded', policy: 'sjf', maxWait: '3s']",
                "[name: 'moving', label: 'east || west', policy: 'srtf', preemptionCost: '1s', minimumRun: '1s']");
        Fleets.agent(JENKINS, "turns", folder, 3, "[count: 1]");
        Fleets.agent(JENKINS, "bounded", folder, 3, "[count: 2]");
        Fleets.agent(JENKINS, "east", folder, 3, "[count: 1, model: 'NVIDIA H100 80GB HBM3']");
        Fleets.agent(JENKINS, "west", folder, 3, "[count: 1, model: 'NVIDIA A100-SXM4-40GB']");
    }

    @AfterEach
    void endAllBuilds() throws Exception {
        JENKINS.script(
                "Jenkins.get().getAllItems(hudson.model.Job).each { j -> j.builds.each { if (it.building) it.doStop() } }; null");
        JenkinsServer.await(Duration.ofSeconds(20), () -> Fleets.blocks(JENKINS).isEmpty());
    }

    @Test
    void inRoundRobinTwoLongBuildsTakeTurnsOnOneDevice(@TempDir Path folder) throws Exception {
        Path device = folder.resolve("device");
        List<String> jobs = List.of("one", "two");
        for (String job : jobs) {
            JENKINS.begin(job, """
                    llmosSchedule(gpus: 1, estimate: '1h', pool: 'turns') {
                        node('turns') {
                            sh '''
                                set +x
                                exec 9> '%s'
                                flock -n 9 || { echo 'held twice'; exit 1; }
                                done=$(cat "$LLMOS_CHECKPOINT_DIR/done" 2>/dev/null || echo 0)
                                while [ "$done" -lt 5 ]; do
                                    sleep 1 9>&-
                                    done=$((done + 1))
                                    echo "$done" > "$LLMOS_CHECKPOINT_DIR/done"
                                done
                                echo "worked $done s in $LLMOS_ATTEMPT turns"
                            '''
                        }
                    }
                    """.formatted(device));
        }
        for (String job : jobs) {
            assertEquals("SUCCESS", JENKINS.end(job), () -> Fleets.quietly(JENKINS, job));
            String log = JENKINS.log(job);
            assertTrue(log.contains("worked 5 s in "), log);
            assertFalse(log.contains("in 1 turns"), log);
            String other = job.equals("one") ? "two" : "one";
            assertTrue(log.contains("Yields its devices to " + other + " #1 (rr: round robin"), log);
        }
    }

    @Test
    void aBuildThatNeedsAllDevicesIsNotPassedForEver() throws Exception {
        Fleets.job(JENKINS, "narrow", """
                llmosSchedule(gpus: 1, estimate: '1s', pool: 'bounded') {
                    node('bounded') { echo 'holds'; sleep params.N as int }
                }
                """);
        // of unlike lengths, so that both devices are never free at once by chance
        start("narrow", 2, 3);
        JenkinsServer.await(Duration.ofSeconds(30), () -> held("narrow") == 2);
        JENKINS.begin("wide", """
                llmosSchedule(gpus: 2, estimate: '1h', pool: 'bounded') {
                    node('bounded') { echo 'holds'; sh 'echo "devices $LLMOS_DEVICES"' }
                }
                """);
        Fleets.awaitWhy(JENKINS, "wide", "Waits for 2 devices");
        start("narrow", 2, 3, 2, 3, 2, 3, 2, 3);
        assertEquals("SUCCESS", JENKINS.end("wide"), () -> Fleets.quietly(JENKINS, "wide"));
        assertTrue(JENKINS.log("wide").contains("devices 0,1"));
        assertTrue(
                Fleets.finished(JENKINS, "narrow") < 10,
                "the shortest builds had all ended before the one of two devices");
        JenkinsServer.await(() -> Fleets.finished(JENKINS, "narrow") == 10);
    }

    @Test
    void twoHalvesOfADeviceAreHeldAtOnceAndAThirdWaits() throws Exception {
        String half = """
                llmosSchedule(gpuShare: 0.5, preemptible: false, estimate: '1h', pool: 'turns') {
                    node('turns') { sh 'echo "holds part of $LLMOS_DEVICES"'; input 'go on' }
                }
                """;
        for (String job : List.of("left", "right")) {
            JENKINS.begin(job, half);
            JENKINS.awaitLog(job, "holds part of 0");
        }
        JENKINS.begin("third", half);
        Fleets.awaitWhy(JENKINS, "third", "1 of 1 in the queue");
        assertFalse(JENKINS.log("third").contains("holds part of"));
        JENKINS.abort("left");
        JENKINS.awaitLog("third", "holds part of 0");
        // a shell step that is just about to end well would swallow the abort
        JENKINS.awaitLog("third", "Proceed or Abort");
        JENKINS.abort("right");
        JENKINS.abort("third");
        for (String job : List.of("left", "right", "third")) {
            assertEquals("ABORTED", JENKINS.end(job));
        }
    }

    @Test
    void thePreferredModelIsTakenFirstAndTheOtherWhileItIsBusy() throws Exception {
        String either = """
                llmosSchedule(gpus: 1, gpuModel: 'A100|H100', preemptible: false, estimate: '1h', pool: 'moving') {
                    node('linux') { echo "is on ${env.NODE_NAME}"; input 'go on' }
                }
                """;
        JENKINS.begin("preferred", either);
        JENKINS.awaitLog("preferred", "is on west");
        JENKINS.begin("alternative", either);
        JENKINS.awaitLog("alternative", "is on east");
        JENKINS.abort("preferred");
        JENKINS.abort("alternative");
        for (String job : List.of("preferred", "alternative")) {
            assertEquals("ABORTED", JENKINS.end(job));
        }
    }

    @Test
    void checkpointsTravelToTheAgentOfTheNextAttempt() throws Exception {
        JENKINS.begin("traveller", """
                llmosSchedule(gpus: 1, gpuModel: 'H100|A100', estimate: '2h', pool: 'moving') {
                    node('linux') {
                        sh '''
                            set +x
                            cd "$LLMOS_CHECKPOINT_DIR"
                            if [ "$LLMOS_ATTEMPT" = 1 ]; then
                                mkdir -p deep/er
                                head -c 100000 /dev/zero > deep/er/weights
                                echo "made on $NODE_NAME" > deep/note
                                echo began
                                sleep 600
                            fi
                            echo "attempt $LLMOS_ATTEMPT on $NODE_NAME has what was $(cat deep/note): $(wc -c < deep/er/weights) bytes"
                        '''
                    }
                }
                """);
        JENKINS.awaitLog("traveller", "began");
        JENKINS.begin("thief", """
                llmosSchedule(gpus: 1, preemptible: false, estimate: '5s', pool: 'moving') {
                    node('east') { echo 'holds'; input 'go on' }
                }
                """);
        assertEquals("SUCCESS", JENKINS.end("traveller"), () -> Fleets.quietly(JENKINS, "traveller"));
        String log = JENKINS.log("traveller");
        assertTrue(log.contains("attempt 2 on west has what was made on east: 100000 bytes"), log);
        JENKINS.abort("thief");
        assertEquals("ABORTED", JENKINS.end("thief"));
    }

    /** Starts builds, each of which holds its device for so many seconds. */
    private static void start(String job, int... seconds) throws Exception {
        for (int n : seconds) {
            JENKINS.script(
                    "Jenkins.get().getItem('" + job
                            + "').scheduleBuild2(0, new hudson.model.ParametersAction([new hudson.model.StringParameterValue('N', '"
                            + n
                            + "'), new hudson.model.StringParameterValue('unlike', UUID.randomUUID() as String)], ['unlike'])).waitForStart(); null");
        }
    }

    /** How many builds of a job are at work. */
    private static int held(String job) throws Exception {
        return Integer.parseInt(
                JENKINS.script("print Jenkins.get().getItem('" + job + "').builds.count { it.log.contains('holds') }"));
    }
}
