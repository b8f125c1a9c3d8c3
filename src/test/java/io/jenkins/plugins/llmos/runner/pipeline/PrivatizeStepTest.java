package io.jenkins.plugins.llmos.runner.pipeline;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.jenkins.plugins.llmos.engine.privacy.ledger.Account;
import io.jenkins.plugins.llmos.engine.privacy.ledger.Budget;
import io.jenkins.plugins.llmos.engine.privacy.ledger.Origin;
import io.jenkins.plugins.llmos.engine.privacy.ledger.PrivacyLedger;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** {@code llmosPrivatize} as a Jenkinsfile calls it. */
class PrivatizeStepTest {
    private static final String RELEASE =
            "llmosPrivatize(data: 'visits.csv', epsilon: 1, output: 'out.json', overwrite: true,"
                    + " release: [[count: true], [mean: 'age', lower: 0, upper: 100]])";

    @TempDir
    private Path workspace;

    @TempDir
    private Path books;

    private Pipelines pipelines;
    private PrivacyLedger ledger;

    @BeforeEach
    void makePipelines() throws IOException {
        pipelines = new Pipelines(workspace);
        ledger = new PrivacyLedger(books);
        ledger.setBudget(Origin.of("root"), "visits", new Budget(2, 1e-5));
        StringBuilder csv = new StringBuilder("age\n");
        for (int i = 0; i < 3000; i++) {
            csv.append(20 + i % 41).append('\n');
        }
        Files.writeString(workspace.resolve("visits.csv"), csv);
    }

    private PipelineRun.Outcome run(String script) throws IOException {
        return pipelines.run(pipelines.options(script).withLedger(books));
    }

    private Account account() {
        return ledger.accounts().get(0);
    }

    @Test
    void aReleaseReturnsNoisyValuesAndIsCharged() throws IOException {
        PipelineRun.Outcome outcome = run("""
                pipeline { agent any
                  stages { stage('Release') { steps { script {
                    def r = %s
                    assert r.epsilon <= 1 && r.delta == 0
                    assert r.releases[0].low > 2900 && r.releases[0].high < 3100
                    assert Math.abs(r.releases[1].value - 40) < 2
                  } } } } }
                """.formatted(RELEASE));
        assertEquals(Result.SUCCESS, outcome.result(), pipelines::log);
        assertEquals(1, account().spent(), 1e-3);
        assertTrue(Files.readString(workspace.resolve("out.json")).contains("\"neighbours\""));
        assertTrue(pipelines.log().contains("released count, mean of age of 'visits'"), pipelines::log);
        String audit = Files.readString(books.resolve("audit.jsonl"));
        assertTrue(audit.contains("\"what\":\"release\"") && audit.contains("\"build\":\"test #1\""), audit);
    }

    @Test
    void aResumedRunReleasesTheSameAndIsNotChargedAgain() throws IOException {
        RunOptions options = pipelines
                .options(
                        "node { def r = " + RELEASE
                                + "; writeFile file: 'r' + r.releases[0].value, text: ''\n if (!fileExists('go')) { error 'not yet' } }")
                .withLedger(books);
        assertEquals(Result.FAILURE, pipelines.run(options).result());
        Files.writeString(workspace.resolve("go"), "");
        assertEquals(Result.SUCCESS, pipelines.run(options.resuming(1)).result(), pipelines::log);
        assertTrue(pipelines.log().contains("released before in this run"), pipelines::log);
        assertEquals(1, account().events());
    }

    @Test
    void aBlockThatTrainsNothingGivesItsReservationBack() throws IOException {
        PipelineRun.Outcome outcome = run(
                "assert llmosPrivatize(dataset: 'visits', epsilon: 2, delta: 1e-5) { 7 } == 7\n"
                        + "try { llmosPrivatize(dataset: 'visits', epsilon: 2, delta: 1e-5) { error 'early' } } catch (e) { echo 'caught' }");
        assertEquals(Result.SUCCESS, outcome.result(), pipelines::log);
        assertTrue(pipelines.log().contains("reserved ε 2 at δ 1.0e-5 of 'visits'"), pipelines::log);
        assertEquals(0, account().open().size());
        assertEquals(2, account().left().epsilon());
    }

    @Test
    void refusalsAreOneParagraphAndSpendNothing() throws IOException {
        refused("ε is 0.0", "llmosPrivatize(dataset: 'visits', epsilon: 0, delta: 1e-5) { }");
        refused("δ is 1.0", "llmosPrivatize(dataset: 'visits', epsilon: 1, delta: 1) { }");
        refused("Did you mean 'visits'?", "llmosPrivatize(dataset: 'visit', epsilon: 1, delta: 1e-5) { }");
        refused(
                "of which at most ε 2 at δ 1.0e-5 is left, but ε 3.0",
                "llmosPrivatize(dataset: 'visits', epsilon: 3, delta: 1e-5) { }");
        refused(
                "above 1/3000",
                "node { llmosPrivatize(data: 'visits.csv', epsilon: 1, delta: 0.01, release: [[count: true]]) }");
        refused(
                "stands inside",
                "llmosPrivatize(dataset: 'visits', epsilon: 1, delta: 1e-5) {"
                        + " llmosPrivatize(dataset: 'visits', epsilon: 1, delta: 1e-5) { } }");
        refused("needs a workspace", RELEASE);
        refused("needs a block, or the argument 'release'", "node { llmosPrivatize(data: 'visits.csv', epsilon: 1) }");
        assertEquals(0, account().events() + account().open().size());
        assertFalse(Files.exists(workspace.resolve("out.json")));
    }

    private void refused(String words, String script) throws IOException {
        assertEquals(Result.FAILURE, run(script).result());
        assertTrue(pipelines.log().contains(words), pipelines::log);
        assertFalse(pipelines.log().contains("\tat "), pipelines::log);
    }
}
