package io.jenkins.plugins.llmos.runner.pipeline;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.jenkins.plugins.llmos.engine.registry.ModelRegistry;
import io.jenkins.plugins.llmos.engine.registry.ModelVersion;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** From a training to what is in production and predicts, in one Jenkinsfile. */
class DeployStepTest {
    @TempDir
    private Path workspace;

    private PipelineRun.Outcome run(Pipelines pipelines, String script) throws IOException {
        return pipelines.run(pipelines.options(script).withRegistry(workspace.resolve("registry")));
    }

    @Test
    void aModelIsDeployedPromotedUsedAndRolledBack() throws Exception {
        Pipelines pipelines = new Pipelines(workspace);
        StringBuilder csv = new StringBuilder("x,size\n");
        for (int i = 0; i < 60; i++) {
            csv.append(i).append(i < 30 ? ",small\n" : ",large\n");
        }
        Files.writeString(workspace.resolve("data.csv"), csv);
        PipelineRun.Outcome outcome = run(pipelines, """
                node {
                    def train = { epochs -> llmosTrain(data: 'data.csv', target: 'size', learningRate: 0.05,
                        epochs: epochs, output: "model${epochs}") }
                    train(20)
                    train(1)
                    def one = llmosDeploy(model: 'model20', name: 'sizes', stage: 'staging', gate: [accuracy: '>= 0.8'])
                    assert one.version == 1 && one.hash.length() == 64 && one.stage == 'staging'
                    llmosDeploy(model: 'sizes@staging', name: 'sizes', stage: 'production')
                    assert llmosDeploy(model: 'model1', name: 'sizes', stage: 'production').before == 1
                    def refused = false
                    try {
                        llmosDeploy(model: 'model1', name: 'sizes', stage: 'staging', gate: [epsilon: '<= 3'])
                    } catch (e) {
                        refused = e.message.contains('epsilon <= 3 cannot be checked')
                    }
                    assert refused
                    assert llmosDeploy(name: 'sizes', stage: 'production', rollback: true).version == 1
                    def used = llmosPredict(model: 'sizes@production', data: 'data.csv', output: 'out.csv')
                    assert used.rows == 60 && used.accuracy > 0.8 && used.output.endsWith('out.csv')
                }
                """);
        assertEquals(Result.SUCCESS, outcome.result(), pipelines::log);
        assertEquals(61, Files.readAllLines(workspace.resolve("out.csv")).size());
        ModelRegistry registry = new ModelRegistry(workspace.resolve("registry"));
        ModelVersion version = registry.versions("sizes").get(0);
        assertEquals("test #1", version.build());
        assertEquals(64, version.data().length());

        run(pipelines, "node { llmosPredict(model: 'sizes@7', data: 'data.csv', output: 'never.csv') }");
        assertTrue(pipelines.log().contains("has no version 7. There are: 1, 2."), pipelines::log);
        run(pipelines, "node { llmosPredict(model: 'model1', data: 'nowhere.csv', output: 'never.csv') }");
        assertTrue(pipelines.log().contains("nowhere.csv does not exist"), pipelines::log);
        assertFalse(Files.exists(workspace.resolve("never.csv")));
    }
}
