package io.jenkins.plugins.llmos.engine.train.inspect;

import ai.djl.engine.Engine;
import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.index.NDIndex;
import ai.djl.ndarray.types.Shape;
import ai.djl.training.GradientCollector;
import io.jenkins.plugins.llmos.engine.train.Network;
import io.jenkins.plugins.llmos.engine.train.data.FeatureSchema;
import io.jenkins.plugins.llmos.engine.train.data.FeatureSchema.Task;
import io.jenkins.plugins.llmos.engine.train.model.EmbeddingTable;
import io.jenkins.plugins.llmos.engine.train.model.Models;
import io.jenkins.plugins.llmos.engine.train.model.Tap;
import io.jenkins.plugins.llmos.engine.train.model.TappedLayer;
import io.jenkins.plugins.llmos.engine.train.model.TiedEmbedding;

/**
 * What each part of an input adds to what the model says of it: the gradient with respect to that part, averaged over the
 * straight way from a baseline to the input, times how far the part is from the baseline (Sundararajan, Taly, Yan, "Axiomatic
 * Attribution for Deep Networks", ICML 2017, equation 1). The parts add up to the difference of the model at the input and at
 * the baseline (completeness, proposition 1); how far they miss it says how well the average was taken.
 *
 * <p>The baseline is a numeric column's mean, no category, a black image, and words whose vectors are zero. Words are no
 * numbers, so theirs is the way of their vectors, added up over the vector.
 */
final class IntegratedGradients {
    private static final int FIRST_POINTS = 32;
    private static final int MOST_POINTS = 512;
    private static final int FLOATS_AT_ONCE = 1 << 22;
    /** How much of the difference the parts may miss. */
    static final double TOLERANCE = 0.01;

    private final Network network;
    private final FeatureSchema schema;
    private final TappedLayer words;
    private final float[] baseline;

    IntegratedGradients(Network network) {
        this.network = network;
        this.schema = network.schema();
        this.words = Models.tappedLayers(network.block()).stream()
                .filter(l -> l instanceof TiedEmbedding || l instanceof EmbeddingTable)
                .findFirst()
                .orElse(null);
        this.baseline = new float[schema.width()];
        for (Columns column : Columns.of(schema)) {
            if (column.feature().type() == FeatureSchema.Type.IMAGE) {
                java.util.Arrays.fill(baseline, column.from(), column.to(), (float)
                        (-column.feature().mean() / column.feature().std()));
            }
        }
    }

    /**
     * What the parts of one row add.
     *
     * @param parts for each float of the encoded row, in the unit of {@code value}; those of a word stand at its number
     * @param value what the model says of the row: a probability, a standardised value, or a logarithm of a probability
     * @param baseline what it says of the baseline
     * @param points at which gradients were taken
     */
    @SuppressWarnings("ArrayRecordComponent")
    record Attribution(double[] parts, double value, double baseline, int points) {
        /** How far the parts are from adding up. */
        double gap() {
            double sum = 0;
            for (double part : parts) {
                sum += part;
            }
            return Math.abs(value - baseline - sum);
        }

        boolean isComplete() {
            return gap() <= TOLERANCE * Math.max(Math.abs(value - baseline), TOLERANCE);
        }
    }

    /**
     * Attributes one output.
     *
     * @param row encoded; what is behind {@code schema.width()} floats is left aside
     * @param output class, 0 for regression, or which token for language
     */
    Attribution of(float[] row, int output) {
        Attribution attribution = null;
        for (int points = FIRST_POINTS; points <= MOST_POINTS; points *= 4) {
            attribution = attempt(row, output, points);
            if (attribution.isComplete()) {
                break;
            }
        }
        return attribution;
    }

    private Attribution attempt(float[] row, int output, int points) {
        double[] parts = new double[schema.width()];
        int atOnce = Math.max(1, Math.min(points, FLOATS_AT_ONCE / floatsPerPoint()));
        for (int from = 0; from < points; from += atOnce) {
            int count = Math.min(atOnce, points - from);
            float[] places = new float[count];
            for (int i = 0; i < count; i++) {
                places[i] = (from + i + 0.5f) / points;
            }
            addGradients(row, output, places, points, parts);
        }
        return new Attribution(parts, value(row, output, 1), value(row, output, 0), points);
    }

