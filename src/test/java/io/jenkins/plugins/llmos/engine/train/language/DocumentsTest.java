package io.jenkins.plugins.llmos.engine.train.language;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.google.gson.JsonObject;
import io.jenkins.plugins.llmos.engine.InvalidInputException;
import io.jenkins.plugins.llmos.engine.util.FileAccess;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.zip.GZIPOutputStream;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.AlphaChars;
import net.jqwik.api.constraints.Chars;
import net.jqwik.api.constraints.NotEmpty;
import net.jqwik.api.constraints.Size;
import net.jqwik.api.constraints.StringLength;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class DocumentsTest {
    @TempDir
    private Path folder;

    @Property(tries = 25)
    void theSameDocumentsComeBackFromEveryFormat(
            @ForAll @NotEmpty @Size(max = 5)
                    List<
                                    @AlphaChars @Chars({' ', '\n', '"', ',', 'é', '\\', '\t'})
                                    @StringLength(min = 1, max = 20) String>
                            given)
            throws IOException {
        List<String> documents = given.stream().filter(d -> !d.isBlank()).toList();
        if (documents.isEmpty()) {
            return;
        }
        Path folder = Files.createTempDirectory("documents");
        StringBuilder lines = new StringBuilder();
        StringBuilder csv = new StringBuilder("id,body\n");
        for (String document : documents) {
            JsonObject line = new JsonObject();
            line.addProperty("body", document);
            lines.append(line).append("\n\n");
            csv.append("7,\"").append(document.replace("\"", "\"\"")).append("\"\n");
        }
        assertEquals(documents, read(folder, "a.txt", String.join("<|endoftext|>", documents)));
        assertEquals(documents, read(folder, "a.jsonl", lines.toString()));
        assertEquals(documents, read(folder, "a.csv", csv.toString()));
        for (String name : List.of("a.txt", "a.jsonl", "a.csv", "")) {
            Files.delete(folder.resolve(name));
        }
    }

    @Test
    void readsGzipAndAByteOrderMark() throws IOException {
        Path file = folder.resolve("b.txt.gz");
        try (GZIPOutputStream out = new GZIPOutputStream(Files.newOutputStream(file))) {
            out.write("\uFEFFone<|endoftext|> \n<|endoftext|>two".getBytes(StandardCharsets.UTF_8));
        }
        assertTrue(Documents.isText(file));
        assertEquals(List.of("one", "two"), Documents.read(FileAccess.PLAIN, file, "text"));
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "a.txt | '' | empty",
                "a.txt | ' \n ' | no text to learn from",
                "a.jsonl | {\"text\": \"x\"} | no text 'body' in line 1",
                "a.jsonl | {\"body\": [1]} | no text 'body' in line 1",
                "a.jsonl | [1] | no JSON object in line 1",
                "a.jsonl | {\"body\" | no JSON object in line 1",
                "a.csv | 'text\nx' | no column 'body'",
            })
    void saysWhatIsWrongWithAFile(String name, String text, String words) {
        InvalidInputException e = assertThrows(InvalidInputException.class, () -> read(folder, name, text));
        assertTrue(e.getMessage().contains(words) && e.getMessage().contains(name), e.getMessage());
    }

    @Test
    void documentsAreGatheredByTheirUnit() throws IOException {
        Files.writeString(folder.resolve("a.csv"), "who,body\nann,one\nbob,two\nann,three\nbob, \n");
        Files.writeString(folder.resolve("a.jsonl"), """
                {"who": "ann", "body": "one"}
                {"who": "bob", "body": "two"}
                {"who": "ann", "body": "three"}
                """);
        Files.writeString(folder.resolve("a.txt"), "one<|endoftext|>two<|endoftext|>one");
        List<List<String>> byAuthor = List.of(List.of("one", "three"), List.of("two"));
        assertEquals(byAuthor, units("a.csv", "who"));
        assertEquals(byAuthor, units("a.jsonl", "who"));
        assertEquals(List.of(List.of("one"), List.of("two"), List.of("one")), units("a.txt", "document"));
        assertEquals(3, units("a.csv", "document").size());

        Files.writeString(folder.resolve("b.csv"), "who,body\n,one\n");
        Files.writeString(folder.resolve("b.jsonl"), "{\"body\": \"one\"}\n");
        refusesUnits("only be the document", "a.txt", "who");
        refusesUnits("no column 'author'. It has who, body", "a.csv", "author");
        refusesUnits("does not say in line 2 to which 'who'", "b.csv", "who");
        refusesUnits("does not say in line 1 to which 'who'", "b.jsonl", "who");
    }

    private List<List<String>> units(String file, String unit) {
        return List.copyOf(Documents.byUnit(FileAccess.PLAIN, folder.resolve(file), "body", unit));
    }

    private void refusesUnits(String why, String file, String unit) {
        String message = assertThrows(InvalidInputException.class, () -> units(file, unit))
                .getMessage();
        assertTrue(message.contains(why), message);
    }

    @Test
    void refusesWhatIsNotUtf8() throws IOException {
        Path file = Files.write(folder.resolve("latin.txt"), new byte[] {'a', (byte) 0xe9, 'b'});
        InvalidInputException e =
                assertThrows(InvalidInputException.class, () -> Documents.read(FileAccess.PLAIN, file, "text"));
        assertTrue(e.getMessage().contains("not in UTF-8"), e.getMessage());
    }

    private static List<String> read(Path folder, String name, String text) throws IOException {
        return Documents.read(FileAccess.PLAIN, Files.writeString(folder.resolve(name), text), "body");
    }
}
