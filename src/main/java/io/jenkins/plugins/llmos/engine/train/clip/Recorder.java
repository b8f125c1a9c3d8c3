package io.jenkins.plugins.llmos.engine.train.clip;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.types.Shape;
import io.jenkins.plugins.llmos.engine.train.model.Tap;
import io.jenkins.plugins.llmos.engine.train.model.TappedLayer;
import io.jenkins.plugins.llmos.engine.train.model.Use;
import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;

/**
 * Remembers what each layer was given, and puts an array that requires a gradient at each layer's output. At the
 * first layer, before which nothing requires one, that is the output itself; at others it is an array added to it: the
 * layer's bias, or a zero, seen in the output's shape, which takes no memory.
 */
final class Recorder implements Tap {
    private record Leaf(NDArray input, NDArray leaf) {}

    private final Map<TappedLayer, List<Leaf>> calls = new LinkedHashMap<>();
    private boolean first = true;

    /** @param layers those to listen to; their taps are this one from now on */
    Recorder(Collection<TappedLayer> layers) {
        layers.forEach(layer -> {
            calls.put(layer, new ArrayList<>());
            layer.setTap(this);
        });
    }

    @Override
    public NDArray pass(TappedLayer layer, NDArray input, NDArray output) {
        return first
                ? passFirst(layer, input, output)
                : pass(layer, input, output, output.getManager().zeros(new Shape(1)));
    }

    @Override
    public NDArray pass(TappedLayer layer, NDArray input, NDArray output, NDArray offset) {
        if (first) {
            return passFirst(layer, input, output.addi(offset));
        }
        NDArray leaf = offset.broadcast(output.getShape());
        // A parameter's view would live as long as the parameter.
        leaf.attach(output.getManager());
        leaf.setRequiresGradient(true);
        calls.get(layer).add(new Leaf(input, leaf));
        return output.addi(leaf);
    }

    private NDArray passFirst(TappedLayer layer, NDArray input, NDArray output) {
        first = false;
        output.setRequiresGradient(true);
        calls.get(layer).add(new Leaf(input, output));
        return output;
    }

    /** What is needed after the forward pass. */
    List<NDArray> arrays() {
        return calls.values().stream()
                .flatMap(List::stream)
                .flatMap(call -> Stream.of(call.input, call.leaf))
                .toList();
    }

    /** The uses of a layer in the forward pass, after the backward pass; empty if it was not called. */
    List<Use> uses(TappedLayer layer) {
        return calls.get(layer).stream()
                .map(call -> new Use(call.input, call.leaf.getGradient()))
                .toList();
    }

    /** Makes ready for the next forward pass. */
    void clear() {
        first = true;
        calls.values().forEach(List::clear);
    }
}
