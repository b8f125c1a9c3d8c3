package io.jenkins.plugins.llmos.engine.train.clip;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import ai.djl.engine.Engine;
import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.index.NDIndex;
import ai.djl.ndarray.types.DataType;
import ai.djl.ndarray.types.Shape;
import ai.djl.nn.Activation;
import ai.djl.nn.Block;
import ai.djl.nn.Blocks;
import ai.djl.nn.LambdaBlock;
import ai.djl.nn.Parameter;
import ai.djl.nn.SequentialBlock;
import ai.djl.nn.core.Linear;
import ai.djl.nn.norm.BatchNorm;
import ai.djl.nn.pooling.Pool;
import ai.djl.training.GradientCollector;
import ai.djl.training.ParameterStore;
import ai.djl.training.initializer.NormalInitializer;
import io.jenkins.plugins.llmos.engine.InvalidInputException;
import io.jenkins.plugins.llmos.engine.train.ModelSpec;
import io.jenkins.plugins.llmos.engine.train.data.FeatureSchema;
import io.jenkins.plugins.llmos.engine.train.language.Gpt;
import io.jenkins.plugins.llmos.engine.train.language.GptConfig;
import io.jenkins.plugins.llmos.engine.train.language.LoraSpec;
import io.jenkins.plugins.llmos.engine.train.model.Convolution1d;
import io.jenkins.plugins.llmos.engine.train.model.Convolution2d;
import io.jenkins.plugins.llmos.engine.train.model.Dense;
import io.jenkins.plugins.llmos.engine.train.model.EmbeddingBag;
import io.jenkins.plugins.llmos.engine.train.model.EmbeddingTable;
import io.jenkins.plugins.llmos.engine.train.model.GroupNorm;
import io.jenkins.plugins.llmos.engine.train.model.LayerNorm;
import io.jenkins.plugins.llmos.engine.train.model.Models;
import io.jenkins.plugins.llmos.engine.train.model.MultiHeadAttention;
import io.jenkins.plugins.llmos.engine.train.model.TransformerBlock;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Clipped sums beside those of DJL's own gradients, computed for one sample at a time. */
class ClippedSumsTest {
    private static final int BATCH = 7;
    private static final float TOLERANCE = 2e-5f;

    /** A model, and rows that it takes. */
    private record Case(Block model, Shape sample, int ids) {
        private Case(Block model, long... sample) {
            this(model, new Shape(sample), 0);
        }
    }

