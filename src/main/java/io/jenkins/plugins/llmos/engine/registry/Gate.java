package io.jenkins.plugins.llmos.engine.registry;

import io.jenkins.plugins.llmos.engine.InvalidInputException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * What a figure of a model's card must be, such as {@code accuracy: '>= 0.9'}.
 *
 * @param figure its name, see {@link ModelFigures#get}
 * @param comparison how it is compared
 * @param bound with what
 */
public record Gate(String figure, Comparison comparison, double bound) {
    private static final Pattern RULE =
            Pattern.compile("\\s*(>=|≥|<=|≤|>|<|==|=)\\s*([-+]?(?:\\d+\\.?\\d*|\\.\\d+)(?:[eE][-+]?\\d+)?)\\s*");

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
     * Reads rules by the names of their figures.
     *
     * @throws InvalidInputException if one is no comparison with a number
     */
    public static List<Gate> read(String step, Map<String, ?> rules) {
        List<Gate> gates = new ArrayList<>();
        rules.forEach((figure, rule) -> {
            Matcher m = RULE.matcher(String.valueOf(rule));
            if (!m.matches()) {
                throw new InvalidInputException(step + "'s gate has " + figure + ": '" + rule
                        + "'; it must be a comparison with a number, such as " + figure + ": '>= 0.9'.");
            }
            gates.add(new Gate(figure.strip(), Comparison.of(m.group(1)), Double.parseDouble(m.group(2))));
        });
        return List.copyOf(gates);
    }

    /** {@code accuracy >= 0.9}. */
    @Override
    public String toString() {
        return figure + " " + comparison.sign + " " + ModelFigures.format(bound);
    }

    /**
     * Checks a model against all rules.
     *
     * @return what was checked, a line for each
     * @throws GateException if it fails any, with all that failed
     */
    public static List<String> check(List<Gate> gates, String model, ModelFigures figures) {
        List<String> passed = new ArrayList<>();
        List<String> failed = new ArrayList<>();
        for (Gate gate : gates) {
            ModelFigures.Found found = figures.get(gate.figure);
            if (found.missing() != null) {
                failed.add(gate + " cannot be checked: " + found.missing());
                continue;
            }
            boolean holds = gate.comparison.holds(found.value(), gate.bound);
            String value = gate.figure + " " + ModelFigures.format(found.value());
            (holds ? passed : failed)
                    .add(
                            holds
                                    ? value + " " + gate.comparison.sign + " " + ModelFigures.format(gate.bound)
                                    : value + ", which is not " + gate.comparison.sign + " "
                                            + ModelFigures.format(gate.bound));
        }
        if (!failed.isEmpty()) {
            throw new GateException("The model " + model + " does not pass its gate, so nothing was deployed: "
                    + String.join("; ", failed) + ".");
        }
        return passed;
    }
}
