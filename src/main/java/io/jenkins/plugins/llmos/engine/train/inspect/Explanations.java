package io.jenkins.plugins.llmos.engine.train.inspect;

import io.jenkins.plugins.llmos.engine.report.Quantity;
import io.jenkins.plugins.llmos.engine.train.Network;
import io.jenkins.plugins.llmos.engine.train.data.FeatureSchema;
import io.jenkins.plugins.llmos.engine.train.data.FeatureSchema.Task;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/** What columns, words and pixels add to predictions, by {@link IntegratedGradients}. */
final class Explanations {
    private static final int MOST_ROWS = 100;
    private static final int MOST_WORDS = 20;
    private static final int LEAST_OCCURRENCES = 3;
    private static final int MOST_PIXELS = 4096;

    private final FeatureSchema schema;
    private final List<float[]> rows;
    private final Answers answers;
    private final IntegratedGradients gradients;
    private final List<Columns> columns;
    private final int[] predicted;
    private final Map<Integer, IntegratedGradients.Attribution> known = new LinkedHashMap<>();

    Explanations(Network network, List<float[]> rows, Answers answers) {
        this.schema = network.schema();
        this.rows = rows;
        this.answers = answers;
        this.gradients = new IntegratedGradients(network);
        this.columns = Columns.of(schema);
        this.predicted = schema.classes() > 0 ? answers.predicted() : new int[rows.size()];
    }

    private IntegratedGradients.Attribution attribution(int row) {
        return known.computeIfAbsent(row, r -> gradients.of(rows.get(r), predicted[r]));
    }

    /** A number that standardised values are multiplied with, so that they are in the target's unit. */
    private double unit() {
        return schema.task() == Task.REGRESSION ? schema.targetStd() : 1;
    }

    private double shown(double value) {
        return schema.task() == Task.REGRESSION ? value * schema.targetStd() + schema.targetMean() : value;
    }

    /**
     * The mean size of what each column adds, and the words that add most.
     *
     * @param sample rows to look at; of many the first are taken
     */
    List<ModelReport.Weight> weights(List<Integer> sample) {
        if (schema.isImage()) {
            return List.of();
        }
        List<Integer> some = sample.subList(0, Math.min(MOST_ROWS, sample.size()));
        double[] ofColumn = new double[columns.size()];
        Map<String, double[]> ofWord = new LinkedHashMap<>();
        for (int row : some) {
            double[] parts = attribution(row).parts();
            for (int c = 0; c < ofColumn.length; c++) {
                Columns column = columns.get(c);
                double sum = 0;
                for (int i = column.from(); i < column.to(); i++) {
                    sum += parts[i];
                    if (column.feature().type() == FeatureSchema.Type.TEXT
                            && rows.get(row)[i] >= FeatureSchema.FIRST_WORD) {
                        String word = word(rows.get(row)[i]) + "\t" + predicted[row];
                        double[] count = ofWord.computeIfAbsent(word, w -> new double[2]);
                        count[0] += parts[i];
                        count[1]++;
                    }
                }
                ofColumn[c] += Math.abs(sum) / some.size();
            }
        }
        List<ModelReport.Weight> weights = new ArrayList<>();
        for (int c = 0; c < ofColumn.length; c++) {
            weights.add(new ModelReport.Weight(columns.get(c).feature().name(), null, ofColumn[c] * unit(), 0));
        }
        weights.sort(Comparator.comparingDouble(ModelReport.Weight::weight).reversed());
        ofWord.entrySet().stream()
                .filter(w -> w.getValue()[1] >= LEAST_OCCURRENCES)
                .sorted(Comparator.comparingDouble(
                        (Map.Entry<String, double[]> w) -> -Math.abs(w.getValue()[0] / w.getValue()[1])))
                .limit(MOST_WORDS)
                .forEach(w -> {
                    String[] of = w.getKey().split("\t", 2);
                    String towards =
                            schema.classes() == 0 ? null : schema.labels().get(Integer.parseInt(of[1]));
                    double[] count = w.getValue();
                    weights.add(new ModelReport.Weight(of[0], towards, count[0] / count[1] * unit(), (int) count[1]));
                });
        return weights;
    }

    private String word(float number) {
        int index = (int) number - FeatureSchema.FIRST_WORD;
        return index < 0 ? "(unknown word)" : schema.vocabulary().get(index);
    }

    /** Some rows that the model is right about and some that it is wrong about, where it is most and least sure. */
    List<ModelReport.Example> examples(List<Integer> sample, int most) {
        List<Integer> right = new ArrayList<>();
        List<Integer> wrong = new ArrayList<>();
        for (int row : sample) {
            boolean is = schema.classes() == 0 || predicted[row] == (int) target(row);
            (is ? right : wrong).add(row);
        }
        Comparator<Integer> sure = Comparator.comparingDouble(row -> schema.classes() == 0
                ? Math.abs(answers.score(row, 0) - target(row))
                : -answers.score(row, predicted[row]));
        right.sort(sure);
        wrong.sort(sure);
        Set<Integer> chosen = new LinkedHashSet<>();
        int half = Math.min(wrong.size(), most / 2);
        chosen.addAll(right.subList(0, Math.min(right.size(), (most - half + 1) / 2)));
        for (int i = right.size() - 1; i >= 0 && chosen.size() < most - half; i--) {
            chosen.add(right.get(i));
        }
        chosen.addAll(wrong.subList(0, half));
        return chosen.stream().limit(most).map(this::example).toList();
    }

    private float target(int row) {
        return rows.get(row)[schema.width()];
    }

    private ModelReport.Example example(int row) {
        IntegratedGradients.Attribution a = attribution(row);
        boolean classes = schema.classes() > 0;
        double adds = unit();
        List<ModelReport.Part> parts = new ArrayList<>();
        List<Double> pixels = new ArrayList<>();
        for (Columns column : columns) {
            if (column.feature().type() == FeatureSchema.Type.IMAGE) {
                if (column.feature().channels() == 1 && column.to() - column.from() <= MOST_PIXELS) {
                    for (int i = column.from(); i < column.to(); i++) {
                        pixels.add(a.parts()[i] * adds);
                    }
                }
                continue;
            }
            double sum = 0;
            for (int i = column.from(); i < column.to(); i++) {
                if (column.feature().type() == FeatureSchema.Type.TEXT) {
                    if (rows.get(row)[i] != FeatureSchema.PADDING) {
                        parts.add(new ModelReport.Part(word(rows.get(row)[i]), "", a.parts()[i] * adds));
                    }
                } else {
                    sum += a.parts()[i];
                }
            }
            if (column.feature().type() != FeatureSchema.Type.TEXT) {
                parts.add(new ModelReport.Part(column.feature().name(), column.value(rows.get(row)), sum * adds));
            }
        }
        String truth = classes ? schema.labels().get((int) target(row)) : Quantity.NUMBER.format(shown(target(row)));
        String said = classes ? schema.labels().get(predicted[row]) : Quantity.NUMBER.format(shown(a.value()));
        return new ModelReport.Example(
                row + 1,
                truth,
                said,
                shown(a.value()),
                shown(a.baseline()),
                parts,
                pixels,
                pixels.isEmpty() ? 0 : schema.sampleShape()[2],
                a.gap() * adds);
    }
}
