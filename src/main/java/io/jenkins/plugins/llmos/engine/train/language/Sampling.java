package io.jenkins.plugins.llmos.engine.train.language;

import io.jenkins.plugins.llmos.engine.InvalidInputException;
import java.util.Arrays;
import java.util.SplittableRandom;

/**
 * How the next token is drawn from a model's scores: softmax at a temperature, of the k highest scores (Fan, Lewis, Dauphin,
 * "Hierarchical Neural Story Generation", ACL 2018, section 5.1), of these the fewest whose probabilities reach p (Holtzman et
 * al., "The Curious Case of Neural Text Degeneration", ICLR 2020, section 3.1). Of equal ones the lower id comes first.
 *
 * @param temperature that divides the scores; 0 takes the highest
 * @param topK how many of the highest scores, 0 for all
 * @param topP 0 &lt; topP ≤ 1, 1 for all
 * @param seed of the drawing
 */
public record Sampling(double temperature, int topK, double topP, long seed) {
    /**
     * The weight of the likeliest token; weights are whole numbers, so that their sums do not depend on an order. What is
     * less likely by more than this factor is not drawn.
     */
    private static final long MOST = 1L << 40;
    /** So many tokens' weights can be summed, and a weight and an index be one number. */
    private static final int INDEX_BITS = 23;
    /** Weights whose highest bits, this one and those above, are the same are of one class. */
    private static final int CLASS_BIT = 45;

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
     * Draws a token: a random number falls on those that are kept, which lie one behind another in the order of their ids,
     * each as wide as it is likely.
     *
     * @param scores of all tokens, 2²³ at most
     * @return its id
     */
    int draw(float[] scores, SplittableRandom random) {
        int best = highest(scores);
        if (temperature == 0) {
            return best;
        }
        int[] ids = topK > 0 && topK < scores.length ? highest(scores, topK) : null;
        long[] weights = new long[ids == null ? scores.length : ids.length];
        long sum = 0;
        for (int i = 0; i < weights.length; i++) {
            double score = scores[ids == null ? i : ids[i]];
            weights[i] = (long) (MOST * Math.exp((score - scores[best]) / temperature));
            sum += weights[i];
        }
        if (topP < 1) {
            sum = keepLikeliest(weights, topP * sum);
        }
        if (sum == 0) {
            // The scores are no numbers: the model's training came to nothing.
            return best;
        }
        // Hardly changes where the sum hardly does, as by rounding in the model.
        long drawn = Math.min(sum - 1, (long) (random.nextDouble() * sum));
        int i = 0;
        for (long below = weights[0]; below <= drawn; below += weights[i]) {
            i++;
        }
        return ids == null ? i : ids[i];
    }

    private static int highest(float[] scores) {
        int best = 0;
        for (int i = 1; i < scores.length; i++) {
            best = scores[i] > scores[best] ? i : best;
        }
        return best;
    }

    /** Ids of the highest scores, rising. Those that may be among them are gathered, and from time to time sorted. */
    private static int[] highest(float[] scores, int count) {
        long[] keys = new long[(int) Math.min(scores.length, 2L * count)];
        int gathered = 0;
        float least = Float.NEGATIVE_INFINITY;
        for (int i = 0; i < scores.length; i++) {
            if (scores[i] > least || gathered < count) {
                keys[gathered++] = fallingKey(scores[i], i);
                if (gathered == keys.length) {
                    Arrays.sort(keys);
                    gathered = count;
                    least = scores[(int) keys[count - 1]];
                }
            }
        }
        Arrays.sort(keys, 0, gathered);
        return Arrays.stream(keys, 0, count).mapToInt(k -> (int) k).sorted().toArray();
    }

    /** Sorts by falling score, of equal ones the lower id first. */
    private static long fallingKey(float score, int id) {
        // Zeros of both signs are equal.
        int bits = Float.floatToIntBits(score + 0f);
        // Makes the order of the bits that of the floats, then turns it round.
        return (long) ~(bits ^ (bits >> 31 & Integer.MAX_VALUE)) << 32 | id;
    }

    /**
     * Sets to 0 all weights but the fewest of the highest whose sum reaches what is enough. They are summed by classes, and
     * only the class where that happens is sorted.
     *
     * @return the sum of those kept
     */
    private static long keepLikeliest(long[] weights, double enough) {
        long[] sums = new long[classOf(MOST) + 1];
        for (long weight : weights) {
            if (weight > 0) {
                sums[classOf(weight)] += weight;
            }
        }
        int last = sums.length - 1;
        long sum = 0;
        while (last > 0 && sum + sums[last] < enough) {
            sum += sums[last--];
        }
        long[] keys = new long[weights.length];
        int count = 0;
        for (int i = 0; i < weights.length; i++) {
            if (weights[i] > 0 && classOf(weights[i]) <= last) {
                if (classOf(weights[i]) == last) {
                    keys[count++] = ((MOST - weights[i]) << INDEX_BITS) | i;
                }
                weights[i] = 0;
            }
        }
        Arrays.sort(keys, 0, count);
        for (int i = 0; i < count && sum < enough; i++) {
            long weight = MOST - (keys[i] >> INDEX_BITS);
            weights[(int) keys[i] & ((1 << INDEX_BITS) - 1)] = weight;
            sum += weight;
        }
        return sum;
    }

    /** Rises with the weight, from 0 for 1. */
    private static int classOf(long weight) {
        return (int) ((Double.doubleToRawLongBits((double) weight) - Double.doubleToRawLongBits(1)) >>> CLASS_BIT);
    }
}
