package io.jenkins.plugins.llmos.engine.train.data;

import io.jenkins.plugins.llmos.engine.InvalidInputException;
import io.jenkins.plugins.llmos.engine.train.TrainSpec;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/**
 * What the target column is like: classes if its values are not numbers, or are whole numbers of at most {@link
 * #MOST_WHOLE_CLASSES} kinds; otherwise a number to regress on.
 */
final class TargetProfile {
    static final int MOST_WHOLE_CLASSES = 20;
    static final int MOST_CLASSES = 10_000;

    private final Path file;
    private final String name;
    private final String declared;
    private final ColumnProfile numbers;
    private final Map<String, Value> values = new HashMap<>();
    private final List<Value> inOrder = new ArrayList<>();
    private Codes codes = new Codes();
    private boolean whole = true;
    private double first = Double.NaN;
    private boolean varies;
    private long rows;

    private static final class Value {
        private final String text;
        private final int code;
        private final String where;
        private long count;

        private Value(String text, int code, String where) {
            this.text = text;
            this.code = code;
            this.where = where;
        }
    }

    /**
     * The classes that were found.
     *
     * @param labels in order
     * @param codes class of each row
     */
    record Classes(Labels labels, Codes codes) {}

    TargetProfile(Path file, String name, String declared) {
        if ("text".equals(declared)) {
            throw new InvalidInputException("The target '" + name + "' of " + file
                    + " is declared to be text, which no model here predicts. Declare it numeric (regression) or"
                    + " categorical (classification).");
        }
        this.file = file;
        this.name = name;
        this.declared = TrainSpec.ANSWER.equals(declared) ? "categorical" : declared;
        this.numbers = new ColumnProfile(file, name, this.declared);
    }

    /**
     * @param value stripped
     * @throws InvalidInputException if it is missing
     */
    void add(String value, CsvSource at) {
        if (Values.isMissing(value)) {
            throw new InvalidInputException("The target '" + name + "' of " + file + " is missing in " + at.where()
                    + ". Fill it in or remove the row; missing values are allowed in other columns only.");
        }
        rows++;
        numbers.add(value, at);
        if (!"categorical".equals(declared)) {
            double d = Values.number(value);
            whole = whole && d == Math.rint(d);
            varies = varies || (rows > 1 && d != first);
            first = rows == 1 ? d : first;
        }
        if (codes != null) {
            addClass(value, at);
        }
    }

    private void addClass(String value, CsvSource at) {
        Value v = values.get(value);
        if (v == null) {
            if (values.size() == MOST_CLASSES) {
                if ("categorical".equals(declared) || !numbers.isNumeric()) {
                    requireNumbersIfMostly();
                    throw tooMany();
                }
                values.clear();
                inOrder.clear();
                codes = null;
                return;
            }
            v = new Value(value, inOrder.size(), at.where());
            values.put(value, v);
            inOrder.add(v);
        }
        v.count++;
        codes.add(v.code);
    }

    private InvalidInputException tooMany() {
        return new InvalidInputException("The target '" + name + "' of " + file + " has more than " + MOST_CLASSES
                + " different values, too many for classes, and not all are numbers. Name a target with fewer values, or"
                + " one that is a number.");
    }

    private void requireNumbersIfMostly() {
        if (numbers.isMostlyNumeric()) {
            numbers.requireNumbers();
        }
    }

    /**
     * The classes, or null for regression.
     *
     * @throws InvalidInputException if there is one class only, or one with a single row, or a value that is no number
     *     among numbers
     */
    Classes classes() {
        if ("numeric".equals(declared)) {
            numbers.requireNumbers();
            return requireVariety();
        }
        if (declared == null) {
            requireNumbersIfMostly();
            if (numbers.isNumeric() && (!whole || codes == null)) {
                return requireVariety();
            }
            if (codes == null) {
                throw tooMany();
            }
        }
        boolean asWhole = inOrder.stream().allMatch(v -> Values.whole(v.text) != null);
        Map<String, List<Value>> byLabel =
                new TreeMap<>(asWhole ? Comparator.comparingLong(Long::parseLong) : Comparator.<String>naturalOrder());
        for (Value v : inOrder) {
            byLabel.computeIfAbsent(asWhole ? Values.whole(v.text) : v.text, k -> new ArrayList<>())
                    .add(v);
        }
        if (declared == null && asWhole && byLabel.size() > MOST_WHOLE_CLASSES) {
            return requireVariety();
        }
        if (byLabel.size() == 1) {
            throw single(byLabel.keySet().iterator().next());
        }
        int[] classOf = new int[inOrder.size()];
        int index = 0;
        for (Map.Entry<String, List<Value>> label : byLabel.entrySet()) {
            if (label.getValue().stream().mapToLong(v -> v.count).sum() == 1) {
                throw new InvalidInputException("The class '" + label.getKey() + "' of the target '" + name + "' of "
                        + file
                        + " has one row only (" + label.getValue().get(0).where
                        + "); at least two are needed, to learn it and to test it. Add rows of that class, or remove this one"
                        + (asWhole ? ", or declare the target a quantity: types: ['" + name + "': 'numeric']." : "."));
            }
            for (Value v : label.getValue()) {
                classOf[v.code] = index;
            }
            index++;
        }
        codes.map(classOf);
        return new Classes(new Labels(List.copyOf(byLabel.keySet())), codes);
    }

    private Classes requireVariety() {
        if (!varies) {
            throw single(Double.toString(first));
        }
        return null;
    }

    private InvalidInputException single(String value) {
        return new InvalidInputException("The target '" + name + "' of " + file + " has the same value, '" + value
                + "', in " + (rows == 1 ? "its only row" : "all " + rows + " rows")
                + ": there is nothing to learn. Name a target whose values differ.");
    }
}
