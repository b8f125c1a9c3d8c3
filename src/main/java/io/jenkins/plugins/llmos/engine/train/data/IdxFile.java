package io.jenkins.plugins.llmos.engine.train.data;

import io.jenkins.plugins.llmos.engine.InvalidInputException;
import io.jenkins.plugins.llmos.engine.util.FileAccess;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.stream.Collectors;

/**
 * Streams an IDX file of unsigned bytes, compressed with gzip or not. The format (LeCun, THE MNIST DATABASE of handwritten
 * digits): two zero bytes, 0x08 for unsigned bytes, the number of dimensions, each dimension as a big-endian 32-bit number,
 * then the values, last dimension fastest. The first dimension counts the items.
 */
final class IdxFile implements AutoCloseable {
    private static final int UNSIGNED_BYTES = 0x0800;
    private static final long LARGEST_ITEM = 1 << 24;

    private final Path file;
    private final InputStream in;
    private final int[] shape;
    private final int itemBytes;
    private int read;

    private IdxFile(Path file, InputStream in, int[] shape, int itemBytes) {
        this.file = file;
        this.in = in;
        this.shape = shape;
        this.itemBytes = itemBytes;
    }

    /**
     * Opens images: count × height × width, or count × channels × height × width.
     *
     * @throws InvalidInputException if the file is none
     */
    static IdxFile openImages(FileAccess access, Path file) {
        return open(access, file, "images", 3, 4);
    }

    /**
     * Opens labels: count.
     *
     * @throws InvalidInputException if the file is none
     */
    static IdxFile openLabels(FileAccess access, Path file) {
        return open(access, file, "labels", 1, 1);
    }

    private static IdxFile open(FileAccess access, Path file, String what, int least, int most) {
        InputStream in = DataFiles.open(access, file);
        try {
            try {
                byte[] start = in.readNBytes(4);
                int magic = start.length < 4 ? -1 : ByteBuffer.wrap(start).getInt();
                int dimensions = magic - UNSIGNED_BYTES;
                if (dimensions < least || dimensions > most) {
                    throw wrongMagic(file, what, start, magic, least, most);
                }
                byte[] sizes = in.readNBytes(4 * dimensions);
                if (sizes.length < 4 * dimensions) {
                    throw new InvalidInputException("The IDX file " + file
                            + " is truncated: it ends within its header. Copy or download it again.");
                }
                int[] shape = new int[dimensions];
                ByteBuffer.wrap(sizes).asIntBuffer().get(shape);
                long item = 1;
                for (int i = 0; i < dimensions; i++) {
                    item *= i == 0 ? 1 : shape[i];
                    if (shape[i] < 1 || item > LARGEST_ITEM) {
                        throw new InvalidInputException("The IDX file " + file + " of " + what
                                + " declares the dimensions " + words(shape)
                                + "; each must be at least 1 and an image at most " + LARGEST_ITEM
                                + " pixels. The file is empty or damaged.");
                    }
                }
                return new IdxFile(file, in, shape, (int) item);
            } catch (IOException e) {
                throw DataFiles.unreadable(file, e, " within the header");
            }
        } catch (RuntimeException e) {
            try {
                in.close();
            } catch (IOException suppressed) {
                e.addSuppressed(suppressed);
            }
            throw e;
        }
    }

    private static InvalidInputException wrongMagic(
            Path file, String what, byte[] start, int magic, int least, int most) {
        String hint = "";
        if (magic == UNSIGNED_BYTES + 1 || magic == UNSIGNED_BYTES + 3) {
            hint = magic == UNSIGNED_BYTES + 1 ? " It holds labels" : " It holds images";
            hint += ": have images and labels changed places?";
        } else if (magic >>> 16 == 0 && magic >>> 8 > 0x08 && magic >>> 8 <= 0x0e) {
            hint = " Its values are not unsigned bytes; convert them to 0 to 255.";
        }
        String expected = hex(UNSIGNED_BYTES + least) + (least == most ? "" : " or " + hex(UNSIGNED_BYTES + most));
        return new InvalidInputException("The file " + file + " is not an IDX file of " + what + ": it starts with 0x"
                + HexFormat.of().formatHex(start) + " where " + expected + " is expected." + hint);
    }

    private static String hex(int magic) {
        return "0x" + HexFormat.of().toHexDigits(magic);
    }

    int count() {
        return shape[0];
    }

    /** Bytes of an item: 1 for labels, all pixels of an image. */
    int itemBytes() {
        return itemBytes;
    }

    /** Channels, height and width of images. */
    int[] imageShape() {
        return shape.length == 4 ? Arrays.copyOfRange(shape, 1, 4) : new int[] {1, shape[1], shape[2]};
    }

    private static String words(int[] shape) {
        return Arrays.stream(shape).mapToObj(Integer::toString).collect(Collectors.joining(" × "));
    }

    /**
     * Reads the next item.
     *
     * @return false after the last
     * @throws InvalidInputException if the file ends early, or goes on after the last item
     */
    boolean next(byte[] to) {
        try {
            if (read == shape[0]) {
                if (in.read() >= 0) {
                    throw new InvalidInputException("The IDX file " + file + " goes on after the " + words(shape)
                            + " bytes that its header declares. It is damaged; copy or download it again.");
                }
                return false;
            }
            if (in.readNBytes(to, 0, itemBytes) < itemBytes) {
                throw new InvalidInputException("The IDX file " + file + " is truncated: its header declares "
                        + words(shape) + " bytes, but it ends after " + read + " of " + shape[0]
                        + " items. Copy or download it again.");
            }
            read++;
            return true;
        } catch (IOException e) {
            throw DataFiles.unreadable(file, e, " after item " + read + " of " + shape[0]);
        }
    }

    @Override
    public void close() {
        try {
            in.close();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
