package io.jenkins.plugins.llmos.engine.train.model;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.types.Shape;
import java.util.Arrays;

/**
 * Group normalisation (Wu, He, "Group Normalization", ECCV 2018): input and output (batch, channels, …), scale and shift
 * (channels). Each group of channels of each sample is normalised by itself; unlike batch normalisation it mixes no
 * samples, so it can take its place in a private training.
 */
public final class GroupNorm extends Normalization {
    private final int groups;

    /** @param groups a divisor of the number of channels */
    public GroupNorm(int groups) {
        this.groups = groups;
    }

    @Override
    int channelAxis(Shape input) {
        return 1;
    }

    @Override
    NDArray apply(NDArray input, NDArray scale, NDArray shift) {
        Shape shape = input.getShape();
        long size = input.size() / (shape.get(0) * groups);
        NDArray grouped = input.reshape(shape.get(0), groups, size);
        NDArray ones = input.getManager().ones(new Shape(size));
        NDArray zeros = input.getManager().zeros(new Shape(size));
        long[] channels = new long[shape.dimension()];
        Arrays.fill(channels, 1);
        channels[1] = shape.get(1);
        return grouped.getNDArrayInternal()
                .layerNorm(grouped, new Shape(size), ones, zeros, EPSILON)
                .singletonOrThrow()
                .reshape(shape)
                .mul(scale.reshape(channels))
                .add(shift.reshape(channels));
    }
}
