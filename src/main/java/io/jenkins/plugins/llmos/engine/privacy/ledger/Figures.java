package io.jenkins.plugins.llmos.engine.privacy.ledger;

import java.math.BigDecimal;
import java.math.MathContext;
import java.math.RoundingMode;

/** Figures for people, rounded to the safe side. */
public final class Figures {
    private Figures() {}

    /** Four digits, never more than the value: for what is left. */
    public static String floor(double value) {
        return round(value, RoundingMode.FLOOR);
    }

    /** Four digits, never less than the value: for what is spent. */
    public static String ceiling(double value) {
        return round(value, RoundingMode.CEILING);
    }

    /** All digits: for what somebody asked for. */
    public static String exact(double value) {
        return Double.toString(value).replace("E", "e");
    }

    private static String round(double value, RoundingMode mode) {
        if (!Double.isFinite(value)) {
            return value > 0 ? "∞" : String.valueOf(value);
        }
        double rounded = new BigDecimal(Double.toString(value))
                .round(new MathContext(4, mode))
                .doubleValue();
        return rounded == Math.rint(rounded) && Math.abs(rounded) < 1e6
                ? Long.toString((long) rounded)
                : exact(rounded);
    }
}
