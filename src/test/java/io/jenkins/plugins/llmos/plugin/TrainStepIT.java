package io.jenkins.plugins.llmos.plugin;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.CleanupMode;
import org.junit.jupiter.api.io.TempDir;

class TrainStepIT {
    /** By name, since its supertypes are in Jenkins alone. */
    private static final String STEP = "io.jenkins.plugins.llmos.plugin.TrainStep";

    private static final int LONG = 100_000;

    @RegisterExtension
    static final JenkinsServer JENKINS = new JenkinsServer();

    /** Its tokenizer is another native library that has to reach the agent. */
    @Test
    void trainsALanguageModelAndGoesOnFromIt(@TempDir(cleanup = CleanupMode.NEVER) Path folder) throws Exception {
        JENKINS.agent("speaks", folder);
        String pipeline = """
                pipeline {
                    agent { label 'speaks' }
                    stages {
                        stage('train') {
                            steps {
                                writeFile file: 'verse.txt', text: '%s'
                                llmosTrain data: 'verse.txt', layers: 1, heads: 2, width: 8, context: 8, vocabulary: 280, epochs: 1, output: 'gpt'
                                script {
                                    def r = llmosTrain(data: 'verse.txt', from: 'gpt', lora: [rank: 2], packing: false, epochs: 1, output: 'tuned')
                                    echo "trained ${r.trainedParameters} of ${r.parameters}, perplexity ${r.perplexity > 1}"
                                }
                            }
                        }
                    }
                }
                """.formatted("one two three four five six ".repeat(60));
        assertEquals("SUCCESS", JENKINS.run("language", pipeline), () -> Trainers.quietly(JENKINS, "language"));
        // Two rows of 8 inputs, and 24 outputs of two columns.
        assertTrue(JENKINS.log("language").contains("trained 64 of "), () -> Trainers.quietly(JENKINS, "language"));
        assertTrue(JENKINS.log("language").contains("perplexity true"));
        assertTrue(Files.exists(folder.resolve("workspace/language/tuned/lora.safetensors")));
    }

    @Test
    void trainsOnAnAgentAndReturnsTheResult(@TempDir(cleanup = CleanupMode.NEVER) Path folder) throws Exception {
        JENKINS.agent("trains", folder);
        String pipeline = """
                node('trains') {
                    def r = llmosTrain(%s, model: 'mlp', hidden: [64], epochs: 3, output: 'model')
                    if (r.accuracy > 0.9) { echo "good: ${r.epochs} epochs in ${r.output}" }
                }
                """.formatted(Trainers.DATA);
        assertEquals("SUCCESS", JENKINS.run("agent", pipeline), () -> Trainers.quietly(JENKINS, "agent"));
        assertTrue(JENKINS.log("agent").contains("good: 3 epochs in " + folder.resolve("workspace/agent/model")));
        assertTrue(Files.exists(folder.resolve("workspace/agent/model/model.safetensors")));
        List<Path> jars = jars(folder);
        assertFalse(jars.isEmpty());

        String declarative = """
                pipeline {
                    agent { label 'trains' }
                    stages {
                        stage('train') {
                            steps {
                                llmosTrain %s, model: 'logistic', epochs: 1, learningRate: 1, output: 'model'
                            }
                        }
                    }
                }
                """.formatted(Trainers.DATA);
        assertEquals(
                "SUCCESS", JENKINS.run("declarative", declarative), () -> Trainers.quietly(JENKINS, "declarative"));
        assertEquals(jars, jars(folder));
        assertEquals(List.of(), Trainers.remains(folder));
    }

