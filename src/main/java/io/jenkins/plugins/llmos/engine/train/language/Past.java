package io.jenkins.plugins.llmos.engine.train.language;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.index.NDIndex;
import ai.djl.ndarray.types.Shape;
import java.util.Arrays;
import java.util.stream.IntStream;

/**
 * Keys and values of the tokens that a model has read, so that each is computed once: two arrays for each layer, of (rows ·
 * heads, columns, size). Sequences of different lengths end at the same column; before the first token of one there are
 * zeros, which do not count. There are spare columns and rows, so that tokens are added and sequences come and go in place;
 * only where none are left everything is laid out anew.
 */
final class Past implements AutoCloseable {
    /** Columns that are spare at least after a new layout. */
    private static final int SPARE = 32;

    private final NDManager manager;
    private final NDArray[] keys;
    private final NDArray[] values;
    private final int heads;
    private final long size;
    /** The column of each sequence's first token. */
    private int[] starts;
    /** Columns that are filled. */
    private int end;

    private int rows;
    private int columns;

    /** Of one sequence. */
    Past(NDManager parent, GptConfig config) {
        this(parent, config, new int[1]);
    }

    /** @param before columns of the first step that are no tokens, by sequence */
    Past(NDManager parent, GptConfig config, int[] before) {
        manager = parent.newSubManager();
        heads = config.heads();
        size = config.width() / heads;
        starts = before.clone();
        keys = new NDArray[config.layers()];
        values = new NDArray[config.layers()];
    }

    /** Tokens of a sequence that were read. */
    int tokens(int sequence) {
        return end - starts[sequence];
    }

    int sequences() {
        return starts.length;
    }

    private int first() {
        return Math.min(end, Arrays.stream(starts).min().orElseThrow());
    }

    /** Makes room for so many tokens more of each sequence; to be called before they are added. */
    void reserve(int fresh) {
        if (end + fresh > columns) {
            layOut(rows > 2 * starts.length ? starts.length : Math.max(rows, starts.length), end - first(), fresh);
        }
    }

    /** The tokens for which there was room have been added in all layers. */
    void advance(int fresh) {
        end += fresh;
    }

    /** Appends (sequences × heads, fresh, size) to a layer's keys; returns them all, valid until the next step. */
    NDArray addKeys(int layer, NDArray fresh) {
        return add(keys[layer], fresh);
    }

    NDArray addValues(int layer, NDArray fresh) {
        return add(values[layer], fresh);
    }

    private NDArray add(NDArray all, NDArray fresh) {
        int after = end + (int) fresh.getShape().get(1);
        all.set(part(0, starts.length, end, after), fresh);
        NDArray filled = all.get(part(0, starts.length, first(), after));
        filled.attach(fresh.getManager());
        return filled;
    }

    private NDIndex part(int row, int rowAfter, int column, int columnAfter) {
        return new NDIndex()
                .addSliceDim((long) row * heads, (long) rowAfter * heads)
                .addSliceDim(column, columnAfter);
    }

    /**
     * Copies everything into new arrays.
     *
     * @param newRows sequences that there is room for
     * @param newEnd where the last tokens come to stand, at least as many columns as are in use
     * @param fresh columns that are needed behind it
     */
    private void layOut(int newRows, int newEnd, int fresh) {
        int used = end - first();
        int newColumns = newEnd + fresh + Math.max(SPARE, newEnd / 4);
        Shape shape = new Shape((long) newRows * heads, newColumns, size);
        for (NDArray[] all : new NDArray[][] {keys, values}) {
            for (int layer = 0; layer < all.length; layer++) {
                NDArray wide = manager.zeros(shape);
                if (all[layer] != null) {
                    copy(
                            all[layer],
                            part(0, starts.length, end - used, end),
                            wide,
                            part(0, starts.length, newEnd - used, newEnd));
                    all[layer].close();
                }
                all[layer] = wide;
            }
        }
        int shift = newEnd - end;
        Arrays.setAll(starts, s -> starts[s] + shift);
        end = newEnd;
        rows = newRows;
        columns = newColumns;
    }

    private static void copy(NDArray from, NDIndex which, NDArray to, NDIndex where) {
        try (NDArray part = from.get(which)) {
            to.set(where, part);
        }
    }

