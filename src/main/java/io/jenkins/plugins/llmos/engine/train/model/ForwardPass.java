package io.jenkins.plugins.llmos.engine.train.model;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import java.util.Collection;
import java.util.Collections;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Set;
import java.util.function.Supplier;

/**
 * Runs models so that the backward pass can give memory back while it goes on. A manager keeps every array of a forward pass
 * until it is closed itself, though the engine needs some for the backward pass alone and others not at all.
 */
public final class ForwardPass {
    private ForwardPass() {}

    /**
     * Runs a model and lets go of what it computed on its way; what the backward pass will read the engine keeps by itself.
     * An array in Java's memory, as {@link NDManager#create} makes it, would lose its content, so a forward pass must not
     * make one that the backward pass reads, see {@link Scaled}.
     *
     * @param manager of the model's input; arrays that it has before are kept
     * @param forward gives the loss, a scalar, or null
     * @param others arrays of the forward pass that are needed beside the loss, asked for after it
     * @return what the forward pass gave
     */
    public static NDArray run(
            NDManager manager, Supplier<NDArray> forward, Supplier<? extends Collection<NDArray>> others) {
        Set<NDArray> kept = Collections.newSetFromMap(new IdentityHashMap<>());
        kept.addAll(manager.getManagedArrays());
        NDArray loss = forward.get();
        kept.add(loss);
        kept.addAll(others.get());
        for (NDArray array : List.copyOf(manager.getManagedArrays())) {
            if (!kept.contains(array)) {
                array.close();
            }
        }
        return loss;
    }
}
