package io.jenkins.plugins.llmos.engine.train.inspect;

import io.jenkins.plugins.llmos.engine.train.Network;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Random;

/**
 * How much worse a model becomes when one column's values are dealt out anew among the rows, so that they tell nothing any
 * more (Breiman, "Random Forests", Machine Learning 45, 2001, section 10; Fisher, Rudin, Dominici, "All Models are Wrong, but
 * Many are Useful", JMLR 20, 2019, section 3). Columns that say the same cover for each other, and each then seems to matter
 * less than both do.
 */
public final class PermutationImportance {
    private PermutationImportance() {}

    /**
     * Of one column.
     *
     * @param column its name
     * @param loss mean increase of the loss, about 0 for a column that the model makes no use of; below 0 by chance
     * @param deviation standard deviation of that increase over the repetitions
     */
    public record Importance(String column, double loss, double deviation) {}

    /**
     * Deals out every column but images.
     *
     * @param rows features, then the target
     * @param repeats how often, at least 1
     * @return the most important first; empty where there is one column or none
     */
    static List<Importance> of(Network network, List<float[]> rows, float[] targets, int repeats, long seed) {
        List<Columns> columns = Columns.of(network.schema());
        List<Importance> importances = new ArrayList<>();
        if (columns.size() < 2) {
            return importances;
        }
        double loss = Answers.of(network, rows).loss(targets);
        for (int c = 0; c < columns.size(); c++) {
            Columns column = columns.get(c);
            double sum = 0;
            double squares = 0;
            for (int r = 0; r < repeats; r++) {
                double more = Answers.of(network, dealt(rows, column, new Random(seed + 1_000_003L * c + r)))
                                .loss(targets)
                        - loss;
                sum += more;
                squares += more * more;
            }
            double mean = sum / repeats;
            double variance = repeats < 2 ? 0 : Math.max(0, (squares - repeats * mean * mean) / (repeats - 1));
            importances.add(new Importance(column.feature().name(), mean, Math.sqrt(variance)));
        }
        importances.sort(Comparator.comparingDouble(Importance::loss).reversed());
        return importances;
    }

    private static List<float[]> dealt(List<float[]> rows, Columns column, Random random) {
        int[] order = new int[rows.size()];
        for (int i = 0; i < order.length; i++) {
            int j = random.nextInt(i + 1);
            order[i] = order[j];
            order[j] = i;
        }
        List<float[]> dealt = new ArrayList<>(rows.size());
        for (int i = 0; i < order.length; i++) {
            float[] row = rows.get(i).clone();
            System.arraycopy(rows.get(order[i]), column.from(), row, column.from(), column.to() - column.from());
            dealt.add(row);
        }
        return dealt;
    }
}
