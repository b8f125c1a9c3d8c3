package io.jenkins.plugins.llmos.engine.train.model;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDArrays;
import ai.djl.ndarray.NDList;
import java.util.List;
import java.util.function.Function;

/** Shapes of sequences. */
final class Sequences {
    private Sequences() {}

    /** (batch, …, width) as (batch, positions, width). */
    static NDArray of(NDArray array) {
        long batch = array.getShape().get(0);
        long width = array.getShape().get(array.getShape().dimension() - 1);
        return array.reshape(batch, array.size() / (batch * width), width);
    }

    /** (batch, channels, …) as (batch, positions, channels). */
    static NDArray ofChannels(NDArray array) {
        return array.reshape(array.getShape().get(0), array.getShape().get(1), -1)
                .transpose(0, 2, 1);
    }

    /**
     * One sequence of all uses: where a layer is used several times, a sample's gradient is the sum over the positions of
     * all uses, as over those of one.
     *
     * @param part gives (batch, positions, …)
     */
    static NDArray joined(List<Use> uses, Function<Use, NDArray> part) {
        return uses.size() == 1
                ? part.apply(uses.get(0))
                : NDArrays.concat(new NDList(uses.stream().map(part).toList()), 1);
    }

    /** (batch, size) to (batch). */
    static NDArray squaredNorms(NDArray rows) {
        NDArray norms = rows.norm(new int[] {1});
        return norms.muli(norms);
    }
}
