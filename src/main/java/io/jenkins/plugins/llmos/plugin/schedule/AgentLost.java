package io.jenkins.plugins.llmos.plugin.schedule;

import io.jenkins.plugins.llmos.plugin.EngineTexts;
import jenkins.model.CauseOfInterruption;

/** Why a body of {@code llmosSchedule} is ended whose agent does not come back. It runs again elsewhere. */
public final class AgentLost extends CauseOfInterruption {
    private static final long serialVersionUID = 1L;

    private final String description;

    AgentLost(String description) {
        this.description = description;
    }

    @Override
    public String getShortDescription() {
        return EngineTexts.of(description);
    }
}