    private static Case named(String name) {
        return switch (name) {
            case "dense" -> new Case(new Dense(5), 4);
            case "layers of dense" -> new Case(chain(new Dense(6), relu(), new Dense(5), tanh(), new Dense(3)), 4);
            case "dense over a short sequence, wide" -> new Case(new Dense(30), 3, 20);
            case "dense over a long sequence, narrow" -> new Case(new Dense(3), 40, 4);
            case "dense over a sequence, wide" -> new Case(chain(new Dense(90), new Dense(100)), 64, 100);
            case "dense over two axes" -> new Case(new Dense(3), 3, 2, 4);
            case "embedding" -> new Case(new EmbeddingTable(9, 4), new Shape(6), 9);
            case "bag of embeddings" -> new Case(chain(new EmbeddingBag(0, 9, 4), new Dense(3)), new Shape(6), 9);
            case "one-dimensional convolution" -> new Case(chain(new Convolution1d(4, 3), relu()), 2, 9);
            case "two-dimensional convolution" -> new Case(new Convolution2d(4, 3), 2, 5, 6);
            case "convolution of many channels" -> {
                Block shared = new Convolution2d(8, 3);
                yield new Case(chain(shared, tanh(), shared), 8, 6, 5);
            }
            case "convolution with few places" -> new Case(chain(new Convolution2d(20, 5)), 6, 2, 3);
            case "layers of convolution" ->
                new Case(
                        chain(
                                new Convolution2d(4, 3),
                                relu(),
                                Pool.maxPool2dBlock(new Shape(2, 2), new Shape(2, 2)),
                                new Convolution2d(6, 3),
                                new GroupNorm(2),
                                relu(),
                                Blocks.batchFlattenBlock(),
                                new Dense(3)),
                        1,
                        8,
                        6);
            case "layer norm" -> new Case(chain(new Dense(6), new LayerNorm(), new Dense(3)), 4);
            case "layer norm over a sequence" -> new Case(new LayerNorm(), 5, 4);
            case "group norm" -> new Case(new GroupNorm(2), 4, 3, 3);
            case "group norm of one place" -> new Case(chain(new Dense(6), new GroupNorm(3)), 4);
            case "attention" -> new Case(new MultiHeadAttention(6, 2), 5, 6);
            case "transformer of words" ->
                new Case(
                        chain(
                                new EmbeddingTable(9, 8),
                                new TransformerBlock(8, 2, 16),
                                new TransformerBlock(8, 4, 12),
                                new LayerNorm(),
                                new Dense(3)),
                        new Shape(6),
                        9);
            case "language model" -> new Case(new Gpt(language(null)), new Shape(6), 9);
            case "language model with adapters" ->
                new Case(new Gpt(language(new LoraSpec(2, 4, LoraSpec.LAYERS))), new Shape(6), 9);
            case "language model of several sequences" ->
                new Case(new Gpt(language(null).withSequences(2)), new Shape(8), 9);
            case "language model of several sequences with adapters" ->
                new Case(new Gpt(language(new LoraSpec(2, 4, LoraSpec.LAYERS)).withSequences(3)), new Shape(9), 9);
            case "shared dense" -> {
                Dense shared = new Dense(4);
                yield new Case(chain(shared, tanh(), shared, tanh(), new Dense(3), relu()), 4);
            }
            case "shared transformer" -> {
                Block shared = new TransformerBlock(6, 2, 8);
                yield new Case(chain(shared, shared, shared), 5, 6);
            }
            case "shared convolution" -> {
                Block shared = new Convolution2d(2, 3);
                yield new Case(chain(shared, tanh(), shared), 2, 4, 4);
            }
            case "matrix factorisation" -> pairs("factorization");
            case "item response" -> pairs("irt");
            default -> throw new IllegalArgumentException(name);
        };
    }

    private static Case pairs(String kind) {
        FeatureSchema schema = new FeatureSchema(
                FeatureSchema.Task.BINARY,
                List.of(column("user", "a", "b", "c"), column("item", "d", "e")),
                "liked",
                List.of("0", "1"),
                0,
                1,
                List.of(),
                0);
        return new Case(Models.create(new ModelSpec(kind, List.of(), List.of(), 3, 0, "user", null), schema), 5);
    }

    private static FeatureSchema.Feature column(String name, String... categories) {
        return new FeatureSchema.Feature(name, FeatureSchema.Type.CATEGORICAL, 0, 1, List.of(categories), 0, 0, 0);
    }

    private static GptConfig language(LoraSpec lora) {
        return new GptConfig(9, 5, 8, 2, 2, 12, 0, 0, lora);
    }

    private static SequentialBlock chain(Block... blocks) {
        SequentialBlock chain = new SequentialBlock();
        Arrays.stream(blocks).forEach(chain::add);
        return chain;
    }

    private static Block relu() {
        return Activation.reluBlock();
    }

