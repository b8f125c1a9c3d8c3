package io.jenkins.plugins.llmos.engine.train;

/** Exit codes of the trainer process; those from {@code sysexits.h} keep its meaning. */
public final class ExitCode {
    public static final int DONE = 0;
    /** {@code EX_USAGE}: the specification is wrong. */
    public static final int BAD_ARGUMENTS = 64;
    /** {@code EX_DATAERR}: the data are wrong. */
    public static final int BAD_DATA = 65;
    /** {@code EX_UNAVAILABLE}: a native library is missing. */
    public static final int MISSING_LIBRARY = 69;
    /** {@code EX_SOFTWARE}: a fault of ours. */
    public static final int FAULT = 70;
    /** {@code EX_TEMPFAIL}: asked to leave; go on later. */
    public static final int YIELDED = 75;

    private ExitCode() {}
}
