package io.jenkins.plugins.llmos.engine.report;

import java.util.Locale;

/** What kind of number a chart or table shows, and so how it is written. */
public enum Quantity {
    /** Any number: four significant digits. */
    NUMBER,
    /** A share from 0 to 1, shown in percent. */
    SHARE,
    /** Seconds, shown in the units that suit them, such as {@code 1h 30m}. */
    SECONDS;

    private static final double MINUTE = 60;
    private static final double HOUR = 3600;
    private static final double DAY = 86400;

    /** Writes a value; an em dash if it is not finite. */
    public String format(double value) {
        if (!Double.isFinite(value)) {
            return "—";
        }
        return switch (this) {
            case NUMBER -> number(value);
            case SHARE -> number(value * 100) + " %";
            case SECONDS -> seconds(value);
        };
    }

    private static String number(double value) {
        double size = Math.abs(value);
        if (size == 0) {
            return "0";
        }
        if (size >= 1e15 || size < 1e-4) {
            return trim(String.format(Locale.ROOT, "%.3e", value))
                    .replace("e-0", "e-")
                    .replace("e+", "e");
        }
        int decimals = Math.max(0, 3 - (int) Math.floor(Math.log10(size)));
        return trim(String.format(Locale.ROOT, "%,." + decimals + "f", value));
    }

    /** Takes trailing zeros of a fraction away. */
    private static String trim(String s) {
        int e = s.indexOf('e');
        String mantissa = e < 0 ? s : s.substring(0, e);
        if (mantissa.indexOf('.') >= 0) {
            mantissa = mantissa.replaceAll("0+$", "").replaceAll("\\.$", "");
        }
        return e < 0 ? mantissa : mantissa + s.substring(e);
    }

    private static String seconds(double value) {
        double size = Math.abs(value);
        String sign = value < 0 ? "−" : "";
        if (size < 1e-3 && size > 0) {
            return sign + number(size * 1e6) + " µs";
        }
        if (size < 1 && size > 0) {
            return sign + number(size * 1e3) + " ms";
        }
        if (size < 59.95) {
            return sign + trim(String.format(Locale.ROOT, size < 10 ? "%.2f" : "%.1f", size)) + " s";
        }
        long whole = Math.round(size);
        if (whole < HOUR) {
            return sign + two(whole, "m", MINUTE, "s", 1);
        }
        if (whole < DAY) {
            return sign + two(Math.round(size / MINUTE) * 60, "h", HOUR, "m", MINUTE);
        }
        return sign + two(Math.round(size / HOUR) * 3600, "d", DAY, "h", HOUR);
    }

    private static String two(long seconds, String large, double perLarge, String small, double perSmall) {
        long a = (long) (seconds / perLarge);
        long b = (long) ((seconds - a * perLarge) / perSmall);
        return String.format(Locale.ROOT, "%,d%s", a, large) + (b == 0 ? "" : " " + b + small);
    }
}
