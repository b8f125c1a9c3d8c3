package io.jenkins.plugins.llmos.engine.train.language;

import ai.djl.engine.Engine;
import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.DataType;
import ai.djl.ndarray.types.Shape;
import ai.djl.training.ParameterStore;
import io.jenkins.plugins.llmos.engine.train.Safetensors;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;

/** A checkpoint of a very small model, with fixed weights. */
final class Tiny {
    static final GptConfig CONFIG = new GptConfig(7, 6, 4, 2, 2, 10, 6, 0, null);

    private Tiny() {}

    /** Fixed numbers for every array of a checkpoint, by its name there. */
    static Map<String, float[]> weights(GptConfig config) {
        Map<String, float[]> weights = new LinkedHashMap<>();
        config.arrays().forEach((name, shape) -> {
            float[] values = new float[(int) shape.size()];
            double middle = name.contains("ln_") && name.endsWith(".weight") ? 1 : 0;
            for (int i = 0; i < values.length; i++) {
                values[i] = (float) (middle + 0.7 * Math.sin(1.7 * i + 0.9 * weights.size() + 0.3));
            }
            weights.put(name, values);
        });
        return weights;
    }

    /** Writes {@code config.json} and {@code model.safetensors}. */
    static Path write(Path folder, GptConfig config, Map<String, float[]> weights) throws IOException {
        Files.createDirectories(folder);
        Files.writeString(folder.resolve(GptFiles.CONFIG), config.json());
        try (NDManager manager = NDManager.newBaseManager()) {
            Map<String, NDArray> arrays = new LinkedHashMap<>();
            weights.forEach((name, values) -> {
                Shape shape = config.arrays()
                        .getOrDefault("transformer." + name, config.arrays().get(name));
                arrays.put(name, manager.create(values, shape == null ? new Shape(values.length) : shape));
            });
            Safetensors.write(folder.resolve(GptFiles.PARAMETERS), arrays, Map.of());
        }
        return folder;
    }

    /** A model with the parameters of a folder. */
    static Gpt read(NDManager manager, GptConfig config, Path folder) {
        Gpt model = create(manager, config);
        GptFiles.readParameters(model, folder);
        return model;
    }

    static Gpt create(NDManager manager, GptConfig config) {
        Gpt model = new Gpt(config);
        Engine.getInstance().setRandomSeed(3);
        model.initialize(manager, DataType.FLOAT32, new Shape(1, config.context() + 1L));
        return model;
    }

    static float[] logits(Gpt model, NDManager manager, Past past, long... ids) {
        return model.logits(new ParameterStore(manager, false), manager.create(ids, new Shape(1, ids.length)), past)
                .toFloatArray();
    }
}
