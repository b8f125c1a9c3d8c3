package io.jenkins.plugins.llmos.engine.train;

import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import io.jenkins.plugins.llmos.engine.train.data.FeatureSchema;
import io.jenkins.plugins.llmos.engine.train.data.FeatureSchema.Task;
import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;

/**
 * How well a model ranks items for users. For each user all items are ranked but those that the user met in the training, and
 * relevant are those of the test that the user liked: the value is above the training's mean, or the second class. All items
 * are ranked rather than a sample of them, which would favour other models (Krichene, Rendle, "On Sampled Metrics for Item
 * Recommendation", KDD 2020).
 */
public final class Recommendation {
    /** Items that a user is shown. */
    private static final int SHOWN = 10;

    private static final int MOST_USERS = 500;

    private final FeatureSchema schema;
    private final int userFrom;
    private final int userTo;
    private final int itemFrom;
    private final int itemTo;

    private Recommendation(FeatureSchema schema, String user) {
        this.schema = schema;
        int first = schema.features().get(0).denseWidth();
        boolean userFirst = schema.features().get(0).name().equals(user);
        userFrom = userFirst ? 0 : first;
        userTo = userFirst ? first : schema.width();
        itemFrom = userFirst ? first : 0;
        itemTo = userFirst ? schema.width() : first;
    }

    /**
     * Ranks for users, of many a sample.
     *
     * @param model of the network
     * @param trained rows, features and targets
     * @param tested rows likewise
     * @return {@code ndcg10}, {@code recall10} and {@code mrr}, means over the users who liked something, and {@code
     *     popularityNdcg10}, which ranking by the number of users who liked an item reaches; empty if nobody did
     */
    public static Map<String, Double> metrics(
            Network network, ModelSpec model, List<float[]> trained, List<float[]> tested) {
        return new Recommendation(network.schema(), model.user()).rank(network, trained, tested);
    }

    private Map<String, Double> rank(Network network, List<float[]> trained, List<float[]> tested) {
        int items = itemTo - itemFrom;
        double[] popularity = new double[items];
        Map<Integer, List<Integer>> met = new TreeMap<>();
        for (float[] row : trained) {
            int user = place(row, userFrom, userTo);
            int item = place(row, itemFrom, itemTo);
            if (item >= 0) {
                popularity[item] += isLiked(row) ? 1 : 0;
                met.computeIfAbsent(user, u -> new ArrayList<>()).add(item);
            }
        }
        Map<Integer, List<Integer>> liked = new TreeMap<>();
        for (float[] row : tested) {
            int user = place(row, userFrom, userTo);
            int item = place(row, itemFrom, itemTo);
            if (user >= 0
                    && item >= 0
                    && isLiked(row)
                    && !met.getOrDefault(user, List.of()).contains(item)) {
                liked.computeIfAbsent(user, u -> new ArrayList<>()).add(item);
            }
        }
        List<Integer> users = new ArrayList<>(liked.keySet());
        if (users.isEmpty()) {
            return Map.of();
        }
        Collections.shuffle(users, new Random(1));
        users = users.subList(0, Math.min(MOST_USERS, users.size()));
        double[] sums = new double[4];
        for (int user : users) {
            boolean[] relevant = new boolean[items];
            liked.get(user).forEach(i -> relevant[i] = true);
            boolean[] left = new boolean[items];
            met.getOrDefault(user, List.of()).forEach(i -> left[i] = true);
            int[] places = Metrics.places(scores(network, user), relevant, left);
            sums[0] += Metrics.ndcg(places, SHOWN);
            sums[1] += Metrics.recall(places, SHOWN);
            sums[2] += Metrics.reciprocalRank(places);
            sums[3] += Metrics.ndcg(Metrics.places(popularity, relevant, left), SHOWN);
        }
        Map<String, Double> metrics = new LinkedHashMap<>();
        metrics.put("ndcg10", sums[0] / users.size());
        metrics.put("recall10", sums[1] / users.size());
        metrics.put("mrr", sums[2] / users.size());
        metrics.put("popularityNdcg10", sums[3] / users.size());
        return metrics;
    }

    private double[] scores(Network network, int user) {
        int items = itemTo - itemFrom;
        int width = schema.width();
        float[] rows = new float[items * width];
        for (int i = 0; i < items; i++) {
            rows[i * width + userFrom + user] = 1;
            rows[i * width + itemFrom + i] = 1;
        }
        try (NDManager manager = network.manager().newSubManager()) {
            float[] out = network.forward(manager.create(rows, new Shape(items, width)), false)
                    .toFloatArray();
            int outputs = out.length / items;
            double[] scores = new double[items];
            for (int i = 0; i < items; i++) {
                scores[i] = out[i * outputs + outputs - 1];
            }
            return scores;
        }
    }

    private boolean isLiked(float[] row) {
        return row[schema.width()] > (schema.task() == Task.REGRESSION ? 0 : 0.5f);
    }

    private static int place(float[] row, int from, int to) {
        for (int i = from; i < to; i++) {
            if (row[i] > 0) {
                return i - from;
            }
        }
        return -1;
    }
}
