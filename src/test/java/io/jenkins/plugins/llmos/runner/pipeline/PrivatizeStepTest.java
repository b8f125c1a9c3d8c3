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
import java.util.Random;
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
        return ledger.accounts().stream()
                .filter(a -> a.names().contains("visits"))
                .findFirst()
                .orElseThrow();
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

    private static String train(String more) {
        return "llmosTrain(data: 'rows.csv', target: 'label', model: 'logistic', epochs: 2, batch: 64" + more
                + ", output: 'model')";
    }

    private void makeRows() throws IOException {
        ledger.setBudget(Origin.of("root"), "rows", new Budget(6, 1e-4));
        Random random = new Random(1);
        StringBuilder csv = new StringBuilder("a,b,label\n");
        for (int i = 0; i < 1000; i++) {
            double a = random.nextGaussian();
            double b = random.nextGaussian();
            csv.append(a + "," + b + "," + (a + b > 0 ? "yes" : "no") + "\n");
        }
        Files.writeString(workspace.resolve("rows.csv"), csv);
    }

    private Account rows() {
        return ledger.accounts().stream()
                .filter(a -> a.names().contains("rows"))
                .findFirst()
                .orElseThrow();
    }

    @Test
    void aPrivateTrainingSettlesWhatItSpent() throws IOException {
        makeRows();
        RunOptions options = pipelines
                .options("node {\n def r = llmosPrivatize(dataset: 'rows', epsilon: 3, delta: 1e-4, clip: 0.5) { "
                        + train("") + " }\n assert r.epsilon > 2.9 && r.epsilon <= 3 && r.privateSteps > 0\n"
                        + " if (!fileExists('go')) { error 'not yet' } }")
                .withLedger(books);
        assertEquals(Result.FAILURE, pipelines.run(options).result());
        assertTrue(pipelines.log().contains("not yet"), pipelines::log);
        assertEquals(0, rows().open().size());
        assertTrue(rows().spent() > 2.7 && rows().spent() <= 3, "spent " + rows().spent());
        assertEquals(1, rows().contents().size());
        Files.writeString(workspace.resolve("go"), "");
        assertEquals(Result.SUCCESS, pipelines.run(options.resuming(1)).result(), pipelines::log);
        assertTrue(pipelines.log().contains("trained before in this run"), pipelines::log);
        assertEquals(1, rows().events(), "resuming does not spend again");
    }

    @Test
    void aTrainingThatDoesNotFinishCountsInFull() throws IOException {
        makeRows();
        PipelineRun.Outcome outcome = run("parallel failFast: true, train: { node { llmosPrivatize(dataset: 'rows',"
                + " epsilon: 3, delta: 1e-4) { " + train(", checkpointSteps: 1").replace("epochs: 2", "epochs: 20000")
                + " } } }, stop: { node { timeout(time: 60, unit: 'SECONDS') { waitUntil(initialRecurrencePeriod: 100) {"
                + " sh(returnStatus: true, script: 'find " + workspace + " -name released-steps | grep -q .') == 0 } };"
                + " error 'enough' } }");
        assertEquals(Result.FAILURE, outcome.result(), pipelines::log);
        assertTrue(pipelines.log().contains("enough"), pipelines::log);
        assertTrue(pipelines.log().contains("counts as spent"), pipelines::log);
        assertEquals(3, rows().charged(), 1e-2);
        assertEquals(1, rows().open().size());
    }

    @Test
    void aTrainingThatFailsBeforeItReleasesAnythingCostsNothing() throws IOException {
        makeRows();
        refused(
                "no column",
                "node { llmosPrivatize(dataset: 'rows', epsilon: 3, delta: 1e-4) { "
                        + train("").replace("'label'", "'lable'") + " } }");
        assertTrue(pipelines.log().contains("given back"), pipelines::log);
        assertEquals(0, rows().charged());
    }

    @Test
    void whatIsWrongWithATrainingIsSaidBeforeAnythingIsSpent() throws IOException {
        makeRows();
        String block = "node { llmosPrivatize(dataset: 'rows', epsilon: 3, delta: %s%s) { %s } }";
        refused("at δ 0.01 was asked for", block.formatted("0.01", "", train("")));
        ledger.setBudget(Origin.of("root"), "rows", new Budget(6, 0.05));
        refused("above 1/1000", block.formatted("0.01", "", train("")));
        refused("clip", block.formatted("1e-4", ", clip: -1", train("")));
        refused("clipp", block.formatted("1e-4", ", clipp: 1", train("")));
        refused("for tests", block.formatted("1e-4", "", train(", privacy: [withoutNoise: true]")));
        refused(
                "outside of llmosPrivatize, where no ledger counts",
                "node { " + train(", privacy: [dataset: 'rows', epsilon: 3, delta: 1e-4]") + " }");
        assertEquals(0, rows().events() + rows().open().size(), pipelines::log);
        refused(
                "trainings: 2",
                block.formatted("1e-4", "", train("") + "; " + train("").replace("model'", "other'")));
        assertEquals(1, rows().events(), "the first training was done");
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
        refused("Is 'epsilonn' meant to be it?", "llmosPrivatize(dataset: 'visits', epsilonn: 1, delta: 1e-5) { }");
        refused("δ is 1.0", "llmosPrivatize(dataset: 'visits', epsilon: 1, delta: 1) { }");
        refused("Did you mean 'visits'?", "llmosPrivatize(dataset: 'visit', epsilon: 1, delta: 1e-5) { }");
        refused(
                "of which at most ε 2 at δ 1.0e-5 is left, but ε 3.0",
                "llmosPrivatize(dataset: 'visits', epsilon: 3, delta: 1e-5) { }");
        ledger.setBudget(Origin.of("root"), "visits", new Budget(2, 1e-2));
        refused(
                "above 1/3000",
                "node { llmosPrivatize(data: 'visits.csv', epsilon: 1, delta: 4e-4, release: [[count: true]]) }");
        ledger.setBudget(Origin.of("root"), "visits", new Budget(2, 1e-5));
        refused(
                "stands inside",
                "llmosPrivatize(dataset: 'visits', epsilon: 1, delta: 1e-5) {"
                        + " llmosPrivatize(dataset: 'visits', epsilon: 1, delta: 1e-5) { } }");
        String train = "node { llmosPrivatize(dataset: 'visits', epsilon: 1, delta: 1e-5) {"
                + " llmosTrain(data: 'visits.csv', target: 'age', output: 'out', %s) } }";
        refused("'retrieval' cannot be trained privately", train.formatted("model: 'retrieval'"));
        refused("NO_SUCH, which is not set", train.formatted("key: 'env:NO_SUCH'"));
        assertFalse(Files.exists(workspace.resolve("out")));
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
