package io.jenkins.plugins.llmos.engine.train;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import io.jenkins.plugins.llmos.engine.train.data.PreparedData;
import io.jenkins.plugins.llmos.engine.train.language.GptConfig;
import io.jenkins.plugins.llmos.engine.train.model.Models;
import java.util.Map;
import java.util.function.BooleanSupplier;

/** Runs a network over rows it does not learn from. */
final class Evaluation {
    private static final int FLOATS_AT_ONCE = 1 << 20;

    private final Network network;
    private final int batch;
    private final int outputs;
    private final BatchReader reader;
    private boolean asTrained;

    Evaluation(Network network) {
        this.network = network;
        int width = network.schema().width();
        GptConfig language = network.schema().language();
        // Four values of every score are there at once: scores, their logarithms, and copies of both.
        long floats = language == null ? width : (width - 1L) * language.vocabulary() / 4;
        batch = (int) Math.max(1, Math.min(1024, FLOATS_AT_ONCE / Math.max(1, floats)));
        outputs = Models.outputs(network.schema());
        reader = new BatchReader(batch, width);
    }

    /** Whether an optimisation is left aside. */
    void asTrained(boolean whether) {
        asTrained = whether;
    }

    /** Rows of a batch at most. */
    int batch() {
        return batch;
    }

    /**
     * Mean loss per row and metrics.
     *
     * @param metrics by name, see {@link Metrics#of}
     */
    record Scores(double loss, Map<String, Double> metrics) {}

    /**
     * Evaluates rows.
     *
     * @param rows at least one
     * @param leave asked between batches
     * @return null if {@code leave} said so
     */
    Scores run(PreparedData data, int[] rows, BooleanSupplier leave) {
        float[] scores = new float[Math.multiplyExact(rows.length, outputs)];
        float[] targets = new float[rows.length];
        double loss = 0;
        for (int from = 0; from < rows.length; from += batch) {
            if (leave.getAsBoolean()) {
                return null;
            }
            int start = from;
            int count = Math.min(batch, rows.length - from);
            Predictions p = predict((f, t) -> {
                data.read(rows, start, count, f, t);
                return count;
            });
            System.arraycopy(p.scores, 0, scores, from * outputs, p.scores.length);
            System.arraycopy(p.targets, 0, targets, from, count);
            loss += p.loss * count;
        }
        return new Scores(loss / rows.length, Metrics.of(network.schema(), scores, targets));
    }

    /**
     * What the network says of a batch.
     *
     * @param scores probabilities of all classes row by row, or standardised values, or logarithms of tokens' probabilities
     * @param targets as the source gave them
     * @param loss mean per row, NaN where a target is
     */
    @SuppressWarnings("ArrayRecordComponent")
    record Predictions(float[] scores, float[] targets, double loss) {}

    /** See {@link LabelledRows#confidences}. */
    double[] confidences(BatchReader.Source source) {
        try (NDManager manager = network.manager().newSubManager()) {
            BatchReader.Batch rows = reader.read(manager, source);
            float[] logits = network.forward(rows.features(), false).toFloatArray();
            float[] targets = rows.targets().toFloatArray();
            double[] confidences = new double[targets.length];
            for (int i = 0; i < targets.length; i++) {
                confidences[i] = overOthers(logits, i * outputs, (int) targets[i]);
            }
            return confidences;
        }
    }

    /** A logit less the logarithm of the sum of the others' exponentials: ln(p / (1 − p)) without loss of digits at p near 1. */
    private double overOthers(float[] logits, int from, int own) {
        double largest = Double.NEGATIVE_INFINITY;
        for (int c = 0; c < outputs; c++) {
            largest = c == own ? largest : Math.max(largest, logits[from + c]);
        }
        double sum = 0;
        for (int c = 0; c < outputs; c++) {
            sum += c == own ? 0 : Math.exp(logits[from + c] - largest);
        }
        return logits[from + own] - largest - Math.log(sum);
    }

    Predictions predict(BatchReader.Source source) {
        try (NDManager manager = network.manager().newSubManager()) {
            BatchReader.Batch rows = reader.read(manager, source);
            if (rows.rows() == 0) {
                return new Predictions(new float[0], new float[0], Double.NaN);
            }
            NDArray output = asTrained ? network.forward(rows.features(), false) : network.infer(rows.features());
            float[] targets = rows.targets().toFloatArray();
            boolean known = true;
            for (float t : targets) {
                known &= !Float.isNaN(t);
            }
            double loss = known ? network.loss(output, rows.targets()).getFloat() : Double.NaN;
            NDArray scores =
                    switch (network.schema().task()) {
                        case REGRESSION, LANGUAGE -> output;
                        case BINARY, MULTICLASS -> output.softmax(1);
                    };
            return new Predictions(scores.toFloatArray(), targets, loss);
        }
    }
}
