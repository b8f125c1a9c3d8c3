package io.jenkins.plugins.llmos.engine.util;

import java.util.Collection;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;

/** Finds the names a user may have meant. */
public final class Suggestions {
    private Suggestions() {}

    /**
     * The known names nearest to a misspelt one, by Damerau-Levenshtein distance (optimal string alignment) without
     * regard to case, nearest first.
     *
     * @return up to {@code most} names, none farther than a third of the name's length (at least two edits, and always less than the length)
     */
    public static List<String> nearest(String name, Collection<String> known, int most) {
        String n = name.toLowerCase(Locale.ROOT);
        // Two names of which nothing is the same are not near, however short they are.
        int bound = Math.min(Math.max(2, n.length() / 3), n.length() - 1);
        record Candidate(String name, int distance) {}
        return known.stream()
                .map(k -> new Candidate(k, distance(n, k.toLowerCase(Locale.ROOT))))
                .filter(c -> c.distance <= bound)
                .sorted(Comparator.comparingInt(Candidate::distance).thenComparing(Candidate::name))
                .limit(most)
                .map(Candidate::name)
                .toList();
    }

    /** A sentence such as {@code Did you mean 'epochs' or 'epoch'?}, or the list of all known names. */
    public static String sentence(String name, Collection<String> known) {
        List<String> near = nearest(name, known, 3);
        if (near.isEmpty()) {
            return "Known are: " + String.join(", ", known.stream().sorted().toList()) + ".";
        }
        return "Did you mean '" + String.join("' or '", near) + "'?";
    }

    private static int distance(String a, String b) {
        int[][] d = new int[a.length() + 1][b.length() + 1];
        for (int i = 0; i <= a.length(); i++) {
            for (int j = 0; j <= b.length(); j++) {
                if (i == 0 || j == 0) {
                    d[i][j] = i + j;
                    continue;
                }
                int substitution = d[i - 1][j - 1] + (a.charAt(i - 1) == b.charAt(j - 1) ? 0 : 1);
                d[i][j] = Math.min(substitution, Math.min(d[i - 1][j], d[i][j - 1]) + 1);
                if (i > 1 && j > 1 && a.charAt(i - 1) == b.charAt(j - 2) && a.charAt(i - 2) == b.charAt(j - 1)) {
                    d[i][j] = Math.min(d[i][j], d[i - 2][j - 2] + 1);
                }
            }
        }
        return d[a.length()][b.length()];
    }
}
