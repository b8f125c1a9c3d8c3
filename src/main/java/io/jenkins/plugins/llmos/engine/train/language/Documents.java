package io.jenkins.plugins.llmos.engine.train.language;

import com.google.gson.JsonElement;
import com.google.gson.JsonObject;
import com.google.gson.JsonParseException;
import com.google.gson.JsonParser;
import io.jenkins.plugins.llmos.engine.InvalidInputException;
import io.jenkins.plugins.llmos.engine.train.data.CsvSource;
import io.jenkins.plugins.llmos.engine.train.data.DataFiles;
import io.jenkins.plugins.llmos.engine.util.FileAccess;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.function.BiConsumer;
import java.util.regex.Pattern;

/**
 * The documents of a file: a {@code .txt} is one, or several divided by {@code <|endoftext|>}; each line of a {@code .jsonl}
 * and each row of a CSV file is one.
 */
public final class Documents {
    private Documents() {}

    /** Whether a file's name says that it holds text rather than a table. */
    public static boolean isText(Path file) {
        return kind(file).matches("txt|jsonl");
    }

    private static String kind(Path file) {
        Path last = file.getFileName();
        String name =
                (last == null ? "" : last.toString()).toLowerCase(Locale.ROOT).replaceFirst("\\.gz$", "");
        return name.substring(name.lastIndexOf('.') + 1);
    }

    /**
     * Reads all documents that hold anything, in their order.
     *
     * @param access how the file is read
     * @param field of JSON lines or column of a CSV file
     * @throws InvalidInputException if the file cannot be read, or holds no text
     */
    public static List<String> read(FileAccess access, Path file, String field) {
        List<String> documents = new ArrayList<>();
        read(access, file, field, null, (document, unit) -> documents.add(document));
        return documents;
    }

    /**
     * The same by what they belong to, in the order in which it first occurs.
     *
     * @param unit field or column that says to what a document belongs; {@link LanguageSpec#DOCUMENT} for each to itself
     * @throws InvalidInputException as above, or if a document does not say it
     */
    public static Collection<List<String>> byUnit(FileAccess access, Path file, String field, String unit) {
        boolean own = unit.equals(LanguageSpec.DOCUMENT);
        if (!own && kind(file).equals("txt")) {
            throw new InvalidInputException("The data file " + file + " has no field '" + unit
                    + "'. In a .txt the unit can only be the document: unit: '" + LanguageSpec.DOCUMENT + "'.");
        }
        Map<String, List<String>> units = new LinkedHashMap<>();
        read(access, file, field, own ? null : unit, (document, of) -> units.computeIfAbsent(
                        of == null ? Integer.toString(units.size()) : of, u -> new ArrayList<>())
                .add(document));
        return units.values();
    }

    private static void read(
            FileAccess access, Path file, String field, String unit, BiConsumer<String, String> documents) {
        int[] count = {0};
        BiConsumer<String, String> filled = (document, of) -> {
            if (!document.isBlank()) {
                count[0]++;
                documents.accept(document, of);
            }
        };
        switch (kind(file)) {
            case "txt" -> text(access, file).forEach(t -> filled.accept(t, null));
            case "jsonl" -> lines(access, file, field, unit, filled);
            default -> cells(access, file, field, unit, filled);
        }
        if (count[0] == 0) {
            throw new InvalidInputException("The data file " + file + " holds no text to learn from.");
        }
    }

    /**
     * Reads texts to go on with: each line of a {@code .txt} that is not blank, otherwise as {@link #read}.
     *
     * @throws InvalidInputException if the file cannot be read, or holds no text
     */
    public static List<String> prompts(FileAccess access, Path file, String field) {
        if (!kind(file).equals("txt")) {
            return read(access, file, field);
        }
        List<String> prompts = new ArrayList<>();
        text(access, file).forEach(t -> t.lines().filter(l -> !l.isBlank()).forEach(prompts::add));
        if (prompts.isEmpty()) {
            throw new InvalidInputException("The data file " + file + " holds no text to go on with.");
        }
        return prompts;
    }

    private static BufferedReader open(InputStream in) throws IOException {
        BufferedReader reader = new BufferedReader(new InputStreamReader(in, StandardCharsets.UTF_8.newDecoder()));
        reader.mark(1);
        if (reader.read() != '\uFEFF') {
            reader.reset();
        }
        return reader;
    }

    private static List<String> text(FileAccess access, Path file) {
        try (InputStream in = DataFiles.open(access, file);
                BufferedReader reader = open(in)) {
            StringBuilder all = new StringBuilder();
            char[] buffer = new char[1 << 16];
            for (int n = reader.read(buffer); n >= 0; n = reader.read(buffer)) {
                all.append(buffer, 0, n);
            }
            return new ArrayList<>(List.of(
                    Pattern.compile(TextTokenizer.END_OF_TEXT, Pattern.LITERAL).split(all, -1)));
        } catch (IOException e) {
            throw unreadable(file, e, 0);
        }
    }

    private static void lines(
            FileAccess access, Path file, String field, String unit, BiConsumer<String, String> documents) {
        long line = 0;
        try (InputStream in = DataFiles.open(access, file);
                BufferedReader reader = open(in)) {
            for (String json = reader.readLine(); json != null; json = reader.readLine()) {
                line++;
                if (json.isBlank()) {
                    continue;
                }
                try {
                    JsonObject object = JsonParser.parseString(json).getAsJsonObject();
                    JsonElement value = object.get(field);
                    if (value == null || !value.isJsonPrimitive()) {
                        throw new InvalidInputException("The data file " + file + " has no text '" + field
                                + "' in line " + line + ". Name the field that holds it: text: '…'.");
                    }
                    JsonElement of = unit == null ? null : object.get(unit);
                    if (unit != null && (of == null || !of.isJsonPrimitive())) {
                        throw withoutUnit(file, unit, line);
                    }
                    documents.accept(value.getAsString(), of == null ? null : of.getAsString());
                } catch (JsonParseException | IllegalStateException e) {
                    throw new InvalidInputException(
                            "The data file " + file + " has no JSON object in line " + line + ".", e);
                }
            }
        } catch (IOException e) {
            throw unreadable(file, e, line);
        }
    }

    private static InvalidInputException withoutUnit(Path file, String unit, long line) {
        return new InvalidInputException("The data file " + file + " does not say in line " + line + " to which '"
                + unit + "' the text belongs. Fill it in, or leave the line out.");
    }

    private static InvalidInputException unreadable(Path file, IOException e, long line) {
        return e instanceof CharacterCodingException
                ? new InvalidInputException("The data file " + file + " is not in UTF-8. Convert it.", e)
                : DataFiles.unreadable(file, e, line == 0 ? "" : " after line " + line);
    }

    private static void cells(
            FileAccess access, Path file, String field, String unit, BiConsumer<String, String> documents) {
        try (CsvSource csv = CsvSource.open(access, file)) {
            int column = column(file, csv, field, "name the one that holds the text: text: '…'");
            int units = unit == null
                    ? -1
                    : column(file, csv, unit, "name the one that says to whom a text belongs: unit: '…'");
            while (csv.next()) {
                if (unit != null && csv.get(units).isBlank()) {
                    throw withoutUnit(file, unit, csv.line());
                }
                documents.accept(csv.get(column), unit == null ? null : csv.get(units));
            }
        }
    }

    private static int column(Path file, CsvSource csv, String name, String right) {
        int column = csv.header().indexOf(name);
        if (column < 0) {
            throw new InvalidInputException("The data file " + file + " has no column '" + name + "'. It has "
                    + String.join(", ", csv.header()) + "; " + right + ".");
        }
        return column;
    }
}
