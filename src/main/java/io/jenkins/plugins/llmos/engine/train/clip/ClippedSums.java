package io.jenkins.plugins.llmos.engine.train.clip;

import ai.djl.engine.Engine;
import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.nn.Block;
import ai.djl.nn.Parameter;
import ai.djl.training.GradientCollector;
import io.jenkins.plugins.llmos.engine.InvalidInputException;
import io.jenkins.plugins.llmos.engine.train.model.ForwardPass;
import io.jenkins.plugins.llmos.engine.train.model.SampleGradients;
import io.jenkins.plugins.llmos.engine.train.model.Tap;
import io.jenkins.plugins.llmos.engine.train.model.TappedLayer;
import io.jenkins.plugins.llmos.engine.train.model.Use;
import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Supplier;

/**
 * Sums of clipped per-sample gradients of a model by book-keeping (Bu, Wang, Zha, Karypis, "Differentially Private
 * Optimization on Large Model at Small Cost", ICML 2023): one forward and one backward pass to each layer's output, none
 * to the parameters. While this is open the model's forward passes are recorded; use it for nothing else.
 */
public final class ClippedSums implements AutoCloseable {
    private final List<TappedLayer> layers;
    private final Recorder recorder;

    /**
     * @param model initialised; its parameters must not require gradients
     * @throws InvalidInputException if a layer mixes samples or its per-sample gradients are not known
     */
    public ClippedSums(Block model) {
        layers = new ArrayList<>(Coverage.layers(model));
        recorder = new Recorder(layers);
    }

    /** The parameters that sums are made for, each once. */
    public List<Parameter> parameters() {
        return layers.stream()
                .flatMap(layer -> layer.getDirectParameters().values().stream())
                .toList();
    }

    /**
     * Adds up the clipped gradients of a batch. A sample whose gradient is not finite counts as one of zeros.
     *
     * @param manager owner of all arrays of the computation, the model's input included, to be closed by the caller when the
     *     sums are used
     * @param batch gives the sum over the samples of their losses; called again without the samples that are not finite
     * @param samples in the batch, at least 1
     * @param clip C, above 0
     * @param unit that the sums are in: they are divided by it
     * @return sums by parameter
     */
    public Map<Parameter, NDArray> of(
            NDManager manager, Batch batch, int samples, Clipping clipping, double clip, double unit) {
        boolean[] finite = new boolean[samples];
        Map<Parameter, NDArray> sums = attempt(manager, () -> batch.loss(null), clipping, clip, unit, finite);
        if (sums != null) {
            return sums;
        }
        sums = attempt(manager, () -> batch.loss(finite), clipping, clip, unit, new boolean[samples]);
        return sums == null ? Map.of() : sums;
    }

    /** The samples' losses. */
    @FunctionalInterface
    public interface Batch {
        /**
         * Runs the model.
         *
         * @param of which samples to take, null for all
         * @return the sum of their losses, a scalar, or null if there are none
         */
        NDArray loss(boolean[] of);
    }

    /** Returns null, and says which samples are finite, if some are not. */
    private Map<Parameter, NDArray> attempt(
            NDManager manager,
            Supplier<NDArray> forward,
            Clipping clipping,
            double clip,
            double unit,
            boolean[] finite) {
        recorder.clear();
        try {
            try (GradientCollector collector = Engine.getInstance().newGradientCollector()) {
                NDArray loss = ForwardPass.run(manager, forward, recorder::arrays);
                if (loss == null) {
                    return Map.of();
                }
                collector.backward(loss);
            }
            List<SampleGradients> gradients = new ArrayList<>();
            for (TappedLayer layer : layers) {
                List<Use> uses = recorder.uses(layer);
                if (!uses.isEmpty()) {
                    gradients.add(layer.sampleGradients(uses));
                }
            }
            float[] factors = factors(gradients, clipping, clip, unit, finite);
            if (factors == null) {
                return null;
            }
            Map<Parameter, NDArray> sums = new LinkedHashMap<>();
            NDArray weights = manager.create(factors);
            // The last layer whose norms were taken is still in the processor's cache.
            Collections.reverse(gradients);
            gradients.forEach(g -> g.weightedSum(weights).forEach(sums::put));
            return sums;
        } finally {
            recorder.clear();
        }
    }

    private static float[] factors(
            List<SampleGradients> gradients, Clipping clipping, double clip, double unit, boolean[] finite) {
        double[] squares = null;
        for (SampleGradients g : gradients) {
            float[] part = g.squaredNorms().toFloatArray();
            squares = squares == null ? new double[part.length] : squares;
            for (int i = 0; i < part.length; i++) {
                squares[i] += Math.max(part[i], 0);
            }
        }
        float[] factors = new float[squares == null ? 0 : squares.length];
        boolean all = true;
        for (int i = 0; i < factors.length; i++) {
            finite[i] = Double.isFinite(squares[i]);
            all &= finite[i];
            factors[i] = (float) (clipping.factor(Math.sqrt(squares[i]), clip) / unit);
        }
        return all ? factors : null;
    }

    /** Takes the taps away. */
    @Override
    public void close() {
        layers.forEach(layer -> layer.setTap(Tap.NONE));
    }
}
