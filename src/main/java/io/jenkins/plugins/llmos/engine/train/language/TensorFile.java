package io.jenkins.plugins.llmos.engine.train.language;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.DataType;
import ai.djl.ndarray.types.Shape;
import io.jenkins.plugins.llmos.engine.InvalidInputException;
import io.jenkins.plugins.llmos.engine.train.SafetensorsHeader;
import io.jenkins.plugins.llmos.engine.train.SafetensorsHeader.Place;
import java.io.EOFException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.ShortBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Map;

/**
 * A safetensors file whose arrays are mapped into memory and used where they are. Its 32-bit floats are not copied; 16-bit
 * ones are widened when they are asked for.
 */
public final class TensorFile implements AutoCloseable {
    private static final String WHAT = "The checkpoint";

    private final Path file;
    private final FileChannel channel;
    private final SafetensorsHeader header;
    private final long start;

    private TensorFile(Path file, FileChannel channel, SafetensorsHeader header, long start) {
        this.file = file;
        this.channel = channel;
        this.header = header;
        this.start = start;
    }

    /**
     * Opens a file and checks its header; of the arrays nothing is read.
     *
     * @throws InvalidInputException if it is missing or its header is not what the format says
     */
    public static TensorFile open(Path file) {
        FileChannel channel = null;
        try {
            channel = FileChannel.open(file, StandardOpenOption.READ);
            long size = channel.size();
            int length =
                    SafetensorsHeader.length(WHAT, file, read(channel, 0, 8).getLong(), size);
            SafetensorsHeader header = SafetensorsHeader.parse(WHAT, file, read(channel, 8, length), size - 8 - length);
            return new TensorFile(file, channel, header, 8L + length);
        } catch (IOException e) {
            close(channel);
            throw new InvalidInputException(
                    WHAT + " " + file + " cannot be read: "
                            + (e instanceof EOFException ? "it is only a few bytes long" : e.getMessage()) + ".",
                    e);
        } catch (RuntimeException e) {
            close(channel);
            throw e;
        }
    }

    private static ByteBuffer read(FileChannel channel, long at, int count) throws IOException {
        ByteBuffer bytes = ByteBuffer.allocate(count).order(ByteOrder.LITTLE_ENDIAN);
        while (bytes.hasRemaining()) {
            if (channel.read(bytes, at + bytes.position()) < 0) {
                throw new EOFException();
            }
        }
        return bytes.flip();
    }

    /** Places of the arrays by name. */
    public Map<String, Place> places() {
        return header.places();
    }

    /** Texts by name. */
    public Map<String, String> metadata() {
        return header.metadata();
    }

    /**
     * Finds out whether there is an array.
     *
     * @param expected its shape
     * @return where it lies
     * @throws InvalidInputException if it is missing or of another shape
     */
    Place require(String name, Shape expected) {
        Place place = header.places().get(name);
        if (place == null) {
            throw new InvalidInputException(
                    WHAT + " " + file + " has no array '" + name + "', which the model of its config.json has.");
        }
        Shape shape =
                new Shape(place.shape().stream().mapToLong(Long::longValue).toArray());
        if (!shape.equals(expected)) {
            throw new InvalidInputException(WHAT + " " + file + " has the array '" + name + "' of shape " + shape
                    + ", and its config.json asks for " + expected + ".");
        }
        return place;
    }

    /**
     * An array of 32-bit floats, to be read only: it may lie in the mapped file, which no one can write to.
     *
     * @param manager its owner
     * @param expected its shape
     * @throws InvalidInputException if the array is missing, of another shape, or not of F32, F16 or BF16
     */
    public NDArray floats(NDManager manager, String name, Shape expected) {
        Place place = require(name, expected);
        long bytes = place.to() - place.from();
        if (bytes > Integer.MAX_VALUE) {
            throw new InvalidInputException(WHAT + " " + file + " has the array '" + name + "' of " + bytes
                    + " bytes; at most 2 GiB can be read.");
        }
        try {
            ByteBuffer data = channel.map(FileChannel.MapMode.READ_ONLY, start + place.from(), bytes)
                    .order(ByteOrder.LITTLE_ENDIAN);
            return switch (place.type()) {
                case "F32" -> manager.create(data, expected, DataType.FLOAT32);
                case "F16" -> manager.create(data, expected, DataType.FLOAT16).toType(DataType.FLOAT32, true);
                case "BF16" -> manager.create(widened(data.asShortBuffer()), expected);
                default ->
                    throw new InvalidInputException(WHAT + " " + file + " has the array '" + name + "' of type "
                            + place.type() + "; only F32, F16 and BF16 can be read.");
            };
        } catch (IOException e) {
            throw new InvalidInputException(WHAT + " " + file + " cannot be read: " + e.getMessage() + ".", e);
        }
    }

    /** A bfloat16 is the upper half of a 32-bit float. */
    private static float[] widened(ShortBuffer halves) {
        float[] floats = new float[halves.remaining()];
        for (int i = 0; i < floats.length; i++) {
            floats[i] = Float.intBitsToFloat(halves.get(i) << 16);
        }
        return floats;
    }

    @Override
    public void close() {
        close(channel);
    }

    private static void close(FileChannel channel) {
        try {
            if (channel != null) {
                channel.close();
            }
        } catch (IOException e) {
            throw new InvalidInputException("A file cannot be closed: " + e.getMessage() + ".", e);
        }
    }
}
