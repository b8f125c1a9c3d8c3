package io.jenkins.plugins.llmos.engine.synthetic;

import java.util.Locale;
import java.util.Random;

/**
 * Ratings as a biased factorisation says: 3.2 + bᵤ + bᵢ + ⟨pᵤ, qᵢ⟩ with noise of standard deviation {@value #NOISE}, to the
 * nearest half from 1 to 5. Which items a user rates is drawn at random, as if they were shown so, and does not depend on what the user thinks of them.
 */
final class Ratings {
    private static final int USERS = 400;
    private static final int ITEMS = 200;
    private static final int PER_USER = 40;
    private static final int TASTES = 4;
    private static final double NOISE = 0.5;

    private Ratings() {}

    static void write(Random random, StringBuilder csv) {
        double[][] users = new double[USERS][TASTES + 1];
        double[][] items = new double[ITEMS][TASTES + 1];
        fill(random, users, 0.3);
        fill(random, items, 0.4);
        csv.append("user,item,rating\n");
        for (int u = 0; u < USERS; u++) {
            boolean[] rated = new boolean[ITEMS];
            for (int n = 0; n < PER_USER; ) {
                int i = random.nextInt(ITEMS);
                if (rated[i]) {
                    continue;
                }
                rated[i] = true;
                n++;
                double rating = 3.2 + users[u][TASTES] + items[i][TASTES] + NOISE * random.nextGaussian();
                for (int t = 0; t < TASTES; t++) {
                    rating += users[u][t] * items[i][t] / 2;
                }
                double rounded = Math.max(1, Math.min(5, Math.rint(rating * 2) / 2));
                csv.append(String.format(Locale.ROOT, "u%03d,i%03d,%.1f\n", u + 1, i + 1, rounded));
            }
        }
    }

    /** Tastes from a standard normal distribution, and behind them the bias. */
    private static void fill(Random random, double[][] to, double bias) {
        for (double[] row : to) {
            for (int t = 0; t < row.length; t++) {
                row[t] = random.nextGaussian() * (t == TASTES ? bias : 1);
            }
        }
    }
}
