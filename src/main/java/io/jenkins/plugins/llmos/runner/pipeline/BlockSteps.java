package io.jenkins.plugins.llmos.runner.pipeline;

import static io.jenkins.plugins.llmos.runner.pipeline.StepDefinition.around;
import static io.jenkins.plugins.llmos.runner.pipeline.StepDefinition.plain;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** Steps that give their block a place: a stage, a workspace, a folder, variables. */
final class BlockSteps {
    private BlockSteps() {}

    static List<StepDefinition> all() {
        return List.of(
                around("node", List.of("label"), c -> c.body(onNode(c.build(), c.context()))),
                around("stage", List.of("name", "concurrency"), BlockSteps::stage)
                        .bodyOptional(),
                around("dir", List.of("path"), BlockSteps::dir).onNode(),
                around("ws", List.of("dir"), BlockSteps::workspace).onNode(),
                around("withEnv", List.of("overrides"), BlockSteps::withEnv),
                around("script", List.of(), c -> c.body(c.context().block())),
                around(
                        "ansiColor",
                        List.of("colorMapName"),
                        c -> c.body(c.context().block())),
                plain("checkout", List.of("scm"), c -> present(c, "checkout"))
                        .onNode()
                        .positional("scm"),
                new StepDefinition("git", "url", null, StepDefinition.Body.NONE, true, c -> present(c, "git")));
    }

    /** Inside of {@code node}: the workspace is this very folder, whatever the label. */
    static Context onNode(Build build, Context context) {
        return context.inFolder(build.workspace());
    }

    private static Object stage(StepCall call) throws Exception {
        String name = call.required("name");
        if (!call.hasBody()) {
            call.log("Note: stage '" + name + "' without a block is obsolete; it is only a heading here.");
            return null;
        }
        return call.body(enterStage(call.build(), call.context(), name));
    }

    static Context enterStage(Build build, Context context, String name) {
        build.log(context, "--- stage '" + name + "'");
        return context.inStage(name);
    }

    private static Object dir(StepCall call) throws Exception {
        Path folder = call.path(call.required("path"));
        return call.body(call.context().inFolder(folder));
    }

    private static Object workspace(StepCall call) throws Exception {
        Path folder = call.build()
                .folder()
                .temporary()
                .resolve("ws")
                .resolve(call.required("dir"))
                .normalize();
        Files.createDirectories(folder);
        return call.body(call.context().inFolder(folder));
    }

    private static Object withEnv(StepCall call) throws Exception {
        Map<String, String> assignments = new LinkedHashMap<>();
        for (Object o : call.list("overrides")) {
            String text = String.valueOf(o);
            int equals = text.indexOf('=');
            if (equals < 1) {
                throw new StepFailure("withEnv takes assignments such as 'NAME=value'; '" + text + "' is not one.");
            }
            assignments.put(text.substring(0, equals), text.substring(equals + 1));
        }
        return call.body(
                call.context().withEnvironment(call.build().environment().resolve(assignments)));
    }

    private static Object present(StepCall call, String step) {
        call.build()
                .noteOnce(
                        call.context(),
                        "Note: " + step + " does nothing here, because the workspace "
                                + call.build().workspace() + " is the checkout.");
        return Map.of();
    }
}
