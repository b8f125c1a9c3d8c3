package io.jenkins.plugins.llmos.engine.train.data;

import java.util.Comparator;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * Counts words in bounded memory. While there are few enough different words the counts are exact; beyond that the rarest
 * are forgotten from time to time, and no count is too high by more than the highest count so forgotten (lossy counting,
 * after Manku and Motwani, Approximate frequency counts over data streams, VLDB 2002).
 */
final class Counter {
    private final int limit;
    private final Map<String, Count> counts = new HashMap<>();
    private long forgotten;

    private static final class Count {
        private long n;
    }

    /** @param limit most different words to remember at a time */
    Counter(int limit) {
        this.limit = limit;
    }

    void add(String word) {
        Count c = counts.get(word);
        if (c == null) {
            if (counts.size() >= limit) {
                forget();
            }
            c = new Count();
            c.n = forgotten;
            counts.put(word, c);
        }
        c.n++;
    }

    private void forget() {
        while (counts.size() > limit / 2) {
            forgotten = counts.values().stream().mapToLong(c -> c.n).min().orElse(0);
            counts.values().removeIf(c -> c.n <= forgotten);
        }
    }

    /** The most frequent words, most frequent first, words of equal frequency in the order of their characters. */
    List<String> top(int most) {
        long[] frequencies =
                counts.values().stream().mapToLong(c -> c.n).sorted().toArray();
        long least = frequencies.length <= most ? 0 : frequencies[frequencies.length - most];
        return counts.entrySet().stream()
                .filter(e -> e.getValue().n >= least)
                .sorted(Comparator.<Map.Entry<String, Count>>comparingLong(e -> -e.getValue().n)
                        .thenComparing(Map.Entry::getKey))
                .limit(most)
                .map(Map.Entry::getKey)
                .toList();
    }

    /** The most frequent words with their counts, in the order of {@link #top}. */
    Map<String, Long> counts(int most) {
        Map<String, Long> all = new LinkedHashMap<>();
        top(most).forEach(word -> all.put(word, counts.get(word).n));
        return all;
    }
}
