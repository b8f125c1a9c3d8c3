package io.jenkins.plugins.llmos.engine.train.script;

import java.io.ByteArrayOutputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.zip.CRC32;
import java.util.zip.ZipEntry;
import java.util.zip.ZipOutputStream;

/**
 * A module in the format that PyTorch's {@code torch.jit.load} reads (its serialization notes, {@code
 * torch/csrc/jit/docs/serialization.md}): a zip of source in TorchScript, a pickle of the module's attributes, and the bytes
 * of its arrays.
 */
final class TorchScriptArchive {
    private static final String ROOT = "module/";

    private final Map<String, float[]> arrays = new LinkedHashMap<>();
    private final Map<String, long[]> shapes = new LinkedHashMap<>();
    private final Map<String, String> empty = new LinkedHashMap<>();

    /** Adds an attribute that is an array of floats. */
    void addArray(String name, float[] values, long... shape) {
        arrays.put(name, values);
        shapes.put(name, shape);
    }

    /** Adds an attribute that is nothing yet. */
    void addNone(String name, String type) {
        empty.put(name, type);
    }

    /**
     * Writes the archive.
     *
     * @param methods of the class in TorchScript, indented by two spaces
     */
    void write(OutputStream to, String methods) throws IOException {
        StringBuilder code = new StringBuilder("class M(Module):\n  __parameters__ = []\n  __buffers__ = []\n");
        code.append("  training : bool\n");
        arrays.keySet().forEach(name -> code.append("  ").append(name).append(" : Tensor\n"));
        empty.forEach((name, type) -> code.append("  ")
                .append(name)
                .append(" : Optional[")
                .append(type)
                .append("]\n"));
        code.append(methods);
        try (ZipOutputStream zip = new ZipOutputStream(to)) {
            put(zip, "version", "3\n".getBytes(StandardCharsets.UTF_8));
            put(zip, "code/__torch__.py", code.toString().getBytes(StandardCharsets.UTF_8));
            put(zip, "constants.pkl", new byte[] {(byte) 0x80, 2, ')', '.'});
            put(zip, "data.pkl", pickle());
            int number = 0;
            for (float[] values : arrays.values()) {
                ByteBuffer bytes =
                        ByteBuffer.allocate(values.length * Float.BYTES).order(ByteOrder.LITTLE_ENDIAN);
                bytes.asFloatBuffer().put(values);
                put(zip, "data/" + number++, bytes.array());
            }
        }
    }

    private static void put(ZipOutputStream zip, String name, byte[] content) throws IOException {
        ZipEntry entry = new ZipEntry(ROOT + name);
        entry.setMethod(ZipEntry.STORED);
        entry.setSize(content.length);
        CRC32 crc = new CRC32();
        crc.update(content);
        entry.setCrc(crc.getValue());
        zip.putNextEntry(entry);
        zip.write(content);
        zip.closeEntry();
    }

    /** Pickle, protocol 2. */
    private byte[] pickle() throws IOException {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        DataOutputStream out = new DataOutputStream(bytes);
        out.write(new byte[] {(byte) 0x80, 2});
        global(out, "__torch__", "M");
        out.writeByte(')');
        out.writeByte(0x81);
        out.writeByte('}');
        out.writeByte('(');
        text(out, "training");
        out.writeByte(0x89);
        int number = 0;
        for (var array : arrays.entrySet()) {
            text(out, array.getKey());
            array(out, number++, array.getValue().length, shapes.get(array.getKey()));
        }
        for (String name : empty.keySet()) {
            text(out, name);
            out.writeByte('N');
        }
        out.writeByte('u');
        out.writeByte('b');
        out.writeByte('.');
        return bytes.toByteArray();
    }

    private static void array(DataOutputStream out, int number, int count, long[] shape) throws IOException {
        global(out, "torch._utils", "_rebuild_tensor_v2");
        out.writeByte('(');
        out.writeByte('(');
        text(out, "storage");
        global(out, "torch", "FloatStorage");
        text(out, Integer.toString(number));
        text(out, "cpu");
        whole(out, count);
        out.writeByte('t');
        out.writeByte('Q');
        whole(out, 0);
        out.writeByte('(');
        for (long s : shape) {
            whole(out, s);
        }
        out.writeByte('t');
        out.writeByte('(');
        for (int i = 0; i < shape.length; i++) {
            long stride = 1;
            for (int j = i + 1; j < shape.length; j++) {
                stride *= shape[j];
            }
            whole(out, stride);
        }
        out.writeByte('t');
        out.writeByte(0x89);
        global(out, "collections", "OrderedDict");
        out.writeByte(')');
        out.writeByte('R');
        out.writeByte('t');
        out.writeByte('R');
    }

    private static void global(DataOutputStream out, String module, String name) throws IOException {
        out.writeByte('c');
        out.write((module + "\n" + name + "\n").getBytes(StandardCharsets.UTF_8));
    }

    private static void text(DataOutputStream out, String text) throws IOException {
        byte[] utf8 = text.getBytes(StandardCharsets.UTF_8);
        out.writeByte('X');
        out.writeInt(Integer.reverseBytes(utf8.length));
        out.write(utf8);
    }

    private static void whole(DataOutputStream out, long value) throws IOException {
        out.writeByte('J');
        out.writeInt(Integer.reverseBytes(Math.toIntExact(value)));
    }
}
