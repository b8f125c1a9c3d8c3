package io.jenkins.plugins.llmos.engine.privacy.encryption;

import java.io.IOException;
import java.nio.file.Path;

/** An encrypted file is not what was written, or not readable with this key; the message says so in a sentence. */
final class TamperedException extends IOException {
    private static final long serialVersionUID = 1L;

    TamperedException(Path file, String how) {
        super("the encrypted file " + file + " " + how);
    }

    static TamperedException content(Path file, Exception cause) {
        TamperedException e = new TamperedException(
                file, "was changed or cut since it was encrypted; take it from where it was copied again");
        e.initCause(cause);
        return e;
    }
}
