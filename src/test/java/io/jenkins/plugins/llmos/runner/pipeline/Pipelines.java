package io.jenkins.plugins.llmos.runner.pipeline;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/** Runs Jenkinsfiles as the command does, and keeps what they say. */
final class Pipelines {
    private final Path workspace;
    private final List<String> lines = new ArrayList<>();

    Pipelines(Path workspace) {
        this.workspace = workspace;
    }

    PipelineRun.Outcome run(String script) throws IOException {
        return run(script, Map.of());
    }

    PipelineRun.Outcome run(String script, Map<String, String> parameters) throws IOException {
        return run(options(script).withParameters(parameters));
    }

    RunOptions options(String script) throws IOException {
        Path file = workspace.resolve("test.Jenkinsfile");
        Files.writeString(file, script);
        return RunOptions.of(file, workspace).withPool(new PoolOptions(1, true, Map.of()));
    }

    PipelineRun.Outcome run(RunOptions options) {
        lines.clear();
        try (PipelineRun run = start(options)) {
            return run.execute();
        }
    }

    PipelineRun start(RunOptions options) {
        return new PipelineRun(options, console());
    }

    private Console console() {
        return new Console() {
            @Override
            public void line(String text) {
                synchronized (lines) {
                    lines.add(text);
                }
            }

            @Override
            public Progress progress() {
                return new Progress() {
                    @Override
                    public void show(String name, double fraction, String facts) {}

                    @Override
                    public boolean visible() {
                        return false;
                    }

                    @Override
                    public void close() {}
                };
            }
        };
    }

    List<String> lines() {
        synchronized (lines) {
            return List.copyOf(lines);
        }
    }

    String log() {
        return String.join("\n", lines());
    }

    /** Whether the lines occur in this order, others between them allowed. */
    boolean inOrder(String... wanted) {
        int next = 0;
        for (String line : lines()) {
            if (next < wanted.length && line.contains(wanted[next])) {
                next++;
            }
        }
        return next == wanted.length;
    }
}
