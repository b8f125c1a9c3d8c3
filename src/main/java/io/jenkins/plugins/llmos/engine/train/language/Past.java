package io.jenkins.plugins.llmos.engine.train.language;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDArrays;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.index.NDIndex;
import ai.djl.ndarray.types.DataType;
import ai.djl.ndarray.types.Shape;
import java.util.Arrays;

/**
 * Keys and values of the tokens that a model has read, so that each is computed once: two arrays for each layer. Sequences
 * of different lengths end at the same column; the shorter ones have nothing before them that counts.
 */
final class Past implements AutoCloseable {
    /** Columns that are added at once. */
    private static final int ROOM = 32;

    private final NDManager manager;
    private final NDArray[] keys;
    private final NDArray[] values;
    private final int heads;
    /** Columns before the first token of each sequence. */
    private int[] before;
    /** Columns that are filled, and those there is room for. */
    private int columns;

    private int room;

    /** Of one sequence. */
    Past(NDManager parent, GptConfig config) {
        this(parent, config, new int[1]);
    }

    /** @param before columns of the first step that are no tokens, by sequence */
    Past(NDManager parent, GptConfig config, int[] before) {
        this(parent.newSubManager(), config.layers(), config.heads(), before.clone());
    }

    private Past(NDManager manager, int layers, int heads, int[] before) {
        this.manager = manager;
        this.heads = heads;
        this.before = before;
        keys = new NDArray[layers];
        values = new NDArray[layers];
    }

    /** Columns that all layers have read. */
    int columns() {
        return columns;
    }

    /** Tokens of a sequence that were read. */
    int tokens(int sequence) {
        return columns - before[sequence];
    }

    int sequences() {
        return before.length;
    }

    void read(long count) {
        columns += (int) count;
    }

    /** Appends (batch × heads, T, size) to a layer's keys; returns them all, valid until the next step. */
    NDArray addKeys(int layer, NDArray fresh) {
        return add(keys, layer, fresh);
    }

    NDArray addValues(int layer, NDArray fresh) {
        return add(values, layer, fresh);
    }

    private NDArray add(NDArray[] all, int layer, NDArray fresh) {
        int after = columns + (int) fresh.getShape().get(1);
        if (all[layer] == null || after > all[layer].getShape().get(1)) {
            room = Math.max(room, (after + ROOM - 1) / ROOM * ROOM);
            replace(all, layer, widened(all[layer], fresh, room));
        }
        all[layer].set(new NDIndex(":, " + columns + ":" + after), fresh);
        NDArray filled = all[layer].get(new NDIndex(":, :" + after));
        filled.attach(fresh.getManager());
        return filled;
    }

    private NDArray widened(NDArray narrow, NDArray like, int width) {
        Shape shape = like.getShape();
        if (narrow == null) {
            return manager.zeros(new Shape(shape.get(0), width, shape.get(2)));
        }
        NDArray more =
                manager.zeros(new Shape(shape.get(0), width - narrow.getShape().get(1), shape.get(2)));
        NDArray wide = narrow.concat(more, 1);
        more.close();
        return wide;
    }

    private void replace(NDArray[] all, int layer, NDArray by) {
        by.attach(manager);
        if (all[layer] != null) {
            all[layer].close();
        }
        all[layer] = by;
    }

    /** Where the next tokens of each sequence stand, (batch, fresh); 0 for columns before the first. */
    NDArray positions(NDManager step, int fresh) {
        long[] positions = new long[before.length * fresh];
        for (int s = 0; s < before.length; s++) {
            for (int i = 0; i < fresh; i++) {
                positions[s * fresh + i] = Math.max(0, columns + i - before[s]);
            }
        }
        return step.create(positions, new Shape(before.length, fresh));
    }

    /**
     * 0 where the next tokens may look, −∞ where not; a column that is no token looks at itself, so that it stays finite.
     *
     * @return (batch × heads, fresh, columns + fresh), or null if they may look anywhere
     */
    NDArray mask(NDManager step, int fresh) {
        if (Arrays.stream(before).allMatch(b -> b == 0)) {
            return fresh == 1 ? null : Gpt.mask(step, fresh, columns);
        }
        int width = columns + fresh;
        float[] mask = new float[before.length * heads * fresh * width];
        for (int s = 0, at = 0; s < before.length; s++) {
            for (int h = 0; h < heads; h++) {
                for (int i = 0; i < fresh; i++, at += width) {
                    int own = columns + i;
                    Arrays.fill(mask, at, at + Math.min(before[s], own), Float.NEGATIVE_INFINITY);
                    Arrays.fill(mask, at + own + 1, at + width, Float.NEGATIVE_INFINITY);
                }
            }
        }
        return step.create(mask, new Shape((long) before.length * heads, fresh, width));
    }

    /**
     * Takes the sequences of another past in, behind its own, and closes it.
     *
     * @param other that read the same layers
     */
    void join(Past other) {
        int most = Math.max(columns, other.columns);
        for (int layer = 0; layer < keys.length; layer++) {
            replace(keys, layer, joined(keys[layer], columns, other.keys[layer], other.columns, most));
            replace(values, layer, joined(values[layer], columns, other.values[layer], other.columns, most));
        }
        int[] all = Arrays.copyOf(before, before.length + other.before.length);
        for (int s = 0; s < all.length; s++) {
            all[s] = s < before.length
                    ? before[s] + most - columns
                    : other.before[s - before.length] + most - other.columns;
        }
        before = all;
        columns = most;
        room = most;
        other.close();
    }

    private NDArray joined(NDArray one, int oneColumns, NDArray other, int otherColumns, int most) {
        try (NDManager step = manager.newSubManager()) {
            NDArray all = NDArrays.concat(
                    new NDList(shifted(step, one, oneColumns, most), shifted(step, other, otherColumns, most)), 0);
            all.attach(manager);
            return all;
        }
    }

    /** The filled columns, moved to the right so that they end at a column. */
    private static NDArray shifted(NDManager step, NDArray array, int columns, int end) {
        NDArray filled = array.get(new NDIndex(":, :" + columns));
        filled.attach(step);
        if (columns == end) {
            return filled;
        }
        Shape shape = array.getShape();
        return step.zeros(new Shape(shape.get(0), end - columns, shape.get(2)), DataType.FLOAT32)
                .concat(filled, 1);
    }

    /**
     * Forgets all other sequences.
     *
     * @param kept indices, rising, at least one
     */
    void keep(int[] kept) {
        int[] rest = Arrays.stream(kept).map(s -> before[s]).toArray();
        int empty = Arrays.stream(rest).min().orElseThrow();
        for (NDArray[] all : new NDArray[][] {keys, values}) {
            for (int layer = 0; layer < all.length; layer++) {
                replace(all, layer, rows(all[layer], kept, empty));
            }
        }
        before = Arrays.stream(rest).map(b -> b - empty).toArray();
        columns -= empty;
        room = columns;
    }

    private NDArray rows(NDArray all, int[] kept, int from) {
        try (NDManager step = manager.newSubManager()) {
            NDList parts = new NDList();
            for (int s : kept) {
                NDArray part = all.get(new NDIndex(s * heads + ":" + (s + 1) * heads + ", " + from + ":" + columns));
                part.attach(step);
                parts.add(part);
            }
            NDArray rows = parts.size() == 1 ? parts.get(0).duplicate() : NDArrays.concat(parts, 0);
            rows.attach(manager);
            return rows;
        }
    }

    @Override
    public void close() {
        manager.close();
    }
}
