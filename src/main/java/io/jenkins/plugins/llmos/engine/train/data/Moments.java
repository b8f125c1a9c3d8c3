package io.jenkins.plugins.llmos.engine.train.data;

/** Mean and standard deviation in one pass, without cancellation (Welford, Technometrics 4, 1962). */
final class Moments {
    private long n;
    private double mean;
    private double squares;

    void add(double x) {
        n++;
        double delta = x - mean;
        mean += delta / n;
        squares += delta * (x - mean);
    }

    /** 0 without values. */
    double mean() {
        return mean;
    }

    /** Of the population; 1 if all values are equal, so that one can divide by it. */
    double std() {
        double std = n == 0 ? 0 : Math.sqrt(squares / n);
        return std > 0 ? std : 1;
    }
}
