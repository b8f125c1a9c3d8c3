package io.jenkins.plugins.llmos.engine.privacy.access;

/** What a user may be allowed. */
public enum Right {
    /** To train models. */
    TRAIN("Train"),
    /** To use trained models. */
    USE_MODEL("UseModel"),
    /** To use models and data that are restricted. */
    USE_RESTRICTED("UseRestricted"),
    /** To decide which version of a model is in staging and in production. */
    DEPLOY("Deploy"),
    /** To set the privacy budgets of data sets. */
    MANAGE_BUDGETS("ManageBudgets");

    private final String text;

    Right(String text) {
        this.text = text;
    }

    /** The name that administrators know it by. */
    public String text() {
        return text;
    }
}
