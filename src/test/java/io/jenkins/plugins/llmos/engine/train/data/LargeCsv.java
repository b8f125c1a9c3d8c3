package io.jenkins.plugins.llmos.engine.train.data;

import io.jenkins.plugins.llmos.engine.train.DataSpec;
import java.io.BufferedWriter;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.FloatBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.SplittableRandom;

/**
 * Run by hand, not a test: {@code write FILE MEGABYTES} makes a table with numeric, categorical and text columns, {@code
 * prepare FILE CACHE} prepares it and reads it once in random order, and says how long that took and how much memory the
 * process had at most.
 */
public final class LargeCsv {
    private LargeCsv() {}

    /** Runs one of the two commands. */
    public static void main(String[] arguments) throws IOException {
        if (arguments[0].equals("write")) {
            write(Path.of(arguments[1]), Long.parseLong(arguments[2]) << 20);
        } else {
            prepare(Path.of(arguments[1]), Path.of(arguments[2]));
        }
    }

    private static void write(Path file, long bytes) throws IOException {
        Random random = new Random(1);
        try (BufferedWriter out = Files.newBufferedWriter(file)) {
            out.write("n0,n1,n2,n3,n4,n5,n6,n7,city,kind,review,label\n");
            StringBuilder row = new StringBuilder();
            for (long written = 0; written < bytes; written += row.length()) {
                row.setLength(0);
                for (int i = 0; i < 8; i++) {
                    row.append((float) random.nextGaussian() * 100).append(',');
                }
                row.append("city")
                        .append(random.nextInt(90))
                        .append(",k")
                        .append(random.nextInt(5))
                        .append(",\"");
                int words = 3 + random.nextInt(12);
                for (int i = 0; i < words; i++) {
                    row.append((int) (Math.pow(random.nextDouble(), 6) * 2_000_000))
                            .append("word, ");
                }
                row.append("\",").append(random.nextInt(3)).append('\n');
                out.append(row);
            }
        }
    }

    private static void prepare(Path file, Path cache) throws IOException {
        DataSpec spec = new DataSpec(file, null, "label", List.of(), List.of(), Map.of(), 0.1, 0.1, 128, 20_000);
        long start = System.nanoTime();
        try (PreparedData data = PreparedData.prepare(spec, 1, cache)) {
            double seconds = (System.nanoTime() - start) / 1e9;
            System.out.printf(
                    "%d rows, width %d, %s, prepared in %.1f s (%.1f MB/s), %.1f s of processor time%n",
                    data.rows(),
                    data.schema().width(),
                    data.isInFile() ? "in a file" : "in memory",
                    seconds,
                    Files.size(file) / 1e6 / seconds,
                    ManagementFactory.getThreadMXBean().getCurrentThreadCpuTime() / 1e9);
            int[] rows = data.trainRows();
            SplittableRandom random = new SplittableRandom(1);
            for (int i = rows.length - 1; i > 0; i--) {
                int k = random.nextInt(i + 1);
                int r = rows[i];
                rows[i] = rows[k];
                rows[k] = r;
            }
            int width = data.schema().width();
            FloatBuffer features = direct(256 * width);
            FloatBuffer targets = direct(256);
            start = System.nanoTime();
            int batches = Math.min(10_000, rows.length / 256);
            for (int b = 0; b < batches; b++) {
                features.clear();
                targets.clear();
                data.read(rows, b * 256, 256, features, targets);
            }
            System.out.printf(
                    "%.3f ms per batch of 256 rows in random order (%d batches)%n",
                    (System.nanoTime() - start) / 1e6 / batches, batches);
        }
        for (String line : Files.readAllLines(Path.of("/proc/self/status"))) {
            if (line.startsWith("VmHWM")) {
                System.out.println(line);
            }
        }
    }

    private static FloatBuffer direct(int floats) {
        return ByteBuffer.allocateDirect(4 * floats)
                .order(ByteOrder.nativeOrder())
                .asFloatBuffer();
    }
}