    @Test
    void theReportAndTheModelCardAreKeptWithTheBuild() throws Exception {
        String pipeline = """
                node {
                    for (String side in ['left', 'right']) {
                        llmosTrain(%s, name: 'my <b>model</b>', model: 'logistic', epochs: 2, output: side)
                    }
                }
                """.formatted(Trainers.DATA);
        assertEquals("SUCCESS", JENKINS.run("kept", pipeline), () -> Trainers.quietly(JENKINS, "kept"));
        String page = JENKINS.get("job/kept/1/llmos/");
        assertTrue(page.contains("my &lt;b>model&lt;/b>"), page);
        for (String folder : List.of("llmos/my_b_model_b_", "llmos/my_b_model_b_-2")) {
            assertTrue(page.contains("../artifact/" + folder + "/report.html"), page);
            String report = JENKINS.get("job/kept/1/artifact/" + folder + "/report.html");
            assertTrue(report.contains("Validation accuracy") && report.contains("href=\"style.css\""), report);
            assertTrue(
                    JENKINS.get("job/kept/1/artifact/" + folder + "/style.css").contains("llmos-line"));
            assertTrue(
                    JENKINS.get("job/kept/1/artifact/" + folder + "/model.json").contains("\"fingerprint\""));
        }
        assertTrue(JENKINS.get("job/kept/1/").contains("href=\"llmos\"")
                || JENKINS.get("job/kept/1/").contains("/llmos\""));
    }

    @Test
    void jarsThatNobodyNeedsAnyMoreAreRemoved(@TempDir(cleanup = CleanupMode.NEVER) Path folder) throws Exception {
        JENKINS.agent("tidy", folder);
        Path caches = Files.createDirectories(folder.resolve("caches/llmos"));
        Path old = Files.writeString(caches.resolve("0123456789abcdef-old.jar"), "old");
        Files.setLastModifiedTime(old, FileTime.from(Instant.now().minus(Duration.ofDays(31))));
        Path recent = Files.writeString(caches.resolve("0123456789abcdef-recent.jar"), "recent");
        String pipeline = "node('tidy') { llmosTrain(%s, model: 'logistic', epochs: 1, output: 'm') }";
        assertEquals("SUCCESS", JENKINS.run("tidy", pipeline.formatted(Trainers.DATA)));
        assertFalse(Files.exists(old));
        assertTrue(Files.exists(recent));
    }

    @Test
    void wrongArgumentsFailTheBuildWithOneSentence() throws Exception {
        assertEquals(
                "FAILURE",
                JENKINS.run("wrong", "node { llmosTrain(data: 'x.csv', target: 'y', epoch: 1, output: 'm') }"));
        assertTrue(JENKINS.log("wrong").contains("ERROR: llmosTrain has no argument 'epoch'. Did you mean 'epochs'?"));
        assertFalse(JENKINS.log("wrong").contains("\tat "));
    }

    @Test
    void missingDataFailTheBuildWithOneSentence() throws Exception {
        assertEquals("FAILURE", JENKINS.run("missing", "node { llmosTrain(data: 'x.csv', target: 'y', output: 'm') }"));
        assertTrue(JENKINS.log("missing").contains("ERROR: llmosTrain's argument 'data' names "));
        assertFalse(JENKINS.log("missing").contains("\tat "));
    }

    @Test
    void theNativeLibraryComesFromAConfiguredFolderElseItsAbsenceIsExplained(@TempDir Path empty) throws Exception {
        String pipeline = """
                node {
                    withEnv(['DJL_OFFLINE=true', 'DJL_CACHE_DIR=%s']) {
                        %s { llmosTrain(%s, model: 'logistic', epochs: 1, output: 'model') }
                    }
                }
                """;
        String none = pipeline.formatted(empty, "dir('none')", Trainers.DATA);
        assertEquals("FAILURE", JENKINS.run("nolibrary", none));
        assertTrue(JENKINS.log("nolibrary").contains("name a folder that has it in PYTORCH_LIBRARY_PATH."));
        assertFalse(JENKINS.log("nolibrary").contains("\tat "));

        Path unpacked = Path.of(System.getProperty("user.home"), ".djl.ai", "pytorch");
        try (Stream<Path> folders = Files.list(unpacked)) {
            Path library = folders.filter(f -> Files.exists(f.resolve(System.mapLibraryName("torch"))))
                    .findFirst()
                    .orElseThrow();
            String given =
                    pipeline.formatted(empty, "withEnv(['PYTORCH_LIBRARY_PATH=" + library + "'])", Trainers.DATA);
            assertEquals("SUCCESS", JENKINS.run("library", given), () -> Trainers.quietly(JENKINS, "library"));
        }
    }

