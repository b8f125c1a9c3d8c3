package io.jenkins.plugins.llmos.engine.train.data;

import java.util.List;
import java.util.Optional;

/**
 * What the rows of a data set are like, column by column. Kept with a model, so that later data can be compared with those
 * it was trained on.
 *
 * @param rows how many; documents of a text
 * @param columns the features, and the target last
 */
public record DataProfile(long rows, List<Column> columns) {
    public DataProfile {
        columns = List.copyOf(columns);
    }

    /**
     * One column.
     *
     * @param name of the column
     * @param type what it holds
     * @param missing rows without a value, or whose value is no number in a numeric column
     * @param numbers values of a numeric column, words of each text, or mean brightness of each image (0 to 255); otherwise
     *     null
     * @param values values of a categorical column, or the words of all texts together; otherwise null
     */
    public record Column(String name, FeatureSchema.Type type, long missing, Quantiles numbers, Frequencies values) {}

    /** The column of a name. */
    public Optional<Column> column(String name) {
        return columns.stream().filter(c -> c.name().equals(name)).findFirst();
    }
}
