package io.jenkins.plugins.llmos.runner;

import io.jenkins.plugins.llmos.runner.pipeline.Console;
import java.io.PrintStream;

/** Log lines only, for pipes and files. */
final class PlainConsole implements Console {
    private static final Progress UNSEEN = new Progress() {
        @Override
        public void show(String name, double fraction, String facts) {}

        @Override
        public boolean visible() {
            return false;
        }

        @Override
        public void close() {}
    };

    private final PrintStream out;

    PlainConsole(PrintStream out) {
        this.out = out;
    }

    @Override
    public synchronized void line(String text) {
        out.println(text);
        out.flush();
    }

    @Override
    public Progress progress() {
        return UNSEEN;
    }
}
