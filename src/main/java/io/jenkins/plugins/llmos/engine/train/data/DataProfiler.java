package io.jenkins.plugins.llmos.engine.train.data;

import io.jenkins.plugins.llmos.engine.InvalidInputException;
import io.jenkins.plugins.llmos.engine.train.data.FeatureSchema.Task;
import io.jenkins.plugins.llmos.engine.train.language.Documents;
import io.jenkins.plugins.llmos.engine.util.FileAccess;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/**
 * Makes profiles of data files as a model's schema reads them, in one pass and bounded memory (but for text of language
 * models, which is read whole). The same files give the same profile.
 */
public final class DataProfiler {
    private final FeatureSchema schema;
    private final long known;
    private final List<Column> columns = new ArrayList<>();
    private final List<Column> later = new ArrayList<>();
    private long rows;

    /**
     * A profiler that has seen nothing yet.
     *
     * @param schema columns and their types
     * @param known rows after which a second profile begins, that of {@link #later}
     */
    public DataProfiler(FeatureSchema schema, long known) {
        this.schema = schema;
        this.known = known;
        for (List<Column> all : List.of(columns, later)) {
            schema.features().forEach(f -> all.add(new Column(f.name(), f.type(), all.size())));
            if (schema.task() != Task.LANGUAGE) {
                all.add(new Column(
                        schema.target(),
                        schema.task() == Task.REGRESSION ? FeatureSchema.Type.NUMERIC : FeatureSchema.Type.CATEGORICAL,
                        all.size()));
            }
        }
    }

    /**
     * Reads a file to its end.
     *
     * @param labels IDX labels of IDX images, null where they are not known
     * @throws InvalidInputException if it cannot be read as the schema says; a column that is not there counts as missing in
     *     every row
     */
    public void add(FileAccess access, Path file, Path labels) {
        if (schema.task() == Task.LANGUAGE) {
            for (String document : Documents.read(access, file, schema.target())) {
                next();
                put(0, document);
            }
        } else if (schema.isImage()) {
            addImages(access, file, labels);
        } else {
            addTable(access, file);
        }
    }

    private void addTable(FileAccess access, Path file) {
        try (CsvSource source = CsvSource.open(access, file)) {
            int[] at = columns.stream()
                    .mapToInt(c -> source.header().indexOf(c.name))
                    .toArray();
            while (source.next()) {
                next();
                for (int i = 0; i < at.length; i++) {
                    put(i, at[i] < 0 ? "" : source.get(at[i]).strip());
                }
            }
        }
    }

    private void addImages(FileAccess access, Path file, Path labels) {
        byte[] classes = labels == null ? null : IdxPreparation.readLabels(access, labels);
        try (IdxFile in = IdxFile.openImages(access, file)) {
            if (classes != null) {
                IdxPreparation.requireSameCount(in, file, classes.length, labels);
            }
            byte[] image = new byte[in.itemBytes()];
            for (int row = 0; in.next(image); row++) {
                next();
                long sum = 0;
                for (byte pixel : image) {
                    sum += pixel & 0xff;
                }
                put(0, Double.toString((double) sum / image.length));
                put(1, classes == null ? "" : Integer.toString(classes[row] & 0xff));
            }
        }
    }

    private void next() {
        rows++;
    }

    private void put(int column, String value) {
        columns.get(column).add(value);
        if (rows > known) {
            later.get(column).add(value);
        }
    }

    /** Of all rows so far. */
    public DataProfile all() {
        return new DataProfile(rows, columns.stream().map(Column::profile).toList());
    }

    /** Of the rows after the first {@code known} ones: of a file that only grows, the new ones. */
    public DataProfile later() {
        return new DataProfile(
                Math.max(0, rows - known), later.stream().map(Column::profile).toList());
    }

    private static final class Column {
        private final String name;
        private final FeatureSchema.Type type;
        private final Quantiles.Sample numbers;
        private final Frequencies.Tally values;
        private long missing;

        private Column(String name, FeatureSchema.Type type, long seed) {
            this.name = name;
            this.type = type;
            numbers = type == FeatureSchema.Type.CATEGORICAL ? null : new Quantiles.Sample(seed);
            values = type == FeatureSchema.Type.CATEGORICAL || type == FeatureSchema.Type.TEXT
                    ? new Frequencies.Tally()
                    : null;
        }

        private void add(String value) {
            if (Values.isMissing(value)) {
                missing++;
                return;
            }
            switch (type) {
                case CATEGORICAL -> values.add(value);
                case TEXT -> numbers.add(Tokenizer.words(value, Integer.MAX_VALUE, values::add));
                default -> {
                    double number = Values.number(value);
                    if (Double.isNaN(number)) {
                        missing++;
                    } else {
                        numbers.add(number);
                    }
                }
            }
        }

        private DataProfile.Column profile() {
            return new DataProfile.Column(
                    name,
                    type,
                    missing,
                    numbers == null ? null : numbers.quantiles(),
                    values == null ? null : values.frequencies());
        }
    }
}
