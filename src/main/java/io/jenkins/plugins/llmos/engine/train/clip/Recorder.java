package io.jenkins.plugins.llmos.engine.train.clip;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.types.Shape;
import ai.djl.nn.core.Linear;
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
    /** @param shape of the layer's output */
    private record Leaf(NDArray input, NDArray leaf, Shape shape) {
        NDArray gradient() {
            NDArray gradient = leaf.getGradient();
            return gradient.getShape().equals(shape) ? gradient : gradient.reshape(shape);
        }
    }

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
                : output.addi(leaf(
                        layer, input, output.getManager().zeros(new Shape(1)), output.getShape(), output.getShape()));
    }

    @Override
    public NDArray pass(TappedLayer layer, NDArray input, NDArray weight, NDArray bias) {
        if (first) {
            return passFirst(layer, input, Linear.linear(input, weight, bias).singletonOrThrow());
        }
        int axes = input.getShape().dimension();
        long in = weight.getShape().get(1);
        long out = weight.getShape().get(0);
        Shape shape = input.getShape().slice(0, axes - 1).add(out);
        Shape rows = new Shape(input.size() / in, out);
        NDArray offset = bias == null ? input.getManager().zeros(new Shape(1)) : bias;
        NDArray leaf = leaf(layer, input, offset, rows, shape);
        if (axes == 2) {
            return Linear.linear(input, weight, leaf).singletonOrThrow();
        }
        return Linear.linear(input.reshape(-1, in), weight, leaf)
                .singletonOrThrow()
                .reshape(shape);
    }

    /**
     * Makes an array that is to be added to a layer's output.
     *
     * @param shape to add it in
     * @param output the output's own
     */
    private NDArray leaf(TappedLayer layer, NDArray input, NDArray offset, Shape shape, Shape output) {
        NDArray leaf = offset.broadcast(shape);
        // A parameter's view would live as long as the parameter.
        leaf.attach(input.getManager());
        leaf.setRequiresGradient(true);
        calls.get(layer).add(new Leaf(input, leaf, output));
        return leaf;
    }

    private NDArray passFirst(TappedLayer layer, NDArray input, NDArray output) {
        first = false;
        output.setRequiresGradient(true);
        calls.get(layer).add(new Leaf(input, output, output.getShape()));
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
                .map(call -> new Use(call.input, call.gradient()))
                .toList();
    }

    /** Makes ready for the next forward pass. */
    void clear() {
        first = true;
        calls.values().forEach(List::clear);
    }
}
