package io.jenkins.plugins.llmos.engine.train.data;

import io.jenkins.plugins.llmos.engine.InvalidInputException;
import io.jenkins.plugins.llmos.engine.privacy.encryption.Vault;
import io.jenkins.plugins.llmos.engine.util.FileAccess;
import java.io.BufferedReader;
import java.io.ByteArrayOutputStream;
import java.io.FilterReader;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.io.Reader;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.CodingErrorAction;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.NoSuchElementException;
import org.apache.commons.csv.CSVFormat;
import org.apache.commons.csv.CSVParser;
import org.apache.commons.csv.CSVRecord;

/**
 * Streams the rows of a CSV file: UTF-8 with or without a byte order mark, RFC 4180 quoting, empty lines skipped, gzip
 * allowed, separated by commas, semicolons or tabs, whichever the header line has most of. Every row must have as many
 * fields as the header.
 */
public final class CsvSource implements AutoCloseable, RowEncoder.Fields {
    /** More characters than a header line may have. */
    private static final int LONGEST_HEADER = 1 << 20;

    /** More characters than a row may have; without a limit a quote that is never closed would take the whole file in. */
    static final int LONGEST_ROW = 1 << 24;

    private final FileAccess access;
    private final Path file;
    private final RowLimit limit;
    private final CSVParser parser;
    private final Iterator<CSVRecord> records;
    private final List<String> header;
    private CSVRecord record;
    private long row;
    private long line;

    private CsvSource(FileAccess access, Path file, Text reader) throws IOException {
        this.access = access;
        this.file = file;
        this.limit = new RowLimit(reader.chars);
        this.parser = CSVParser.builder()
                .setReader(limit)
                .setFormat(CSVFormat.RFC4180
                        .builder()
                        .setDelimiter(reader.delimiter)
                        .setIgnoreEmptyLines(true)
                        .get())
                .get();
        this.records = parser.iterator();
        if (!advance()) {
            throw new InvalidInputException(
                    "The data file " + file + " holds nothing but empty lines. It must start with a header line.");
        }
        List<String> names = new ArrayList<>();
        record.forEach(name -> names.add(name.strip()));
        this.header = List.copyOf(names);
    }

    private record Text(BufferedReader chars, char delimiter) {}

    /** Refuses to read more than {@link #LONGEST_ROW} characters for one row. */
    private static final class RowLimit extends FilterReader {
        private long left = LONGEST_ROW;

        private RowLimit(Reader in) {
            super(in);
        }

        @Override
        public int read(char[] to, int from, int length) throws IOException {
            if (left <= 0) {
                throw new TooLong();
            }
            int n = super.read(to, from, length);
            left -= n;
            return n;
        }
    }

    private static final class TooLong extends IOException {
        private static final long serialVersionUID = 1L;
    }

    /**
     * Opens a file as it is and reads its header.
     *
     * @throws InvalidInputException if the file cannot be read, is encrypted, or has no usable header
     */
    public static CsvSource open(Path file) {
        Vault.requireReadable(FileAccess.PLAIN, "The data file", file);
        return open(FileAccess.PLAIN, file);
    }

