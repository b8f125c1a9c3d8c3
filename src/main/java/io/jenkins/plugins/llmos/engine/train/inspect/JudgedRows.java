package io.jenkins.plugins.llmos.engine.train.inspect;

import io.jenkins.plugins.llmos.engine.InvalidInputException;
import io.jenkins.plugins.llmos.engine.report.Note;
import io.jenkins.plugins.llmos.engine.train.LabelledRows;
import io.jenkins.plugins.llmos.engine.train.ModelCard;
import io.jenkins.plugins.llmos.engine.train.TrainSpec;
import io.jenkins.plugins.llmos.engine.train.data.CsvSource;
import io.jenkins.plugins.llmos.engine.train.data.FeatureSchema;
import io.jenkins.plugins.llmos.engine.train.data.PreparedData;
import io.jenkins.plugins.llmos.engine.train.data.Values;
import io.jenkins.plugins.llmos.engine.util.FileAccess;
import io.jenkins.plugins.llmos.engine.util.Suggestions;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.BitSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;

/**
 * The rows that a model is judged by.
 *
 * @param what where they are from
 * @param heldOut whether they are of the training's file and were kept from it
 * @param fingerprint SHA-256 of the training's data if they are from there, otherwise null
 * @param rows encoded: the features, and behind them the target
 * @param trained encoded rows that the model was trained on, empty where they are not at hand
 * @param groups value of each row in each column that was asked for
 * @param missing how many of the rows have no value, by column; columns without any are left out
 * @param tokenizer the text of a language model's tokenizer, otherwise null
 */
