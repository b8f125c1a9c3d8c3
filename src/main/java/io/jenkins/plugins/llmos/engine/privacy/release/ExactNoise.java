package io.jenkins.plugins.llmos.engine.privacy.release;

import java.math.BigInteger;

/**
 * Noise in whole numbers, drawn exactly: every probability is a ratio of whole numbers, so that there are no roundings
 * whose traces would tell (Mironov, CCS 2012, on those of floating-point noise). Algorithms 1 to 3 of Canonne, Kamath,
 * Steinke, The Discrete Gaussian for Differential Privacy, NeurIPS 2020.
 */
final class ExactNoise {
    private final UniformIntegers bits;

    ExactNoise(UniformIntegers bits) {
        this.bits = bits;
    }

    /** True with probability e^(−numerator/denominator) (Algorithm 1). */
    boolean bernoulliExp(BigInteger numerator, BigInteger denominator) {
        BigInteger[] parts = numerator.divideAndRemainder(denominator);
        for (BigInteger i = BigInteger.ZERO; i.compareTo(parts[0]) < 0; i = i.add(BigInteger.ONE)) {
            if (!bernoulliExpOfFraction(BigInteger.ONE, BigInteger.ONE)) {
                return false;
            }
        }
        return bernoulliExpOfFraction(parts[1], denominator);
    }

    private boolean bernoulliExpOfFraction(BigInteger numerator, BigInteger denominator) {
        BigInteger bound = denominator;
        long k = 1;
        while (bits.below(bound).compareTo(numerator) < 0) {
            k++;
            bound = bound.add(denominator);
        }
        return k % 2 == 1;
    }

    /**
     * Discrete Laplace noise of scale t/s: probability of x proportional to e^(−|x|·s/t) (Algorithm 2).
     *
     * @param t from 1 up
     * @param s from 1 up
     */
    long laplace(long t, long s) {
        BigInteger whole = BigInteger.valueOf(t);
        while (true) {
            long u = bits.below(t);
            if (!bernoulliExpOfFraction(BigInteger.valueOf(u), whole)) {
                continue;
            }
            long v = 0;
            while (bernoulliExpOfFraction(BigInteger.ONE, BigInteger.ONE)) {
                v++;
            }
            long y = (u + t * v) / s;
            boolean negative = bits.bit();
            if (!negative || y != 0) {
                return negative ? -y : y;
            }
        }
    }

    /**
     * Discrete normal noise with σ = numerator/denominator: probability of x proportional to e^(−x²/2σ²) (Algorithm 3).
     *
     * @param numerator from 1 up
     * @param denominator from 1 up
     */
    long gaussian(long numerator, long denominator) {
        BigInteger a = BigInteger.valueOf(numerator).pow(2);
        BigInteger b = BigInteger.valueOf(denominator).pow(2);
        long t = numerator / denominator + 1;
        BigInteger tb = b.multiply(BigInteger.valueOf(t));
        // (|y| − σ²/t)² / 2σ² over the common denominator, σ² being a/b
        BigInteger under = a.multiply(tb).multiply(BigInteger.valueOf(2 * t));
        while (true) {
            long y = laplace(t, 1);
            BigInteger distance = tb.multiply(BigInteger.valueOf(Math.abs(y))).subtract(a);
            if (bernoulliExp(distance.multiply(distance), under)) {
                return y;
            }
        }
    }
}
