package io.jenkins.plugins.llmos.runner.pipeline;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.jenkins.plugins.llmos.engine.privacy.ledger.Budget;
import io.jenkins.plugins.llmos.engine.privacy.ledger.Origin;
import io.jenkins.plugins.llmos.engine.privacy.ledger.PrivacyLedger;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** The scenarios' Jenkinsfiles, as {@code llmos run} runs them: each trains, is judged, and passes its gate. */
class ScenariosTest {
    private static final Path SCENARIOS = Path.of("test-jenkinsfiles");

    @TempDir
    private static Path workspace;

    @TempDir
    private static Path books;

    static List<Path> scenarios() throws IOException {
        try (Stream<Path> files = Files.list(SCENARIOS)) {
            return files.filter(f -> f.getFileName().toString().startsWith("scenario-"))
                    .sorted()
                    .toList();
        }
    }

    @ParameterizedTest
    @MethodSource("scenarios")
    void isTrainedAndGoodEnough(Path jenkinsfile) throws IOException {
        if (!Files.exists(workspace.resolve("resources"))) {
            Files.createSymbolicLink(
                    workspace.resolve("resources"), Path.of("resources").toAbsolutePath());
            new PrivacyLedger(books).setBudget(Origin.of("root"), "breast-cancer", new Budget(9, 0.003));
        }
        Pipelines pipelines = new Pipelines(workspace);
        PipelineRun.Outcome outcome =
                pipelines.run(RunOptions.of(jenkinsfile, workspace).withLedger(books));
        assertEquals(Result.SUCCESS, outcome.result(), pipelines::log);
        String name = jenkinsfile.getFileName().toString().replaceAll("scenario-|\\.Jenkinsfile", "");
        assertTrue(Files.exists(Path.of("docs/scenarios", name + ".md")), "has no page");
        assertTrue(pipelines.log().contains("report.html"), pipelines::log);
    }

    @Test
    void aModelThatIsNotGoodEnoughFailsTheBuild() throws IOException {
        Files.writeString(workspace.resolve("numbers.csv"), "x,kind\n" + "1,a\n2,b\n3,a\n4,b\n".repeat(30));
        Pipelines pipelines = new Pipelines(workspace);
        PipelineRun.Outcome outcome = pipelines.run("""
                node {
                    llmosTrain(data: 'numbers.csv', target: 'kind', model: 'logistic', epochs: 1, output: 'numbers')
                    def r = llmosReport(model: 'numbers', gate: [loss: '<= 100'])
                    echo "accuracy ${r.accuracy} in ${r.output}"
                    llmosReport(model: 'numbers', gate: [loss: '<= 0.01', fairnessGap: '<= 0.1'])
                }
                """);
        assertEquals(Result.FAILURE, outcome.result(), pipelines::log);
        assertTrue(
                pipelines.inOrder(
                        "judged numbers by", "accuracy ", "judged numbers by", "does not pass its gate: loss is"),
                pipelines::log);
        assertTrue(pipelines.log().contains("there is no metric 'fairnessGap'"), pipelines::log);
    }
}
