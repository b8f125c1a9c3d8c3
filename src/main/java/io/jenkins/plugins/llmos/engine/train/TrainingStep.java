package io.jenkins.plugins.llmos.engine.train;

import ai.djl.engine.Engine;
import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.training.GradientCollector;
import io.jenkins.plugins.llmos.engine.train.language.CheckpointedBackward;
import io.jenkins.plugins.llmos.engine.train.model.ForwardPass;
import io.jenkins.plugins.llmos.engine.train.model.Scaled;
import io.jenkins.plugins.llmos.engine.train.optimize.OptimizerState;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * One step of a training: forward, backward, update. A batch too large for the memory is taken in parts whose gradients
 * add up. Every native handle is closed at the end of its step; handles left to the garbage collector pile up faster than
 * it runs.
 */
final class TrainingStep {
    private final Network network;
    private final Map<String, NDArray> parameters;
    private final OptimizerState state;
    private final ParameterUpdate update;
    private final BatchReader reader;
    private final int part;
    private final boolean random;
    private final long seed;
    /** Null where all activations are kept. */
    private final CheckpointedBackward checkpointed;

    /** Reads rows {@code from} to {@code from + count} of a batch. */
    interface Rows {
        BatchReader.Source part(int from, int count);
    }

    /** A step that keeps all activations. */
    TrainingStep(Network network, TrainSpec spec, OptimizerState state, int part, long steps, long stepsPerEpoch) {
        this(network, spec, state, part, false, steps, stepsPerEpoch);
    }

    /**
     * @param part rows to take at once at most
     * @param checkpointing whether a language model's activations are computed a second time rather than kept
     * @param steps of the whole training
     */
    TrainingStep(
            Network network,
            TrainSpec spec,
            OptimizerState state,
            int part,
            boolean checkpointing,
            long steps,
            long stepsPerEpoch) {
        this.network = network;
        this.state = state;
        this.part = part;
        this.update = new ParameterUpdate(spec, state, steps, stepsPerEpoch);
        this.random = spec.model().dropout() > 0;
        this.seed = spec.seed();
        this.checkpointed = checkpointing ? network.checkpointedBackward() : null;
        this.reader = new BatchReader(part, network.schema().width());
        parameters = network.trainable();
        parameters.values().forEach(p -> p.setRequiresGradient(true));
    }

    /**
     * Takes one step.
     *
     * @param rows of the whole batch
     * @return the mean loss per row before the update
     */
    double run(Rows rows, int count) {
        if (random) {
            Engine.getInstance().setRandomSeed((int) Randomness.mix(seed, Randomness.DROPOUT, state.updates()));
        }
        double loss = 0;
        for (int from = 0; from < count; from += part) {
            int size = Math.min(part, count - from);
            loss += backward(rows.part(from, size), (float) size / count, from);
        }
        update();
        return loss;
    }

    private double backward(BatchReader.Source source, float weight, int from) {
        try (NDManager manager = network.manager().newSubManager()) {
            BatchReader.Batch batch = reader.read(manager, source);
            if (checkpointed != null) {
                return checkpointed.run(
                        manager,
                        batch.features(),
                        output -> Scaled.by(network.loss(output, batch.targets()), weight),
                        part -> seed(from, part));
            }
            try (GradientCollector gradients = Engine.getInstance().newGradientCollector()) {
                NDArray weighted = ForwardPass.run(
                        manager,
                        () -> {
                            NDArray loss = network.loss(network.forward(batch.features(), true), batch.targets());
                            return weight == 1 ? loss : Scaled.by(loss, weight);
                        },
                        List::of);
                gradients.backward(weighted);
                return weighted.getFloat();
            }
        }
    }

    private void seed(int from, int part) {
        if (random) {
            long step = Randomness.mix(seed, Randomness.DROPOUT, state.updates());
            Engine.getInstance().setRandomSeed((int) Randomness.mix(step, from, part));
        }
    }

    private void update() {
        Map<String, NDArray> gradients = new LinkedHashMap<>();
        try {
            parameters.forEach((name, parameter) -> gradients.put(name, parameter.getGradient()));
            update.apply(parameters, gradients, true);
        } finally {
            gradients.values().forEach(NDArray::close);
        }
    }
}
