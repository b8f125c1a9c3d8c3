package io.jenkins.plugins.llmos.engine.train.data;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/** A growing list of small numbers, two bytes each; it grows without copying, as it may have a hundred million. */
final class Codes {
    private static final int CHUNK = 1 << 18;

    private final List<char[]> chunks = new ArrayList<>();
    private int size;

    /** @param code 0 to 65,535 */
    void add(int code) {
        if (size % CHUNK == 0) {
            chunks.add(new char[size == 0 ? 1 << 10 : CHUNK]);
        }
        char[] chunk = chunks.get(chunks.size() - 1);
        int at = size % CHUNK;
        if (at == chunk.length) {
            chunk = Arrays.copyOf(chunk, Math.min(CHUNK, 2 * at));
            chunks.set(chunks.size() - 1, chunk);
        }
        chunk[at] = (char) code;
        size++;
    }

    int get(int index) {
        return chunks.get(index / CHUNK)[index % CHUNK];
    }

    int size() {
        return size;
    }

    /** Replaces every code c by {@code to[c]}. */
    void map(int[] to) {
        for (int i = 0; i < size; i++) {
            char[] chunk = chunks.get(i / CHUNK);
            chunk[i % CHUNK] = (char) to[chunk[i % CHUNK]];
        }
    }
}
