package io.jenkins.plugins.llmos.engine.train;

import ai.djl.engine.Engine;
import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import ai.djl.nn.Parameter;
import io.jenkins.plugins.llmos.engine.privacy.random.NoiseSupply;
import io.jenkins.plugins.llmos.engine.privacy.random.RandomKey;
import io.jenkins.plugins.llmos.engine.train.TrainerProcess.Launch;
import io.jenkins.plugins.llmos.engine.train.clip.ClippedSums;
import io.jenkins.plugins.llmos.engine.train.clip.ClippedSums.Batch;
import io.jenkins.plugins.llmos.engine.train.clip.Clipping;
import io.jenkins.plugins.llmos.engine.train.model.Scaled;
import io.jenkins.plugins.llmos.engine.train.optimize.OptimizerState;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * One step of a private training (Abadi et al., "Deep Learning with Differential Privacy", CCS 2016, algorithm 1, with any
 * optimiser in the place of gradient descent): the sum of clipped gradients, rounded to a grid, plus Gaussian noise on that
 * grid, over the expected batch. Everything after the noise may be seen; nothing before it may.
 */
final class PrivateStep implements AutoCloseable {
    private final Network network;
    private final PrivacyPlan plan;
    private final OptimizerState state;
    private final ParameterUpdate update;
    private final BatchReader reader;
    private final int part;
    private final boolean random;
    private final long seed;
    private final ClippedSums sums;
    private final Clipping clipping;
    private final double gridStep;
    private final NoiseSupply noise;

    /** Each parameter once, under the first of its names. */
    private final Map<String, Parameter> names = new LinkedHashMap<>();

    private final Map<String, NDArray> arrays = new LinkedHashMap<>();

    /** @param part rows to take at once at most */
    PrivateStep(
            Network network,
            TrainSpec spec,
            OptimizerState state,
            PrivacyPlan plan,
            RandomKey key,
            int part,
            long steps,
            long stepsPerEpoch) {
        this.network = network;
        this.plan = plan;
        this.state = state;
        this.part = part;
        this.update = new ParameterUpdate(spec, state, steps, stepsPerEpoch);
        this.random = spec.model().dropout() > 0;
        this.seed = spec.seed();
        this.reader = new BatchReader(part, network.schema().width());
        this.clipping = Clipping.named(plan.spec().clipping());
        network.parameters().values().forEach(p -> p.setRequiresGradient(false));
        sums = new ClippedSums(network.block());
        Map<Parameter, String> known = new LinkedHashMap<>();
        network.block().getParameters().forEach(p -> {
            if (p.getValue().requiresGradient() && known.put(p.getValue(), p.getKey()) == null) {
                names.put(p.getKey(), p.getValue());
                arrays.put(p.getKey(), p.getValue().getArray());
            }
        });
        long size = arrays.values().stream().mapToLong(NDArray::size).sum();
        gridStep = plan.gridStep(size);
        int threads = Launch.threads(System.getenv(), Runtime.getRuntime().availableProcessors(), 1);
        noise = plan.noiseMultiplier() == 0 ? null : new NoiseSupply(key, size, threads);
    }

    /**
     * Takes one step.
     *
     * @param rows of the sample
     * @param count how many, perhaps 0
     */
    void run(TrainingStep.Rows rows, int count) {
        if (random) {
            Engine.getInstance().setRandomSeed((int) Randomness.mix(seed, Randomness.DROPOUT, state.updates()));
        }
        try (NDManager manager = network.manager().newSubManager()) {
            Map<Parameter, NDArray> total = new LinkedHashMap<>();
            // Parts of about one size: a small rest would cost more a row.
            int parts = (count + part - 1) / part;
            for (int i = 0; i < parts; i++) {
                int from = (int) ((long) count * i / parts);
                int to = (int) ((long) count * (i + 1) / parts);
                add(total, manager, rows.part(from, to - from));
            }
            update.apply(arrays, noisy(total, manager), false);
        }
        if (noise != null) {
            noise.prepare(state.updates());
        }
    }

    private void add(Map<Parameter, NDArray> total, NDManager manager, BatchReader.Source source) {
        try (NDManager inner = network.manager().newSubManager()) {
            BatchReader.Batch batch = reader.read(inner, source);
            Batch losses = of -> {
                NDArray features = batch.features();
                NDArray targets = batch.targets();
                if (of != null) {
                    NDArray mask = inner.create(of);
                    features = features.get(mask);
                    targets = targets.get(mask);
                }
                long taken = targets.size();
                return taken == 0
                        ? null
                        : Scaled.by(network.loss(network.forward(features, true), targets), (double) taken);
            };
            sums.of(inner, losses, batch.rows(), clipping, plan.spec().clip(), gridStep)
                    .forEach((parameter, sum) -> {
                        NDArray before = total.get(parameter);
                        if (before == null) {
                            sum.attach(manager);
                            total.put(parameter, sum);
                        } else {
                            before.addi(sum);
                        }
                    });
        }
    }

    /** The noisy mean gradients by name. */
    private Map<String, NDArray> noisy(Map<Parameter, NDArray> total, NDManager manager) {
        Map<String, NDArray> gradients = new LinkedHashMap<>();
        List<NDArray> rows = new ArrayList<>();
        for (Map.Entry<String, Parameter> entry : names.entrySet()) {
            Shape shape = entry.getValue().getArray().getShape();
            NDArray sum = total.get(entry.getValue());
            NDArray row = (sum == null ? manager.zeros(shape) : sum).reshape(shape.size());
            rows.add(row);
            // A view of the row, since the row of a sum that is not contiguous is a copy.
            gradients.put(entry.getKey(), row.reshape(shape));
        }
        float scale = (float) (gridStep / plan.expectedBatch());
        if (noise == null) {
            rows.forEach(sum -> sum.muli(scale));
        } else {
            HostMemory.change(rows, numbers -> noise.addTo(numbers, state.updates(), scale));
        }
        return gradients;
    }

    @Override
    public void close() {
        sums.close();
        if (noise != null) {
            noise.close();
        }
    }
}
