package io.jenkins.plugins.llmos.engine.privacy.ledger;

import java.time.Instant;

/**
 * That the ledger's file was mended.
 *
 * @param what a sentence
 */
public record Repair(Instant time, String what) {
    @Override
    public String toString() {
        return time + ": " + what;
    }
}
