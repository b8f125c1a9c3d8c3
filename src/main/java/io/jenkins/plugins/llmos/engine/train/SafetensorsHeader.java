package io.jenkins.plugins.llmos.engine.train;

import com.google.gson.Strictness;
import com.google.gson.stream.JsonReader;
import com.google.gson.stream.JsonToken;
import com.google.gson.stream.MalformedJsonException;
import io.jenkins.plugins.llmos.engine.InvalidInputException;
import java.io.IOException;
import java.io.StringReader;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * What the header of a safetensors file says, checked so that every array lies within the file, has the size that its type
 * and shape ask for, shares no byte with another, and leaves none over.
 *
 * @param places of the arrays by name, in the header's order
 * @param metadata texts by name
 */
public record SafetensorsHeader(Map<String, Place> places, Map<String, String> metadata) {
    /** Bytes of the longest header, the bound of the format's own implementation. */
    static final long MOST = 100_000_000;

    private static final int MOST_DIMENSIONS = 64;

    private static final String METADATA = "__metadata__";
    private static final Map<String, Integer> BYTES = Map.ofEntries(
            Map.entry("BOOL", 1),
            Map.entry("U8", 1),
            Map.entry("I8", 1),
            Map.entry("F8_E4M3", 1),
            Map.entry("F8_E5M2", 1),
            Map.entry("I16", 2),
            Map.entry("U16", 2),
            Map.entry("F16", 2),
            Map.entry("BF16", 2),
            Map.entry("I32", 4),
            Map.entry("U32", 4),
            Map.entry("F32", 4),
            Map.entry("F64", 8),
            Map.entry("I64", 8),
            Map.entry("U64", 8));

    /**
     * Where an array is.
     *
     * @param type such as {@code F32}
     * @param shape its dimensions, none for a scalar
     * @param from offset of its first byte from the end of the header
     * @param to offset after its last byte
     */
    public record Place(String type, List<Long> shape, long from, long to) {}

    /**
     * The header's length that the first eight bytes of a file claim.
     *
     * @param what what the file is, named in errors
     * @param size of the whole file in bytes
     * @throws InvalidInputException if no header of that length can be there
     */
    public static int length(String what, Path file, long claimed, long size) {
        if (claimed < 2 || claimed > Math.min(MOST, size - 8)) {
            throw damaged(
                    what, file, "its header claims " + Long.toUnsignedString(claimed) + " bytes of a file of " + size);
        }
        return (int) claimed;
    }

    /**
     * Reads and checks a header.
     *
     * @param bytes of the header alone
     * @param dataSize bytes of the file that follow the header
     * @throws InvalidInputException if it is not what the format says
     */
    public static SafetensorsHeader parse(String what, Path file, ByteBuffer bytes, long dataSize) {
        Map<String, Place> places = new LinkedHashMap<>();
        Map<String, String> metadata = new LinkedHashMap<>();
        try {
            String json = StandardCharsets.UTF_8.newDecoder().decode(bytes).toString();
            JsonReader reader = new JsonReader(new StringReader(json));
            reader.setStrictness(Strictness.STRICT);
            reader.beginObject();
            while (reader.hasNext()) {
                String name = reader.nextName();
                if (name.equals(METADATA)) {
                    reader.beginObject();
                    while (reader.hasNext()) {
                        metadata.put(reader.nextName(), reader.nextString());
                    }
                    reader.endObject();
                } else if (places.put(name, place(what, file, name, reader, dataSize)) != null) {
                    throw damaged(what, file, "its header names the array '" + name + "' twice");
                }
            }
            reader.endObject();
            if (reader.peek() != JsonToken.END_DOCUMENT) {
                throw damaged(what, file, "its header is not the JSON of this format");
            }
        } catch (CharacterCodingException e) {
            throw damaged(what, file, "its header is not UTF-8");
        } catch (MalformedJsonException | IllegalStateException | NumberFormatException e) {
            throw damaged(what, file, "its header is not the JSON of this format");
        } catch (IOException e) {
            throw damaged(what, file, "its header ends too early");
        }
        requireFilled(what, file, places, dataSize);
        return new SafetensorsHeader(places, metadata);
    }

    private static Place place(String what, Path file, String name, JsonReader reader, long dataSize)
            throws IOException {
        String type = null;
        List<Long> shape = null;
        List<Long> offsets = null;
        reader.beginObject();
        while (reader.hasNext()) {
            switch (reader.nextName()) {
                case "dtype" -> type = reader.nextString();
                case "shape" -> shape = numbers(reader);
                case "data_offsets" -> offsets = numbers(reader);
                default -> reader.skipValue();
            }
        }
        reader.endObject();
        if (type == null || shape == null || offsets == null || offsets.size() != 2) {
            throw damaged(what, file, "its header does not place the array '" + name + "'");
        }
        Integer bytes = BYTES.get(type);
        if (bytes == null) {
            throw damaged(what, file, "the array '" + name + "' is of the unknown type " + type);
        }
        long size = bytes;
        for (long d : shape) {
            if (d < 0 || (d > 0 && size > Long.MAX_VALUE / d)) {
                throw damaged(what, file, "the array '" + name + "' has the shape " + shape);
            }
            size *= d;
        }
        long from = offsets.get(0);
        long to = offsets.get(1);
        if (from < 0 || to < from || to > dataSize) {
            throw damaged(
                    what,
                    file,
                    "the array '" + name + "' is to lie at " + from + " to " + to + " of " + dataSize + " bytes");
        }
        if (to - from != size) {
            throw damaged(
                    what,
                    file,
                    "the array '" + name + "' of type " + type + " and shape " + shape + " needs " + size
                            + " bytes and has " + (to - from));
        }
        return new Place(type, List.copyOf(shape), from, to);
    }

    private static List<Long> numbers(JsonReader reader) throws IOException {
        List<Long> numbers = new ArrayList<>();
        reader.beginArray();
        while (reader.hasNext()) {
            if (numbers.size() == MOST_DIMENSIONS) {
                throw new IllegalStateException("a list of more than " + MOST_DIMENSIONS + " numbers");
            }
            numbers.add(reader.nextLong());
        }
        reader.endArray();
        return numbers;
    }

    private static void requireFilled(String what, Path file, Map<String, Place> places, long dataSize) {
        List<Map.Entry<String, Place>> order = new ArrayList<>(places.entrySet());
        order.sort(Comparator.<Map.Entry<String, Place>>comparingLong(e -> e.getValue().from)
                .thenComparingLong(e -> e.getValue().to));
        long end = 0;
        String before = null;
        for (Map.Entry<String, Place> entry : order) {
            if (entry.getValue().from < end) {
                throw damaged(what, file, "the arrays '" + before + "' and '" + entry.getKey() + "' overlap");
            }
            if (entry.getValue().from > end) {
                throw damaged(
                        what,
                        file,
                        (entry.getValue().from - end) + " bytes before the array '" + entry.getKey()
                                + "' belong to none");
            }
            end = entry.getValue().to;
            before = entry.getKey();
        }
        if (end != dataSize) {
            throw damaged(what, file, (dataSize - end) + " bytes at its end belong to no array");
        }
    }

    static InvalidInputException damaged(String what, Path file, String how) {
        return new InvalidInputException(what + " " + file + " is damaged: " + how + ".");
    }
}
