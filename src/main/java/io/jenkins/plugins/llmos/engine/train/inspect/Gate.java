package io.jenkins.plugins.llmos.engine.train.inspect;

import io.jenkins.plugins.llmos.engine.InvalidInputException;
import io.jenkins.plugins.llmos.engine.util.Suggestions;
import java.math.BigDecimal;
import java.math.MathContext;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * What figures of a model must be, such as {@code [accuracy: '>= 0.9', epsilon: '<= 3']}.
 *
 * @param rules in the order in which they were written
 */
public record Gate(List<Rule> rules) {
    /** Significant digits of a figure that a person reads. */
    private static final int DIGITS = 4;

    private static final Pattern RULE = Pattern.compile(
            "\\s*(>=|≥|<=|≤|>|<|==)\\s*([-+]?(?:\\d+\\.?\\d*|\\.\\d+)(?:[eE][-+]?\\d{1,4})?)\\s*(%?)\\s*");

    public Gate {
        rules = List.copyOf(rules);
    }

    /** How a figure is compared with a bound. */
    public enum Comparison {
        AT_LEAST(">="),
        AT_MOST("<="),
        ABOVE(">"),
        BELOW("<"),
        EQUAL("==");

        private final String sign;

        Comparison(String sign) {
            this.sign = sign;
        }

        private static Comparison of(String sign) {
            return switch (sign) {
                case ">=", "≥" -> AT_LEAST;
                case "<=", "≤" -> AT_MOST;
                case ">" -> ABOVE;
                case "<" -> BELOW;
                default -> EQUAL;
            };
        }

        /** Whether a value stands so to a bound; NaN never does. */
        private boolean holds(double value, double bound) {
            return switch (this) {
                case AT_LEAST -> value >= bound;
                case AT_MOST -> value <= bound;
                case ABOVE -> value > bound;
                case BELOW -> value < bound;
                case EQUAL -> value == bound;
            };
        }
    }

    /**
     * What one figure must be.
     *
     * @param figure its name
     * @param comparison how it is compared
     * @param bound with what
     */
    public record Rule(String figure, Comparison comparison, double bound) {
        private String condition() {
            return comparison.sign + " " + digits(bound);
        }
    }

    /** Where figures are found by their names. */
    public interface Figures {
        Found get(String name);
    }

    /**
     * A figure, or why there is none.
     *
     * @param value NaN if it is missing
     * @param missing why, otherwise null
     */
    public record Found(double value, String missing) {}

    /**
     * How one rule was met.
     *
     * @param metric name of the figure
     * @param condition what was asked, such as {@code >= 0.9}
     * @param value what the figure is, null if there is none
     * @param holds whether the rule is met; one on a figure that is not there is not
     * @param missing why there is no such figure, otherwise null
     */
    public record Verdict(String metric, String condition, Double value, boolean holds, String missing) {
        /** {@code accuracy 0.93 >= 0.9}, {@code accuracy is 0.87, not >= 0.9}, or that it cannot be checked, and why. */
        public String describe() {
            if (value == null) {
                return metric + " " + condition + " cannot be checked: " + missing;
            }
            String figure = readable();
            return holds ? metric + " " + figure + " " + condition : metric + " is " + figure + ", not " + condition;
        }

        /** Four significant digits, and more only where with four the rule would seem to be met, or missed. */
        private String readable() {
            Matcher rule = RULE.matcher(condition);
            if (!rule.matches() || !Double.isFinite(value)) {
                return digits(value);
            }
            Comparison comparison = Comparison.of(rule.group(1));
            double bound = Double.parseDouble(rule.group(2));
            BigDecimal exact = BigDecimal.valueOf(value);
            for (int digits = DIGITS; digits < exact.precision(); digits++) {
                double rounded = exact.round(new MathContext(digits)).doubleValue();
                if (comparison.holds(rounded, bound) == comparison.holds(value, bound)) {
                    return digits(rounded);
                }
            }
            return digits(value);
        }
    }

    /**
     * Reads rules.
     *
     * @param step that they are an argument of, for errors
     * @param rules comparisons by the names of figures, such as {@code >= 0.9} or {@code <= 5 %}
     * @throws InvalidInputException if one is no comparison with a number
     */
    public static Gate read(String step, Map<String, ?> rules) {
        List<Rule> read = new ArrayList<>();
        rules.forEach((figure, rule) -> {
            Matcher m = RULE.matcher(String.valueOf(rule));
            if (!m.matches()) {
                throw new InvalidInputException(step + "'s gate for '" + figure + "' is '" + rule
                        + "'; it must be a comparison with a number, such as gate: [" + figure + ": '>= 0.9'].");
            }
            read.add(new Rule(
                    figure.strip(),
                    Comparison.of(m.group(1)),
                    Double.parseDouble(m.group(2)) / (m.group(3).isEmpty() ? 1 : 100)));
        });
        return new Gate(read);
    }

    /** Compares every rule with the figures. */
    public List<Verdict> judge(Figures figures) {
        List<Verdict> verdicts = new ArrayList<>();
        for (Rule rule : rules) {
            Found found = figures.get(rule.figure());
            boolean isThere = found.missing() == null;
            verdicts.add(new Verdict(
                    rule.figure(),
                    rule.condition(),
                    isThere ? found.value() : null,
                    isThere && rule.comparison().holds(found.value(), rule.bound()),
                    found.missing()));
        }
        return verdicts;
    }

    /** Compares every rule with metrics by their names. */
    public List<Verdict> judge(Map<String, Double> metrics) {
        return judge(name -> metrics.get(name) != null
                ? new Found(metrics.get(name), null)
                : new Found(
                        Double.NaN,
                        "there is no metric '" + name + "' of this model. "
                                + Suggestions.sentence(name, List.copyOf(new TreeSet<>(metrics.keySet())))
                                        .replaceAll("\\.$", "")));
    }

    /**
     * What is to be said of rules that are not met.
     *
     * @return to its full stop or question mark, null if all are met
     */
    public static String complaint(List<Verdict> verdicts) {
        List<String> failed =
                verdicts.stream().filter(v -> !v.holds()).map(Verdict::describe).toList();
        if (failed.isEmpty()) {
            return null;
        }
        String all = String.join("; ", failed);
        return all.endsWith("?") ? all : all + ".";
    }

    /** A number in as many digits as it has. */
    private static String digits(double value) {
        return Double.isFinite(value)
                ? BigDecimal.valueOf(value).stripTrailingZeros().toPlainString()
                : Double.toString(value);
    }
}
