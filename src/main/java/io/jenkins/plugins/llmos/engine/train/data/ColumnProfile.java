package io.jenkins.plugins.llmos.engine.train.data;

import io.jenkins.plugins.llmos.engine.InvalidInputException;
import java.nio.file.Path;
import java.util.HashSet;
import java.util.Locale;
import java.util.Set;

/**
 * What all values of one column are like, and which type follows from that:
 *
 * <ul>
 *   <li>numeric if every value is a finite number; if nearly all are ({@link #MOSTLY}), the others are errors;
 *   <li>categorical if there are at most {@link #MOST_CATEGORIES} short values that repeat: single words not all different,
 *       or several words each of which occurs twice on average;
 *   <li>text if a quarter of the values have several words;
 *   <li>anything else, such as names and keys, is left to the user.
 * </ul>
 */
final class ColumnProfile {
    static final int MOST_CATEGORIES = 100;
    private static final int LONGEST_CATEGORY = 64;
    private static final double MOSTLY = 0.9;
    private static final int MOSTLY_AT_LEAST = 10;
    /** Fewer values than this may all differ in a categorical column. */
    private static final int FEW = 20;

    private final Path file;
    private final String name;
    private final String declared;
    private final Set<String> distinct = new HashSet<>();
    private long values;
    private long numbers;
    private long severalWords;
    private long decimalCommas;
    private int longest;
    private String odd;
    private String oddWhere;
    private boolean oddNamesNumber;

    /** @param declared numeric, categorical or text as the user says, or null to infer the type */
    ColumnProfile(Path file, String name, String declared) {
        this.file = file;
        this.name = name;
        this.declared = declared;
    }

    /** @param value stripped */
    void add(String value, CsvSource at) {
        if (Values.isMissing(value)) {
            return;
        }
        values++;
        if (declared != null && !declared.equals("numeric")) {
            return;
        }
        if (Double.isNaN(Values.number(value))) {
            addOdd(value, at);
        } else {
            numbers++;
        }
        if (declared == null) {
            if (distinct.size() <= MOST_CATEGORIES) {
                distinct.add(value);
            }
            longest = Math.max(longest, value.length());
        }
    }

    private void addOdd(String value, CsvSource at) {
        boolean namesNumber = namesNumber(value);
        if (odd == null || (namesNumber && !oddNamesNumber)) {
            odd = value;
            oddWhere = at.where();
            oddNamesNumber = namesNumber;
        }
        if (declared == null) {
            severalWords += Tokenizer.hasSeveral(value) ? 1 : 0;
            decimalCommas += isDecimalComma(value) ? 1 : 0;
        }
    }

    private static boolean isDecimalComma(String value) {
        return value.charAt(0) <= '9'
                && value.indexOf(',') > 0
                && !Double.isNaN(Values.number(value.replace(',', '.')));
    }

    private static boolean namesNumber(String value) {
        return switch (value.toLowerCase(Locale.ROOT)) {
            case "nan", "-nan", "inf", "-inf", "+inf", "infinity", "-infinity", "+infinity" -> true;
            default -> false;
        };
    }

    /** Whether every value is a number. */
    boolean isNumeric() {
        return odd == null && values > 0;
    }

    /**
     * The column's type.
     *
     * @throws InvalidInputException if it has no values, is numeric but for a few, or is of no use as it is
     */
    FeatureSchema.Type type() {
        if (declared != null) {
            if (declared.equals("numeric")) {
                requireNumbers();
            }
            return FeatureSchema.Type.valueOf(declared.toUpperCase(Locale.ROOT));
        }
        if (values == 0) {
            throw new InvalidInputException("The column '" + name + "' of " + file
                    + " has no value in any row. Leave it out: exclude: ['" + name + "'].");
        }
        if (isNumeric()) {
            return FeatureSchema.Type.NUMERIC;
        }
        if (isMostlyNumeric()) {
            requireNumbers();
        }
        if (decimalCommas > 0 && decimalCommas + numbers == values) {
            throw new InvalidInputException(
                    "The column '" + name + "' of " + file + " holds '" + odd + "' in " + oddWhere
                            + ", a number with a decimal comma. Write it with a point, '" + odd.replace(',', '.')
                            + "', or declare the column: types: ['" + name + "': 'categorical'].");
        }
        boolean wordy = severalWords * 4 >= values;
        boolean repeats = wordy ? distinct.size() * 2L <= values : values < FEW || distinct.size() < values;
        if (distinct.size() <= MOST_CATEGORIES && longest <= LONGEST_CATEGORY && repeats) {
            return FeatureSchema.Type.CATEGORICAL;
        }
        if (wordy) {
            return FeatureSchema.Type.TEXT;
        }
        throw new InvalidInputException("The column '" + name + "' of " + file + " has "
                + (distinct.size() > MOST_CATEGORIES ? "more than " + MOST_CATEGORIES : distinct.size())
                + " different values of one word each, such as '" + Values.shorten(odd) + "' in " + oddWhere
                + ": names or keys, from which little can be learnt. Leave it out (exclude: ['" + name
                + "']), or say what it is (types: ['" + name + "': 'categorical'], or 'text').");
    }

    /** Whether nearly all values are numbers, so that the others must be mistakes. */
    boolean isMostlyNumeric() {
        return declared == null && numbers >= MOSTLY_AT_LEAST && numbers >= MOSTLY * values;
    }

    /** @throws InvalidInputException if a value is not a finite number, naming its row */
    void requireNumbers() {
        if (odd != null) {
            throw new InvalidInputException("The column '" + name + "' of " + file + " holds '" + Values.shorten(odd)
                    + "' in " + oddWhere + ", but "
                    + (declared == null ? numbers + " of its " + values + " values are numbers" : "is declared numeric")
                    + ". Correct the value (an empty field means that it is missing), or declare the column: types: ['"
                    + name + "': 'categorical'].");
        }
    }
}
