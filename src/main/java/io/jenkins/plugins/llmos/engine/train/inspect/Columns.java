package io.jenkins.plugins.llmos.engine.train.inspect;

import io.jenkins.plugins.llmos.engine.train.data.FeatureSchema;
import io.jenkins.plugins.llmos.engine.train.data.FeatureSchema.Feature;
import java.util.ArrayList;
import java.util.List;

/**
 * Where each column of the data stands in an encoded row.
 *
 * @param feature the column
 * @param from first float
 * @param to behind the last
 */
record Columns(Feature feature, int from, int to) {
    static List<Columns> of(FeatureSchema schema) {
        List<Columns> columns = new ArrayList<>();
        int dense = 0;
        int tokens = schema.denseWidth();
        for (Feature f : schema.features()) {
            int width = f.type() == FeatureSchema.Type.TEXT ? schema.maxTokens() : f.denseWidth();
            int from = f.type() == FeatureSchema.Type.TEXT ? tokens : dense;
            columns.add(new Columns(f, from, from + width));
            if (f.type() == FeatureSchema.Type.TEXT) {
                tokens += width;
            } else {
                dense += width;
            }
        }
        return columns;
    }

    /** What a row holds here, as far as the encoding tells, for people to read. */
    String value(float[] row) {
        return switch (feature.type()) {
            case NUMERIC -> String.format(java.util.Locale.ROOT, "%.4g", row[from] * feature.std() + feature.mean());
            case CATEGORICAL -> {
                for (int i = from; i < to; i++) {
                    if (row[i] > 0) {
                        yield feature.categories().get(i - from);
                    }
                }
                yield "(missing or unknown)";
            }
            case TEXT -> "text";
            case IMAGE -> "image";
        };
    }
}
