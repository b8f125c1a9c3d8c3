package io.jenkins.plugins.llmos.engine.privacy.accounting;

/**
 * A privacy loss on the grid of multiples of an interval, rounded so that it dominates: what lies between two grid points
 * is shared out to both such that its probability under either neighbour is kept. That is the tightest rounding to a
 * grid (connecting the dots; Doroshenko, Ghazi, Kamath, Kumar, Manurangsi, PoPETs 2022, section 4), here computed bin by
 * bin from densities, so that no differences of small numbers are taken.
 *
 * @param interval width of the grid, above 0
 * @param first index of the first point; point i has the loss (first + i) · interval
 * @param masses probability of each point under the first neighbour; with {@code infinite} they add up to 1
 * @param infinite probability that counts as an infinite loss
 */
@SuppressWarnings("ArrayRecordComponent") // never compared; the masses are many
record LossGrid(double interval, long first, double[] masses, double infinite) {
    /** Panels narrower than this part of the smooth width need two nodes only. */
    private static final double NARROW = 0.02;

    static LossGrid of(DensityLoss loss, double interval) {
        double low = loss.loss(loss.from());
        double high = loss.loss(loss.to());
        long first = (long) Math.floor(low / interval);
        int bins = (int) Math.max(1, (long) Math.ceil(high / interval) - first);
        double[] masses = new double[bins + 1];
        double whole = -Math.expm1(-interval);
        double x = loss.from();
        double sum = 0;
        for (int i = 0; i < bins; i++) {
            double floor = (first + i) * interval;
            double end = i == bins - 1 ? loss.to() : loss.at((first + i + 1) * interval);
            if (end > x) {
                double panels = (end - x) / loss.panel();
                double[] shares = new double[1];
                double mass = Quadrature.sum(
                        panels < NARROW ? Quadrature.TWO : Quadrature.FOUR,
                        x,
                        end,
                        (int) Math.ceil(panels),
                        (node, weight) -> {
                            double at = loss.loss(node);
                            double m = weight * loss.density(node, at);
                            shares[0] += m * share(at - floor, whole);
                            return m;
                        });
                masses[i] += mass - shares[0];
                masses[i + 1] += shares[0];
                sum += mass;
                x = end;
            }
        }
        double top = share(high - (first + bins - 1) * interval, whole);
        masses[bins] += loss.top() * top;
        masses[bins - 1] += loss.top() * (1 - top);
        double below = Math.max(0, 1 - sum - loss.top() - loss.infinite());
        double bottom = share(low - first * interval, whole);
        masses[0] += below * (1 - bottom);
        masses[1] += below * bottom;
        return new LossGrid(interval, first, masses, loss.infinite());
    }

    /**
     * The part of a point's probability that goes to the upper end of its bin.
     *
     * @param above how far the point is above the lower end
     * @param whole 1 − e^(−interval)
     */
    static double share(double above, double whole) {
        return Math.min(1, Math.max(0, -Math.expm1(-above) / whole));
    }

    /** log of the sum of masses · e^(tilt · loss). */
    double cumulant(double tilt) {
        double max = Double.NEGATIVE_INFINITY;
        for (int i : new int[] {0, masses.length - 1}) {
            max = Math.max(max, tilt * (first + i) * interval);
        }
        double[] tilted = tilted(tilt, max);
        double sum = 0;
        for (double t : tilted) {
            sum += t;
        }
        if (sum > 1e-250) {
            return max + Math.log(sum);
        }
        double peak = Double.NEGATIVE_INFINITY;
        for (int i = 0; i < masses.length; i++) {
            peak = Math.max(peak, Math.log(masses[i]) + tilt * (first + i) * interval);
        }
        sum = 0;
        for (double t : tilted(tilt, peak)) {
            sum += t;
        }
        return peak + Math.log(sum);
    }

    /** Each mass · e^(tilt · loss − shift). */
    double[] tilted(double tilt, double shift) {
        double[] tilted = new double[masses.length];
        for (int i = 0; i < masses.length; i++) {
            double exponent = tilt * (first + i) * interval - shift;
            tilted[i] = masses[i] == 0
                    ? 0
                    : exponent < 600 ? masses[i] * Math.exp(exponent) : Math.exp(Math.log(masses[i]) + exponent);
        }
        return tilted;
    }
}
