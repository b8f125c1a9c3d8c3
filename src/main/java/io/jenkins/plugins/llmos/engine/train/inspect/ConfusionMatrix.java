package io.jenkins.plugins.llmos.engine.train.inspect;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;

/**
 * How often rows of each class were taken for each.
 *
 * @param labels of the classes, in the order of their indices
 * @param counts {@code counts.get(truth).get(predicted)}
 */
public record ConfusionMatrix(List<String> labels, List<List<Long>> counts) {
    /** Rows of one class taken for another. */
    public record Mistake(String truth, String predicted, long count, long ofTruth) {}

    static ConfusionMatrix of(List<String> labels, int[] truths, int[] predicted) {
        long[][] counts = new long[labels.size()][labels.size()];
        for (int i = 0; i < truths.length; i++) {
            counts[truths[i]][predicted[i]]++;
        }
        List<List<Long>> rows = new ArrayList<>();
        for (long[] row : counts) {
            List<Long> cells = new ArrayList<>();
            for (long cell : row) {
                cells.add(cell);
            }
            rows.add(cells);
        }
        return new ConfusionMatrix(labels, rows);
    }

    long total() {
        return counts.stream().flatMap(List::stream).mapToLong(Long::longValue).sum();
    }

    long right() {
        long right = 0;
        for (int c = 0; c < labels.size(); c++) {
            right += counts.get(c).get(c);
        }
        return right;
    }

    long ofTruth(int c) {
        return counts.get(c).stream().mapToLong(Long::longValue).sum();
    }

    long predicted(int c) {
        return counts.stream().mapToLong(row -> row.get(c)).sum();
    }

    /** The most frequent mistakes. */
    List<Mistake> mistakes(int most) {
        List<Mistake> mistakes = new ArrayList<>();
        for (int t = 0; t < labels.size(); t++) {
            for (int p = 0; p < labels.size(); p++) {
                if (t != p && counts.get(t).get(p) > 0) {
                    mistakes.add(new Mistake(
                            labels.get(t), labels.get(p), counts.get(t).get(p), ofTruth(t)));
                }
            }
        }
        return mistakes.stream()
                .sorted(Comparator.comparingLong(Mistake::count).reversed())
                .limit(most)
                .toList();
    }
}
