package io.jenkins.plugins.llmos.runner;

import io.jenkins.plugins.llmos.runner.pipeline.Console;
import java.io.PrintStream;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.function.IntSupplier;

/** Log lines that scroll, and below them one live bar for each piece of work under way. */
final class TerminalConsole implements Console {
    private static final long REDRAW_NANOS = 100_000_000;
    private static final String ERASE_LINE = "\u001b[2K";
    private static final String UP = "\u001b[1A";

    private final PrintStream out;
    private final IntSupplier columns;
    private final List<Bar> bars = new ArrayList<>();
    private int drawn;
    private long lastDrawn;

    /** @param columns asked for the terminal's width at every drawing */
    TerminalConsole(PrintStream out, IntSupplier columns) {
        this.out = out;
        this.columns = columns;
    }

    @Override
    public synchronized void line(String text) {
        StringBuilder s = new StringBuilder();
        erase(s);
        s.append(text).append('\n');
        draw(s);
    }

    @Override
    public Progress progress() {
        return new Bar();
    }

    private void erase(StringBuilder s) {
        for (int i = 0; i < drawn; i++) {
            s.append(UP).append(ERASE_LINE);
        }
        drawn = 0;
    }

    private void draw(StringBuilder s) {
        int width = Math.max(20, columns.getAsInt());
        for (Bar b : bars) {
            s.append(b.text(width)).append('\n');
        }
        drawn = bars.size();
        lastDrawn = System.nanoTime();
        out.print(s);
        out.flush();
    }

    private synchronized void redraw(boolean now) {
        if (!now && System.nanoTime() - lastDrawn < REDRAW_NANOS) {
            return;
        }
        StringBuilder s = new StringBuilder();
        erase(s);
        draw(s);
    }

    private final class Bar implements Progress {
        private String name = "";
        private double fraction = Double.NaN;
        private String facts = "";

        @Override
        public void show(String what, double done, String told) {
            synchronized (TerminalConsole.this) {
                name = what;
                fraction = done;
                facts = told;
                boolean first = !bars.contains(this);
                if (first) {
                    bars.add(this);
                }
                redraw(first);
            }
        }

        @Override
        public boolean visible() {
            return true;
        }

        @Override
        public void close() {
            synchronized (TerminalConsole.this) {
                if (bars.remove(this)) {
                    redraw(true);
                }
            }
        }

        private String text(int width) {
            int cells = width >= 100 ? 24 : width >= 60 ? 12 : 0;
            StringBuilder s = new StringBuilder(name).append(' ');
            if (cells > 0 && Double.isFinite(fraction)) {
                int full = (int) Math.round(cells * Math.max(0, Math.min(1, fraction)));
                s.append('[')
                        .append("#".repeat(full))
                        .append(".".repeat(cells - full))
                        .append("] ");
            }
            if (Double.isFinite(fraction)) {
                s.append(String.format(Locale.ROOT, "%3.0f %% ", 100 * fraction));
            }
            s.append(facts);
            // The last column stays free: terminals differ in what they do after writing there.
            return s.length() < width ? s.toString() : s.substring(0, width - 1);
        }
    }
}
