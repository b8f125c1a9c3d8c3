package io.jenkins.plugins.llmos.plugin;

import java.util.Optional;
import jenkins.model.CauseOfInterruption;
import org.jenkinsci.plugins.workflow.steps.FlowInterruptedException;

/**
 * Why a running body of {@code llmosSchedule} is interrupted: its devices go to another build, and it runs again when its
 * turn comes. A training so interrupted checkpoints and leaves instead of being ended.
 */
public final class Preempted extends CauseOfInterruption {
    private static final long serialVersionUID = 1L;

    private final String inFavourOf;
    private final String policy;

    /**
     * @param inFavourOf the build that gets the devices, as users know it
     * @param policy name of the policy that decided so
     */
    public Preempted(String inFavourOf, String policy) {
        this.inFavourOf = inFavourOf;
        this.policy = policy;
    }

    /** The preemption among the causes of an interruption. */
    static Optional<Preempted> in(FlowInterruptedException interruption) {
        return interruption.getCauses().stream()
                .filter(Preempted.class::isInstance)
                .map(Preempted.class::cast)
                .findFirst();
    }

    @Override
    public String getShortDescription() {
        return Texts.of("yield.cause", inFavourOf, Texts.policy(policy));
    }
}
