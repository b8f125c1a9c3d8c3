package io.jenkins.plugins.llmos.engine.privacy.accounting;

/**
 * Discrete Fourier transform of a power of two, in place (Cooley, Tukey, Mathematics of Computation 19, 1965). The
 * forward transform leaves frequencies in bit-reversed order and the inverse takes them so, which spares both the
 * reordering: pointwise products do not care. Rotations come from a table, since errors of a recurrence for them would be
 * multiplied by the number of compositions.
 */
final class Fourier {
    private final int size;
    private final double[] cos;
    private final double[] sin;

    /** @param size a power of two, from 2 up */
    Fourier(int size) {
        this.size = size;
        this.cos = new double[size / 2];
        this.sin = new double[size / 2];
        for (int k = 0; k < size / 2; k++) {
            double angle = 2 * Math.PI * k / size;
            cos[k] = Math.cos(angle);
            sin[k] = -Math.sin(angle);
        }
    }

    /** Decimation in frequency: natural order in, bit-reversed order out. */
    void forward(double[] re, double[] im) {
        for (int half = size / 2, stride = 1; half >= 1; half /= 2, stride *= 2) {
            for (int block = 0; block < size; block += 2 * half) {
                for (int k = 0, t = 0; k < half; k++, t += stride) {
                    int a = block + k;
                    int b = a + half;
                    double dr = re[a] - re[b];
                    double di = im[a] - im[b];
                    re[a] += re[b];
                    im[a] += im[b];
                    re[b] = dr * cos[t] - di * sin[t];
                    im[b] = dr * sin[t] + di * cos[t];
                }
            }
        }
    }

    /** Decimation in time: bit-reversed order in, natural order out, divided by the size. */
    void inverse(double[] re, double[] im) {
        for (int half = 1, stride = size / 2; half < size; half *= 2, stride /= 2) {
            for (int block = 0; block < size; block += 2 * half) {
                for (int k = 0, t = 0; k < half; k++, t += stride) {
                    int a = block + k;
                    int b = a + half;
                    double br = re[b] * cos[t] + im[b] * sin[t];
                    double bi = im[b] * cos[t] - re[b] * sin[t];
                    re[b] = re[a] - br;
                    im[b] = im[a] - bi;
                    re[a] += br;
                    im[a] += bi;
                }
            }
        }
        for (int i = 0; i < size; i++) {
            re[i] /= size;
            im[i] /= size;
        }
    }

    /** Raises each number to a power from 1 up, by repeated squaring. */
    static void power(double[] re, double[] im, long exponent) {
        for (int i = 0; i < re.length; i++) {
            double br = re[i];
            double bi = im[i];
            double r = 1;
            double m = 0;
            for (long n = exponent; n > 0; n >>= 1) {
                if ((n & 1) == 1) {
                    double t = r * br - m * bi;
                    m = r * bi + m * br;
                    r = t;
                }
                double t = br * br - bi * bi;
                bi = 2 * br * bi;
                br = t;
            }
            re[i] = r;
            im[i] = m;
        }
    }

    /** Multiplies {@code re + i·im} by {@code otherRe + i·otherIm}, in place. */
    static void multiply(double[] re, double[] im, double[] otherRe, double[] otherIm) {
        for (int i = 0; i < re.length; i++) {
            double t = re[i] * otherRe[i] - im[i] * otherIm[i];
            im[i] = re[i] * otherIm[i] + im[i] * otherRe[i];
            re[i] = t;
        }
    }
}
