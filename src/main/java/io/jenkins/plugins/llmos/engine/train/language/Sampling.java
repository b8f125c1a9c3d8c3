package io.jenkins.plugins.llmos.engine.train.language;

import io.jenkins.plugins.llmos.engine.InvalidInputException;
import java.util.Arrays;
import java.util.SplittableRandom;

/**
 * How the next token is drawn from a model's scores: softmax at a temperature, of the k highest scores (Fan, Lewis, Dauphin,
 * "Hierarchical Neural Story Generation", ACL 2018, section 5.1), of these the fewest whose probabilities reach p (Holtzman et
 * al., "The Curious Case of Neural Text Degeneration", ICLR 2020, section 3.1).
 *
 * @param temperature that divides the scores; 0 takes the highest
 * @param topK how many of the highest scores, 0 for all
 * @param topP 0 &lt; topP ≤ 1, 1 for all
 * @param seed of the drawing
 */
public record Sampling(double temperature, int topK, double topP, long seed) {
    /** @throws InvalidInputException if a number is out of its range */
    public Sampling {
        if (!(temperature >= 0 && Double.isFinite(temperature))) {
            throw new InvalidInputException(
                    "The temperature is " + temperature + "; it must be 0, which takes the likeliest token, or more.");
        }
        if (topK < 0) {
            throw new InvalidInputException("top-k is " + topK + "; it must be 0, for all tokens, or more.");
        }
        if (!(topP > 0 && topP <= 1)) {
            throw new InvalidInputException("top-p is " + topP + "; it must be above 0 and at most 1.");
        }
    }

    /**
     * Draws a token.
     *
     * @param scores of all tokens
     * @return its id
     */
    int draw(float[] scores, SplittableRandom random) {
        int[] order = temperature > 0 && (topK > 0 || topP < 1) ? descending(scores) : null;
        int kept = order == null || topK == 0 ? scores.length : Math.min(topK, scores.length);
        int best = order == null ? highest(scores) : order[0];
        if (temperature == 0) {
            return best;
        }
        double[] weights = new double[kept];
        double sum = 0;
        for (int i = 0; i < kept; i++) {
            weights[i] = Math.exp(((double) scores[order == null ? i : order[i]] - scores[best]) / temperature);
            sum += weights[i];
        }
        if (topP < 1) {
            double reached = 0;
            int fewest = 0;
            while (fewest < kept && reached < topP * sum) {
                reached += weights[fewest++];
            }
            kept = fewest;
            sum = reached;
        }
        double drawn = random.nextDouble() * sum;
        int i = 0;
        for (double below = weights[0]; i + 1 < kept && below <= drawn; below += weights[i]) {
            i++;
        }
        return order == null ? i : order[i];
    }

    private static int highest(float[] scores) {
        int best = 0;
        for (int i = 1; i < scores.length; i++) {
            best = scores[i] > scores[best] ? i : best;
        }
        return best;
    }

    /** Ids by falling score, of equal ones the lower first. */
    private static int[] descending(float[] scores) {
        long[] keys = new long[scores.length];
        for (int i = 0; i < keys.length; i++) {
            int bits = Float.floatToIntBits(scores[i]);
            // Makes the order of the bits that of the floats, then turns it round.
            int ordered = ~(bits ^ (bits >> 31 & Integer.MAX_VALUE));
            keys[i] = (long) ordered << 32 | i;
        }
        Arrays.sort(keys);
        int[] order = new int[keys.length];
        Arrays.setAll(order, i -> (int) keys[i]);
        return order;
    }
}
