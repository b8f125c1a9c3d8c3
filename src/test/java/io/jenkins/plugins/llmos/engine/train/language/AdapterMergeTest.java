package io.jenkins.plugins.llmos.engine.train.language;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import io.jenkins.plugins.llmos.engine.InvalidInputException;
import io.jenkins.plugins.llmos.engine.train.Safetensors;
import io.jenkins.plugins.llmos.engine.util.FileAccess;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class AdapterMergeTest {
    private static final long[] IDS = {3, 0, 6, 1, 1, 5};

    @TempDir
    private Path folder;

    private final NDManager manager = NDManager.newBaseManager();
    private float[] adapted;

    /** A base, and what it became with adapters that do something. */
    @BeforeEach
    void tune() throws IOException {
        Path base = Tiny.write(folder.resolve("base"), Tiny.CONFIG, Tiny.weights(Tiny.CONFIG));
        Files.writeString(base.resolve("tokenizer.json"), "{}");
        Gpt model = Tiny.read(manager, Tiny.CONFIG.with(new LoraSpec(2, 3, LoraSpec.LAYERS), 0), base);
        model.adapters().values().forEach(a -> {
            NDArray up = a.up().getDirectParameters().valueAt(0).getArray();
            manager.randomNormal(up.getShape()).copyTo(up);
        });
        adapted = Tiny.logits(model, manager, null, IDS);
        GptFiles.write(FileAccess.PLAIN, model, "{}", Files.createDirectories(folder.resolve("tuned")));
    }

    @AfterEach
    void close() {
        manager.close();
    }

    private float[] logits(String checkpoint) {
        return Tiny.logits(Tiny.read(manager, Tiny.CONFIG, folder.resolve(checkpoint)), manager, null, IDS);
    }

    @Test
    void addsAdaptersToTheWeightsAndTakesThemOutAgain() throws IOException {
        AdapterMerge.merge(folder.resolve("base"), folder.resolve("tuned/lora.safetensors"), folder.resolve("merged"));
        AdapterMerge.unmerge(
                folder.resolve("merged"), folder.resolve("merged/lora.safetensors"), folder.resolve("back"));

        assertArrayEquals(adapted, logits("merged"), 1e-4f);
        assertArrayEquals(logits("base"), logits("back"), 1e-4f);
        assertFalse(Files.exists(folder.resolve("back/lora.safetensors")));
        assertEquals("{}", Files.readString(folder.resolve("back/tokenizer.json")));
    }

    @Test
    void refusesWhatDoesNotFitAndLeavesNothing() throws IOException {
        Path adapters = folder.resolve("tuned/lora.safetensors");
        GptConfig wider = new GptConfig(7, 6, 8, 2, 2, 10, 6, 0, null);
        Path other = Tiny.write(folder.resolve("wider"), wider, Tiny.weights(wider));
        Files.writeString(other.resolve("tokenizer.json"), "{}");
        refused(
                "not of this model: 'transformer.h.0.attn.c_attn.lora_A.weight' has the shape (2, 4), not (2, 8)",
                other,
                adapters);
        refused("There are no adapters in", folder.resolve("base"), folder.resolve("lora.safetensors"));
        refused("are none that llmosTrain wrote", folder.resolve("base"), folder.resolve("base/model.safetensors"));
        refused("which does not exist", folder.resolve("tuned/none"), adapters);
        Path part = folder.resolve("part.safetensors");
        Safetensors.Contents read = Safetensors.read("The adapters", adapters, manager);
        Map<String, NDArray> few = new LinkedHashMap<>(read.arrays());
        few.remove("transformer.h.1.mlp.c_fc.lora_B.weight");
        Safetensors.write(part, few, read.metadata());
        refused("it lacks 'transformer.h.1.mlp.c_fc.lora_B.weight'", folder.resolve("base"), part);
        Files.writeString(part, "cut");
        refused("damaged", folder.resolve("base"), part);

        Files.createDirectory(folder.resolve("output"));
        refused("exists already", folder.resolve("base"), adapters);
    }

    private void refused(String why, Path base, Path adapters) throws IOException {
        List<Path> before = list();
        String message = assertThrows(
                        InvalidInputException.class, () -> AdapterMerge.merge(base, adapters, folder.resolve("output")))
                .getMessage();
        assertTrue(message.contains(why), message);
        assertEquals(before, list());
    }

    private List<Path> list() throws IOException {
        try (Stream<Path> files = Files.list(folder)) {
            return files.sorted().toList();
        }
    }
}