    @Test
    void abortEndsTheTrainer() throws Exception {
        JENKINS.begin("abort", longTraining("abort", LONG));
        JENKINS.awaitLog("abort", "epoch 1");
        assertEquals(1, Trainers.of("abort").size());
        long before = System.nanoTime();
        JENKINS.abort("abort");
        assertEquals("ABORTED", JENKINS.end("abort"));
        assertTrue(System.nanoTime() - before < Duration.ofSeconds(10).toNanos());
        assertEquals(List.of(), Trainers.of("abort"));
        assertEquals("[]", JENKINS.script("print Jenkins.get().rootPath.child('workspace/abort@tmp/llmos').list()"));
    }

    @Test
    void aTrainingOutlivesItsController() throws Exception {
        JENKINS.begin("outlives", longTraining("outlives", 60));
        JENKINS.awaitLog("outlives", "epoch ");
        JENKINS.kill();
        assertEquals(1, Trainers.of("outlives").size());
        JENKINS.start();
        assertEquals("SUCCESS", JENKINS.end("outlives"), () -> Trainers.quietly(JENKINS, "outlives"));
        assertTrue(JENKINS.log("outlives").contains("good: 60 epochs"));
    }

    @Test
    void aTrainingOutlivesItsAgent(@TempDir(cleanup = CleanupMode.NEVER) Path folder) throws Exception {
        Process agent = JENKINS.agent("leaves", folder);
        JENKINS.begin("away", longTraining("away", 60).replace("node {", "node('leaves') {"));
        JENKINS.awaitLog("away", "epoch ");
        agent.destroyForcibly().waitFor();
        JENKINS.awaitLog("away", "leaves is away; waiting until it is back");
        assertEquals(1, Trainers.of("away").size());
        JENKINS.connect("leaves", folder);
        assertEquals("SUCCESS", JENKINS.end("away"), () -> Trainers.quietly(JENKINS, "away"));
        assertTrue(JENKINS.log("away").contains("good: 60 epochs"));
    }

    @Test
    void theSnippetGeneratorWritesTheStepOrSaysWhatIsWrong() throws Exception {
        assertTrue(JENKINS.get("descriptorByName/" + STEP + "/help/model").contains("mlp"));
        assertEquals(
                "llmosTrain data: 'a.csv', output: 'm', epochs: 3, batch: 32, learningRate: 0.5, model: 'mlp', target: 'y'",
                snippet(
                        "'epochs': '3', 'batch': '32', 'learningRate': '0.5', 'model': 'mlp', 'target': 'y', 'labels': ''"));
        assertEquals(
                "llmosTrain needs the argument 'target': the column of a.csv to predict.",
                snippet("'epochs': '', 'batch': '', 'learningRate': '', 'model': '', 'target': '', 'labels': ''"));
    }

    private static String snippet(String filled) throws Exception {
        String form = "{'stapler-class': '%s', 'data': 'a.csv', 'output': 'm', 'overwrite': false, 'optimizer': '', %s}"
                .formatted(STEP, filled);
        return JENKINS.post("pipeline-syntax/generateSnippet", "json", form.replace('\'', '"'))
                .strip();
    }

    private static String longTraining(String output, int epochs) {
        return """
                node {
                    def r = llmosTrain(%s, model: 'mlp', hidden: [64], epochs: %d, output: '%s')
                    echo "good: ${r.epochs} epochs"
                }
                """.formatted(Trainers.DATA, epochs, output);
    }

    private static List<Path> jars(Path agent) throws Exception {
        try (Stream<Path> files = Files.list(agent.resolve("caches/llmos"))) {
            return files.filter(Files::isRegularFile).sorted().toList();
        }
    }
}
