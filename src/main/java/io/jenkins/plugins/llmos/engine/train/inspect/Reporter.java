package io.jenkins.plugins.llmos.engine.train.inspect;

import ai.djl.ndarray.NDArray;
import io.jenkins.plugins.llmos.engine.InvalidInputException;
import io.jenkins.plugins.llmos.engine.report.Note;
import io.jenkins.plugins.llmos.engine.report.Words;
import io.jenkins.plugins.llmos.engine.train.Metrics;
import io.jenkins.plugins.llmos.engine.train.ModelCard;
import io.jenkins.plugins.llmos.engine.train.ModelFolder;
import io.jenkins.plugins.llmos.engine.train.Network;
import io.jenkins.plugins.llmos.engine.train.Recommendation;
import io.jenkins.plugins.llmos.engine.train.data.FeatureSchema;
import io.jenkins.plugins.llmos.engine.train.data.FeatureSchema.Task;
import io.jenkins.plugins.llmos.engine.train.inspect.Proportions.Interval;
import io.jenkins.plugins.llmos.engine.util.FileAccess;
import io.jenkins.plugins.llmos.engine.util.Suggestions;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Random;

/** Makes a report: reads the model and the rows, asks the model, and computes all that there is to say. */
public final class Reporter {
    private final FileAccess access;
    private final ReportSpec spec;
    private final ModelCard card;
    private final Network network;
    private final FeatureSchema schema;
    private final JudgedRows judged;
    private final Map<String, Double> metrics = new LinkedHashMap<>();

    private Reporter(FileAccess access, ReportSpec spec, ModelCard card, Network network, JudgedRows judged) {
        this.access = access;
        this.spec = spec;
        this.card = card;
        this.network = network;
        this.schema = card.schema();
        this.judged = judged;
    }

    /**
     * Makes a report and writes it to the folder that its specification names.
     *
     * @param access how the model and the rows are read, and the report is written
     * @param scratch folder for what does not fit in memory
     * @return what the report says; whether the gate is passed is told by {@link ModelReport#complaint}
     * @throws InvalidInputException if the model or the rows cannot be used, or are secret
     * @throws IOException if the report cannot be written
     */
    public static ModelReport write(FileAccess access, ReportSpec spec, Path scratch) throws IOException {
        spec.requireInputs();
        ReportPage.requireFree(access, spec.output());
        ModelCard card = ModelFolder.readCard(access, spec.model());
        ModelReport report;
        try (Network network = ModelFolder.read(access, spec.model())) {
            JudgedRows judged = JudgedRows.read(access, spec, card, scratch);
            report = new Reporter(access, spec, card, network, judged).report();
        }
        ReportPage.write(access, report, Words.of(Locale.forLanguageTag(spec.language())), spec.output());
        if (spec.output().equals(spec.model())) {
            ModelFolder.addReport(access, spec.model(), card, report.metrics());
        }
        return report;
    }

    private ModelReport report() {
        float[] targets = judged.targets();
        Answers answers = Answers.of(network, judged.rows());
        boolean classes = schema.classes() > 0;
        int[] predicted = classes ? answers.predicted() : new int[0];
        int[] truths = new int[classes ? targets.length : 0];
        for (int i = 0; i < truths.length; i++) {
            truths[i] = (int) targets[i];
        }
        metrics.putAll(Metrics.of(schema, answers.scores(), targets));
        ConfusionMatrix confusion = null;
        Calibration calibration = null;
        if (classes) {
            metrics.put("loss", answers.loss(targets));
            confusion = ConfusionMatrix.of(schema.labels(), truths, predicted);
            Interval accuracy = Proportions.wilson(confusion.right(), confusion.total());
            metrics.put("accuracyLow", accuracy.low());
            metrics.put("accuracyHigh", accuracy.high());
            calibration = Calibration.of(answers.scores(), predicted, truths);
            metrics.put("calibrationError", calibration.error());
            metrics.put("calibrationGap", calibration.largest());
            metrics.put("brier", calibration.brier());
        } else if (schema.task() == Task.REGRESSION) {
            metrics.put("loss", answers.loss(targets));
        }
        if (card.spec().model().kind().equals("factorization")
                && !judged.trained().isEmpty()) {
            metrics.putAll(Recommendation.metrics(network, card.spec().model(), judged.trained(), judged.rows()));
        }
        List<Fairness> fairness = fairness(predicted, truths, answers, targets);
        List<Integer> sample = sample();
        List<PermutationImportance.Importance> importance = List.of();
        List<ModelReport.Weight> attributions = List.of();
        List<ModelReport.Example> examples = List.of();
        List<ModelReport.Text> texts = List.of();
        if (schema.task() == Task.LANGUAGE) {
            LanguageInspection language = new LanguageInspection(access, spec, network, judged);
            examples = language.examples(answers, metrics);
            texts = language.texts();
        } else {
            List<float[]> rows = new ArrayList<>();
            float[] of = new float[sample.size()];
            for (int i = 0; i < of.length; i++) {
                rows.add(judged.rows().get(sample.get(i)));
                of[i] = targets[sample.get(i)];
            }
            importance = PermutationImportance.of(network, rows, of, spec.repeats(), spec.seed());
            Explanations explanations = new Explanations(network, judged.rows(), answers);
            attributions = explanations.weights(sample);
            examples = explanations.examples(sample, spec.examples());
        }
        number("epsilon");
        number("delta");
        List<Note> quality = DataQuality.notes(schema, judged);
        Map<String, Object> result = card.result() == null ? Map.of() : card.result();
        return new ModelReport(
                ModelReport.FORMAT,
                card.spec().name(),
                card.training(),
                Instant.now(),
                card.spec().model().kind(),
                schema.task().name().toLowerCase(Locale.ROOT),
                judged.what(),
                judged.rows().size(),
                judged.fingerprint(),
                metrics,
                spec.gate().judge(metrics),
                confusion,
                calibration,
                fairness,
                importance,
                attributions,
                examples,
                texts,
                items(),
                quality,
                matching(
                        result,
                        "private|epsilon|delta|unit|neighbours|noiseMultiplier|sampleRate|privateSteps|clip|clipping|accountant"
                                + "|treatedAsPublic"),
                matching(result, "(?i).*(energy|joule|watt|carbon|co2).*"),
                result,
                card.spec(),
                card.fingerprint());
    }

