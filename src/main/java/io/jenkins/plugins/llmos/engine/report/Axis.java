package io.jenkins.plugins.llmos.engine.report;

import java.util.ArrayList;
import java.util.List;

/**
 * One axis of a chart.
 *
 * @param label what is shown, such as {@code loss}
 * @param quantity how its values are written
 * @param logarithmic whether equal distances are equal ratios; values of 0 and less are then not shown
 */
public record Axis(String label, Quantity quantity, boolean logarithmic) {
    private static final double[] SECONDS = {
        1,
        2,
        5,
        10,
        15,
        30,
        60,
        120,
        300,
        600,
        900,
        1800,
        3600,
        7200,
        10800,
        21600,
        43200,
        86400,
        2 * 86400,
        7 * 86400,
        14 * 86400,
        28 * 86400
    };

    private static final double DAY = 86400;

    /**
     * Least length of a range, relative to its values. A shorter one is widened: ticks, which are rounded to about 2e-16
     * of their value, would visibly miss their places.
     */
    private static final double LEAST_RANGE = 1e-7;

    /** What powers of ten are to numbers, for times of a minute and more. */
    private static final double[] LONG_TIMES = {60, 600, 3600, 6 * 3600, DAY, 10 * DAY, 100 * DAY};

    /** A linear axis of plain numbers. */
    public static Axis of(String label) {
        return new Axis(label, Quantity.NUMBER, false);
    }

    /** A linear axis. */
    public static Axis of(String label, Quantity quantity) {
        return new Axis(label, quantity, false);
    }

    /** The same axis, logarithmic. */
    public Axis log() {
        return new Axis(label, quantity, true);
    }

    /**
     * The range of an axis and the values named on it.
     *
     * @param low value at the start
     * @param high value at the end, above {@code low}
     * @param ticks ascending, within the range
     */
    record Scale(double low, double high, boolean logarithmic, List<Double> ticks) {
        /** Where a value stands, 0 at the start to 1 at the end; NaN if it cannot be shown. */
        double at(double value) {
            if (logarithmic) {
                return value > 0 ? Math.log(value / low) / Math.log(high / low) : Double.NaN;
            }
            return Double.isFinite(value) ? (value - low) / (high - low) : Double.NaN;
        }
    }

    /**
     * Chooses range and ticks.
     *
     * @param low least value to show
     * @param high greatest value to show
     * @param about how many ticks to aim at
     * @param tight whether the range ends at the values rather than at ticks
     */
    Scale scale(double low, double high, int about, boolean tight) {
        return logarithmic ? logScale(low, high, about, tight) : linearScale(low, high, about, tight);
    }

    private Scale linearScale(double least, double greatest, int about, boolean tight) {
        double low = Double.isFinite(least) ? least : 0;
        double high = Double.isFinite(greatest) ? greatest : 1;
        if (high - low <= Math.abs(low) * LEAST_RANGE) {
            double room = low == 0 ? 1 : Math.abs(low) * 0.1;
            low -= low > 0 || low < 0 ? room : 0;
            high += room;
        }
        double step = step((high - low) / about);
        double first = tight ? Math.ceil(low / step - 1e-9) : Math.floor(low / step + 1e-9);
        double last = tight ? Math.floor(high / step + 1e-9) : Math.ceil(high / step - 1e-9);
        List<Double> ticks = new ArrayList<>();
        for (double k = first; k <= last; k++) {
            ticks.add(k * step + 0.0);
        }
        // A value that is a rounding error beyond a tick takes that tick, yet the range has to hold it.
        return new Scale(
                tight ? low : Math.min(low, first * step), tight ? high : Math.max(high, last * step), false, ticks);
    }

    private double step(double rough) {
        if (quantity == Quantity.SECONDS && rough > 0.7 && rough <= SECONDS[SECONDS.length - 1]) {
            for (double s : SECONDS) {
                if (s >= rough * 0.8) {
                    return s;
                }
            }
        }
        double power = Math.pow(10, Math.floor(Math.log10(rough)));
        double ratio = rough / power;
        return power * (ratio < 1.5 ? 1 : ratio < 3.5 ? 2 : ratio < 7.5 ? 5 : 10);
    }

    private Scale logScale(double least, double greatest, int about, boolean tight) {
        double low = Double.isFinite(least) && least > 0 ? least : 1;
        double high = Double.isFinite(greatest) && greatest > 0 ? greatest : 10;
        if (high <= low * (1 + LEAST_RANGE)) {
            low /= 2;
            high *= 2;
        }
        if (!tight) {
            double room = Math.pow(high / low, 0.05);
            low /= room;
            high *= room;
        }
        List<Double> decades = new ArrayList<>();
        for (int e = (int) Math.floor(Math.log10(low)); e <= Math.log10(high); e++) {
            if (quantity == Quantity.SECONDS && e >= 2) {
                break;
            }
            decades.add(Math.pow(10, e));
        }
        if (quantity == Quantity.SECONDS) {
            for (double tick : LONG_TIMES) {
                decades.add(tick);
            }
            for (double tick = 1000 * DAY; tick <= high; tick *= 10) {
                decades.add(tick);
            }
        }
        List<Double> ticks = within(decades, low, high);
        if (ticks.size() < 3) {
            List<Double> finer = new ArrayList<>();
            decades.forEach(d -> finer.addAll(List.of(d, 2 * d, 5 * d)));
            ticks = within(finer, low, high);
        }
        if (ticks.size() < 2) {
            ticks = List.of(low, high);
        }
        int every = Math.max(1, (ticks.size() + about) / (about + 1));
        List<Double> some = new ArrayList<>();
        for (int i = 0; i < ticks.size(); i += every) {
            some.add(ticks.get(i));
        }
        return new Scale(low, high, true, some);
    }

    private static List<Double> within(List<Double> values, double low, double high) {
        return values.stream()
                .filter(v -> v >= low * (1 - 1e-14) && v <= high * (1 + 1e-14))
                .sorted()
                .toList();
    }
}
