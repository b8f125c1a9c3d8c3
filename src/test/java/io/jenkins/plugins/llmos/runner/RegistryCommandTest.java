package io.jenkins.plugins.llmos.runner;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.jenkins.plugins.llmos.engine.train.BenchmarkModels;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import picocli.CommandLine;

class RegistryCommandTest {
    @TempDir
    private Path folder;

    private StringWriter out;
    private StringWriter err;

    private int run(String command, String... arguments) {
        out = new StringWriter();
        err = new StringWriter();
        String[] all = new String[arguments.length + 4];
        all[0] = "registry";
        all[1] = command;
        System.arraycopy(arguments, 0, all, 2, arguments.length);
        all[all.length - 2] = "--registry";
        all[all.length - 1] = folder.resolve("registry").toString();
        CommandLine line = Main.commandLine().setOut(new PrintWriter(out, true)).setErr(new PrintWriter(err, true));
        return line.execute(all);
    }

    private void says(int status, String words, String command, String... arguments) {
        assertEquals(status, run(command, arguments), () -> out + "" + err);
        assertTrue((out + "" + err).contains(words), () -> out + "" + err);
    }

    @Test
    void deploysShowsRollsBackAndVerifies() throws Exception {
        String one = BenchmarkModels.writeRows(folder.resolve("one"), 2, 4).toString();
        String other = BenchmarkModels.writeRows(folder.resolve("other"), 2, 8).toString();
        says(0, "is empty", "list");
        says(0, "rows@1 (", "deploy", one, "--name", "rows", "--stage", "production");
        says(1, "accuracy >= 0.9 cannot be checked", "deploy", other, "--name=rows", "--gate=accuracy >= 0.9");
        says(2, "write it like --gate 'accuracy >= 0.9'", "deploy", other, "--name=rows", "--gate=accuracy");
        says(0, "where 1 was", "deploy", other, "--name=rows", "--stage=production");
        says(0, "production", "list");
        says(0, "\"stages\"", "list", "rows", "--json");
        says(0, "production: version 2", "show", "rows");
        says(0, "model.safetensors", "show", "rows@2");
        says(0, "rows@1", "rollback", "rows", "production");
        says(2, "no version before 1", "rollback", "rows", "production");
        says(0, "2 versions, all as registered.", "verify");
        Path file = folder.resolve("registry/rows/versions/2/model/model.safetensors");
        Files.delete(file);
        says(1, "model.safetensors is missing", "verify", "rows");
    }
}
