package io.jenkins.plugins.llmos.engine.retrain;

import io.jenkins.plugins.llmos.engine.privacy.access.Sensitivity;
import io.jenkins.plugins.llmos.engine.train.ModelCard;
import io.jenkins.plugins.llmos.engine.train.data.DataProfile;
import java.time.Instant;

/**
 * What is known of the model that there is, and of the data it was trained on.
 *
 * @param created when it was trained
 * @param fingerprint of the data; null if it is not known
 * @param rows of the data; -1 if it is not known
 * @param profile of the data; null if none was kept
 * @param withheld why there is no profile, a clause; empty if there is one
 */
public record Baseline(Instant created, String fingerprint, long rows, DataProfile profile, String withheld) {
    /**
     * From a model's card.
     *
     * @param profile that lies beside it, null if none does
     */
    public static Baseline of(ModelCard card, DataProfile profile) {
        if (card.spec().privacy() != null) {
            return without(card, "its training was private, so nothing of how its data are distributed was kept");
        }
        if (card.spec().key() != null) {
            return without(card, "its data were encrypted, so nothing of how they are distributed was kept");
        }
        if (Sensitivity.of(card.spec().sensitivity()) == Sensitivity.RESTRICTED) {
            return without(card, "the model is restricted, so nothing of how its data are distributed was kept");
        }
        if (profile == null) {
            return without(card, "no profile of its data was kept with it (it was trained by an earlier version)");
        }
        return new Baseline(card.created(), card.fingerprint(), profile.rows(), profile, "");
    }

    private static Baseline without(ModelCard card, String why) {
        return new Baseline(card.created(), card.fingerprint(), -1, null, why);
    }
}
