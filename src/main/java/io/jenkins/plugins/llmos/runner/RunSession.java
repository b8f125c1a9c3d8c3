package io.jenkins.plugins.llmos.runner;

import io.jenkins.plugins.llmos.runner.pipeline.Console;
import io.jenkins.plugins.llmos.runner.pipeline.PipelineRun;
import io.jenkins.plugins.llmos.runner.pipeline.Result;
import java.io.IOException;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Function;

/** A run in front of a user: its console, its signals, its summary and its exit status. */
final class RunSession {
    private final String command;

    /** @param command what to type again to go on */
    RunSession(String command) {
        this.command = command;
    }

    int run(Function<Console, PipelineRun> making) {
        Console console = Terminal.console(System.out);
        try (PipelineRun run = making.apply(console)) {
            AtomicInteger asked = new AtomicInteger();
            Signals.on(List.of("INT", "TERM", "HUP"), () -> {
                if (asked.incrementAndGet() == 1) {
                    console.line("Ending: trainings keep what they have reached. Once more ends them at once.");
                    run.end();
                } else {
                    run.kill();
                    console.line("Ended at once. " + hint(run));
                    Runtime.getRuntime().halt(Main.FAILED);
                }
            });
            PipelineRun.Outcome outcome = run.execute();
            new RunSummary(run, outcome).show(console);
            report(run, outcome, console);
            if (outcome.resumable()) {
                console.line(hint(run));
            }
            if (outcome.wrongUsage()) {
                return Main.USAGE;
            }
            return outcome.result() == Result.SUCCESS ? Main.SUCCESS : Main.FAILED;
        }
    }

    private static void report(PipelineRun run, PipelineRun.Outcome outcome, Console console) {
        try {
            console.line("Report: " + new RunReport(run, outcome).write());
        } catch (IOException e) {
            console.line("The report cannot be written: " + e.getMessage());
        }
    }

    private String hint(PipelineRun run) {
        return "Go on with: " + command + " --resume " + run.folder().number();
    }
}
