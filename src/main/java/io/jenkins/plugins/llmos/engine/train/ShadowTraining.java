package io.jenkins.plugins.llmos.engine.train;

import io.jenkins.plugins.llmos.engine.InvalidInputException;
import io.jenkins.plugins.llmos.engine.train.optimize.OptimizerState;

/** Trains a model as another was, with the same arguments but for privacy, on other rows. */
public final class ShadowTraining {
    private ShadowTraining() {}

    /**
     * Trains one, for as many epochs as the other took.
     *
     * @param card of the other
     * @param rows encoded by the other's schema
     * @param in which of them to train on, at least one
     * @param seed of the initial parameters and the order of rows
     * @throws InvalidInputException if the training diverges
     */
    public static Network train(ModelCard card, LabelledRows rows, int[] in, long seed) {
        TrainSpec spec = card.spec();
        int batch = spec.optimizer().kind().equals("gd") ? in.length : Math.min(spec.batch(), in.length);
        long perEpoch = (in.length + batch - 1L) / batch;
        long epochs = card.result().get("epochs") instanceof Number n ? n.longValue() : spec.epochs();
        Network network = Network.create(spec.model(), card.schema(), seed);
        try {
            TrainingStep step = new TrainingStep(
                    network,
                    spec,
                    new OptimizerState(network.manager()),
                    Math.min(batch, network.rowsAtOnce()),
                    Math.multiplyExact(perEpoch, (long) spec.epochs()),
                    perEpoch);
            for (int epoch = 0; epoch < epochs; epoch++) {
                int[] order = Randomness.shuffled(in, seed, epoch);
                for (int from = 0; from < order.length; from += batch) {
                    int start = from;
                    double loss = step.run(
                            (at, count) -> rows.source(order, start + at, count), Math.min(batch, order.length - from));
                    if (!Double.isFinite(loss)) {
                        throw new InvalidInputException(
                                "A shadow model diverged: without privacy, the model's arguments"
                                        + " train to a loss of " + loss
                                        + " on these rows. Audit without shadow models.");
                    }
                }
            }
            return network;
        } catch (RuntimeException e) {
            network.close();
            throw e;
        }
    }
}
