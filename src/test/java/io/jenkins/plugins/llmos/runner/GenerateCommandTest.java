package io.jenkins.plugins.llmos.runner;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import picocli.CommandLine;

/** {@code llmos generate}, with a model that {@code llmos train} made. */
class GenerateCommandTest {
    @TempDir
    private static Path folder;

    private final StringWriter out = new StringWriter();
    private final StringWriter err = new StringWriter();

    @BeforeAll
    static void train() throws Exception {
        Path data = Files.writeString(folder.resolve("verse.txt"), "one two three four five six\n".repeat(60));
        int exit = Main.commandLine()
                .execute(
                        "train",
                        "--data=" + data,
                        "--layers=1",
                        "--heads=2",
                        "--width=8",
                        "--context=8",
                        "--vocabulary=280",
                        "--epochs=1",
                        "--output=" + folder.resolve("model"));
        assertEquals(0, exit);
    }

    @Test
    void printsTheSameTextForTheSameSeed() {
        String[] arguments = {
            "--prompt", "one", "--max-tokens", "20", "--temperature", "0.9", "--top-k", "50", "--top-p", "0.95"
        };
        String one = generated(arguments);

        assertEquals(one, generated(arguments));
        assertNotEquals(
                one,
                generated(Stream.concat(Arrays.stream(arguments), Stream.of("--seed", "1"))
                        .toArray(String[]::new)));
        assertTrue(err.toString().contains("20 tokens, "), err.toString());
    }

    private String generated(String... arguments) {
        out.getBuffer().setLength(0);
        assertEquals(0, run(arguments), err::toString);
        return out.toString();
    }

    @Test
    void saysWhatIsWrong() {
        refuses("temperature is -1.0", "--temperature", "-1");
        refuses("--max-tokens is 0", "--max-tokens", "0");
        refuses("top-p is 2.0", "--top-p", "2");
        refuses("at most 8", "--prompt", "three ".repeat(30));
    }

    private void refuses(String words, String... arguments) {
        err.getBuffer().setLength(0);
        assertEquals(2, run(arguments));
        assertTrue(err.toString().contains(words), err.toString());
    }

    private int run(String... arguments) {
        String[] all = Stream.concat(
                        Stream.of("generate", "--model", folder.resolve("model").toString()), Arrays.stream(arguments))
                .toArray(String[]::new);
        CommandLine line = Main.commandLine().setOut(new PrintWriter(out, true)).setErr(new PrintWriter(err, true));
        return line.execute(all);
    }
}
