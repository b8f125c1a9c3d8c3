package io.jenkins.plugins.llmos.runner.pipeline;

import java.util.List;

/**
 * Thrown out of the step that was running when its block was cancelled. A script may catch it; whoever cancelled the
 * block recognises it by {@link #reason()}.
 */
public final class Interruption extends InterruptedException {
    private static final long serialVersionUID = 1L;

    private final transient Reason reason;

    Interruption(Reason reason) {
        super(reason.message());
        this.reason = reason;
    }

    /** Why a block was cancelled. */
    enum Kind {
        /** The devices go to another job; the body runs again later. */
        PREEMPTED,
        /** The user ended the run; it can be resumed. */
        ENDED,
        /** A {@code timeout} ran out. */
        TIMED_OUT,
        /** Another branch of a {@code parallel} with {@code failFast} failed. */
        FAILED_FAST;

        /** Whether a training should keep what it has reached. */
        boolean keepsProgress() {
            return this == PREEMPTED || this == ENDED;
        }
    }

    /** One cancellation; all strands it reaches share it, and it is told from others by identity. */
    static final class Reason {
        private final Kind kind;
        private final String message;

        Reason(Kind kind, String message) {
            this.kind = kind;
            this.message = message;
        }

        Kind kind() {
            return kind;
        }

        String message() {
            return message;
        }
    }

    Reason reason() {
        return reason;
    }

    /** The build result that this asks for. */
    public String getResult() {
        return "ABORTED";
    }

    /** What a script sees of the reasons. */
    public List<CauseOfInterruption> getCauses() {
        return List.of(new CauseOfInterruption(reason.message()));
    }

    /** Finds the interruption in an exception's chain of causes, also when a script wrapped it. */
    static Interruption in(Throwable thrown) {
        int depth = 0;
        for (Throwable t = thrown; t != null && depth < 50; t = t.getCause(), depth++) {
            if (t instanceof Interruption i) {
                return i;
            }
        }
        return null;
    }

    /**
     * A reason as scripts read it.
     *
     * @param shortDescription one sentence
     */
    public record CauseOfInterruption(String shortDescription) {
        /** The property's name in Jenkins. */
        public String getShortDescription() {
            return shortDescription;
        }

        @Override
        public String toString() {
            return shortDescription;
        }
    }
}
