package io.jenkins.plugins.llmos.engine.train.inspect;

import io.jenkins.plugins.llmos.engine.report.Quantity;
import io.jenkins.plugins.llmos.engine.train.data.FeatureSchema;
import java.nio.FloatBuffer;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/** What in the rows that a model is judged by may mislead whoever reads its figures. */
final class DataQuality {
    private static final int FEW_ROWS = 100;
    private static final double RARE = 0.05;
    private static final double DRIFT = 0.25;
    private static final double FAR = 8;
    private static final int MOST_NAMED = 8;

    private DataQuality() {}

    /** @return sentences, the gravest first; empty if nothing was found */
    static List<String> notes(FeatureSchema schema, JudgedRows judged) {
        List<String> notes = new ArrayList<>();
        List<float[]> rows = judged.rows();
        int n = rows.size();
        int known = repeated(judged.trained(), rows, schema.width());
        if (known > 0 && judged.what().startsWith("the ")) {
            notes.add(known + " of the " + n
                    + " rows equal rows of the training in every column that the model sees, so the"
                    + " model may know them by heart. Remove duplicates before the data are split.");
        }
        if (n < FEW_ROWS) {
            notes.add("There are only " + n + " rows, so every figure here is uncertain; see the intervals.");
        }
        if (schema.classes() > 0) {
            conflicts(schema, rows, notes);
            balance(schema, judged.targets(), notes);
        }
        judged.missing()
                .forEach((column, count) -> notes.add("Column '" + column + "' has no value in "
                        + Quantity.SHARE.format((double) count / n) + " of the rows (" + count
                        + "); the model is given the training's mean, or no category, in their place."));
        columns(schema, rows, notes);
        return notes;
    }

    private static int repeated(List<float[]> trained, List<float[]> rows, int width) {
        Set<FloatBuffer> known = new HashSet<>();
        trained.forEach(r -> known.add(FloatBuffer.wrap(r, 0, width)));
        return (int) rows.stream()
                .filter(r -> known.contains(FloatBuffer.wrap(r, 0, width)))
                .count();
    }

    private static void conflicts(FeatureSchema schema, List<float[]> rows, List<String> notes) {
        Map<FloatBuffer, Float> seen = new HashMap<>();
        int width = schema.width();
        long conflicts = rows.stream()
                .filter(r -> {
                    Float first = seen.putIfAbsent(FloatBuffer.wrap(r, 0, width), r[width]);
                    return first != null && first != r[width];
                })
                .count();
        if (conflicts > 0) {
            notes.add(
                    conflicts + " rows are the same as another in every column but of another class, so no model can be"
                            + " right about both.");
        }
    }

    private static void balance(FeatureSchema schema, float[] targets, List<String> notes) {
        int[] counts = new int[schema.classes()];
        for (float t : targets) {
            counts[(int) t]++;
        }
        List<String> absent = new ArrayList<>();
        List<String> rare = new ArrayList<>();
        for (int c = 0; c < counts.length; c++) {
            if (counts[c] == 0) {
                absent.add("'" + schema.labels().get(c) + "'");
            } else if (counts[c] < RARE / Math.max(1, counts.length / 4.0) * targets.length) {
                rare.add("'" + schema.labels().get(c) + "' (" + counts[c] + ")");
            }
        }
        if (!absent.isEmpty()) {
            notes.add("No row is of " + named("class", "the classes", absent) + ", so nothing is known about "
                    + (absent.size() == 1 ? "it." : "them."));
        }
        if (!rare.isEmpty()) {
            notes.add("Few rows are of " + named("class", "the classes", rare)
                    + "; accuracy hardly tells how well the model knows them, the confusion matrix and macro F1 do.");
        }
    }

    private static void columns(FeatureSchema schema, List<float[]> rows, List<String> notes) {
        int n = rows.size();
        List<String> constant = new ArrayList<>();
        for (Columns column : Columns.of(schema)) {
            String name = "'" + column.feature().name() + "'";
            if (column.feature().type() == FeatureSchema.Type.NUMERIC) {
                double sum = 0;
                int far = 0;
                float first = rows.get(0)[column.from()];
                boolean varies = false;
                for (float[] row : rows) {
                    float value = row[column.from()];
                    sum += value;
                    far += Math.abs(value) > FAR ? 1 : 0;
                    varies |= value != first;
                }
                double shift = sum / n;
                if (!varies) {
                    constant.add(name);
                } else if (Math.abs(shift) > DRIFT && Math.abs(shift) > 4 / Math.sqrt(n)) {
                    notes.add(
                            "Column " + name + " is " + Quantity.NUMBER.format(Math.abs(shift))
                                    + " standard deviations " + (shift > 0 ? "higher" : "lower")
                                    + " on average than in the training: the rows differ from those that the model learnt from.");
                }
                if (far > 0) {
                    notes.add("Column " + name + " has " + far + (far == 1 ? " value" : " values") + " more than "
                            + Quantity.NUMBER.format(FAR)
                            + " standard deviations from the training's mean. Are they right?");
                }
            } else if (column.feature().type() == FeatureSchema.Type.CATEGORICAL) {
                int none = 0;
                for (float[] row : rows) {
                    boolean any = false;
                    for (int i = column.from(); i < column.to(); i++) {
                        any |= row[i] > 0;
                    }
                    none += any ? 0 : 1;
                }
                if (none > 0.01 * n) {
                    notes.add("Column " + name + " has a value that the training has not seen, or none, in "
                            + Quantity.SHARE.format((double) none / n) + " of the rows.");
                }
            }
        }
        if (!constant.isEmpty()) {
            notes.add("The same everywhere, and so telling nothing here: " + named("column", "the columns", constant)
                    + ".");
        }
    }

    private static String named(String one, String several, List<String> names) {
        String first = String.join(", ", names.subList(0, Math.min(MOST_NAMED, names.size())));
        return (names.size() == 1 ? one : several) + " " + first
                + (names.size() > MOST_NAMED ? " and " + (names.size() - MOST_NAMED) + " more" : "");
    }
}
