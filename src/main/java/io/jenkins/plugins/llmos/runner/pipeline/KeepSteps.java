package io.jenkins.plugins.llmos.runner.pipeline;

import static io.jenkins.plugins.llmos.runner.pipeline.StepDefinition.plain;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/** Steps that keep files: archived with the run, or stashed for a later stage. */
final class KeepSteps {
    private static final List<String> ARCHIVE = List.of(
            "artifacts",
            "excludes",
            "allowEmptyArchive",
            "onlyIfSuccessful",
            "fingerprint",
            "defaultExcludes",
            "caseSensitive",
            "followSymlinks");

    private KeepSteps() {}

    static List<StepDefinition> all() {
        return List.of(
                plain("archiveArtifacts", ARCHIVE, KeepSteps::archive).onNode(),
                plain(
                                "stash",
                                List.of("name", "includes", "excludes", "useDefaultExcludes", "allowEmpty"),
                                KeepSteps::stash)
                        .onNode(),
                plain("unstash", List.of("name"), KeepSteps::unstash).onNode());
    }

    private static Object archive(StepCall call) throws IOException {
        if (call.flag("onlyIfSuccessful") && call.build().currentBuild().resultSoFar() != Result.SUCCESS) {
            call.log("archiveArtifacts keeps nothing, because the build is not a success.");
            return null;
        }
        String includes = call.required("artifacts");
        List<Path> files = find(call, includes, call.arguments().flag("defaultExcludes", true));
        if (files.isEmpty()) {
            String nothing = "archiveArtifacts found no file that matches '" + includes + "'.";
            if (!call.flag("allowEmptyArchive")) {
                throw new StepFailure(nothing + " To allow that: allowEmptyArchive: true.");
            }
            call.log(nothing);
        }
        Path archive = call.build().folder().archive();
        FileTrees.copy(call.folder(), files, archive);
        call.log("Archived " + count(files) + " in " + archive);
        return null;
    }

    private static Object stash(StepCall call) throws IOException {
        String name = call.required("name");
        String includes = call.text("includes", "**");
        List<Path> files = find(
                call, includes.isBlank() ? "**" : includes, call.arguments().flag("useDefaultExcludes", true));
        if (files.isEmpty() && !call.flag("allowEmpty")) {
            throw new StepFailure("stash '" + name + "' found no file that matches '" + includes
                    + "'. To allow that: allowEmpty: true.");
        }
        Path stash = call.build().folder().stash(name);
        FileTrees.delete(stash);
        Files.createDirectories(stash);
        FileTrees.copy(call.folder(), files, stash);
        call.log("Stashed " + count(files) + " as '" + name + "'");
        return null;
    }

    private static Object unstash(StepCall call) throws IOException {
        String name = call.required("name");
        Path stash = call.build().folder().stash(name);
        if (!Files.isDirectory(stash)) {
            throw new StepFailure("There is no stash '" + name + "' to unstash; stash it first in this run.");
        }
        FileTrees.copy(stash, FileTrees.find(stash, "**", null, false, null), call.folder());
        return null;
    }

    private static List<Path> find(StepCall call, String includes, boolean defaultExcludes) throws IOException {
        return FileTrees.find(
                call.folder(),
                includes,
                call.text("excludes", null),
                defaultExcludes,
                call.build().folder().all());
    }

    private static String count(List<Path> files) {
        return files.size() + (files.size() == 1 ? " file" : " files");
    }
}
