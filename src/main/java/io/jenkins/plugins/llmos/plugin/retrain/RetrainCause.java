package io.jenkins.plugins.llmos.plugin.retrain;

import hudson.model.Cause;
import io.jenkins.plugins.llmos.plugin.EngineTexts;
import io.jenkins.plugins.llmos.plugin.Texts;
import java.util.ArrayList;
import java.util.List;

/** Why a build trains again. */
public final class RetrainCause extends Cause {
    private final ArrayList<String> reasons;

    RetrainCause(List<String> reasons) {
        this.reasons = new ArrayList<>(reasons);
    }

    /** A clause each. */
    public List<String> getReasons() {
        return List.copyOf(reasons);
    }

    @Override
    public String getShortDescription() {
        return Texts.of("retrain.cause", String.join("; ", EngineTexts.of(reasons)));
    }
}
