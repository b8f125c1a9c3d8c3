package io.jenkins.plugins.llmos.runner;

import io.jenkins.plugins.llmos.runner.pipeline.Console;
import java.io.File;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.util.concurrent.TimeUnit;

/** Whether somebody watches, and how wide their window is. */
final class Terminal {
    private static final long ASK_NANOS = TimeUnit.SECONDS.toNanos(2);

    private int columns = 80;
    private long asked;

    private Terminal() {}

    /**
     * A console on an output. The launcher tells by the property {@code llmos.terminal} whether it is a terminal, since
     * Java itself cannot tell of the output alone.
     */
    static Console console(PrintStream out) {
        boolean terminal = Boolean.getBoolean("llmos.terminal");
        String kind = System.getenv("TERM");
        if (!terminal || kind == null || kind.equals("dumb")) {
            return new PlainConsole(out);
        }
        return new TerminalConsole(out, new Terminal()::columns);
    }

    /** Asked again from time to time, because windows are resized. */
    private synchronized int columns() {
        long now = System.nanoTime();
        if (asked != 0 && now - asked < ASK_NANOS) {
            return columns;
        }
        asked = now;
        try {
            Process stty = new ProcessBuilder("stty", "size")
                    .redirectInput(new File("/dev/tty"))
                    .redirectError(ProcessBuilder.Redirect.DISCARD)
                    .start();
            String size = new String(stty.getInputStream().readAllBytes(), StandardCharsets.US_ASCII).strip();
            if (size.matches("\\d+ [1-9]\\d*")) {
                columns = Integer.parseInt(size.substring(size.indexOf(' ') + 1));
            }
        } catch (IOException e) {
            // No terminal to ask: the usual width is kept.
            return columns;
        }
        return columns;
    }
}
