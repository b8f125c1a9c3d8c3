package io.jenkins.plugins.llmos.engine.train.model;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import ai.djl.nn.core.Linear;
import ai.djl.training.ParameterStore;
import ai.djl.util.PairList;

/** A linear layer: input (…, in), weight (units, in), bias (units), output (…, units). */
public final class Dense extends Linear implements TappedLayer {
    private Tap tap = Tap.NONE;

    /** @param units width of the output, at least 1 */
    public Dense(long units) {
        super(Linear.builder().setUnits(units));
    }

    @Override
    public void setTap(Tap tap) {
        this.tap = tap;
    }

    @Override
    protected NDList forwardInternal(
            ParameterStore parameters, NDList inputs, boolean training, PairList<String, Object> options) {
        NDArray output =
                super.forwardInternal(parameters, inputs, training, options).singletonOrThrow();
        return new NDList(tap.pass(this, inputs.singletonOrThrow(), output));
    }
}
