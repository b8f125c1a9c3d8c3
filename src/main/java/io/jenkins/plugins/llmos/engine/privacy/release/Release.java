package io.jenkins.plugins.llmos.engine.privacy.release;

import io.jenkins.plugins.llmos.engine.InvalidInputException;
import io.jenkins.plugins.llmos.engine.privacy.ledger.DataContent;
import io.jenkins.plugins.llmos.engine.privacy.ledger.DataContents;
import io.jenkins.plugins.llmos.engine.train.data.CsvSource;
import io.jenkins.plugins.llmos.engine.util.FileAccess;
import io.jenkins.plugins.llmos.engine.util.Json;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.apache.commons.csv.CSVFormat;
import org.apache.commons.csv.CSVPrinter;

/** Reads the data and releases statistics with noise. The ledger must have been charged before. */
public final class Release {
    private Release() {}

    /**
     * Releases, and writes the output if one is named.
     *
     * @param charged the content that the ledger was charged for
     * @param access how the data is read
     * @return what was released and what it cost; nothing else of the data
     * @throws InvalidInputException if the data has changed since or cannot be read, or the output not be written
     */
    public static Map<String, Object> run(ReleasePlan plan, DataContent charged, FileAccess access) {
        Map<String, Object> released = compute(plan, charged, access, UniformIntegers.secure());
        if (plan.request().output() != null) {
            write(plan.request().output(), released);
        }
        return released;
    }

    static Map<String, Object> compute(ReleasePlan plan, DataContent charged, FileAccess access, UniformIntegers bits) {
        ReleaseRequest request = plan.request();
        List<Statistic> statistics;
        try (CsvSource source = CsvSource.open(access, request.data())) {
            statistics = plan.noises().stream()
                    .map(n -> new Statistic(n, source.header()))
                    .toList();
            while (source.next()) {
                for (Statistic s : statistics) {
                    s.accept(s.column() < 0 ? null : source.get(s.column()));
                }
            }
        }
        if (!DataContents.read(access, List.of(request.data())).digests().equals(charged.digests())) {
            throw new InvalidInputException(
                    "The data file " + request.data() + " changed while it was read. Nothing was"
                            + " released, but the ledger counts it, since it was charged for what was there before.");
        }
        ExactNoise exact = new ExactNoise(bits);
        Map<String, Object> released = new LinkedHashMap<>();
        released.put("dataset", request.dataSet());
        released.put("epsilon", plan.epsilon());
        released.put(
                "delta",
                request.asked().delta() == ReleaseRequest.PURE
                        ? 0.0
                        : request.asked().delta());
        released.put("mechanism", request.gaussian() ? "gaussian" : "laplace");
        released.put("neighbours", "one record added or removed");
        released.put("confidence", 0.95);
        List<Map<String, Object>> all = new ArrayList<>();
        statistics.forEach(s -> all.add(s.release(exact, bits)));
        released.put("releases", all);
        return released;
    }

    private static void write(Path output, Map<String, Object> released) {
        Path beside = output.resolveSibling(output.getFileName() + ".tmp");
        try {
            Files.createDirectories(output.toAbsolutePath().getParent());
            Files.writeString(
                    beside,
                    output.toString().toLowerCase(java.util.Locale.ROOT).endsWith(".csv")
                            ? csv(released)
                            : Json.pretty(released));
            Files.move(beside, output, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
        } catch (IOException e) {
            throw new InvalidInputException(
                    "The release cannot be written to " + output + ": " + e.getMessage() + ". The ledger counts it.",
                    e);
        }
    }

    private static String csv(Map<String, Object> released) throws IOException {
        StringBuilder text = new StringBuilder();
        try (CSVPrinter csv = new CSVPrinter(text, CSVFormat.RFC4180)) {
            csv.printRecord("statistic", "column", "bin", "value", "low", "high", "epsilon", "delta");
            for (Object o : (List<?>) released.get("releases")) {
                Map<?, ?> r = (Map<?, ?>) o;
                List<?> rows = r.get("bins") instanceof List<?> bins ? bins : List.of(r);
                for (Object row : rows) {
                    Map<?, ?> values = (Map<?, ?>) row;
                    csv.printRecord(
                            r.get("statistic"),
                            r.get("column"),
                            values.get("bin"),
                            values.get("value"),
                            values.get("low"),
                            values.get("high"),
                            released.get("epsilon"),
                            released.get("delta"));
                }
            }
        }
        return text.toString();
    }
}