    private int floatsPerPoint() {
        return schema.language() == null
                ? Math.max(schema.width(), 1) * 64
                : (int) Math.min(FLOATS_AT_ONCE, schema.language().floatsPerRow(schema.predictedTokensPerSequence()));
    }

    private double value(float[] row, int output, float place) {
        try (NDManager manager = network.manager().newSubManager()) {
            NDArray places = manager.create(new float[] {place}, new Shape(1, 1, 1));
            NDArray at = manager.create(between(row, new float[] {place}), shape(1));
            Way way = new Way(places, false);
            try {
                return chosen(network.forward(at, false), output).getFloat();
            } finally {
                way.close();
            }
        }
    }

    private void addGradients(float[] row, int output, float[] at, int points, double[] parts) {
        int count = at.length;
        try (NDManager manager = network.manager().newSubManager()) {
            NDArray rows = manager.create(between(row, at), shape(count));
            rows.setRequiresGradient(true);
            NDArray places = manager.create(at, new Shape(count, 1, 1));
            try (Way way = new Way(places, true)) {
                try (GradientCollector collector = Engine.getInstance().newGradientCollector()) {
                    collector.backward(chosen(network.forward(rows, false), output));
                }
                if (schema.denseWidth() > 0) {
                    float[] gradient = rows.getGradient().sum(new int[] {0}).toFloatArray();
                    for (int i = 0; i < schema.denseWidth(); i++) {
                        parts[i] += gradient[i] * (double) (row[i] - baseline[i]) / points;
                    }
                }
                if (way.leaf != null) {
                    float[] ofWords = way.leaf
                            .getGradient()
                            .sum(new int[] {0})
                            .mul(way.vectors)
                            .sum(new int[] {1})
                            .toFloatArray();
                    for (int t = 0; t < ofWords.length; t++) {
                        parts[schema.denseWidth() + t] += ofWords[t] / points;
                    }
                }
            }
        }
    }

    private Shape shape(int rows) {
        return new Shape(rows, schema.width());
    }

    /** Rows on the way from the baseline; word numbers stay, their vectors are scaled by the tap. */
    private float[] between(float[] row, float[] at) {
        int width = schema.width();
        float[] rows = new float[at.length * width];
        for (int i = 0; i < at.length; i++) {
            for (int k = 0; k < width; k++) {
                rows[i * width + k] = k < schema.denseWidth() ? baseline[k] + at[i] * (row[k] - baseline[k]) : row[k];
            }
        }
        return rows;
    }

    /** The sum over the rows of what is attributed. */
    private NDArray chosen(NDArray out, int output) {
        NDArray shown = schema.task() == Task.REGRESSION || schema.task() == Task.LANGUAGE ? out : out.softmax(1);
        return shown.get(new NDIndex(":, {}", output)).sum();
    }

    /** While it is open, the vectors of words are scaled by the places on the way. */
    private final class Way implements Tap, AutoCloseable {
        private final NDArray places;
        private final boolean gradients;
        private NDArray leaf;
        /** (words, width), the same for every place. */
        private NDArray vectors;

        private Way(NDArray places, boolean gradients) {
            this.places = places;
            this.gradients = gradients;
            if (words != null) {
                words.setTap(this);
            }
        }

        @Override
        public NDArray pass(TappedLayer layer, NDArray input, NDArray output) {
            if (vectors != null) {
                return output;
            }
            vectors = output.get(0).stopGradient();
            leaf = output.mul(places).stopGradient();
            if (gradients) {
                leaf.setRequiresGradient(true);
            }
            return leaf;
        }

        @Override
        public void close() {
            if (words != null) {
                words.setTap(Tap.NONE);
            }
        }
    }
}
