package hudson.model;

import java.io.Serializable;

public final class Result implements Serializable {
    public static final Result ABORTED = null;

    private Result() {}

    public static Result fromString(String s) {
        throw new UnsupportedOperationException();
    }
}
