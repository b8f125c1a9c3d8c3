package io.jenkins.plugins.llmos.engine.train.data;

import com.google.gson.JsonArray;
import com.google.gson.JsonElement;
import com.google.gson.JsonObject;
import io.jenkins.plugins.llmos.engine.InvalidInputException;
import io.jenkins.plugins.llmos.engine.train.data.FeatureSchema.Feature;
import io.jenkins.plugins.llmos.engine.util.Suggestions;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.IntStream;

/** Encodes rows that come as JSON, as the training's rows were. May be used by several threads at once. */
public final class InstanceEncoder {
    private static final String REQUEST = "the request";
    private static final String IMAGE = "image";

    private final FeatureSchema schema;
    private final RowFormat format;
    private final RowEncoder encoder;

    /** @param schema of a model that predicts rows */
    public InstanceEncoder(FeatureSchema schema) {
        this.schema = schema;
        format = new RowFormat(schema);
        encoder = new RowEncoder(
                schema, format, IntStream.range(0, schema.features().size()).toArray(), -1);
    }

    /**
     * Encodes a row.
     *
     * @param instance an object with a value for each column: number, text, true, false, or null where it is missing; of a
     *     model of images {@code image}, the pixels from 0 to 255, nested or not, channel by channel and row by row
     * @param where which row it is, for messages
     * @return {@code schema.width()} floats
     * @throws InvalidInputException if a column is missing or a value cannot be encoded
     */
    public float[] encode(JsonElement instance, String where) {
        if (!(instance instanceof JsonObject object)) {
            throw new InvalidInputException(where + " is no object. Write it like {\"" + example() + "\": …}.");
        }
        byte[] record = new byte[format.bytes()];
        if (schema.isImage()) {
            putImage(object, where, record);
        } else {
            encoder.encode(new JsonFields(object, where), record);
        }
        float[] row = new float[schema.width()];
        format.decode(record, 0, row);
        return row;
    }

    private String example() {
        return schema.isImage() ? IMAGE : schema.features().get(0).name();
    }

    private void putImage(JsonObject object, String where, byte[] to) {
        if (!(object.get(IMAGE) instanceof JsonArray array)) {
            throw new InvalidInputException(where + " has no \"image\" that is a list of pixels.");
        }
        List<Integer> pixels = new ArrayList<>();
        collect(array, where, pixels);
        int expected = schema.denseWidth();
        if (pixels.size() != expected) {
            int[] shape = schema.sampleShape();
            throw new InvalidInputException(where + " has " + pixels.size() + " pixels, but the model was trained on "
                    + expected + ": " + shape[0] + (shape[0] == 1 ? " channel of " : " channels of ") + shape[1] + " × "
                    + shape[2] + ".");
        }
        for (int i = 0; i < expected; i++) {
            to[i] = (byte) (int) pixels.get(i);
        }
    }

    private void collect(JsonArray array, String where, List<Integer> pixels) {
        for (JsonElement element : array) {
            if (element instanceof JsonArray nested) {
                collect(nested, where, pixels);
                continue;
            }
            double value = element.isJsonPrimitive() ? Values.number(element.getAsString()) : Double.NaN;
            if (!(value >= 0 && value <= 255)) {
                throw new InvalidInputException(
                        where + " has the pixel " + element + "; a pixel is a number from 0 to 255.");
            }
            pixels.add((int) Math.round(value));
        }
    }

    /** The columns of one object. */
    private final class JsonFields implements RowEncoder.Fields {
        private final JsonObject object;
        private final String where;

        private JsonFields(JsonObject object, String where) {
            this.object = object;
            this.where = where;
        }

        @Override
        public String get(int column) {
            Feature feature = schema.features().get(column);
            JsonElement value = object.get(feature.name());
            if (value == null) {
                throw new InvalidInputException(
                        where + " has no \"" + feature.name() + "\", which the model needs; where it"
                                + " is not known, give null. " + Suggestions.sentence(feature.name(), object.keySet()));
            }
            if (value.isJsonNull()) {
                return "";
            }
            if (!value.isJsonPrimitive()) {
                throw new InvalidInputException(
                        where + " has a list or an object as \"" + feature.name() + "\"; it must be a number or text.");
            }
            return value.getAsString();
        }

        @Override
        public String source() {
            return REQUEST;
        }

        @Override
        public String where() {
            return where;
        }
    }
}