    /** Where the next tokens of each sequence stand, one sequence after another; 0 for columns before the first. */
    long[] positions(int fresh) {
        long[] positions = new long[starts.length * fresh];
        for (int s = 0; s < starts.length; s++) {
            for (int i = 0; i < fresh; i++) {
                positions[s * fresh + i] = Math.max(0, end + i - starts[s]);
            }
        }
        return positions;
    }

    /**
     * 0 where the next tokens may look, −∞ where not; a column that is no token looks at itself, so that it stays finite.
     *
     * @return (sequences, 1, fresh, columns + fresh), or less of it if that is the same for all sequences, or null if they
     *     may look anywhere
     */
    NDArray mask(NDManager step, int fresh) {
        int first = first();
        if (Arrays.stream(starts).allMatch(s -> s == first)) {
            return fresh == 1 ? null : Gpt.mask(step, fresh, end - first);
        }
        int width = end - first + fresh;
        float[] mask = new float[starts.length * fresh * width];
        for (int s = 0, at = 0; s < starts.length; s++) {
            for (int i = 0; i < fresh; i++, at += width) {
                int own = end - first + i;
                Arrays.fill(mask, at, at + Math.min(starts[s] - first, own), Float.NEGATIVE_INFINITY);
                Arrays.fill(mask, at + own + 1, at + width, Float.NEGATIVE_INFINITY);
            }
        }
        return step.create(mask, new Shape(starts.length, 1, fresh, width));
    }

    /**
     * Takes the sequences of another past in, behind its own, and closes it.
     *
     * @param other that read the same layers
     */
    void join(Past other) {
        int own = starts.length;
        int all = own + other.starts.length;
        int width = other.end - other.first();
        if (all > rows || width > end) {
            layOut(all > rows ? Math.max(all, rows + rows / 2) : rows, Math.max(end - first(), width), 0);
        }
        for (int layer = 0; layer < keys.length; layer++) {
            put(other, other.keys[layer], keys[layer], width);
            put(other, other.values[layer], values[layer], width);
        }
        starts = Arrays.copyOf(starts, all);
        for (int s = own; s < all; s++) {
            starts[s] = other.starts[s - own] + end - other.end;
        }
        other.close();
    }

    /** Writes another's sequences behind its own, and zeros over what rows of former sequences have before that. */
    private void put(Past other, NDArray from, NDArray to, int width) {
        int own = starts.length;
        int all = own + other.starts.length;
        if (width < end) {
            try (NDArray zeros = manager.zeros(new Shape((long) (all - own) * heads, end - width, size))) {
                to.set(part(own, all, 0, end - width), zeros);
            }
        }
        copy(from, other.part(0, all - own, other.end - width, other.end), to, part(own, all, end - width, end));
    }

    /**
     * Forgets all other sequences; the last ones take the places of those that are gone.
     *
     * @param kept indices, rising, at least one
     * @return which of the former sequences stands at each place now
     */
    int[] keep(int[] kept) {
        int left = kept.length;
        int[] staying = Arrays.stream(kept).filter(s -> s < left).toArray();
        int[] movers = Arrays.stream(kept).filter(s -> s >= left).toArray();
        int[] holes = IntStream.range(0, left)
                .filter(s -> Arrays.binarySearch(staying, s) < 0)
                .toArray();
        for (int from = 0, to; from < holes.length; from = to) {
            to = from + 1;
            while (to < holes.length && holes[to] == holes[to - 1] + 1 && movers[to] == movers[to - 1] + 1) {
                to++;
            }
            move(movers[from], holes[from], to - from);
        }
        int[] order = IntStream.range(0, left).toArray();
        for (int i = 0; i < holes.length; i++) {
            order[holes[i]] = movers[i];
        }
        starts = Arrays.stream(order).map(s -> starts[s]).toArray();
        return order;
    }

    private void move(int from, int to, int count) {
        for (NDArray[] all : new NDArray[][] {keys, values}) {
            for (NDArray layer : all) {
                copy(layer, part(from, from + count, 0, end), layer, part(to, to + count, 0, end));
            }
        }
    }

    @Override
    public void close() {
        manager.close();
    }
}
