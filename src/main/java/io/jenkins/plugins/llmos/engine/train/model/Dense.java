package io.jenkins.plugins.llmos.engine.train.model;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import ai.djl.nn.Parameter;
import ai.djl.nn.core.Linear;
import ai.djl.training.ParameterStore;
import ai.djl.util.PairList;
import java.util.List;

/** A linear layer: input (batch, …, in), weight (units, in), bias (units), output (batch, …, units). */
public final class Dense extends Linear implements TappedLayer {
    private Tap tap = Tap.NONE;
    private Precision precision = Precision.FLOAT32;

    /** @param units width of the output, at least 1 */
    public Dense(long units) {
        this(units, true);
    }

    /**
     * @param units width of the output, at least 1
     * @param bias whether one is added
     */
    public Dense(long units, boolean bias) {
        super(Linear.builder().setUnits(units).optBias(bias));
    }

    @Override
    public void setTap(Tap tap) {
        this.tap = tap;
    }

    /** Sets in what forward passes of a training multiply; all others do in 32-bit floats. */
    public void setPrecision(Precision precision) {
        this.precision = precision;
    }

    @Override
    public SampleGradients sampleGradients(List<Use> uses) {
        PairList<String, Parameter> own = getDirectParameters();
        return MatrixGradients.of(
                own.get("weight"),
                own.get("bias"),
                Sequences.joined(uses, u -> Sequences.of(u.input())),
                Sequences.joined(uses, u -> Sequences.of(u.gradient())));
    }

    @Override
    protected NDList forwardInternal(
            ParameterStore parameters, NDList inputs, boolean training, PairList<String, Object> options) {
        NDArray input = inputs.singletonOrThrow();
        Parameter added = getDirectParameters().get("bias");
        NDArray weight = parameters.getValue(getDirectParameters().get("weight"), input.getDevice(), training);
        NDArray bias = added == null ? null : parameters.getValue(added, input.getDevice(), training);
        Precision used = training ? precision : Precision.FLOAT32;
        return new NDList(used.pass(tap, this, input, weight, bias));
    }
}
