package io.jenkins.plugins.llmos.engine.util;

import io.jenkins.plugins.llmos.engine.InvalidInputException;
import java.time.Duration;
import java.util.Locale;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Durations such as {@code 90s}, {@code 1h30m} and memory sizes such as {@code 16G}, read and written for people. */
public final class Units {
    private static final Pattern DURATION =
            Pattern.compile("(?:(?<d>\\d+(?:\\.\\d+)?)d)?(?:(?<h>\\d+(?:\\.\\d+)?)h)?(?:(?<m>\\d+(?:\\.\\d+)?)m)?"
                    + "(?:(?<s>\\d+(?:\\.\\d+)?)s)?(?:(?<ms>\\d+(?:\\.\\d+)?)ms)?");
    private static final Pattern SIZE = Pattern.compile("(?<n>\\d+(?:\\.\\d+)?)\\s*(?<u>[KMGT]?)(?:I?B)?");

    private Units() {}

    /**
     * Reads a duration.
     *
     * @param what what the value is for, named in the error
     * @param text days, hours, minutes, seconds and milliseconds in this order, each optional, such as {@code 20m},
     *     {@code 1h30m} or {@code 1d}; a number alone is seconds
     * @return a duration of zero or more
     * @throws InvalidInputException if the text is anything else
     */
    public static Duration duration(String what, String text) {
        String t = text.strip().toLowerCase(Locale.ROOT).replace(" ", "");
        if (t.matches("\\d+(\\.\\d+)?")) {
            t += "s";
        }
        Matcher m = DURATION.matcher(t);
        if (t.isEmpty() || !m.matches()) {
            throw new InvalidInputException(
                    what + " is '" + text + "', which is not a duration. Write it like 90s, 20m, 1h30m or 2d.");
        }
        double seconds =
                part(m, "d") * 86400 + part(m, "h") * 3600 + part(m, "m") * 60 + part(m, "s") + part(m, "ms") / 1000;
        if (seconds > 1e10) {
            throw new InvalidInputException(what + " is '" + text + "', which is longer than 300 years.");
        }
        return Duration.ofNanos(Math.round(seconds * 1e9));
    }

    private static double part(Matcher m, String group) {
        return m.group(group) == null ? 0 : Double.parseDouble(m.group(group));
    }

    /**
     * Writes a duration in its two largest units, such as {@code 1h05m}, {@code 2m08s} or {@code 4.2s}.
     */
    public static String format(Duration duration) {
        double s = duration.toNanos() / 1e9;
        if (s < 0) {
            return "-" + format(duration.negated());
        }
        if (s < 59.95) {
            return String.format(Locale.ROOT, s < 9.95 ? "%.1fs" : "%.0fs", s);
        }
        long total = Math.round(s);
        if (total < 3600) {
            return String.format(Locale.ROOT, "%dm%02ds", total / 60, total % 60);
        }
        if (total < 86400) {
            return String.format(Locale.ROOT, "%dh%02dm", total / 3600, total % 3600 / 60);
        }
        return String.format(Locale.ROOT, "%dd%02dh", total / 86400, total % 86400 / 3600);
    }

    /**
     * Reads a memory size in powers of 1,024.
     *
     * @param what what the value is for, named in the error
     * @param text a number with an optional unit: {@code 16G}, {@code 512M}, {@code 80GiB}; without a unit it is bytes
     * @return bytes, zero or more
     * @throws InvalidInputException if the text is anything else
     */
    public static long bytes(String what, String text) {
        Matcher m = SIZE.matcher(text.strip().toUpperCase(Locale.ROOT));
        if (!m.matches()) {
            throw new InvalidInputException(
                    what + " is '" + text + "', which is not a size. Write it like 512M, 16G or 1T.");
        }
        int power = m.group("u").isEmpty() ? 0 : "KMGT".indexOf(m.group("u")) + 1;
        double bytes = Double.parseDouble(m.group("n")) * Math.pow(1024, power);
        if (bytes > 1e18) {
            throw new InvalidInputException(what + " is '" + text + "', which is more than any machine has.");
        }
        return Math.round(bytes);
    }

    /** Writes a memory size with a binary unit, such as {@code 79.6G}. */
    public static String formatBytes(long bytes) {
        double value = bytes;
        String units = " KMGT";
        int u = 0;
        while (value >= 1024 && u < units.length() - 1) {
            value /= 1024;
            u++;
        }
        String number = value == Math.rint(value) || value >= 100
                ? String.format(Locale.ROOT, "%.0f", value)
                : String.format(Locale.ROOT, "%.1f", value);
        return u == 0 ? number + "B" : number + units.charAt(u);
    }
}
