package io.jenkins.plugins.llmos.engine.simulate.trace;

import io.jenkins.plugins.llmos.engine.InvalidInputException;
import io.jenkins.plugins.llmos.engine.util.Suggestions;
import java.io.IOException;
import java.io.Reader;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.apache.commons.csv.CSVFormat;
import org.apache.commons.csv.CSVParser;
import org.apache.commons.csv.CSVRecord;

/** Reads a CSV file in whichever of some formats it is. */
final class CsvFile {
    /**
     * The rows of a file.
     *
     * @param leftOut how many rows were passed over, by reason
     */
    record Content<T>(Format<T> format, List<T> rows, Map<String, Integer> leftOut) {}

    private CsvFile() {}

    static <T> Content<T> read(Path file, List<? extends Format<T>> formats, Optional<String> wanted) {
        if (!Files.isRegularFile(file)) {
            throw new InvalidInputException("The file " + file + " does not exist or is not a file.");
        }
        CSVFormat csv = CSVFormat.DEFAULT
                .builder()
                .setHeader()
                .setSkipHeaderRecord(true)
                .setTrim(true)
                .setIgnoreEmptyLines(true)
                .get();
        try (Reader reader = Files.newBufferedReader(file, StandardCharsets.UTF_8);
                CSVParser parser = csv.parse(reader)) {
            List<String> header =
                    parser.getHeaderNames().stream().map(String::strip).toList();
            Format<T> format = choose(file, header, formats, wanted);
            Map<String, Integer> leftOut = new LinkedHashMap<>();
            List<T> rows = new ArrayList<>();
            for (CSVRecord record : parser) {
                if (!record.isConsistent()) {
                    throw new InvalidInputException(file + ", row " + parser.getRecordNumber() + " has " + record.size()
                            + " cells, but the header has " + header.size() + " columns.");
                }
                format.read(new Row(file.toString(), record, parser.getRecordNumber(), leftOut))
                        .ifPresent(rows::add);
            }
            return new Content<>(format, rows, leftOut);
        } catch (IOException | UncheckedIOException | IllegalArgumentException e) {
            throw new InvalidInputException("The file " + file + " cannot be read as CSV: " + e.getMessage(), e);
        }
    }

    private static <T> Format<T> choose(
            Path file, List<String> header, List<? extends Format<T>> formats, Optional<String> wanted) {
        if (wanted.isPresent()) {
            List<String> names = formats.stream().map(Format::name).toList();
            Format<T> format = formats.stream()
                    .<Format<T>>map(f -> f)
                    .filter(f -> f.name().equals(wanted.get()))
                    .findFirst()
                    .orElseThrow(() -> new InvalidInputException("There is no trace format '" + wanted.get() + "'. "
                            + Suggestions.sentence(wanted.get(), names)));
            String fault = fault(header, format);
            if (fault != null) {
                throw new InvalidInputException(file + " is not in the format " + format.name() + ": " + fault);
            }
            return format;
        }
        for (Format<T> format : formats) {
            if (fault(header, format) == null) {
                return format;
            }
        }
        Format<T> nearest = formats.stream()
                .<Format<T>>map(f -> f)
                .max(Comparator.comparingInt(f -> likeness(header, f)))
                .orElseThrow();
        throw new InvalidInputException(file + " is in none of the formats "
                + String.join(", ", formats.stream().map(Format::name).toList()) + ". The nearest is "
                + nearest.name() + ": " + fault(header, nearest));
    }

    private static int likeness(List<String> header, Format<?> format) {
        int known = 0;
        for (String column : header) {
            known += format.required().contains(column) ? 2 : format.optional().contains(column) ? 1 : -1;
        }
        return known;
    }

    private static String fault(List<String> header, Format<?> format) {
        Set<String> unknown = new HashSet<>(header);
        unknown.removeAll(format.required());
        unknown.removeAll(format.optional());
        List<String> missing =
                format.required().stream().filter(c -> !header.contains(c)).toList();
        if (unknown.isEmpty() && missing.isEmpty()) {
            return null;
        }
        StringBuilder text = new StringBuilder();
        if (!missing.isEmpty()) {
            text.append("it lacks ").append(String.join(", ", missing)).append("; ");
        }
        if (!unknown.isEmpty()) {
            text.append("it has unknown columns: ")
                    .append(String.join(", ", unknown.stream().sorted().toList()))
                    .append("; ");
        }
        text.append("expected are ").append(String.join(", ", format.required()));
        if (!format.optional().isEmpty()) {
            text.append(" and, if you like, ").append(String.join(", ", format.optional()));
        }
        return text.append('.').toString();
    }
}
