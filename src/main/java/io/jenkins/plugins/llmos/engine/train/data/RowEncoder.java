package io.jenkins.plugins.llmos.engine.train.data;

import io.jenkins.plugins.llmos.engine.InvalidInputException;
import io.jenkins.plugins.llmos.engine.train.data.FeatureSchema.Feature;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** Encodes rows, in training and in prediction. */
final class RowEncoder {
    /** The fields of one row as text. */
    interface Fields {
        /** A field, empty if it is missing. */
        String get(int column);

        /** What the row is of, for messages: a file or a request. */
        String source();

        /** Which row it is, for messages. */
        String where();
    }

    private final FeatureSchema schema;
    private final RowFormat format;
    private final Labels labels;
    private final List<Map<String, Integer>> categories = new ArrayList<>();
    private final Map<String, Integer> words = new HashMap<>();
    private final int[] columns;
    private final int target;

    /**
     * @param columns index among the fields of each feature
     * @param target index among the fields of the target, or −1
     */
    RowEncoder(FeatureSchema schema, RowFormat format, int[] columns, int target) {
        this.schema = schema;
        this.format = format;
        this.labels = new Labels(schema.labels());
        this.columns = columns;
        this.target = target;
        for (Feature f : schema.features()) {
            Map<String, Integer> indices = new HashMap<>();
            f.categories().forEach(c -> indices.put(c, indices.size()));
            categories.add(indices);
        }
        schema.vocabulary().forEach(w -> words.put(w, words.size() + FeatureSchema.FIRST_WORD));
    }

    /**
     * Encodes the current row.
     *
     * @param to a record, overwritten
     * @throws InvalidInputException if a number is none, or the label is not one of the schema's
     */
    void encode(Fields row, byte[] to) {
        Arrays.fill(to, (byte) 0);
        for (int i = 0; i < columns.length; i++) {
            String value = row.get(columns[i]).strip();
            Feature f = schema.features().get(i);
            if (f.type() == FeatureSchema.Type.TEXT) {
                putText(value, i, to);
            } else if (Values.isMissing(value)) {
                if (f.type() == FeatureSchema.Type.CATEGORICAL) {
                    format.putCategory(to, i, -1);
                }
            } else if (f.type() == FeatureSchema.Type.NUMERIC) {
                format.putNumber(to, i, (float) ((number(f.name(), value, row) - f.mean()) / f.std()));
            } else {
                format.putCategory(to, i, categories.get(i).getOrDefault(value, -1));
            }
        }
        format.putTarget(to, target(row));
    }

    private void putText(String value, int feature, byte[] to) {
        if (Values.isMissing(value)) {
            return;
        }
        int[] used = {0};
        Tokenizer.words(
                value,
                schema.maxTokens(),
                w -> format.putWord(to, feature, used[0]++, words.getOrDefault(w, FeatureSchema.UNKNOWN)));
    }

    private static double number(String column, String value, Fields row) {
        double d = Values.number(value);
        if (Double.isNaN(d)) {
            throw new InvalidInputException("The column '" + column + "' of " + row.source() + " holds '"
                    + Values.shorten(value) + "' in " + row.where()
                    + "; it must be a finite number, or empty if it is missing.");
        }
        return d;
    }

    private float target(Fields row) {
        if (target < 0) {
            return Float.NaN;
        }
        String value = row.get(target).strip();
        if (Values.isMissing(value)) {
            return Float.NaN;
        }
        if (schema.task() == FeatureSchema.Task.REGRESSION) {
            return (float) ((number(schema.target(), value, row) - schema.targetMean()) / schema.targetStd());
        }
        int index = labels.index(value);
        if (index < 0) {
            throw new InvalidInputException("The target '" + schema.target() + "' of " + row.source() + " holds '"
                    + Values.shorten(value) + "' in " + row.where()
                    + ", a label that was not there in training. Known are: "
                    + known(labels.names()) + ". Correct it, or leave it empty if it is not known.");
        }
        return index;
    }

    /** The first labels, for messages. */
    static String known(List<String> names) {
        int most = 20;
        String first = String.join(", ", names.subList(0, Math.min(most, names.size())));
        return names.size() > most ? first + " and " + (names.size() - most) + " more" : first;
    }
}
