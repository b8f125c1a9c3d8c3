package io.jenkins.plugins.llmos.plugin;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;

/** Builds that contend for devices while builds are aborted, agents die, and the controller is restarted and killed. */
class ScheduleStressIT {
    @RegisterExtension
    static final JenkinsServer JENKINS = new JenkinsServer();

    private enum Blow {
        RESTART,
        KILL
    }

    @Test
    void noDeviceIsEverHeldTwiceAndAllAreFreeInTheEnd(@TempDir Path folder) throws Exception {
        contend(folder, 200, List.of(Blow.RESTART));
    }

    @Test
    @Tag("endurance")
    void norIfTheControllerIsKilledAgainAndAgain(@TempDir Path folder) throws Exception {
        contend(folder, 200, List.of(Blow.KILL, Blow.KILL, Blow.RESTART, Blow.KILL));
    }

    /** @param blows come one after another in equal distances */
    private static void contend(Path folder, int builds, List<Blow> blows) throws Exception {
        JENKINS.script("Jenkins.get().setNumExecutors(0); Jenkins.get().save()");
        Fleets.pools(JENKINS, "[name: 'default', policy: 'fifo']");
        Map<String, Process> agents = new HashMap<>();
        agents.put("a", Fleets.agent(JENKINS, "a", folder, 3, "[count: 3]"));
        agents.put("b", Fleets.agent(JENKINS, "b", folder, 3, "[count: 3]"));
        agents.put("c", Fleets.agent(JENKINS, "c", folder, 2, "[count: 2]"));
        Path locks = Files.createDirectories(folder.resolve("locks"));
        Fleets.job(JENKINS, "stress", pipeline(locks));
        JENKINS.script(
                "def j = Jenkins.get().getItem('stress'); %d.times { n -> j.scheduleBuild2(0, new hudson.model.ParametersAction(new hudson.model.StringParameterValue('N', n + ''))) }; null"
                        .formatted(builds));
        Random random = new Random(5);
        Deque<Blow> left = new ArrayDeque<>(blows);
        for (long end = System.nanoTime() + Duration.ofMinutes(40).toNanos(); System.nanoTime() < end; ) {
            Thread.sleep(1000);
            assertEquals("", Fleets.heldTwice(JENKINS));
            int finished = Fleets.finished(JENKINS, "stress");
            if (finished >= builds) {
                break;
            }
            if (random.nextInt(6) == 0) {
                JENKINS.script(
                        "def all = Jenkins.get().getItem('stress').builds.findAll { it.building }; if (all) { all[%d %% all.size()].doStop() }; null"
                                .formatted(random.nextInt(1000)));
            }
            if (random.nextInt(25) == 0) {
                String name = "abc".charAt(random.nextInt(3)) + "";
                agents.get(name).destroyForcibly().waitFor();
                agents.put(name, JENKINS.connect(name, folder.resolve(name)));
            }
            int before = blows.size() - left.size();
            if (!left.isEmpty() && finished > builds * (before + 1) / (blows.size() + 1)) {
                if (left.remove() == Blow.KILL) {
                    JENKINS.kill();
                } else {
                    JENKINS.shutDown();
                }
                JENKINS.start();
            }
        }
        assertEquals(builds, Fleets.finished(JENKINS, "stress"), () -> Fleets.unfinished(JENKINS, "stress"));
        assertEquals("", Fleets.failed(JENKINS, "stress"));
        assertEquals(0, left.size());
        JenkinsServer.await(Duration.ofSeconds(30), () -> Fleets.blocks(JENKINS).isEmpty());
        assertEquals("", Files.exists(locks.resolve("twice")) ? Files.readString(locks.resolve("twice")) : "");
        JENKINS.script(
                "Jenkins.get().getItem('stress').delete(); Jenkins.get().nodes.each { Jenkins.get().removeNode(it) }");
    }

    /** Each device is a file that is locked while it is used; a lock goes with its process. */
    private static String pipeline(Path locks) {
        return """
                llmosSchedule(gpus: (params.N as int) %% 5 == 0 ? 2 : 1, estimate: '5s') {
                    node('linux') {
                        sh '''
                            set +x
                            for d in $(echo "$LLMOS_DEVICES" | tr , ' '); do
                                lock="%1$s/$NODE_NAME-$d"
                                flock -n -E 42 "$lock" sh -c "echo $BUILD_NUMBER > '$lock.by'; sleep 1" ||
                                    { [ $? != 42 ] || echo "$NODE_NAME $d $(cat "$lock.by") $BUILD_NUMBER $(date)" >> '%1$s/twice'; } &
                            done
                            wait
                        '''
                    }
                }
                """.formatted(locks);
    }
}
