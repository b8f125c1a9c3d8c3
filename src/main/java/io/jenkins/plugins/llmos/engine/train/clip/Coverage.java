package io.jenkins.plugins.llmos.engine.train.clip;

import ai.djl.nn.Block;
import ai.djl.nn.Parameter;
import ai.djl.nn.convolutional.Convolution;
import ai.djl.nn.core.Embedding;
import ai.djl.nn.core.Linear;
import ai.djl.nn.norm.BatchNorm;
import ai.djl.util.Pair;
import io.jenkins.plugins.llmos.engine.InvalidInputException;
import io.jenkins.plugins.llmos.engine.train.model.TappedLayer;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.Map;
import java.util.Set;

/** Which models' per-sample gradients are known. */
final class Coverage {
    private static final String COVERED =
            "Layers that can be trained privately are Dense, EmbeddingTable, TiedEmbedding, EmbeddingBag,"
                    + " Convolution1d, Convolution2d, LayerNorm, GroupNorm, MultiHeadAttention, and what is composed of them.";

    private final Set<TappedLayer> layers = new LinkedHashSet<>();
    private final Map<Parameter, TappedLayer> owners = new LinkedHashMap<>();

    private Coverage() {}

    /**
     * A model's layers, each once however often it is used.
     *
     * @throws InvalidInputException if a layer mixes samples or its per-sample gradients are not known
     */
    static Set<TappedLayer> layers(Block model) {
        Coverage coverage = new Coverage();
        coverage.visit(model.getClass().getSimpleName(), model);
        return coverage.layers;
    }

    private void visit(String name, Block block) {
        if (block instanceof BatchNorm) {
            throw new InvalidInputException("The model cannot be trained privately: its layer " + name
                    + " (BatchNorm) mixes the samples of a batch, so no sample's gradient is its own. Use GroupNorm or"
                    + " LayerNorm in its place, which normalise each sample by itself.");
        }
        if (isFrozen(block)) {
            // Nothing of it is trained, so it has no gradient to clip.
        } else if (block instanceof TappedLayer layer) {
            if (layers.add(layer)) {
                for (Parameter parameter : layer.getDirectParameters().values()) {
                    requireOwn(name, parameter, layer);
                }
            }
        } else if (!block.getDirectParameters().isEmpty()) {
            throw new InvalidInputException(
                    "The model cannot be trained privately: each sample's gradient of its layer " + name + " ("
                            + block.getClass().getSimpleName() + ") is not known. " + instead(block) + COVERED);
        }
        for (Pair<String, Block> child : block.getChildren()) {
            visit(name + "/" + child.getKey(), child.getValue());
        }
    }

    private static boolean isFrozen(Block block) {
        return !block.getDirectParameters().isEmpty()
                && block.getDirectParameters().values().stream().noneMatch(Parameter::requiresGradient);
    }

    private void requireOwn(String name, Parameter parameter, TappedLayer layer) {
        TappedLayer other = owners.put(parameter, layer);
        if (other != null && other != layer) {
            throw new InvalidInputException("The model cannot be trained privately: the parameter "
                    + parameter.getName() + " of its layer " + name
                    + " belongs to another layer too. Share the layer itself; one layer may be used in many places.");
        }
    }

    private static String instead(Block block) {
        String own = block instanceof Linear
                ? "Dense"
                : block instanceof Embedding
                        ? "EmbeddingTable"
                        : block instanceof ai.djl.nn.norm.LayerNorm
                                ? "LayerNorm"
                                : block instanceof Convolution ? "Convolution1d or Convolution2d" : null;
        return own == null ? "" : "Use LLMOS' own " + own + " in its place. ";
    }
}
