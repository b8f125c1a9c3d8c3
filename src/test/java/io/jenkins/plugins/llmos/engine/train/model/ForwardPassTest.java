package io.jenkins.plugins.llmos.engine.train.model;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;

import ai.djl.engine.Engine;
import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDArrays;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.DataType;
import ai.djl.ndarray.types.Shape;
import ai.djl.nn.Block;
import ai.djl.nn.Parameter;
import ai.djl.training.GradientCollector;
import ai.djl.training.ParameterStore;
import ai.djl.training.initializer.NormalInitializer;
import io.jenkins.plugins.llmos.engine.train.language.Gpt;
import io.jenkins.plugins.llmos.engine.train.language.GptConfig;
import io.jenkins.plugins.llmos.engine.train.language.LoraSpec;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Supplier;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What a forward pass keeps for the backward pass outlives the Java objects that it was made of. */
class ForwardPassTest {
    private static final int NUMBERS = 50_000;

    @ParameterizedTest
    @ValueSource(strings = {"gpt", "adapters", "bf16", "transformer", "retrieval"})
    void aGarbageCollectionBetweenForwardAndBackwardChangesNoGradient(String name) throws InterruptedException {
        boolean words = !name.equals("transformer");
        Block model =
                switch (name) {
                    case "transformer" -> new TransformerBlock(8, 2, 16);
                    case "retrieval" ->
                        new AnswerRetrieval(
                                List.of(new float[] {1, 2, 3}, new float[] {4, 5, 6}, new float[] {7, 8, 0}), 9, 4);
                    default ->
                        new Gpt(new GptConfig(
                                9,
                                6,
                                8,
                                2,
                                2,
                                16,
                                0,
                                0,
                                name.equals("adapters") ? new LoraSpec(2, 4, LoraSpec.LAYERS) : null));
                };
        Shape shape = words ? new Shape(2, 7) : new Shape(2, 7, 8);
        try (NDManager manager = NDManager.newBaseManager()) {
            model.setInitializer(new NormalInitializer(0.5f), p -> true);
            Engine.getInstance().setRandomSeed(3);
            model.initialize(manager, DataType.FLOAT32, shape);
            NDArray rows = words
                    ? manager.arange((float) shape.size()).mod(9).reshape(shape)
                    : manager.arange((float) shape.size()).sin().reshape(shape);
            if (name.equals("bf16")) {
                ((Gpt) model).setPrecision(Precision.BF16);
            }
            float[] calm = gradients(model, manager, rows, false);
            assertArrayEquals(calm, gradients(model, manager, rows, true));
        }
    }

    private static float[] gradients(Block model, NDManager manager, NDArray rows, boolean collect)
            throws InterruptedException {
        List<Parameter> trained = model.getParameters().values().stream()
                .filter(Parameter::requiresGradient)
                .distinct()
                .toList();
        trained.forEach(p -> p.getArray().setRequiresGradient(true));
        List<ByteBuffer> numbers = new ArrayList<>();
        try (NDManager step = manager.newSubManager()) {
            try (GradientCollector collector = Engine.getInstance().newGradientCollector()) {
                NDArray input = rows.duplicate();
                input.attach(step);
                Supplier<NDArray> forward =
                        () -> model.forward(new ParameterStore(manager, false), new NDList(input), true)
                                .singletonOrThrow()
                                .sin()
                                .sum();
                NDArray loss = collect ? ForwardPass.run(step, forward, List::of) : forward.get();
                if (collect) {
                    assertEquals(2, step.getManagedArrays().size(), "arrays are kept");
                    overwriteFreedMemory(numbers);
                }
                collector.backward(loss);
            }
            NDList all = new NDList();
            for (Parameter p : trained) {
                NDArray gradient = p.getArray().getGradient();
                gradient.attach(step);
                all.add(gradient.flatten().duplicate());
                gradient.muli(0);
            }
            return NDArrays.concat(all).toFloatArray();
        }
    }

    /** Collects garbage, and takes the memory of numbers that was given back. */
    private static void overwriteFreedMemory(List<ByteBuffer> numbers) throws InterruptedException {
        System.gc();
        Thread.sleep(200);
        for (int i = 0; i < NUMBERS; i++) {
            ByteBuffer number = ByteBuffer.allocateDirect(Float.BYTES).order(ByteOrder.nativeOrder());
            numbers.add(number.putFloat(0, 1000));
        }
    }
}