record JudgedRows(
        Note what,
        boolean heldOut,
        String fingerprint,
        List<float[]> rows,
        List<float[]> trained,
        Map<String, List<String>> groups,
        Map<String, Integer> missing,
        String tokenizer) {
    /** A column of numbers with more values than this is cut into quarters. */
    private static final int MOST_GROUPS = 12;

    /**
     * Reads them.
     *
     * @param access how files are read
     * @param scratch folder for what does not fit in memory
     * @throws InvalidInputException if they cannot be read, do not fit the model, or are secret
     */
    static JudgedRows read(FileAccess access, ReportSpec spec, ModelCard card, Path scratch) {
        Path own = card.spec().data().path();
        Path file = spec.data() == null ? own : spec.data();
        boolean images = card.schema().isImage();
        Path labels =
                !images ? null : spec.labels() == null ? card.spec().data().labels() : spec.labels();
        if (!images && spec.labels() != null) {
            throw new InvalidInputException("llmosReport was given labels, which go with images, but the model in "
                    + spec.model() + " was trained on a table. Leave them out.");
        }
        TrainSpec training = card.spec().withData(file, labels);
        try {
            training.requireInputs();
        } catch (InvalidInputException e) {
            throw new InvalidInputException("llmosReport needs the data that the model was trained on, or others: "
                    + e.getMessage() + " Name other rows with data: 'FILE'.");
        }
        boolean isSame = spec.data() == null
                || PreparedData.fingerprint(access, file, labels).equals(card.fingerprint());
        requirePublic(spec, card, isSame);
        if (isSame) {
            try (PreparedData data = PreparedData.prepare(access, training, scratch)) {
                if (!data.fingerprint().equals(card.fingerprint())) {
                    throw new InvalidInputException(
                            file + " has changed since the model was trained on it, so it is not known which of its"
                                    + " rows are new to the model. Name rows of its test with data: 'FILE'.");
                }
                return ofTraining(access, spec, card, data, file);
            }
        }
        if (card.schema().language() != null) {
            throw new InvalidInputException("A report on a language model is made with the file it was trained on, of"
                    + " which it takes the test part, and not with " + file + ". Leave out 'data'.");
        }
        LabelledRows read = LabelledRows.read(access, card.schema(), file, labels);
        if (read.size() == 0) {
            throw new InvalidInputException("The data file " + file + " has no rows to judge the model by.");
        }
        BitSet all = new BitSet();
        all.set(0, read.size());
        Raw raw = images ? Raw.NONE : Raw.read(access, file, spec.groups(), all, card.schema());
        return new JudgedRows(
                Note.of("rowsOfFile", read.size(), String.valueOf(file.getFileName())),
                false,
                null,
                read.encoded(),
                List.of(),
                raw.groups,
                raw.missing,
                null);
    }

    private static void requirePublic(ReportSpec spec, ModelCard card, boolean isSame) {
        if (card.spec().privacy() == null || (spec.isPublic() && !isSame)) {
            return;
        }
        String dataSet = card.spec().privacy().dataset();
        if (!isSame) {
            throw new InvalidInputException("The model in " + spec.model() + " is trained privately on '" + dataSet
                    + "', and a report tells of the rows it is made with. If these are no secret, say so:"
                    + " public: true.");
        }
        List<String> parts = card.spec().privacy().publicParts();
        String part = part(spec, card);
        if (!parts.contains(part)) {
            throw new InvalidInputException("The model in " + spec.model() + " is trained privately on '" + dataSet
                    + "', whose rows "
                    + (part.equals("all") ? "" : "for the " + part + " ")
                    + "are secret, so no report is made with them. Name rows that are no secret with data:"
                    + " 'FILE', public: true, or train with llmosPrivatize(public: ['test'], …) if those for"
                    + " the test are none.");
        }
    }

    /** Where there is no test part, that for validation takes its place. */
    private static String part(ReportSpec spec, ModelCard card) {
        return spec.part().equals("test") && card.spec().data().test() == 0 ? "validation" : spec.part();
    }

    private static JudgedRows ofTraining(
            FileAccess access, ReportSpec spec, ModelCard card, PreparedData data, Path file) {
        String part = part(spec, card);
        int[] wanted =
                switch (part) {
                    case "validation" -> data.validationRows();
                    case "test" -> data.testRows();
                    default -> IntStream.range(0, data.rows()).toArray();
                };
        if (wanted.length == 0) {
            throw new InvalidInputException("The model in " + spec.model() + " was trained on all rows of " + file
                    + ", so none are left to judge it by. Name others with data: 'FILE', or train with test: 0.2.");
        }
        BitSet which = new BitSet();
        Arrays.stream(wanted).forEach(which::set);
        boolean table = !card.schema().isImage() && card.schema().language() == null;
        Raw raw = table ? Raw.read(access, file, spec.groups(), which, card.schema()) : Raw.NONE;
        if (!table && !spec.groups().isEmpty()) {
            throw new InvalidInputException(
                    "llmosReport's argument 'groups' names columns of a table, but the model in " + spec.model()
                            + " was not trained on one. Leave it out.");
        }
        boolean secret = card.spec().privacy() != null;
        return new JudgedRows(
                Note.of(
                        switch (part) {
                            case "all" -> "rowsOfTraining";
                            case "validation" -> "rowsForValidation";
                            default -> "rowsForTest";
                        },
                        wanted.length,
                        String.valueOf(file.getFileName())),
                !part.equals("all"),
                data.fingerprint(),
                LabelledRows.of(data, wanted).encoded(),
                secret ? List.of() : LabelledRows.of(data, data.trainRows()).encoded(),
                raw.groups,
                raw.missing,
                data.tokenizer());
    }

    /** What a table holds before it is encoded. */
    private record Raw(Map<String, List<String>> groups, Map<String, Integer> missing) {
        private static final Raw NONE = new Raw(Map.of(), Map.of());

        private static Raw read(
                FileAccess access, Path file, List<String> groupColumns, BitSet wanted, FeatureSchema schema) {
            Map<String, List<String>> groups = new LinkedHashMap<>();
            Map<String, Integer> missing = new LinkedHashMap<>();
            try (CsvSource source = CsvSource.open(access, file)) {
                List<String> header = source.header();
                for (String column : groupColumns) {
                    if (!header.contains(column)) {
                        throw new InvalidInputException("llmosReport's argument 'groups' names the column '" + column
                                + "', which " + file + " does not have. " + Suggestions.sentence(column, header));
                    }
                    groups.put(column, new ArrayList<>());
                }
                List<String> features = schema.features().stream()
                        .map(FeatureSchema.Feature::name)
                        .toList();
                while (source.next()) {
                    if (!wanted.get((int) source.row() - 1)) {
                        continue;
                    }
                    for (Map.Entry<String, List<String>> group : groups.entrySet()) {
                        String value =
                                source.get(header.indexOf(group.getKey())).strip();
                        group.getValue().add(Values.isMissing(value) ? "(missing)" : value);
                    }
                    for (String feature : features) {
                        if (Values.isMissing(source.get(header.indexOf(feature)).strip())) {
                            missing.merge(feature, 1, Integer::sum);
                        }
                    }
                }
            }
            groups.replaceAll((column, values) -> inQuarters(values));
            return new Raw(groups, missing);
        }

        /** Numbers of many values by quarters of the rows; all else as it is. */
        private static List<String> inQuarters(List<String> values) {
            if (values.stream().distinct().count() <= MOST_GROUPS) {
                return values;
            }
            double[] numbers = values.stream().mapToDouble(Values::number).toArray();
            double[] sorted =
                    Arrays.stream(numbers).filter(Double::isFinite).sorted().toArray();
            if (sorted.length < values.size() * 0.9) {
                return values;
            }
            double[] cuts = {
                sorted[sorted.length / 4], sorted[sorted.length / 2], sorted[(int) (sorted.length * 3L / 4)]
            };
            List<String> names = new ArrayList<>();
            for (int i = 0; i < numbers.length; i++) {
                double v = numbers[i];
                names.add(
                        Double.isNaN(v)
                                ? values.get(i)
                                : v < cuts[0]
                                        ? "1: < " + text(cuts[0])
                                        : v < cuts[1]
                                                ? "2: ≥ " + text(cuts[0]) + ", < " + text(cuts[1])
                                                : v < cuts[2]
                                                        ? "3: ≥ " + text(cuts[1]) + ", < " + text(cuts[2])
                                                        : "4: ≥ " + text(cuts[2]));
            }
            return names;
        }

        private static String text(double number) {
            return number == Math.rint(number) ? Long.toString((long) number) : Double.toString(number);
        }
    }

    float[] targets() {
        int width = rows.get(0).length - 1;
        float[] targets = new float[rows.size()];
        for (int i = 0; i < targets.length; i++) {
            targets[i] = rows.get(i)[width];
        }
        return targets;
    }
}
