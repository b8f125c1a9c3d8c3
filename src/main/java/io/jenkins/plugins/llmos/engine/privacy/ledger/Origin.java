package io.jenkins.plugins.llmos.engine.privacy.ledger;

/**
 * Who writes to a ledger, and for which build.
 *
 * @param who a user
 * @param build for people, such as {@code reviews #12}; empty outside of builds
 * @param run what tells this build from every other, also from one of the same number that was deleted; empty outside of
 *     builds
 */
public record Origin(String who, String build, String run) {
    /** Of a user outside of any build. */
    public static Origin of(String who) {
        return new Origin(who, "", "");
    }
}
