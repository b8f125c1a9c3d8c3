package io.jenkins.plugins.llmos.engine.train.inspect;

import io.jenkins.plugins.llmos.engine.report.Note;
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
    static List<Note> notes(FeatureSchema schema, JudgedRows judged) {
        List<Note> notes = new ArrayList<>();
        List<float[]> rows = judged.rows();
        int n = rows.size();
        int known = repeated(judged.trained(), rows, schema.width());
        if (known > 0 && judged.heldOut()) {
            notes.add(Note.of("repeated", known, n));
        }
        if (n < FEW_ROWS) {
            notes.add(Note.of("fewRows", n));
        }
        if (schema.classes() > 0) {
            conflicts(schema, rows, notes);
            balance(schema, judged.targets(), notes);
        }
        judged.missing()
                .forEach((column, count) ->
                        notes.add(Note.of("missing", column, Quantity.SHARE.format((double) count / n), count)));
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

    private static void conflicts(FeatureSchema schema, List<float[]> rows, List<Note> notes) {
        Map<FloatBuffer, Float> seen = new HashMap<>();
        int width = schema.width();
        long conflicts = rows.stream()
                .filter(r -> {
                    Float first = seen.putIfAbsent(FloatBuffer.wrap(r, 0, width), r[width]);
                    return first != null && first != r[width];
                })
                .count();
        if (conflicts > 0) {
            notes.add(Note.of("conflicts", conflicts));
        }
    }

    private static void balance(FeatureSchema schema, float[] targets, List<Note> notes) {
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
            notes.add(named("absent", absent));
        }
        if (!rare.isEmpty()) {
            notes.add(named("rare", rare));
        }
    }

    private static void columns(FeatureSchema schema, List<float[]> rows, List<Note> notes) {
        int n = rows.size();
        List<String> constant = new ArrayList<>();
        for (Columns column : Columns.of(schema)) {
            String name = column.feature().name();
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
                    constant.add("'" + name + "'");
                } else if (Math.abs(shift) > DRIFT && Math.abs(shift) > 4 / Math.sqrt(n)) {
                    notes.add(Note.of(shift > 0 ? "higher" : "lower", name, Quantity.NUMBER.format(Math.abs(shift))));
                }
                if (far > 0) {
                    notes.add(Note.of("far", name, far, Quantity.NUMBER.format(FAR)));
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
                    notes.add(Note.of("unseen", name, Quantity.SHARE.format((double) none / n)));
                }
            }
        }
        if (!constant.isEmpty()) {
            notes.add(named("constant", constant));
        }
    }

    /** A sentence on one or several: how many, the first of them, and how many more. */
    private static Note named(String key, List<String> names) {
        int shown = Math.min(MOST_NAMED, names.size());
        return Note.of(key, names.size(), String.join(", ", names.subList(0, shown)), names.size() - shown);
    }
}
