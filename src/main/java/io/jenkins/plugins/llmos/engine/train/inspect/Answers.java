package io.jenkins.plugins.llmos.engine.train.inspect;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import io.jenkins.plugins.llmos.engine.train.Network;
import io.jenkins.plugins.llmos.engine.train.data.FeatureSchema;
import io.jenkins.plugins.llmos.engine.train.data.FeatureSchema.Task;
import java.util.List;

/**
 * What a model says of rows.
 *
 * @param scores for each row the classes' probabilities one after another, or the standardised prediction, or the logarithms
 *     of its tokens' probabilities
 * @param outputs numbers for each row
 */
@SuppressWarnings("ArrayRecordComponent")
record Answers(float[] scores, int outputs) {
    private static final int FLOATS_AT_ONCE = 1 << 20;
    private static final double LEAST = 1e-12;

    /** @param rows each of {@code schema.width()} floats, at least one; what is behind these is left aside */
    static Answers of(Network network, List<float[]> rows) {
        FeatureSchema schema = network.schema();
        int width = schema.width();
        int outputs = network.outputs();
        long floats = schema.task() == Task.LANGUAGE
                ? (long) width * schema.language().vocabulary() / 4
                : Math.max(width, outputs);
        int batch = (int) Math.max(1, Math.min(1024, FLOATS_AT_ONCE / Math.max(1, floats)));
        float[] scores = new float[Math.multiplyExact(rows.size(), outputs)];
        for (int from = 0; from < rows.size(); from += batch) {
            int count = Math.min(batch, rows.size() - from);
            float[] features = new float[count * width];
            for (int i = 0; i < count; i++) {
                System.arraycopy(rows.get(from + i), 0, features, i * width, width);
            }
            try (NDManager manager = network.manager().newSubManager()) {
                NDArray out = network.forward(manager.create(features, new Shape(count, width)), false);
                NDArray shown = schema.classes() > 0 ? out.softmax(1) : out;
                System.arraycopy(shown.toFloatArray(), 0, scores, from * outputs, count * outputs);
            }
        }
        return new Answers(scores, outputs);
    }

    int rows() {
        return scores.length / outputs;
    }

    float score(int row, int output) {
        return scores[row * outputs + output];
    }

    /** The most probable class of each row; the first of several. */
    int[] predicted() {
        int[] predicted = new int[rows()];
        for (int i = 0; i < predicted.length; i++) {
            for (int c = 1; c < outputs; c++) {
                if (score(i, c) > score(i, predicted[i])) {
                    predicted[i] = c;
                }
            }
        }
        return predicted;
    }

    /** Mean loss of a row: cross-entropy of classes, squared error of standardised values. */
    double loss(float[] targets) {
        double sum = 0;
        for (int i = 0; i < targets.length; i++) {
            double miss = outputs == 1 ? scores[i] - targets[i] : 0;
            sum += outputs == 1 ? miss * miss : -Math.log(Math.max(LEAST, score(i, (int) targets[i])));
        }
        return sum / targets.length;
    }
}
