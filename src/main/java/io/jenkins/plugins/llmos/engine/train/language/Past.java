package io.jenkins.plugins.llmos.engine.train.language;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;

/** Keys and values of the tokens that a model has read, so that each is computed once: two arrays for each layer. */
final class Past implements AutoCloseable {
    private final NDManager manager;
    private final NDArray[] keys;
    private final NDArray[] values;
    private long tokens;

    Past(NDManager parent, int layers) {
        manager = parent.newSubManager();
        keys = new NDArray[layers];
        values = new NDArray[layers];
    }

    /** Tokens that all layers have read. */
    long tokens() {
        return tokens;
    }

    void read(long count) {
        tokens += count;
    }

    /** Appends (batch × heads, T, size) to a layer's keys; returns them all. */
    NDArray addKeys(int layer, NDArray fresh) {
        return add(keys, layer, fresh);
    }

    NDArray addValues(int layer, NDArray fresh) {
        return add(values, layer, fresh);
    }

    private NDArray add(NDArray[] all, int layer, NDArray fresh) {
        NDArray before = all[layer];
        NDArray joined = before == null ? fresh.duplicate() : before.concat(fresh, 1);
        joined.attach(manager);
        all[layer] = joined;
        if (before != null) {
            before.close();
        }
        return joined;
    }

    @Override
    public void close() {
        manager.close();
    }
}
