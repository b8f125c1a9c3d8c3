package io.jenkins.plugins.llmos.engine.train.language;

import com.google.gson.JsonElement;
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
import java.util.List;
import java.util.Locale;
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
        List<String> documents =
                switch (kind(file)) {
                    case "txt" -> text(access, file);
                    case "jsonl" -> lines(access, file, field);
                    default -> cells(access, file, field);
                };
        documents.removeIf(String::isBlank);
        if (documents.isEmpty()) {
            throw new InvalidInputException("The data file " + file + " holds no text to learn from.");
        }
        return documents;
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

    private static List<String> lines(FileAccess access, Path file, String field) {
        List<String> documents = new ArrayList<>();
        long line = 0;
        try (InputStream in = DataFiles.open(access, file);
                BufferedReader reader = open(in)) {
            for (String json = reader.readLine(); json != null; json = reader.readLine()) {
                line++;
                if (json.isBlank()) {
                    continue;
                }
                try {
                    JsonElement value =
                            JsonParser.parseString(json).getAsJsonObject().get(field);
                    if (value == null || !value.isJsonPrimitive()) {
                        throw new InvalidInputException("The data file " + file + " has no text '" + field
                                + "' in line " + line + ". Name the field that holds it: text: '…'.");
                    }
                    documents.add(value.getAsString());
                } catch (JsonParseException | IllegalStateException e) {
                    throw new InvalidInputException(
                            "The data file " + file + " has no JSON object in line " + line + ".", e);
                }
            }
        } catch (IOException e) {
            throw unreadable(file, e, line);
        }
        return documents;
    }

    private static InvalidInputException unreadable(Path file, IOException e, long line) {
        return e instanceof CharacterCodingException
                ? new InvalidInputException("The data file " + file + " is not in UTF-8. Convert it.", e)
                : DataFiles.unreadable(file, e, line == 0 ? "" : " after line " + line);
    }

    private static List<String> cells(FileAccess access, Path file, String field) {
        List<String> documents = new ArrayList<>();
        try (CsvSource csv = CsvSource.open(access, file)) {
            int column = csv.header().indexOf(field);
            if (column < 0) {
                throw new InvalidInputException("The data file " + file + " has no column '" + field + "'. It has "
                        + String.join(", ", csv.header()) + "; name the one that holds the text: text: '…'.");
            }
            while (csv.next()) {
                documents.add(csv.get(column));
            }
        }
        return documents;
    }
}