    /**
     * Opens a file and reads its header.
     *
     * @throws InvalidInputException if the file cannot be read, or has no usable header
     */
    public static CsvSource open(FileAccess access, Path file) {
        InputStream in = DataFiles.open(access, file);
        try {
            try {
                BufferedReader chars = new BufferedReader(
                        new InputStreamReader(
                                in,
                                StandardCharsets.UTF_8
                                        .newDecoder()
                                        .onMalformedInput(CodingErrorAction.REPORT)
                                        .onUnmappableCharacter(CodingErrorAction.REPORT)),
                        1 << 15);
                chars.mark(1);
                if (chars.read() != '\uFEFF') {
                    chars.reset();
                }
                CsvSource source = new CsvSource(access, file, new Text(chars, delimiter(chars)));
                source.checkHeader();
                return source;
            } catch (IOException e) {
                throw failed(access, file, e, "");
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

    private static char delimiter(BufferedReader chars) throws IOException {
        chars.mark(LONGEST_HEADER);
        char[] candidates = {',', ';', '\t'};
        int[] counts = new int[candidates.length];
        boolean quoted = false;
        boolean content = false;
        for (int i = 0; i < LONGEST_HEADER - 1; i++) {
            int c = chars.read();
            if (c < 0 || (!quoted && content && (c == '\n' || c == '\r'))) {
                break;
            }
            content |= c != '\n' && c != '\r';
            quoted ^= c == '"';
            for (int k = 0; k < candidates.length && !quoted; k++) {
                counts[k] += c == candidates[k] ? 1 : 0;
            }
        }
        chars.reset();
        int best = 0;
        for (int k = 1; k < candidates.length; k++) {
            best = counts[k] > counts[best] ? k : best;
        }
        return candidates[best];
    }

    private void checkHeader() {
        Map<String, Integer> seen = new HashMap<>();
        boolean data = true;
        for (int i = 0; i < header.size(); i++) {
            String name = header.get(i);
            data &= Values.isMissing(name) || !Double.isNaN(Values.number(name));
            if (name.isEmpty()) {
                throw new InvalidInputException("The header of " + file + " has no name for column " + (i + 1) + " of "
                        + header.size() + ". Give every column a name of its own.");
            }
            Integer first = seen.put(name, i);
            if (first != null) {
                throw new InvalidInputException("The header of " + file + " names two columns '" + name + "' (columns "
                        + (first + 1) + " and " + (i + 1) + "). Give every column a name of its own.");
            }
        }
        if (data) {
            throw new InvalidInputException("The data file " + file + " has no header: its first line is '"
                    + Values.shorten(String.join(",", header))
                    + "', which looks like data. Put a line with the columns' names first.");
        }
    }

    public List<String> header() {
        return header;
    }

    Path file() {
        return file;
    }

    @Override
    public String source() {
        return file.toString();
    }

    /**
     * Goes to the next row.
     *
     * @return whether there is one
     * @throws InvalidInputException if it cannot be read or has another number of fields than the header
     */
    public boolean next() {
        if (!advance()) {
            return false;
        }
        row++;
        if (record.size() != header.size()) {
            throw new InvalidInputException("Row " + row + " (line " + line() + ") of " + file + " has "
                    + fields(record.size()) + ", but the header has " + header.size()
                    + ". Quote values that hold the separator, and fill missing fields with nothing between"
                    + " separators.");
        }
        return true;
    }

    private static String fields(int n) {
        return n + (n == 1 ? " field" : " fields");
    }

    private boolean advance() {
        try {
            if (!records.hasNext()) {
                return false;
            }
            record = records.next();
            limit.left = LONGEST_ROW;
            line = parser.getCurrentLineNumber();
            return true;
        } catch (UncheckedIOException e) {
            throw failed(access, file, e.getCause(), row == 0 ? "" : " after " + where());
        } catch (NoSuchElementException | IllegalStateException e) {
            throw new InvalidInputException(
                    "The data file " + file + " cannot be read after line " + line + ": " + e.getMessage() + ".", e);
        }
    }

    /** The field of the current row in a column, as it is in the file. */
    @Override
    public String get(int column) {
        return record.get(column);
    }

    /** Number of the current row, from 1, without the header. */
    public long row() {
        return row;
    }

    /** Line on which the current row starts, from 1. */
    public long line() {
        long breaks = 0;
        for (String field : record) {
            for (int i = 0; i < field.length(); i++) {
                char c = field.charAt(i);
                if (c == '\n' || (c == '\r' && (i + 1 == field.length() || field.charAt(i + 1) != '\n'))) {
                    breaks++;
                }
            }
        }
        return line - breaks;
    }

    /** The current row in words, such as {@code row 7 (line 8)}. */
    @Override
    public String where() {
        return "row " + row + " (line " + line() + ")";
    }

    private static InvalidInputException failed(FileAccess access, Path file, IOException e, String after) {
        for (Throwable cause = e; cause != null; cause = cause.getCause()) {
            if (cause instanceof TooLong) {
                return new InvalidInputException(
                        "The data file " + file + " has a row of more than " + LONGEST_ROW + " characters" + after
                                + ". Is there a quoted value whose closing quote is missing?",
                        e);
            }
            if (cause instanceof CharacterCodingException) {
                return new InvalidInputException(
                        "The data file " + file + " is not UTF-8 text: line " + firstMalformedLine(access, file)
                                + " holds bytes that are no characters. Save it as UTF-8.",
                        e);
            }
        }
        String message = String.valueOf(e.getMessage());
        if (message.contains("encapsulated") || message.contains("quote")) {
            return new InvalidInputException(
                    "The data file " + file + " has a quoted value that does not end as it must" + after + " ("
                            + message + "). A quote inside a quoted value is written twice.",
                    e);
        }
        return DataFiles.unreadable(file, e, after);
    }

    private static long firstMalformedLine(FileAccess access, Path file) {
        long line = 1;
        try (InputStream in = DataFiles.open(access, file)) {
            ByteArrayOutputStream bytes = new ByteArrayOutputStream();
            for (int b = in.read(); b >= 0; b = in.read()) {
                bytes.write(b);
                if (b == '\n') {
                    StandardCharsets.UTF_8.newDecoder().decode(ByteBuffer.wrap(bytes.toByteArray()));
                    bytes.reset();
                    line++;
                }
            }
        } catch (IOException e) {
            return line;
        }
        return line;
    }

    @Override
    public void close() {
        try {
            parser.close();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
