package io.jenkins.plugins.llmos.engine.train.data;

import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * A distribution of words or categories.
 *
 * @param counts of the most frequent, most frequent first
 * @param others how many there were of all others together
 */
public record Frequencies(Map<String, Long> counts, long others) {
    /** Different words or categories that are told apart. */
    static final int MOST = 1000;

    public Frequencies {
        counts = Collections.unmodifiableMap(new LinkedHashMap<>(counts));
    }

    /** How many there were of all. */
    public long total() {
        return others + counts.values().stream().mapToLong(Long::longValue).sum();
    }

    /** Counts in bounded memory. */
    static final class Tally {
        private static final int REMEMBERED = 40_000;

        private final Counter counter = new Counter(REMEMBERED);
        private long total;

        void add(String word) {
            counter.add(word);
            total++;
        }

        Frequencies frequencies() {
            Map<String, Long> counts = counter.counts(MOST);
            long known = counts.values().stream().mapToLong(Long::longValue).sum();
            return new Frequencies(counts, Math.max(0, total - known));
        }
    }
}
