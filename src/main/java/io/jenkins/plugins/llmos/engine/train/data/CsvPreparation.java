package io.jenkins.plugins.llmos.engine.train.data;

import io.jenkins.plugins.llmos.engine.InvalidInputException;
import io.jenkins.plugins.llmos.engine.train.DataSpec;
import io.jenkins.plugins.llmos.engine.train.TrainSpec;
import io.jenkins.plugins.llmos.engine.train.data.FeatureSchema.Feature;
import io.jenkins.plugins.llmos.engine.train.data.FeatureSchema.Task;
import io.jenkins.plugins.llmos.engine.util.FileAccess;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;

/**
 * Prepares a CSV file in three passes, so that no more of it than one row is in memory: {@link #scan} for types and
 * classes, {@link #fit} for statistics of the training part, {@link #encode} for the rows.
 */
final class CsvPreparation {
    /** Most categories of a column declared categorical; rarer ones are encoded as unknown. */
    private static final int MOST_DECLARED_CATEGORIES = 10_000;
    /** Different words to count at a time, at least; as many take about 20 MB. */
    private static final int LEAST_COUNTED_WORDS = 200_000;

    private final DataSpec spec;
    private final FileAccess access;
    private CsvColumns columns;
    private List<String> names;
    private List<FeatureSchema.Type> types;
    private TargetProfile.Classes classes;
    private int rows;

    CsvPreparation(DataSpec spec, FileAccess access) {
        this.spec = spec;
        this.access = access;
    }

    /**
     * Reads all rows once.
     *
     * @throws InvalidInputException if the file, a row, a column or the target cannot be used
     */
    void scan() {
        try (CsvSource source = CsvSource.open(access, spec.path())) {
            columns = CsvColumns.of(spec, source.header());
            names = columns.features().stream().map(source.header()::get).toList();
            List<ColumnProfile> profiles = names.stream()
                    .map(n -> new ColumnProfile(spec.path(), n, spec.types().get(n)))
                    .toList();
            TargetProfile target =
                    new TargetProfile(spec.path(), spec.target(), spec.types().get(spec.target()));
            while (source.next()) {
                if (source.row() > Integer.MAX_VALUE - 8) {
                    throw new InvalidInputException("The data file " + spec.path() + " has more than "
                            + (Integer.MAX_VALUE - 8) + " rows, more than can be numbered. Take a sample of it.");
                }
                target.add(source.get(columns.target()).strip(), source);
                for (int i = 0; i < profiles.size(); i++) {
                    profiles.get(i).add(source.get(columns.features().get(i)).strip(), source);
                }
            }
            rows = (int) source.row();
            if (rows == 0) {
                throw new InvalidInputException("The data file " + spec.path()
                        + " has a header and no rows. Put at least one row for each part of the data after it.");
            }
            types = profiles.stream().map(ColumnProfile::type).toList();
            classes = target.classes();
        }
    }

    int rows() {
        return rows;
    }

    Split split(long seed) {
        return split(
                spec,
                rows,
                classes == null ? 1 : classes.labels().names().size(),
                classes == null ? null : classes.codes(),
                seed);
    }

    /** @param codes class of each row, null for regression */
    static Split split(DataSpec spec, int rows, int classes, Codes codes, long seed) {
        return Split.draw(
                spec.path(), rows, classes, codes == null ? r -> 0 : codes::get, spec.test(), spec.validation(), seed);
    }

    /** Fits the schema to the training rows. */
    FeatureSchema fit(int[] train) {
        int n = names.size();
        Moments[] numbers = new Moments[n];
        Counter[] categories = new Counter[n];
        Counter words = new Counter(Math.max(LEAST_COUNTED_WORDS, 4 * Math.min(spec.vocabulary(), 1 << 24)));
        Moments target = new Moments();
        for (int i = 0; i < n; i++) {
            numbers[i] = new Moments();
            categories[i] = new Counter(4 * MOST_DECLARED_CATEGORIES);
        }
        int[] longest = {types.contains(FeatureSchema.Type.TEXT) ? 1 : 0};
        int[] at = {0};
        eachRow(source -> {
            if (at[0] == train.length || train[at[0]] != source.row() - 1) {
                return;
            }
            at[0]++;
            for (int i = 0; i < n; i++) {
                String value = source.get(columns.features().get(i)).strip();
                if (Values.isMissing(value)) {
                    continue;
                }
                switch (types.get(i)) {
                    case NUMERIC -> numbers[i].add(Values.number(value));
                    case CATEGORICAL -> categories[i].add(value);
                    default -> longest[0] = Math.max(longest[0], Tokenizer.words(value, spec.maxTokens(), words::add));
                }
            }
            if (classes == null) {
                target.add(Values.number(source.get(columns.target()).strip()));
            }
        });
        List<String> labels = classes == null ? List.of() : classes.labels().names();
        if (TrainSpec.ANSWER.equals(spec.types().get(spec.target()))) {
            labels.forEach(label -> Tokenizer.words(label, FeatureSchema.ANSWER_TOKENS, words::add));
        }
        List<Feature> features = new ArrayList<>();
        for (int i = 0; i < n; i++) {
            String name = names.get(i);
            features.add(
                    switch (types.get(i)) {
                        case NUMERIC -> Feature.numeric(name, numbers[i].mean(), numbers[i].std());
                        case CATEGORICAL ->
                            Feature.categorical(
                                    name,
                                    categories[i].top(MOST_DECLARED_CATEGORIES).stream()
                                            .sorted()
                                            .toList());
                        default -> Feature.text(name);
                    });
        }
        return new FeatureSchema(
                task(labels.size()),
                features,
                spec.target(),
                labels,
                classes == null ? target.mean() : 0,
                classes == null ? target.std() : 1,
                words.top(spec.vocabulary()),
                longest[0]);
    }

    static Task task(int classes) {
        return classes == 0 ? Task.REGRESSION : classes == 2 ? Task.BINARY : Task.MULTICLASS;
    }

    /** Hands out every encoded row in order; the array is used again. */
    void encode(FeatureSchema schema, RowFormat format, Consumer<byte[]> to) {
        RowEncoder encoder = new RowEncoder(
                schema,
                format,
                columns.features().stream().mapToInt(Integer::intValue).toArray(),
                columns.target());
        byte[] record = new byte[format.bytes()];
        eachRow(source -> {
            encoder.encode(source, record);
            to.accept(record);
        });
    }

    private void eachRow(Consumer<CsvSource> each) {
        try (CsvSource source = CsvSource.open(access, spec.path())) {
            while (source.next() && source.row() <= rows) {
                each.accept(source);
            }
            if (source.row() != rows) {
                throw new InvalidInputException("The data file " + spec.path()
                        + " was changed while it was read: it had " + rows
                        + " rows at first. Start again when it is complete.");
            }
        }
    }
}
