package io.jenkins.plugins.llmos.plugin;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.CleanupMode;
import org.junit.jupiter.api.io.TempDir;

/** Trainings that are preempted, or lose their agents, and go on elsewhere. */
class TrainFailoverIT {
    @RegisterExtension
    static final JenkinsServer JENKINS = new JenkinsServer();

    @BeforeAll
    static void copyOften() throws Exception {
        JENKINS.script("System.setProperty('io.jenkins.plugins.llmos.train.copySeconds', '0')");
    }

    @Test
    void aPreemptedTrainingGoesOnOnAnotherAgentToTheSameModel(
            @TempDir(cleanup = CleanupMode.NEVER) Path one, @TempDir(cleanup = CleanupMode.NEVER) Path two)
            throws Exception {
        JENKINS.agent("one", one);
        JENKINS.agent("two", two);
        JENKINS.begin("preempted", """
                def r
                for (int i = 0; i < 2 && r == null; i++) {
                    try {
                        node(['one', 'two'][i]) { r = %s }
                    } catch (e) {
                        echo "attempt ${i} ended"
                    }
                }
                echo "good: ${r.epochs} epochs"
                """.formatted(training(40)));
        JENKINS.awaitLog("preempted", "epoch ");
        preempt("preempted");
        assertEquals("SUCCESS", JENKINS.end("preempted"), () -> Trainers.quietly(JENKINS, "preempted"));
        String log = JENKINS.log("preempted");
        assertTrue(
                log.contains("model leaves with a checkpoint: Yields its devices to urgent #7 (it is shorter)"), log);
        assertTrue(log.contains("attempt 0 ended"), log);
        assertTrue(stepGoneOnFrom(log) > 0, log);
        assertTrue(log.contains("good: 40 epochs"), log);

        assertEquals("SUCCESS", JENKINS.run("straight", "node('one') { %s }".formatted(training(40))));
        assertArrayEquals(
                Files.readAllBytes(one.resolve("workspace/straight/model/model.safetensors")),
                Files.readAllBytes(two.resolve("workspace/preempted/model/model.safetensors")));
        assertEquals(List.of(), Trainers.remains(one));
        assertEquals(List.of(), Trainers.remains(two));
        assertEquals("false", JENKINS.script(KEPT.formatted("preempted", "exists()")));
    }

    @Test
    void aTrainingWhoseAgentIsRemovedGoesOnOnAnother(
            @TempDir(cleanup = CleanupMode.NEVER) Path lost, @TempDir(cleanup = CleanupMode.NEVER) Path other)
            throws Exception {
        Process agent = JENKINS.agent("lost", lost);
        JENKINS.begin(
                "removed",
                "retry(count: 2, conditions: [agent()]) { node('lost || other') { %s } }".formatted(training(100)));
        awaitKeptCheckpoint("removed");
        agent.destroyForcibly().waitFor();
        Trainers.of("removed").forEach(ProcessHandle::destroyForcibly);
        JENKINS.script("Jenkins.get().removeNode(Jenkins.get().getNode('lost'))");
        JENKINS.agent("other", other);
        assertEquals("SUCCESS", JENKINS.end("removed"), () -> Trainers.quietly(JENKINS, "removed"));
        String log = JENKINS.log("removed");
        assertTrue(log.contains("lost was removed while model trained there. Another attempt goes on"), log);
        assertTrue(stepGoneOnFrom(log) > 0, log);
        assertFalse(log.contains("\tat "), log);
    }

    @Test
    void aTrainingWhoseAgentStaysAwayIsGivenUpAndEndedWhenItReturns(@TempDir(cleanup = CleanupMode.NEVER) Path folder)
            throws Exception {
        JENKINS.script("System.setProperty('io.jenkins.plugins.llmos.train.awaySeconds', '3')");
        try {
            Process agent = JENKINS.agent("gone", folder);
            // With its folder, since another run of this test may have left one of that name.
            String trainer = folder.getFileName() + "/workspace/gone";
            JENKINS.begin("gone", "node('gone') { %s }".formatted(training(100_000)));
            JENKINS.awaitLog("gone", "epoch ");
            agent.destroyForcibly().waitFor();
            JENKINS.awaitLog("gone", "gone has been away for more than 3 s while model trained there.");
            assertEquals(1, Trainers.of(trainer).size());
            JENKINS.connect("gone", folder);
            JenkinsServer.await(() -> Trainers.of(trainer).isEmpty());
            JenkinsServer.await(() -> Trainers.remains(folder).isEmpty());
            assertEquals("FAILURE", JENKINS.end("gone"), () -> Trainers.quietly(JENKINS, "gone"));
        } finally {
            Trainers.of(folder.getFileName() + "/workspace/gone").forEach(ProcessHandle::destroyForcibly);
            JENKINS.script("System.clearProperty('io.jenkins.plugins.llmos.train.awaySeconds')");
        }
    }

    @Test
    void aTrainingGoesOnAfterItsMachineWasRestarted(@TempDir(cleanup = CleanupMode.NEVER) Path folder)
            throws Exception {
        Process agent = JENKINS.agent("crashes", folder);
        JENKINS.begin(
                "crashes",
                "retry(count: 2, conditions: [agent()]) { node('crashes') { %s } }".formatted(training(100)));
        awaitKeptCheckpoint("crashes");
        agent.destroyForcibly().waitFor();
        Trainers.of("crashes").forEach(ProcessHandle::destroyForcibly);
        JENKINS.awaitLog("crashes", "crashes is away; waiting until it is back");
        JENKINS.connect("crashes", folder);
        assertEquals("SUCCESS", JENKINS.end("crashes"), () -> Trainers.quietly(JENKINS, "crashes"));
        String log = JENKINS.log("crashes");
        assertTrue(log.contains("the training model did not outlive that"), log);
        assertTrue(stepGoneOnFrom(log) > 0, log);
    }

    private static final String KEPT =
            "print new File(Jenkins.get().getItemByFullName('%s').getBuildByNumber(1).rootDir, 'llmos/checkpoints').%s";

    private static void awaitKeptCheckpoint(String job) throws Exception {
        JenkinsServer.await(() -> JENKINS.script(KEPT.formatted(
                        job, "listFiles()?.any { new File(it, 'checkpoint/training.safetensors').exists() }"))
                .equals("true"));
    }

    private static void preempt(String job) throws Exception {
        JENKINS.script("""
                import io.jenkins.plugins.llmos.plugin.Preempted
                import org.jenkinsci.plugins.workflow.steps.FlowInterruptedException
                def build = Jenkins.get().getItemByFullName('%s').getBuildByNumber(1)
                build.execution.getCurrentExecutions(true).get()
                        .findAll { it.class.simpleName == 'TrainExecution' }
                        .each {
                            it.stop(new FlowInterruptedException(
                                    hudson.model.Result.ABORTED, new Preempted('urgent #7', 'it is shorter')))
                        }
                """.formatted(job));
    }

    private static int stepGoneOnFrom(String log) {
        Matcher m = Pattern.compile("goes on from step (\\d+)").matcher(log);
        return m.find() ? Integer.parseInt(m.group(1)) : 0;
    }

    private static String training(int epochs) {
        return "llmosTrain(%s, model: 'mlp', hidden: [64], epochs: %d, checkpointEvery: '1s', output: 'model')"
                .formatted(Trainers.DATA, epochs);
    }
}