    private static Block tanh() {
        return new LambdaBlock(Activation::tanh, "tanh");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "dense",
                "layers of dense",
                "dense over a short sequence, wide",
                "dense over a long sequence, narrow",
                "dense over a sequence, wide",
                "dense over two axes",
                "embedding",
                "bag of embeddings",
                "one-dimensional convolution",
                "two-dimensional convolution",
                "convolution of many channels",
                "convolution with few places",
                "layers of convolution",
                "layer norm",
                "layer norm over a sequence",
                "group norm",
                "group norm of one place",
                "attention",
                "transformer of words",
                "language model",
                "language model with adapters",
                "language model of several sequences",
                "language model of several sequences with adapters",
                "shared dense",
                "shared transformer",
                "shared convolution",
                "matrix factorisation",
                "item response"
            })
    void equalOneSampleAtATime(String name) {
        try (Bench bench = new Bench(named(name))) {
            for (Clipping clipping : Clipping.values()) {
                double clip = bench.medianNorm();
                Map<Parameter, float[]> sums = bench.clippedSums(clipping, clip, null);
                Map<Parameter, double[]> expected = bench.oneByOne(clipping, clip);
                assertEquals(expected.keySet(), sums.keySet());
                expected.forEach((parameter, values) -> {
                    double largest = Arrays.stream(values).map(Math::abs).max().orElse(0);
                    float[] actual = sums.get(parameter);
                    for (int i = 0; i < values.length; i++) {
                        assertEquals(values[i], actual[i], TOLERANCE * Math.max(largest, clip), parameter.getName());
                    }
                });
            }
        }
    }

    @ParameterizedTest
    @EnumSource(Clipping.class)
    void oneSampleMoreChangesTheSumByAtMostTheClippingNorm(Clipping clipping) {
        for (String name : List.of("layers of convolution", "shared transformer", "transformer of words")) {
            try (Bench bench = new Bench(named(name))) {
                double clip = 0.3 * bench.medianNorm();
                double largest = 0;
                Map<Parameter, float[]> all = bench.clippedSums(clipping, clip, null);
                for (int left = 0; left < BATCH; left++) {
                    boolean[] of = new boolean[BATCH];
                    Arrays.fill(of, true);
                    of[left] = false;
                    Map<Parameter, float[]> without = bench.clippedSums(clipping, clip, of);
                    double square = 0;
                    for (Parameter parameter : all.keySet()) {
                        for (int i = 0; i < all.get(parameter).length; i++) {
                            square += Math.pow((double) all.get(parameter)[i] - without.get(parameter)[i], 2);
                        }
                    }
                    assertTrue(Math.sqrt(square) <= clip * 1.0001, Math.sqrt(square) + " > " + clip);
                    largest = Math.max(largest, Math.sqrt(square));
                }
                assertTrue(largest > 0.9 * clip, "no sample had its part in the sum");
            }
        }
    }

    /** A sample of infinities must not reach the sum, nor keep the others from it. */
    @Test
    void aSampleThatIsNotFiniteCountsForNothing() {
        try (Bench bench = new Bench(named("layers of dense"))) {
            boolean[] of = new boolean[BATCH];
            Arrays.fill(of, true);
            of[3] = false;
            Map<Parameter, float[]> without = bench.clippedSums(Clipping.FLAT, 0.1, of);
            bench.rows.set(new NDIndex("3, 1"), Float.POSITIVE_INFINITY);
            Map<Parameter, float[]> with = bench.clippedSums(Clipping.FLAT, 0.1, null);
            without.forEach((parameter, values) -> {
                for (int i = 0; i < values.length; i++) {
                    assertEquals(values[i], with.get(parameter)[i], 1e-6);
                }
            });
        }
    }

    @Test
    void refusesALayerThatMixesSamples() {
        Block model = chain(new Dense(3), BatchNorm.builder().build());

        InvalidInputException e = assertThrows(InvalidInputException.class, () -> new ClippedSums(model));

        assertTrue(e.getMessage().contains("BatchNorm") && e.getMessage().contains("GroupNorm"), e.getMessage());
    }

    @Test
    void refusesALayerItDoesNotKnow() {
        Block model = chain(new Dense(3), Linear.builder().setUnits(2).build());

        InvalidInputException e = assertThrows(InvalidInputException.class, () -> new ClippedSums(model));

        assertTrue(e.getMessage().contains("(Linear)") && e.getMessage().contains("Dense"), e.getMessage());
    }

    /** A model with rows, and a loss that weighs every output differently. */
    private static final class Bench implements AutoCloseable {
        private final NDManager manager = NDManager.newBaseManager();
        private final ParameterStore store = new ParameterStore(manager, false);
        private final Block model;
        private final NDArray rows;
        private final List<Parameter> parameters = new ArrayList<>();

        private Bench(Case c) {
            model = c.model;
            model.setInitializer(new NormalInitializer(0.5f), p -> true);
            Engine.getInstance().setRandomSeed(3);
            model.initialize(manager, DataType.FLOAT32, new Shape(BATCH).addAll(c.sample));
            model.getParameters().values().stream()
                    .filter(Parameter::requiresGradient)
                    .distinct()
                    .forEach(parameters::add);
            SplittableRandom random = new SplittableRandom(5);
            Shape shape = new Shape(BATCH).addAll(c.sample);
            float[] values = new float[(int) shape.size()];
            for (int i = 0; i < values.length; i++) {
                values[i] = c.ids > 0 ? random.nextInt(c.ids) : (float) random.nextDouble(-1, 1);
            }
            NDArray floats = manager.create(values, shape);
            rows = c.ids > 0 ? floats.toType(DataType.INT64, false) : floats;
        }

        private NDArray loss(NDArray of) {
            NDArray output = model.forward(store, new NDList(of), true).singletonOrThrow();
            long size = output.size() / of.getShape().get(0);
            NDArray weights = of.getManager().arange((float) size).mul(0.7).sin();
            return output.reshape(-1, size)
                    .mul(weights)
                    .sum(new int[] {1})
                    .square()
                    .sum();
        }

        private NDArray rows(NDManager to, boolean[] of) {
            NDArray copy = rows.duplicate();
            copy.attach(to);
            return of == null ? copy : copy.get(to.create(of));
        }

        private Map<Parameter, float[]> clippedSums(Clipping clipping, double clip, boolean[] of) {
            parameters.forEach(p -> p.getArray().setRequiresGradient(false));
            int samples = of == null ? BATCH : BATCH - 1;
            try (NDManager sub = manager.newSubManager();
                    ClippedSums sums = new ClippedSums(model)) {
                Map<Parameter, float[]> result = new LinkedHashMap<>();
                sums.of(sub, finite -> loss(rows(sub, finite == null ? of : finite)), samples, clipping, clip, 1)
                        .forEach((p, a) -> result.put(p, a.toFloatArray()));
                return result;
            }
        }

        private double[] gradient(int row, List<double[]> into) {
            parameters.forEach(p -> p.getArray().setRequiresGradient(true));
            double square = 0;
            try (NDManager sub = manager.newSubManager()) {
                try (GradientCollector collector = Engine.getInstance().newGradientCollector()) {
                    NDArray one = rows.get(new NDIndex("{}:{}", row, row + 1));
                    one.attach(sub);
                    collector.backward(loss(one));
                }
                for (Parameter p : parameters) {
                    try (NDArray g = p.getArray().getGradient()) {
                        float[] f = g.toFloatArray();
                        double[] d = new double[f.length];
                        for (int i = 0; i < f.length; i++) {
                            d[i] = f[i];
                            square += d[i] * d[i];
                        }
                        into.add(d);
                        g.muli(0);
                    }
                }
            }
            return new double[] {Math.sqrt(square)};
        }

        private double medianNorm() {
            double[] norms = new double[BATCH];
            for (int i = 0; i < BATCH; i++) {
                norms[i] = gradient(i, new ArrayList<>())[0];
            }
            Arrays.sort(norms);
            return norms[BATCH / 2];
        }

        private Map<Parameter, double[]> oneByOne(Clipping clipping, double clip) {
            Map<Parameter, double[]> sums = new LinkedHashMap<>();
            for (int row = 0; row < BATCH; row++) {
                List<double[]> gradients = new ArrayList<>();
                double factor = clipping.factor(gradient(row, gradients)[0], clip);
                for (int p = 0; p < parameters.size(); p++) {
                    double[] g = gradients.get(p);
                    double[] sum = sums.computeIfAbsent(parameters.get(p), k -> new double[g.length]);
                    for (int i = 0; i < g.length; i++) {
                        sum[i] += factor * g[i];
                    }
                }
            }
            return sums;
        }

        @Override
        public void close() {
            manager.close();
        }
    }
}
