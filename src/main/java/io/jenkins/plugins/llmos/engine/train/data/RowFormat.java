package io.jenkins.plugins.llmos.engine.train.data;

import io.jenkins.plugins.llmos.engine.train.data.FeatureSchema.Feature;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteOrder;
import java.util.Arrays;
import java.util.List;

/**
 * Encoded rows as they are kept: compact records of one length, the same in memory and in a file. A number takes four
 * bytes (already standardised), a category its index in one or two, each word its number in two or four, a pixel one; the
 * target, four bytes, comes last. {@link #decode} makes the model's floats of them.
 */
final class RowFormat {
    private static final VarHandle FLOAT = MethodHandles.byteArrayViewVarHandle(float[].class, ByteOrder.LITTLE_ENDIAN);
    private static final VarHandle CHAR = MethodHandles.byteArrayViewVarHandle(char[].class, ByteOrder.LITTLE_ENDIAN);
    private static final VarHandle INT = MethodHandles.byteArrayViewVarHandle(int[].class, ByteOrder.LITTLE_ENDIAN);

    private final List<Feature> features;
    private final int[] offsets;
    private final int denseWidth;
    private final int width;
    private final int maxTokens;
    private final int wordBytes;
    private final int targetOffset;
    private final boolean categories;
    private final float[] pixels = new float[256];

    RowFormat(FeatureSchema schema) {
        features = schema.features();
        offsets = new int[features.size()];
        denseWidth = schema.denseWidth();
        width = schema.width();
        maxTokens = schema.maxTokens();
        wordBytes = schema.language() == null && schema.vocabularySize() <= 1 << 16 ? 2 : 4;
        boolean anyCategories = false;
        int at = 0;
        for (int i = 0; i < offsets.length; i++) {
            offsets[i] = at;
            Feature f = features.get(i);
            switch (f.type()) {
                case NUMERIC -> at += 4;
                case CATEGORICAL -> {
                    at += categoryBytes(f);
                    anyCategories = true;
                }
                case TEXT -> at += maxTokens * wordBytes;
                case IMAGE -> {
                    at += f.denseWidth();
                    for (int p = 0; p < pixels.length; p++) {
                        pixels[p] = (float) ((p - f.mean()) / f.std());
                    }
                }
            }
        }
        categories = anyCategories;
        targetOffset = at;
    }

    private static int categoryBytes(Feature f) {
        return f.categories().size() < 1 << 8 ? 1 : 2;
    }

    /** Length of a record. */
    int bytes() {
        return targetOffset + 4;
    }

    /** Floats of a decoded row. */
    int width() {
        return width;
    }

    void putNumber(byte[] to, int feature, float standardised) {
        FLOAT.set(to, offsets[feature], standardised);
    }

    /** @param category index from 0, or −1 for none */
    void putCategory(byte[] to, int feature, int category) {
        if (categoryBytes(features.get(feature)) == 1) {
            to[offsets[feature]] = (byte) (category + 1);
        } else {
            CHAR.set(to, offsets[feature], (char) (category + 1));
        }
    }

    /** @param index of the word in its text, below {@code maxTokens} */
    void putWord(byte[] to, int feature, int index, int word) {
        int at = offsets[feature] + index * wordBytes;
        if (wordBytes == 2) {
            CHAR.set(to, at, (char) word);
        } else {
            INT.set(to, at, word);
        }
    }

    void putTarget(byte[] to, float target) {
        FLOAT.set(to, targetOffset, target);
    }

    float target(byte[] from, int at) {
        return (float) FLOAT.get(from, at + targetOffset);
    }

    /** Makes the {@link #width} floats of the record that starts at {@code at}. */
    void decode(byte[] from, int at, float[] to) {
        if (categories) {
            Arrays.fill(to, 0, denseWidth, 0);
        }
        int dense = 0;
        int words = denseWidth;
        for (int i = 0; i < offsets.length; i++) {
            int start = at + offsets[i];
            Feature f = features.get(i);
            switch (f.type()) {
                case NUMERIC -> to[dense++] = (float) FLOAT.get(from, start);
                case CATEGORICAL -> {
                    int code = categoryBytes(f) == 1 ? from[start] & 0xff : (char) CHAR.get(from, start);
                    if (code > 0) {
                        to[dense + code - 1] = 1;
                    }
                    dense += f.categories().size();
                }
                case TEXT -> {
                    for (int w = 0; w < maxTokens; w++, start += wordBytes) {
                        to[words++] = wordBytes == 2 ? (char) CHAR.get(from, start) : (int) INT.get(from, start);
                    }
                }
                case IMAGE -> {
                    for (int p = 0; p < denseWidth; p++) {
                        to[p] = pixels[from[start + p] & 0xff];
                    }
                }
            }
        }
    }
}
