package io.jenkins.plugins.llmos.engine.train.model;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.index.NDIndex;
import ai.djl.training.ParameterStore;

/**
 * Whether a learner solves an exercise: the logit is aᵢθₗ + dᵢ, with the learner's ability θ, the exercise's discrimination
 * a = eᵅ, which is above 0, and its easiness d; its difficulty is −d/a (the two-parameter logistic model of Birnbaum, in Lord,
 * Novick, "Statistical Theories of Mental Test Scores", 1968, chapter 17). With several abilities there is an α for each
 * (Reckase, "Multidimensional Item Response Theory", 2009, section 4.1).
 */
final class ItemResponse extends Pairs {
    private final int abilities;

    /** @param abilities of a learner, at least 1 */
    ItemResponse(Place learners, Place exercises, int abilities) {
        super(learners, exercises, true, new Dense(abilities, false), new Dense(abilities + 1L, false));
        this.abilities = abilities;
    }

    @Override
    NDArray meet(ParameterStore parameters, NDArray user, NDArray item, NDArray rows, boolean training) {
        NDArray discrimination = item.get(new NDIndex(":, :{}", abilities)).exp();
        NDArray easiness = item.get(new NDIndex(":, {}:", abilities));
        return discrimination.mul(user).sum(new int[] {1}, true).add(easiness);
    }
}
