package io.jenkins.plugins.llmos.engine.synthetic;

import java.util.Locale;
import java.util.Random;

/**
 * Learners of normally distributed ability θ who solve an exercise of discrimination a and difficulty b with probability
 * 1 / (1 + e^(−a(θ − b))); exercises get harder with their number.
 */
final class Exercises {
    private static final int LEARNERS = 300;
    private static final int EXERCISES = 60;
    private static final double TRIED = 0.7;

    private Exercises() {}

    static void write(Random random, StringBuilder csv) {
        double[] discrimination = new double[EXERCISES];
        double[] difficulty = new double[EXERCISES];
        for (int e = 0; e < EXERCISES; e++) {
            discrimination[e] = StrictMath.exp(0.3 * random.nextGaussian() + 0.3);
            difficulty[e] = 4.0 * e / EXERCISES - 2 + 0.3 * random.nextGaussian();
        }
        csv.append("learner,exercise,solved\n");
        for (int l = 0; l < LEARNERS; l++) {
            double ability = 1.2 * random.nextGaussian();
            for (int e = 0; e < EXERCISES; e++) {
                double solved = 1 / (1 + StrictMath.exp(-discrimination[e] * (ability - difficulty[e])));
                boolean tries = random.nextDouble() < TRIED;
                boolean solves = random.nextDouble() < solved;
                if (tries) {
                    csv.append(String.format(Locale.ROOT, "l%03d,e%02d,%d\n", l + 1, e + 1, solves ? 1 : 0));
                }
            }
        }
    }
}
