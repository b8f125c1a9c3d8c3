package io.jenkins.plugins.llmos.engine.train;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.DataType;
import ai.djl.ndarray.types.Shape;
import com.google.gson.JsonArray;
import com.google.gson.JsonObject;
import io.jenkins.plugins.llmos.engine.InvalidInputException;
import io.jenkins.plugins.llmos.engine.util.FileAccess;
import java.io.EOFException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.SeekableByteChannel;
import java.nio.channels.WritableByteChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * Files of 32-bit float arrays in the safetensors format: eight bytes of header length (little-endian), a JSON header that
 * gives each array's type, shape and place, then the arrays one after another. The header's {@code __metadata__} holds
 * texts by name.
 */
public final class Safetensors {
    private static final String METADATA = "__metadata__";

    private Safetensors() {}

    /**
     * Writes a file and waits until it is on the disk.
     *
     * @param access how files are written
     * @param name under which the file will be read
     * @param arrays 32-bit floats by name, written in the map's order
     * @param metadata texts by name
     * @throws IOException if the file cannot be written; what was written of it is then left to the caller
     */
    public static void write(
            FileAccess access, Path file, String name, Map<String, NDArray> arrays, Map<String, String> metadata)
            throws IOException {
        JsonObject header = new JsonObject();
        JsonObject texts = new JsonObject();
        metadata.forEach(texts::addProperty);
        header.add(METADATA, texts);
        long offset = 0;
        for (Map.Entry<String, NDArray> entry : arrays.entrySet()) {
            NDArray array = entry.getValue();
            if (array.getDataType() != DataType.FLOAT32) {
                throw new IllegalArgumentException(entry.getKey() + " is of type " + array.getDataType());
            }
            long end = offset + array.size() * Float.BYTES;
            JsonObject place = new JsonObject();
            place.addProperty("dtype", "F32");
            place.add("shape", numbers(array.getShape().getShape()));
            place.add("data_offsets", numbers(offset, end));
            header.add(entry.getKey(), place);
            offset = end;
        }
        byte[] json = header.toString().getBytes(StandardCharsets.UTF_8);
        int padded = (json.length + 7) / 8 * 8;
        ByteBuffer head = ByteBuffer.allocate(8 + padded).order(ByteOrder.LITTLE_ENDIAN);
        head.putLong(padded).put(json);
        while (head.hasRemaining()) {
            head.put((byte) ' ');
        }
        try (WritableByteChannel out = access.create(file, name)) {
            out.write(head.flip());
            for (NDArray array : arrays.values()) {
                out.write(array.toByteBuffer());
            }
        }
    }

    private static JsonArray numbers(long... values) {
        JsonArray array = new JsonArray();
        for (long value : values) {
            array.add(value);
        }
        return array;
    }

    /**
     * What a file holds.
     *
     * @param arrays by name, in the file's order, owned by the manager that they were read into
     * @param metadata texts by name
     */
    public record Contents(Map<String, NDArray> arrays, Map<String, String> metadata) {}

    /** The same of a file as it is. */
    public static void write(Path file, Map<String, NDArray> arrays, Map<String, String> metadata) throws IOException {
        write(FileAccess.PLAIN, file, file.getFileName().toString(), arrays, metadata);
    }

    /** Reads a whole file as it is. */
    public static Contents read(String what, Path file, NDManager manager) {
        return read(FileAccess.PLAIN, what, file, manager);
    }

    /**
     * Reads a whole file.
     *
     * @param access how files are read
     * @param what what the file is, named in errors
     * @param manager owner of the arrays
     * @throws InvalidInputException if the file is missing, truncated, or its header is not what the format says
     */
    public static Contents read(FileAccess access, String what, Path file, NDManager manager) {
        try (SeekableByteChannel in = access.open(file)) {
            long size = in.size();
            int headerLength =
                    SafetensorsHeader.length(what, file, readFully(in, 0, 8).getLong(), size);
            long start = 8L + headerLength;
            SafetensorsHeader header =
                    SafetensorsHeader.parse(what, file, readFully(in, 8, headerLength), size - start);
            Map<String, NDArray> arrays = new LinkedHashMap<>();
            for (Map.Entry<String, SafetensorsHeader.Place> entry :
                    header.places().entrySet()) {
                arrays.put(entry.getKey(), array(what, file, in, start, entry.getKey(), entry.getValue(), manager));
            }
            return new Contents(arrays, header.metadata());
        } catch (EOFException e) {
            throw SafetensorsHeader.damaged(what, file, e.getMessage());
        } catch (IOException e) {
            throw new InvalidInputException(what + " " + file + " cannot be read: " + e.getMessage() + ".", e);
        }
    }

    private static NDArray array(
            String what,
            Path file,
            SeekableByteChannel in,
            long start,
            String name,
            SafetensorsHeader.Place place,
            NDManager manager)
            throws IOException {
        if (!place.type().equals("F32")) {
            throw SafetensorsHeader.damaged(
                    what, file, "the array '" + name + "' is of type " + place.type() + ", not F32");
        }
        long bytes = place.to() - place.from();
        if (bytes > Integer.MAX_VALUE) {
            throw SafetensorsHeader.damaged(what, file, "the array '" + name + "' has " + bytes + " bytes");
        }
        ByteBuffer data = readFully(in, start + place.from(), (int) bytes);
        NDArray array = manager.create(
                data.asFloatBuffer(),
                new Shape(place.shape().stream().mapToLong(Long::longValue).toArray()),
                DataType.FLOAT32);
        array.setName(name);
        return array;
    }

    private static ByteBuffer readFully(SeekableByteChannel in, long position, int count) throws IOException {
        ByteBuffer bytes = ByteBuffer.allocate(count).order(ByteOrder.LITTLE_ENDIAN);
        in.position(position);
        while (bytes.hasRemaining()) {
            if (in.read(bytes) < 0) {
                throw new EOFException("it ends after " + (position + bytes.position()) + " bytes");
            }
        }
        return bytes.flip();
    }
}
