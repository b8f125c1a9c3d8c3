package io.jenkins.plugins.llmos.engine.train.data;

/** What a field of a CSV file means: missing, a number, or neither. */
public final class Values {
    private static final double LARGEST = 1e100;
    private static final double[] TENS = {
        1e0, 1e1, 1e2, 1e3, 1e4, 1e5, 1e6, 1e7, 1e8, 1e9, 1e10, 1e11, 1e12, 1e13, 1e14, 1e15, 1e16, 1e17, 1e18, 1e19,
        1e20, 1e21, 1e22
    };

    private Values() {}

    /** Whether a stripped field says that nothing is known: empty, NA, N/A, null or ?. */
    public static boolean isMissing(String s) {
        return switch (s.length()) {
            case 0 -> true;
            case 1 -> s.charAt(0) == '?';
            case 2 -> s.equals("NA");
            case 3 -> s.equalsIgnoreCase("N/A");
            case 4 -> s.equalsIgnoreCase("null");
            default -> false;
        };
    }

    /**
     * Reads a decimal number such as {@code -1.5e3}.
     *
     * @param s stripped
     * @return NaN if it is not one, or is beyond ±1e100, where squares leave the range of doubles
     */
    public static double number(String s) {
        int n = s.length();
        int i = 0;
        boolean negative = false;
        if (i < n && (s.charAt(i) == '-' || s.charAt(i) == '+')) {
            negative = s.charAt(i++) == '-';
        }
        long mantissa = 0;
        int digits = 0;
        int significant = 0;
        int exponent = 0;
        boolean point = false;
        for (; i < n; i++) {
            char c = s.charAt(i);
            if (c >= '0' && c <= '9') {
                digits++;
                significant += significant > 0 || c != '0' ? 1 : 0;
                mantissa = significant <= 18 ? mantissa * 10 + (c - '0') : mantissa;
                exponent -= point ? 1 : 0;
            } else if (c == '.' && !point) {
                point = true;
            } else {
                break;
            }
        }
        if (digits == 0) {
            return Double.NaN;
        }
        if (i < n) {
            if (s.charAt(i) != 'e' && s.charAt(i) != 'E') {
                return Double.NaN;
            }
            int sign = 1;
            i++;
            if (i < n && (s.charAt(i) == '-' || s.charAt(i) == '+')) {
                sign = s.charAt(i++) == '-' ? -1 : 1;
            }
            if (i == n) {
                return Double.NaN;
            }
            int written = 0;
            for (; i < n; i++) {
                char c = s.charAt(i);
                if (c < '0' || c > '9') {
                    return Double.NaN;
                }
                written = Math.min(written * 10 + (c - '0'), 100_000);
            }
            exponent += sign * written;
        }
        double value;
        if (mantissa <= 1L << 53 && significant <= 18 && Math.abs(exponent) < TENS.length) {
            // Exact (Clinger, How to read floating point numbers accurately, PLDI 1990): one correctly rounded
            // operation
            // on two numbers that doubles hold exactly.
            value = exponent < 0 ? mantissa / TENS[-exponent] : mantissa * TENS[exponent];
            value = negative ? -value : value;
        } else {
            value = Double.parseDouble(s);
        }
        return Math.abs(value) <= LARGEST ? value : Double.NaN;
    }

    /** For messages: at most 60 characters, without line breaks. */
    static String shorten(String s) {
        String one = s.replaceAll("\\s+", " ");
        return one.length() <= 60 ? one : one.substring(0, 57) + "…";
    }

    /** A whole number as Java writes it, such that {@code 1}, {@code 01} and {@code 1.0} are the same; null if it is none. */
    static String whole(String s) {
        double d = number(s);
        return d == Math.rint(d) && Math.abs(d) < 1e15 ? Long.toString((long) d) : null;
    }
}
