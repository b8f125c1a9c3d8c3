package io.jenkins.plugins.llmos.plugin;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.CleanupMode;
import org.junit.jupiter.api.io.TempDir;

class PrivatizeStepIT {
    private static final String TRAIN = "llmosTrain(%s, model: 'logistic', epochs: %d, batch: 256, output: '%s')";
    private static final String LEDGER = "new io.jenkins.plugins.llmos.engine.privacy.ledger.PrivacyLedger("
            + "Jenkins.get().rootDir.toPath().resolve('llmos/privacy'))";

    @RegisterExtension
    static final JenkinsServer JENKINS = new JenkinsServer();

    private static void budget(String dataSet, double epsilon) throws Exception {
        JENKINS.script(
                "%s.setBudget(io.jenkins.plugins.llmos.engine.privacy.ledger.Origin.of('admin'), '%s', new io.jenkins.plugins.llmos.engine.privacy.ledger.Budget(%s, 1e-5))"
                        .formatted(LEDGER, dataSet, epsilon));
    }

    private static String account(String dataSet) throws Exception {
        return JENKINS.script(
                        "def a = %s.accounts().find { it.names().contains('%s') }; print([a.events(), a.open().size(), a.charged() <= a.budget().epsilon() + 1e-9])"
                                .formatted(LEDGER, dataSet))
                .strip();
    }

    @Test
    void aBlockReservesTrainsAndSettlesOverARestart() throws Exception {
        budget("digits", 4);
        String pipeline = """
                node {
                    def r = llmosPrivatize(dataset: 'digits', epsilon: 3, delta: 1e-5, clip: 1.0) { %s }
                    echo "private: ${r.epsilon <= 3 && r.epsilon > 2.5}"
                }
                """.formatted(TRAIN.formatted(Trainers.DATA, 40, "model"));
        JENKINS.begin("private", pipeline);
        JENKINS.awaitLog("private", "epoch 1");
        assertEquals("[0, 1, true]", account("digits"));
        JENKINS.kill();
        JENKINS.start();
        assertEquals("SUCCESS", JENKINS.end("private"), () -> Trainers.quietly(JENKINS, "private"));
        assertTrue(JENKINS.log("private").contains("private: true"));
        assertEquals("[1, 0, true]", account("digits"));
        assertEquals("FAILURE", JENKINS.run("spent", pipeline));
        assertTrue(JENKINS.log("spent").contains("of which at most ε"), JENKINS.log("spent"));
        assertFalse(JENKINS.log("spent").contains("\tat "));
    }

    @Test
    void aReleaseIsDrawnOnTheAgentAndChargedOnTheController(@TempDir(cleanup = CleanupMode.NEVER) Path folder)
            throws Exception {
        budget("visits", 2);
        JENKINS.agent("releases", folder);
        Files.createDirectories(folder.resolve("workspace/release"));
        StringBuilder csv = new StringBuilder("age\n");
        for (int i = 0; i < 2000; i++) {
            csv.append(i % 80).append('\n');
        }
        Files.writeString(folder.resolve("workspace/release/visits.csv"), csv);
        String pipeline = """
                pipeline {
                    agent { label 'releases' }
                    stages {
                        stage('Release') {
                            steps {
                                llmosPrivatize(data: 'visits.csv', epsilon: 0.5, release: [[count: true]], output: 'one.csv')
                                script {
                                    def r = llmosPrivatize(data: 'visits.csv', epsilon: 1, output: 'out.json',
                                        release: [[count: true], [mean: 'age', lower: 0, upper: 100]])
                                    echo "near: ${r.releases[0].value > 1900 && r.releases[0].value < 2100}"
                                }
                            }
                        }
                    }
                }
                """;
        assertEquals("SUCCESS", JENKINS.run("release", pipeline), () -> Trainers.quietly(JENKINS, "release"));
        assertTrue(JENKINS.log("release").contains("near: true"));
        assertTrue(Files.exists(folder.resolve("workspace/release/out.json")));
        assertEquals("[2, 0, true]", account("visits"));
    }

    @Test
    void refusalsAreOneParagraph() throws Exception {
        assertEquals(
                "FAILURE", JENKINS.run("nobudget", "llmosPrivatize(dataset: 'nobody', epsilon: 1, delta: 1e-5) { }"));
        assertTrue(JENKINS.log("nobudget").contains("has no budget for a data set 'nobody'"), JENKINS.log("nobudget"));
        assertEquals("FAILURE", JENKINS.run("noepsilon", "llmosPrivatize(dataset: 'x', epsilon: 0, delta: 1e-5) { }"));
        assertTrue(JENKINS.log("noepsilon").contains("ε is 0.0; it must be"), JENKINS.log("noepsilon"));
        assertFalse(JENKINS.log("nobudget").contains("\tat "));
    }
}
