package io.jenkins.plugins.llmos.runner.pipeline;

import static io.jenkins.plugins.llmos.runner.pipeline.StepDefinition.plain;

import java.io.IOException;
import java.nio.charset.Charset;
import java.nio.charset.IllegalCharsetNameException;
import java.nio.charset.StandardCharsets;
import java.nio.charset.UnsupportedCharsetException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.Base64;
import java.util.List;

/** Steps that read, write and remove files of the workspace. */
final class FileSteps {
    private FileSteps() {}

    static List<StepDefinition> all() {
        return List.of(
                plain("readFile", List.of("file", "encoding"), FileSteps::read).onNode(),
                plain("writeFile", List.of("file", "text", "encoding"), FileSteps::write)
                        .onNode(),
                plain("fileExists", List.of("file"), c -> Files.exists(c.path(c.required("file"))))
                        .onNode(),
                plain("pwd", List.of("tmp"), FileSteps::pwd).onNode(),
                plain("deleteDir", List.of(), FileSteps::deleteDir).onNode(),
                new StepDefinition("cleanWs", null, null, StepDefinition.Body.NONE, true, FileSteps::cleanWorkspace),
                plain("isUnix", List.of(), c -> java.io.File.separatorChar == '/')
                        .onNode());
    }

    private static Object read(StepCall call) throws IOException {
        Path file = call.path(call.required("file"));
        try {
            String encoding = call.text("encoding", "UTF-8");
            if (encoding.equals("Base64")) {
                return Base64.getEncoder().encodeToString(Files.readAllBytes(file));
            }
            return new String(Files.readAllBytes(file), charset(encoding));
        } catch (NoSuchFileException e) {
            throw new StepFailure("readFile found no file " + file + ".", e);
        }
    }

    private static Object write(StepCall call) throws IOException {
        Path file = call.path(call.required("file"));
        String text = call.required("text");
        String encoding = call.text("encoding", "UTF-8");
        byte[] bytes = encoding.equals("Base64") ? Base64.getDecoder().decode(text) : text.getBytes(charset(encoding));
        if (file.getParent() != null) {
            Files.createDirectories(file.getParent());
        }
        Files.write(file, bytes);
        return null;
    }

    static Charset charset(String name) throws StepFailure {
        try {
            return name == null ? StandardCharsets.UTF_8 : Charset.forName(name);
        } catch (IllegalCharsetNameException | UnsupportedCharsetException e) {
            throw new StepFailure("The encoding '" + name + "' is not known; the usual one is UTF-8.", e);
        }
    }

    private static Object pwd(StepCall call) throws IOException {
        if (call.flag("tmp")) {
            return Files.createDirectories(call.build().folder().temporary()).toString();
        }
        return call.folder().toString();
    }

    /** In Jenkins a workspace belongs to the job; here it is the user's own checkout, so not all of it may go. */
    private static Object deleteDir(StepCall call) throws IOException {
        Path folder = call.folder();
        Path workspace = call.build().workspace();
        Path temporary = call.build().folder().temporary();
        boolean below = folder.startsWith(workspace) && !folder.equals(workspace);
        boolean holdsRuns = call.build().folder().path().startsWith(folder);
        if (folder.startsWith(temporary) || (below && !holdsRuns)) {
            FileTrees.delete(folder);
        } else {
            call.log("Note: deleteDir leaves " + folder
                    + " alone: here the workspace is your own checkout. Folders inside of it are deleted.");
        }
        return null;
    }

    private static Object cleanWorkspace(StepCall call) {
        call.log("Note: cleanWs leaves " + call.build().workspace()
                + " alone: here the workspace is your own checkout.");
        return null;
    }
}
