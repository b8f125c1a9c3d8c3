package io.jenkins.plugins.llmos.engine.train;

import ai.djl.engine.Engine;
import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.DataType;
import ai.djl.ndarray.types.Shape;
import ai.djl.nn.Block;
import ai.djl.nn.Parameter;
import ai.djl.training.GradientCollector;
import ai.djl.training.ParameterStore;
import ai.djl.training.initializer.XavierInitializer;
import ai.djl.training.initializer.XavierInitializer.FactorType;
import ai.djl.training.initializer.XavierInitializer.RandomType;
import ai.djl.training.loss.Loss;
import ai.djl.training.optimizer.Optimizer;
import ai.djl.training.tracker.Tracker;
import ai.djl.util.Pair;
import java.util.ArrayList;
import java.util.List;

/** What a careful user of DJL writes by hand: DJL's own loss, gradients and Adam, every handle closed. */
final class PlainStep implements AutoCloseable {
    private final NDManager manager = NDManager.newBaseManager();
    private final Block block;
    private final BatchReader reader;
    private final ParameterStore store = new ParameterStore(manager, false);
    private final Loss loss = Loss.softmaxCrossEntropyLoss();
    private final Optimizer adam =
            Optimizer.adam().optLearningRateTracker(Tracker.fixed(0.001f)).build();
    private final List<Pair<String, Parameter>> parameters = new ArrayList<>();

    /**
     * @param row (1, width)
     * @param most rows of a step
     */
    PlainStep(Block block, Shape row, int most) {
        this.block = block;
        reader = new BatchReader(most, (int) row.get(1));
        block.setInitializer(new XavierInitializer(RandomType.GAUSSIAN, FactorType.IN, 2), Parameter.Type.WEIGHT);
        block.initialize(manager, DataType.FLOAT32, row);
        block.getParameters().forEach(parameters::add);
        parameters.forEach(p -> p.getValue().getArray().setRequiresGradient(true));
    }

    /** Takes one step on rows that are read as ours are. */
    void run(BatchReader.Source rows) {
        try (NDManager local = manager.newSubManager()) {
            BatchReader.Batch batch = reader.read(local, rows);
            try (GradientCollector collector = Engine.getInstance().newGradientCollector()) {
                NDList output = block.forward(store, new NDList(batch.features()), true);
                NDArray value = loss.evaluate(new NDList(batch.targets()), output);
                collector.backward(value);
                if (!Float.isFinite(value.getFloat())) {
                    throw new IllegalStateException("the plain step diverged");
                }
            }
            for (Pair<String, Parameter> p : parameters) {
                NDArray weight = p.getValue().getArray();
                try (NDArray gradient = weight.getGradient()) {
                    adam.update(p.getKey(), weight, gradient);
                }
            }
        }
    }

    @Override
    public void close() {
        manager.close();
    }
}
