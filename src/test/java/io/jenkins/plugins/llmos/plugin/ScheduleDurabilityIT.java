package io.jenkins.plugins.llmos.plugin;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;

/** Blocks whose controller or agent is killed at once, while they run and while they wait; and a build that has a key. */
class ScheduleDurabilityIT {
    @RegisterExtension
    static final JenkinsServer JENKINS = new JenkinsServer();

    @Test
    void blocksOutliveTheirControllerAndTheirAgent(@TempDir Path folder) throws Exception {
        JENKINS.script("Jenkins.get().setNumExecutors(0); Jenkins.get().save()");
        Fleets.pools(JENKINS, "[name: 'default', policy: 'fifo', preemptionCost: '1s', minimumRun: '1s']");
        Fleets.agent(JENKINS, "stays", folder, 2, "[count: 1]");

        Path restarted = folder.resolve("restarted");
        JENKINS.begin("running", """
                llmosSchedule(gpus: 1, estimate: '1m') {
                    node('stays') {
                        sh 'echo began; until [ -e "%s" ]; do sleep 1; done; echo "ended with $LLMOS_DEVICES of attempt $LLMOS_ATTEMPT"'
                    }
                }
                """.formatted(restarted));
        JENKINS.awaitLog("running", "began");
        PrintedKey key = new PrintedKey();
        key.store(JENKINS);
        JENKINS.begin("keyed", """
                node('stays') {
                    writeFile file: 'a.txt', text: 'clear'
                    llmosPrivatize(encrypt: 'a.txt', key: '%s')
                    sh 'echo has its key; until [ -e "%s" ]; do sleep 1; done'
                    %s
                }
                """.formatted(PrintedKey.ID, restarted, key.steps()));
        JENKINS.awaitLog("keyed", "has its key");
        Path begun = folder.resolve("begun");
        Path again = folder.resolve("again");
        JENKINS.begin("waiting", """
                llmosSchedule(gpus: 1, estimate: '1m') {
                    node('stays') { sh 'echo "mine in attempt $LLMOS_ATTEMPT" | tee -a "%s"; until [ -e "%s" ]; do sleep 1; done' }
                }
                """.formatted(begun, again));
        Fleets.awaitWhy(JENKINS, "waiting", "1 of 1 in the queue");
        JENKINS.kill();
        JENKINS.start();
        Fleets.awaitWhy(JENKINS, "waiting", "1 of 1 in the queue");
        // Jenkins now comes back with an item of a node that has begun meanwhile
        JENKINS.script("Jenkins.get().queue.save()");
        Files.createFile(restarted);
        assertEquals("SUCCESS", JENKINS.end("running"), () -> Fleets.quietly(JENKINS, "running"));
        assertTrue(JENKINS.log("running").contains("ended with 0 of attempt 1"), JENKINS.log("running"));
        assertEquals("SUCCESS", JENKINS.end("keyed"), () -> Fleets.quietly(JENKINS, "keyed"));
        key.assertHidden(JENKINS.log("keyed"));
        JENKINS.awaitLog("waiting", "mine");
        JENKINS.kill();
        JENKINS.start();
        Files.createFile(again);
        assertEquals("SUCCESS", JENKINS.end("waiting"), () -> Fleets.quietly(JENKINS, "waiting"));
        assertEquals("mine in attempt 1\n", Files.readString(begun), () -> Fleets.quietly(JENKINS, "waiting"));

        Process dies = Fleets.agent(JENKINS, "dies", folder, 1, "[count: 1, model: 'better']");
        JENKINS.begin("failover", """
                llmosSchedule(gpus: 1, gpuModel: 'better|simulated', estimate: '1m') {
                    node('linux') {
                        sh 'echo $$ > "%s/$LLMOS_ATTEMPT"; echo "attempt $LLMOS_ATTEMPT on $NODE_NAME"; [ $LLMOS_ATTEMPT -gt 1 ] || sleep 300'
                    }
                }
                """.formatted(folder));
        JENKINS.awaitLog("failover", "attempt 1 on dies");
        dies.destroyForcibly().waitFor();
        assertEquals("SUCCESS", JENKINS.end("failover"), () -> Fleets.quietly(JENKINS, "failover"));
        assertTrue(JENKINS.log("failover").contains("attempt 2 on stays"), JENKINS.log("failover"));
        JenkinsServer.await(Duration.ofSeconds(20), () -> Fleets.blocks(JENKINS).isEmpty());

        long left = Long.parseLong(Files.readString(folder.resolve("1")).strip());
        assertTrue(ProcessHandle.of(left).isPresent(), "what the lost attempt started has ended by itself");
        JENKINS.connect("dies", folder.resolve("dies"));
        JenkinsServer.await(Duration.ofSeconds(30), () -> ProcessHandle.of(left).isEmpty());
        JenkinsServer.await(Duration.ofSeconds(30), () -> {
            String[] folders = folder.resolve("dies/llmos/checkpoints").toFile().list();
            return folders == null || folders.length == 0;
        });
        // They would write to the folder while it is deleted.
        JENKINS.killAgents();
    }
}
