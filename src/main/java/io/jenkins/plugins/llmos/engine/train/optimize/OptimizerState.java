package io.jenkins.plugins.llmos.engine.train.optimize;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import java.util.IdentityHashMap;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.Function;

/**
 * What an optimiser remembers: how many updates it has made and its arrays (momenta, moments) by name. DJL's optimisers
 * keep this to themselves; those of this package ask here instead.
 */
public final class OptimizerState {
    private final NDManager manager;
    private final Map<String, NDArray> arrays = new TreeMap<>();
    private final IdentityHashMap<Object, Integer> roles = new IdentityHashMap<>();
    private int updates;

    /** @param manager owner of the arrays */
    public OptimizerState(NDManager manager) {
        this.manager = manager;
    }

    /** Arrays by name, such as {@code 0/01Dense_weight}; empty before the first update. */
    public Map<String, NDArray> arrays() {
        return arrays;
    }

    /** Takes an array from a checkpoint. */
    public void put(String name, NDArray array) {
        array.attach(manager);
        arrays.put(name, array);
    }

    public int updates() {
        return updates;
    }

    public void setUpdates(int updates) {
        this.updates = updates;
    }

    /** Begins the next update of all parameters. */
    public void nextUpdate() {
        updates++;
    }

    /**
     * The array that an optimiser keeps for a parameter.
     *
     * @param role the optimiser's own map for this kind of array, known by identity; the first that asks is 0
     */
    NDArray get(Object role, String parameter, Function<String, NDArray> initial) {
        int index = roles.computeIfAbsent(role, r -> roles.size());
        return arrays.computeIfAbsent(index + "/" + parameter, k -> {
            NDArray array = initial.apply(parameter);
            array.attach(manager);
            return array;
        });
    }
}