    /** See {@code ItemResponse}: its items' weight has a row of ln a and one of d. */
    private List<ModelReport.Item> items() {
        List<ModelReport.Item> items = new ArrayList<>();
        if (!card.spec().model().kind().equals("irt") || card.spec().model().embedding() != 1) {
            return items;
        }
        List<String> names = schema.features().stream()
                .filter(f -> !f.name().equals(card.spec().model().user()))
                .findFirst()
                .orElseThrow()
                .categories();
        for (NDArray weight : network.parameters().values()) {
            if (weight.getShape().get(0) == 2) {
                float[] numbers = weight.toFloatArray();
                for (int i = 0; i < names.size(); i++) {
                    double discrimination = Math.exp(numbers[i]);
                    items.add(new ModelReport.Item(
                            names.get(i), -numbers[names.size() + i] / discrimination, discrimination));
                }
            }
        }
        items.sort(Comparator.comparingDouble(ModelReport.Item::difficulty).reversed());
        return items;
    }

    private void number(String name) {
        if (card.result() != null && card.result().get(name) instanceof Number n) {
            metrics.put(name, n.doubleValue());
        }
    }

    private static Map<String, Object> matching(Map<String, Object> result, String names) {
        Map<String, Object> matching = new LinkedHashMap<>(result);
        matching.keySet().removeIf(name -> !name.matches(names));
        return matching;
    }

    /** Some rows, drawn without replacement, in their order. */
    private List<Integer> sample() {
        List<Integer> all = new ArrayList<>();
        for (int i = 0; i < judged.rows().size(); i++) {
            all.add(i);
        }
        Collections.shuffle(all, new Random(spec.seed()));
        return all.subList(0, Math.min(spec.rows(), all.size())).stream()
                .sorted()
                .toList();
    }

    private List<Fairness> fairness(int[] predicted, int[] truths, Answers answers, float[] targets) {
        int wanted = wanted();
        List<Fairness> fairness = new ArrayList<>();
        judged.groups().forEach((column, groups) -> {
            if (truths.length > 0) {
                fairness.add(Fairness.ofClasses(column, groups, predicted, truths, wanted));
            } else {
                double[] errors = new double[targets.length];
                for (int i = 0; i < errors.length; i++) {
                    errors[i] = (answers.score(i, 0) - targets[i]) * schema.targetStd();
                }
                fairness.add(Fairness.ofErrors(column, groups, errors));
            }
        });
        largest(fairness, wanted >= 0 ? "selection" : truths.length > 0 ? "accuracy" : "error", "fairnessGap");
        largest(fairness, "opportunity", "opportunityGap");
        largest(fairness, "falsePositives", "falsePositiveGap");
        largest(fairness, "accuracy", "accuracyGap");
        return fairness;
    }

    private void largest(List<Fairness> fairness, String rate, String metric) {
        Fairness.Gap largest = null;
        for (Fairness f : fairness) {
            Fairness.Gap gap = f.gaps().get(rate);
            largest = gap != null && (largest == null || gap.size() > largest.size()) ? gap : largest;
        }
        if (largest != null) {
            metrics.put(metric, largest.size());
            if (metric.equals("fairnessGap")) {
                metrics.put(metric + "Low", largest.low());
                metrics.put(metric + "High", largest.high());
            }
        }
    }

    private int wanted() {
        if (spec.positive() == null) {
            return schema.task() == Task.BINARY ? 1 : -1;
        }
        int wanted = schema.labels().indexOf(spec.positive());
        if (wanted < 0) {
            throw new InvalidInputException("llmosReport's argument 'positive' is '" + spec.positive()
                    + "', which is no class of this model. "
                    + Suggestions.sentence(spec.positive(), schema.labels()));
        }
        return wanted;
    }
}
