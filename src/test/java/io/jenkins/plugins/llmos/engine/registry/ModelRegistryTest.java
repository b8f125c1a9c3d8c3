package io.jenkins.plugins.llmos.engine.registry;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.jenkins.plugins.llmos.engine.InvalidInputException;
import io.jenkins.plugins.llmos.engine.util.FileAccess;
import io.jenkins.plugins.llmos.engine.util.Hashes;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ModelRegistryTest {
    @TempDir
    Path folder;

    private ModelRegistry registry;

    @BeforeEach
    void open() {
        registry = new ModelRegistry(folder.resolve("registry"));
    }

    private Path model(String parameters, double accuracy) throws IOException {
        return ModelFolders.write(
                folder.resolve("model " + parameters), parameters, Map.of("metrics", Map.of("accuracy", accuracy)));
    }

    private Deployment deploy(Map<String, ?> arguments) {
        return Deployment.run(DeployRequest.from(arguments), registry, folder, FileAccess.PLAIN, "job #1");
    }

    private Deployment deploy(String model, Map<String, ?> more) {
        Map<String, Object> arguments = new LinkedHashMap<>(Map.of("model", model, "name", "digits"));
        arguments.putAll(more);
        return deploy(arguments);
    }

    private int inProduction() {
        return registry.find(ModelReference.read("digits@production")).number();
    }

    private static String refusal(Runnable what) {
        return assertThrows(InvalidInputException.class, what::run).getMessage();
    }

    @Test
    void aVersionIsWhatWasDeployed() throws IOException {
        Path model = model("a", 0.9);
        ModelVersion version = deploy("model a", Map.of("stage", "production")).version();
        assertEquals(1, version.number());
        assertEquals("of the data", version.data());
        assertEquals("made by hand", version.training());
        assertEquals("job #1", version.build());
        assertEquals(Map.of("accuracy", 0.9), version.metrics());
        Path kept = registry.open(version);
        assertEquals(ModelFiles.hashes(model), ModelFiles.hashes(kept));
        Files.writeString(model.resolve("model.safetensors"), "trained again");
        assertEquals("a", Files.readString(kept.resolve("model.safetensors")));
    }

    @Test
    void theHashIsThatOfWhatSha256sumPrints() throws IOException {
        String lines = "";
        for (String file : List.of("model.json", "model.safetensors")) {
            lines += Hashes.sha256(model("a", 0.9).resolve(file)) + "  " + file + "\n";
        }
        assertEquals(
                Hashes.sha256(lines.getBytes(StandardCharsets.UTF_8)),
                deploy("model a", Map.of()).version().hash());
    }

    @Test
    void theSameFilesAreTheSameVersion() throws IOException {
        model("a", 0.9);
        model("b", 0.9);
        assertEquals(1, deploy("model a", Map.of()).version().number());
        assertEquals(2, deploy("model b", Map.of()).version().number());
        assertEquals(1, deploy("model a", Map.of("stage", "staging")).version().number());
        assertEquals(2, registry.versions("digits").size());
    }

    @Test
    void aVersionIsPromotedByItsReferences() throws IOException {
        model("a", 0.9);
        model("b", 0.8);
        String hash = deploy("model a", Map.of("stage", "staging")).version().hash();
        deploy("model b", Map.of());
        deploy("digits@staging", Map.of("stage", "production", "gate", Map.of("accuracy", ">= 0.9")));
        assertEquals(1, inProduction());
        deploy("digits@2", Map.of("stage", "production"));
        assertEquals(2, inProduction());
        deploy("digits@" + hash.substring(0, 8), Map.of("stage", "production"));
        assertEquals(1, inProduction());
    }

    @Test
    void aModelThatFailsItsGateLeavesTheRegistryAsItWas() throws IOException {
        model("a", 0.9);
        deploy("model a", Map.of("stage", "production"));
        model("b", 0.8);
        String why = assertThrows(
                        GateException.class,
                        () -> deploy(
                                "model b",
                                Map.of("stage", "production", "gate", Map.of("accuracy", ">= 0.9", "epsilon", "<= 3"))))
                .getMessage();
        assertTrue(why.contains("accuracy is 0.8, not >= 0.9"), why);
        assertTrue(why.contains("epsilon <= 3 cannot be checked"), why);
        assertEquals(1, registry.versions("digits").size());
        assertEquals(1, inProduction());
    }

    @Test
    void aStageRollsBackOneDeploymentAtATime() throws IOException {
        for (String m : List.of("a", "b", "c")) {
            model(m, 0.9);
            deploy("model " + m, Map.of("stage", "production"));
        }
        Map<String, Object> back = Map.of("name", "digits", "stage", "production", "rollback", true);
        assertEquals(2, deploy(back).version().number());
        deploy("model a", Map.of("stage", "production"));
        assertEquals(2, deploy(back).version().number());
        assertEquals(1, deploy(back).version().number());
        assertTrue(refusal(() -> deploy(back)).contains("no version before 1"));
        assertEquals(1, inProduction());
        assertEquals(7, registry.history("digits", Stage.PRODUCTION).moves().size());
    }

    @Test
    void deployingWhatIsThereAlreadyIsNoMove() throws IOException {
        model("a", 0.9);
        deploy("model a", Map.of("stage", "production"));
        deploy("model a", Map.of("stage", "production"));
        assertEquals(1, registry.history("digits", Stage.PRODUCTION).moves().size());
    }

    @Test
    void filesThatWereChangedAreNotServed() throws IOException {
        model("a", 0.9);
        ModelVersion version = deploy("model a", Map.of("stage", "production")).version();
        Path kept = registry.open(version);
        Path file = kept.resolve("model.safetensors");
        Files.delete(file);
        assertTrue(refusal(() -> registry.open(version)).contains("model.safetensors is missing"));
        Files.writeString(file, "x");
        assertTrue(refusal(() -> registry.open(version)).contains("model.safetensors was changed"));
        Files.writeString(file, "a");
        Files.writeString(kept.resolve("more"), "x");
        assertTrue(refusal(() -> registry.open(version)).contains("more was not there"));
        Files.delete(kept.resolve("more"));
        registry.open(version);
    }

    @Test
    void aStageDoesNotRollBackToADamagedVersion() throws IOException {
        model("a", 0.9);
        model("b", 0.9);
        Path kept =
                registry.open(deploy("model a", Map.of("stage", "production")).version());
        deploy("model b", Map.of("stage", "production"));
        Files.delete(kept.resolve("model.safetensors"));
        assertTrue(refusal(() -> deploy(Map.of("name", "digits", "stage", "production", "rollback", true)))
                .contains("model.safetensors is missing"));
        assertEquals(2, inProduction());
    }

    @Test
    void deploymentsAtTheSameTimeAreAllRegistered() throws Exception {
        int count = 8;
        for (int i = 0; i < count; i++) {
            model("m" + i, 0.9);
        }
        ExecutorService threads = Executors.newFixedThreadPool(count);
        try {
            List<Callable<Deployment>> all = new ArrayList<>();
            for (int i = 0; i < count; i++) {
                String model = "model m" + i;
                all.add(() -> deploy(model, Map.of("stage", "production")));
            }
            for (Future<Deployment> done : threads.invokeAll(all)) {
                done.get();
            }
        } finally {
            threads.shutdown();
        }
        assertEquals(
                IntStream.rangeClosed(1, count).boxed().toList(),
                registry.versions("digits").stream().map(ModelVersion::number).toList());
        StageHistory history = registry.history("digits", Stage.PRODUCTION);
        assertEquals(count, history.moves().size());
        assertEquals(history.moves().get(count - 1).version(), inProduction());
        try (Stream<Path> files = Files.list(registry.folder().resolve("digits/versions"))) {
            assertEquals(count, files.count());
        }
    }

    @Test
    void theParentIsTheVersionWhoseParametersATrainingWentOnFrom() throws IOException {
        model("a", 0.9);
        deploy("model a", Map.of());
        String parent = Hashes.sha256("a".getBytes(StandardCharsets.UTF_8));
        ModelFolders.write(folder.resolve("tuned"), "b", Map.of("result", Map.of("parent", parent)));
        assertEquals("digits@1", deploy("tuned", Map.of()).version().parent());
        ModelFolders.write(folder.resolve("other"), "c", Map.of("result", Map.of("parent", "f00d")));
        assertEquals("sha256:f00d", deploy("other", Map.of()).version().parent());
    }

    @Test
    void aModelWhoseFilesAreNotThoseOfItsTrainingIsRefused() throws IOException {
        Path model = model("a", 0.9);
        Files.writeString(model.resolve("model.safetensors"), "b");
        assertTrue(refusal(() -> deploy("model a", Map.of())).contains("is not the file that was written"));
        assertTrue(registry.names().isEmpty());
    }

    @Test
    void whatIsWrongIsSaid() throws IOException {
        model("a", 0.9);
        deploy("model a", Map.of());
        assertTrue(refusal(() -> deploy("nowhere", Map.of())).contains("is no model folder"));
        assertTrue(refusal(() -> deploy("digits@7", Map.of())).contains("There are: 1."));
        assertTrue(refusal(() -> deploy("digits@production", Map.of())).contains("is in production"));
        assertTrue(refusal(() -> deploy("digit@1", Map.of())).contains("Give it the same name"));
        assertTrue(refusal(() -> registry.find(ModelReference.read("digts@1"))).contains("Did you mean 'digits'?"));
        assertTrue(refusal(() -> deploy("model a", Map.of("stage", "live"))).contains("staging or production"));
        assertTrue(refusal(() -> deploy("model a", Map.of("gate", Map.of("accuracy", "good"))))
                .contains("accuracy: '>= 0.9'"));
        assertTrue(refusal(() -> deploy(Map.of("model", "model a", "name", "../up")))
                .contains("cannot be named"));
        assertTrue(refusal(() -> deploy(Map.of("name", "digits", "rollback", true)))
                .contains("'stage'"));
        assertTrue(refusal(() -> deploy("model a", Map.of("stages", "staging"))).contains("Did you mean 'stage'?"));
        assertFalse(Files.exists(folder.resolve("up")));
    }
}
