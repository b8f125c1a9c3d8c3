package io.jenkins.plugins.llmos.engine.train.model;

import java.nio.FloatBuffer;
import java.util.HashMap;
import java.util.Map;
import java.util.function.UnaryOperator;

/**
 * Features of rows that do not change in a training, in memory up to a bound. Since a training goes through all rows again
 * and again in another order, what is once in it stays; rows beyond the bound are computed each time.
 */
final class FeatureCache {
    private final Map<FloatBuffer, float[]> known = new HashMap<>();
    private final long most;
    private long floats;

    /** @param bytes of rows and features at most */
    FeatureCache(long bytes) {
        most = bytes / Float.BYTES;
    }

    /**
     * The features of a row, not to be changed.
     *
     * @param row kept, and not to be changed either
     * @param compute gives the features; must depend on nothing but the row, so that it does not matter who computed them
     */
    float[] get(float[] row, UnaryOperator<float[]> compute) {
        FloatBuffer key = FloatBuffer.wrap(row);
        float[] features = known.get(key);
        if (features == null) {
            features = compute.apply(row);
            if (floats + row.length + features.length <= most) {
                floats += row.length + features.length;
                known.put(key, features);
            }
        }
        return features;
    }
}
