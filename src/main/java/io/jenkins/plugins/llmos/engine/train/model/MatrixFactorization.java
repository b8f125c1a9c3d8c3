package io.jenkins.plugins.llmos.engine.train.model;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.DataType;
import ai.djl.ndarray.types.Shape;
import ai.djl.training.ParameterStore;

/**
 * What a user thinks of an item, μ + bᵤ + bᵢ + ⟨pᵤ, qᵢ⟩ (Koren, Bell, Volinsky, "Matrix Factorization Techniques for
 * Recommender Systems", Computer 42, 2009, equation 4). Of classes it is the logit of the second.
 */
final class MatrixFactorization extends Pairs {
    /** μ, bᵤ and bᵢ. */
    private final Dense biases;

    /**
     * @param factors length of the vectors, at least 1
     * @param logits whether there are two classes
     */
    @SuppressWarnings("this-escape")
    MatrixFactorization(Place users, Place items, long factors, boolean logits) {
        super(users, items, logits, new Dense(factors, false), new Dense(factors, false));
        biases = addChildBlock("bias", new Dense(1));
    }

    @Override
    NDArray meet(ParameterStore parameters, NDArray user, NDArray item, NDArray rows, boolean training) {
        NDArray bias = biases.forward(parameters, new NDList(rows), training).singletonOrThrow();
        return bias.add(user.mul(item).sum(new int[] {1}, true));
    }

    @Override
    protected void initializeChildBlocks(NDManager manager, DataType dataType, Shape... inputShapes) {
        super.initializeChildBlocks(manager, dataType, inputShapes);
        biases.initialize(manager, dataType, inputShapes);
    }
}
