package io.jenkins.plugins.llmos.engine.schedule;

/**
 * How often jobs of one kind end at which age, recent jobs counting more. Ages lie in buckets of equal ratio, a quarter
 * of an octave each, from one second up.
 */
final class HazardTable {
    static final int PER_OCTAVE = 4;
    /** Up to 2^34 seconds, some 500 years. */
    static final int BUCKETS = 34 * PER_OCTAVE + 1;

    private static final double LARGE = 1e100;

    private final double[] ended = new double[BUCKETS];
    private final double[] reached = new double[BUCKETS];
    private final double growth;
    private double weight = 1;

    /** @param memory how many later jobs halve the weight of an earlier one, above 0 */
    HazardTable(double memory) {
        growth = Math.pow(2, 1 / memory);
    }

    static int bucket(double seconds) {
        return seconds <= 1 ? 0 : Math.min(BUCKETS - 1, (int) (Math.log(seconds) / Math.log(2) * PER_OCTAVE) + 1);
    }

    /** Where a bucket ends, in seconds. */
    static double end(int bucket) {
        return Math.pow(2, bucket / (double) PER_OCTAVE);
    }

    void add(double seconds, double times) {
        int b = bucket(seconds);
        double w = weight * times;
        ended[b] += w;
        for (int i = 0; i <= b; i++) {
            reached[i] += w;
        }
        weight *= growth;
        if (weight > LARGE) {
            for (int i = 0; i < BUCKETS; i++) {
                ended[i] /= weight;
                reached[i] /= weight;
            }
            weight = 1;
        }
    }

    /** How many jobs, weighted, ended in a bucket. */
    double ended(int bucket) {
        return ended[bucket] / weight;
    }

    /** How many jobs, weighted, reached a bucket. */
    double reached(int bucket) {
        return reached[bucket] / weight;
    }
}
