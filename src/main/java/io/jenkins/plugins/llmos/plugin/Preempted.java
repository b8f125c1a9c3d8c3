package io.jenkins.plugins.llmos.plugin;

import jenkins.model.CauseOfInterruption;

/**
 * Why a running body of {@code llmosSchedule} is interrupted: its devices go to another build, and it runs again when its
 * turn comes. A training so interrupted checkpoints and leaves instead of being ended.
 */
public final class Preempted extends CauseOfInterruption {
    private static final long serialVersionUID = 1L;

    private final String inFavourOf;
    private final String reason;

    /**
     * @param inFavourOf the build that gets the devices, as users know it
     * @param reason one clause on why the policy decided so
     */
    public Preempted(String inFavourOf, String reason) {
        this.inFavourOf = inFavourOf;
        this.reason = reason;
    }

    @Override
    public String getShortDescription() {
        return "Yields its devices to " + inFavourOf + " (" + reason + ")";
    }
}
