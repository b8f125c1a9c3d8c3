package io.jenkins.plugins.llmos.engine.privacy.attack;

import io.jenkins.plugins.llmos.engine.train.PrivacySpec;
import java.util.Map;

/**
 * What a model claims of its privacy.
 *
 * @param epsilon claimed, or, of a training without or with known noise, asked for; null of an ordinary model
 * @param delta likewise; 0 of an ordinary model
 * @param kept whether the training says that it keeps this; false without noise or with known noise, which tests ask for
 */
public record Claim(Double epsilon, double delta, boolean kept) {
    /** @param privacy of the training, null of an ordinary one */
    static Claim of(PrivacySpec privacy, Map<String, Object> result) {
        if (privacy == null) {
            return new Claim(null, 0, false);
        }
        boolean kept = privacy.isPrivate();
        Double epsilon = kept && result.get("epsilon") instanceof Number n ? n.doubleValue() : privacy.epsilon();
        return new Claim(epsilon, privacy.delta(), kept);
    }

    /** Whether a lower bound of ε refutes it. */
    boolean isRefutedBy(double bound) {
        return epsilon != null && bound > epsilon;
    }
}
