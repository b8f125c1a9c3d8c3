package io.jenkins.plugins.llmos.engine.train.language;

import com.google.gson.GsonBuilder;
import com.google.gson.JsonArray;
import com.google.gson.JsonNull;
import com.google.gson.JsonObject;
import io.jenkins.plugins.llmos.engine.InvalidInputException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.PriorityQueue;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Learns a byte-level byte-pair encoding (Sennrich, Haddow, Birch, "Neural Machine Translation of Rare Words with Subword
 * Units", ACL 2016, algorithm 1; on bytes, Radford et al., 2019, section 2.2): begins with 256 bytes and joins the most
 * frequent pair within words, again and again; of equally frequent ones that of the lower ids.
 */
public final class BytePairTrainer {
    /** Ids that every vocabulary has: the bytes and the end of a text. */
    public static final int LEAST = 257;

    /** GPT-2's words. */
    private static final Pattern WORD = Pattern.compile(
            "'s|'t|'re|'ve|'m|'ll|'d| ?\\p{L}+| ?\\p{N}+| ?[^\\s\\p{L}\\p{N}]+|\\s+(?!\\S)|\\s+",
            Pattern.UNICODE_CHARACTER_CLASS);

    private final Map<String, Long> counts = new LinkedHashMap<>();

    /** Adds a document. */
    public void add(String text) {
        Matcher words = WORD.matcher(text);
        while (words.find()) {
            counts.merge(words.group(), 1L, Long::sum);
        }
    }

    private record Pair(long count, int left, int right) implements Comparable<Pair> {
        @Override
        public int compareTo(Pair other) {
            int byCount = Long.compare(other.count, count);
            int byLeft = byCount != 0 ? byCount : Integer.compare(left, other.left);
            return byLeft != 0 ? byLeft : Integer.compare(right, other.right);
        }

        private static long key(int left, int right) {
            return (long) left << 32 | right;
        }
    }

    /**
     * The {@code tokenizer.json} of the documents added.
     *
     * @param vocabulary how many ids at most, from {@link #LEAST} up; fewer if no pair occurs twice
     * @throws InvalidInputException if nothing was added
     */
    public String train(int vocabulary) {
        if (counts.isEmpty()) {
            throw new InvalidInputException("There is no text to learn a tokenizer from.");
        }
        List<String> names = bytes();
        Map<String, Integer> ids = new HashMap<>();
        names.forEach(n -> ids.put(n, ids.size()));
        List<String> merges = new ArrayList<>();
        List<int[]> words = new ArrayList<>();
        long[] weights = new long[counts.size()];
        counts.forEach((word, count) -> {
            weights[words.size()] = count;
            byte[] utf8 = word.getBytes(StandardCharsets.UTF_8);
            int[] bytes = new int[utf8.length];
            for (int i = 0; i < bytes.length; i++) {
                bytes[i] = utf8[i] & 0xff;
            }
            words.add(bytes);
        });
        Map<Long, Long> pairs = new HashMap<>();
        Map<Long, Set<Integer>> places = new HashMap<>();
        for (int w = 0; w < words.size(); w++) {
            count(words.get(w), weights[w], w, pairs, places, new HashSet<>());
        }
        PriorityQueue<Pair> queue = new PriorityQueue<>();
        pairs.forEach((key, count) -> queue.add(new Pair(count, (int) (key >> 32), (int) (long) key)));
        while (names.size() < vocabulary - 1 && !queue.isEmpty()) {
            Pair best = queue.poll();
            long key = Pair.key(best.left, best.right);
            long now = pairs.getOrDefault(key, 0L);
            if (now != best.count) {
                // What is queued is as old as its last change; it comes again with its count of now.
                if (now > 0) {
                    queue.add(new Pair(now, best.left, best.right));
                }
                continue;
            }
            if (best.count < 2) {
                break;
            }
            merges.add(names.get(best.left) + " " + names.get(best.right));
            String name = names.get(best.left) + names.get(best.right);
            // Two pairs may spell the same, such as "a"+"bc" and "ab"+"c"; they are one token.
            Integer known = ids.putIfAbsent(name, names.size());
            int joined = known == null ? names.size() : known;
            if (known == null) {
                names.add(name);
            }
            Set<Long> changed = new HashSet<>();
            for (int w : Set.copyOf(places.get(key))) {
                int[] word = words.get(w);
                count(word, -weights[w], -1, pairs, places, new HashSet<>());
                int[] shorter = join(word, best.left, best.right, joined);
                words.set(w, shorter);
                count(shorter, weights[w], w, pairs, places, changed);
            }
            pairs.remove(key);
            places.remove(key);
            changed.forEach(k -> queue.add(new Pair(pairs.getOrDefault(k, 0L), (int) (k >> 32), (int) (long) k)));
        }
        names.add(TextTokenizer.END_OF_TEXT);
        return json(names, merges);
    }

    /** @param word index to remember as a place, −1 for none */
    private static void count(
            int[] ids, long weight, int word, Map<Long, Long> pairs, Map<Long, Set<Integer>> places, Set<Long> seen) {
        for (int i = 0; i + 1 < ids.length; i++) {
            long key = Pair.key(ids[i], ids[i + 1]);
            pairs.merge(key, weight, Long::sum);
            if (word >= 0) {
                places.computeIfAbsent(key, k -> new HashSet<>()).add(word);
                seen.add(key);
            }
        }
    }

    private static int[] join(int[] ids, int left, int right, int joined) {
        int[] shorter = new int[ids.length];
        int n = 0;
        for (int i = 0; i < ids.length; i++) {
            boolean pair = i + 1 < ids.length && ids[i] == left && ids[i + 1] == right;
            shorter[n++] = pair ? joined : ids[i];
            i += pair ? 1 : 0;
        }
        return Arrays.copyOf(shorter, n);
    }

    /** GPT-2's letters for the bytes: themselves where they can be seen, else letters from 256 up. */
    private static List<String> bytes() {
        List<String> names = new ArrayList<>();
        int next = 256;
        for (int b = 0; b < 256; b++) {
            boolean seen = (b >= '!' && b <= '~') || (b >= 0xa1 && b <= 0xac) || b >= 0xae;
            names.add(String.valueOf((char) (seen ? b : next++)));
        }
        return names;
    }

    private static String json(List<String> names, List<String> merges) {
        JsonObject vocabulary = new JsonObject();
        for (int i = 0; i < names.size(); i++) {
            vocabulary.addProperty(names.get(i), i);
        }
        JsonArray joins = new JsonArray();
        merges.forEach(joins::add);
        JsonObject model = new JsonObject();
        model.addProperty("type", "BPE");
        for (String none : List.of("dropout", "unk_token", "continuing_subword_prefix", "end_of_word_suffix")) {
            model.add(none, JsonNull.INSTANCE);
        }
        model.addProperty("fuse_unk", false);
        model.addProperty("byte_fallback", false);
        model.add("vocab", vocabulary);
        model.add("merges", joins);
        JsonObject end = new JsonObject();
        end.addProperty("id", names.size() - 1);
        end.addProperty("content", TextTokenizer.END_OF_TEXT);
        for (String flag : List.of("single_word", "lstrip", "rstrip", "normalized")) {
            end.addProperty(flag, false);
        }
        end.addProperty("special", true);
        JsonArray added = new JsonArray();
        added.add(end);
        JsonObject all = new JsonObject();
        all.addProperty("version", "1.0");
        all.add("truncation", JsonNull.INSTANCE);
        all.add("padding", JsonNull.INSTANCE);
        all.add("added_tokens", added);
        all.add("normalizer", JsonNull.INSTANCE);
        all.add("pre_tokenizer", byteLevel());
        all.add("post_processor", JsonNull.INSTANCE);
        all.add("decoder", byteLevel());
        all.add("model", model);
        return new GsonBuilder().serializeNulls().disableHtmlEscaping().create().toJson(all);
    }

    private static JsonObject byteLevel() {
        JsonObject level = new JsonObject();
        level.addProperty("type", "ByteLevel");
        level.addProperty("add_prefix_space", false);
        level.addProperty("trim_offsets", true);
        level.addProperty("use_regex", true);
        return level;
    }
}
