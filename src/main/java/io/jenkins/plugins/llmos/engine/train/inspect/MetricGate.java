package io.jenkins.plugins.llmos.engine.train.inspect;

import io.jenkins.plugins.llmos.engine.InvalidInputException;
import io.jenkins.plugins.llmos.engine.report.Quantity;
import io.jenkins.plugins.llmos.engine.util.Suggestions;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Conditions that a model's metrics must meet, such as {@code accuracy: '>= 0.9'}.
 *
 * @param conditions by metric, in the order in which they were written
 */
public record MetricGate(Map<String, Condition> conditions) {
    private static final Pattern CONDITION =
            Pattern.compile("(>=|<=|>|<)\\s*([-+]?[0-9.]+(?:[eE][-+]?[0-9]+)?)\\s*(%?)");

    public MetricGate {
        conditions = new LinkedHashMap<>(conditions);
    }

    /**
     * What one metric must be.
     *
     * @param relation {@code >=}, {@code <=}, {@code >} or {@code <}
     * @param bound that the metric is compared with
     */
    public record Condition(String relation, double bound) {
        /** Whether a value meets it; NaN meets none. */
        public boolean holds(double value) {
            return switch (relation) {
                case ">=" -> value >= bound;
                case "<=" -> value <= bound;
                case ">" -> value > bound;
                default -> value < bound;
            };
        }

        @Override
        public String toString() {
            return relation + " " + Quantity.NUMBER.format(bound);
        }
    }

    /**
     * How one condition was met.
     *
     * @param metric its name
     * @param condition what was asked
     * @param value what the metric is, null if there is no such metric
     * @param holds whether the condition is met; one on a metric that is not there is not
     */
    public record Verdict(String metric, String condition, Double value, boolean holds) {}

    /**
     * Reads conditions.
     *
     * @param step that they are an argument of, for errors
     * @param texts conditions by metric, such as {@code >= 0.9} or {@code <= 5 %}
     * @throws InvalidInputException if one is no condition
     */
    public static MetricGate from(String step, Map<String, String> texts) {
        Map<String, Condition> conditions = new LinkedHashMap<>();
        texts.forEach((metric, text) -> {
            Matcher m = CONDITION.matcher(text.strip());
            double bound = Double.NaN;
            if (m.matches()) {
                try {
                    bound = Double.parseDouble(m.group(2)) / (m.group(3).isEmpty() ? 1 : 100);
                } catch (NumberFormatException e) {
                    bound = Double.NaN;
                }
            }
            if (Double.isNaN(bound)) {
                throw new InvalidInputException(step + "'s gate for '" + metric + "' is '" + text
                        + "'; it must be a comparison with a number, such as gate: [" + metric + ": '>= 0.9'].");
            }
            conditions.put(metric, new Condition(m.group(1), bound));
        });
        return new MetricGate(conditions);
    }

    /** Compares every condition with the metrics. */
    public List<Verdict> judge(Map<String, Double> metrics) {
        List<Verdict> verdicts = new ArrayList<>();
        conditions.forEach((metric, condition) -> {
            Double value = metrics.get(metric);
            verdicts.add(new Verdict(metric, condition.toString(), value, value != null && condition.holds(value)));
        });
        return verdicts;
    }

    /**
     * What is to be said of verdicts that are not met, in one paragraph.
     *
     * @return null if all are met
     */
    public static String complaint(List<Verdict> verdicts, Map<String, Double> metrics) {
        List<String> failed = new ArrayList<>();
        for (Verdict v : verdicts) {
            if (v.value() == null) {
                failed.add("there is no metric '" + v.metric() + "' of this model. "
                        + Suggestions.sentence(
                                v.metric(),
                                metrics.keySet().stream()
                                        .sorted(Comparator.naturalOrder())
                                        .toList()));
            } else if (!v.holds()) {
                failed.add(v.metric() + " is " + Quantity.NUMBER.format(v.value()) + ", not " + v.condition());
            }
        }
        return failed.isEmpty() ? null : "The model does not pass its gate: " + String.join("; ", failed) + ".";
    }
}
