package io.jenkins.plugins.llmos.runner.pipeline;

/** Where a run's log lines go. Safe for use by many threads. */
public interface Console {
    /** Writes one line. */
    void line(String text);

    /** A place for the progress of one piece of work, shown until it is closed. */
    Progress progress();

    /** The progress of one piece of work. */
    interface Progress extends AutoCloseable {
        /**
         * Shows how far it is.
         *
         * @param name of the work
         * @param fraction done, 0 to 1, or NaN when unknown
         * @param facts such as the loss and the time left
         */
        void show(String name, double fraction, String facts);

        /** Whether {@link #show} is seen by anybody; otherwise lines must tell the progress. */
        boolean visible();

        @Override
        void close();
    }
}
