package io.jenkins.plugins.llmos.engine.privacy.access;

import java.util.EnumSet;
import java.util.Set;

/** What somebody does with a model or with data. */
public enum Use {
    /** Trains a model, on data that may be sensitive and into a model that may be. */
    TRAIN,
    /** Makes data or a model readable that is encrypted, or gives it another key. */
    READ,
    /** Encrypts data or a model: takes no one's secret, so it needs no right but that to the key. */
    ENCRYPT,
    /** Points a stage at another version of a model, or back. */
    DEPLOY,
    /** Sets or changes a data set's privacy budget. */
    SET_BUDGET;

    /**
     * The rule: which rights a use needs. Training needs {@code Train}, reading {@code UseModel}, budgets {@code
     * ManageBudgets}, moving a stage {@code Deploy}; whatever touches something restricted needs {@code UseRestricted} besides, except to encrypt it.
     *
     * @param sensitivity of the most sensitive thing used
     */
    public Set<Right> needs(Sensitivity sensitivity) {
        EnumSet<Right> rights = EnumSet.noneOf(Right.class);
        switch (this) {
            case TRAIN -> rights.add(Right.TRAIN);
            case READ -> {
                // What is public may be read by anyone who has the key.
                if (sensitivity != Sensitivity.PUBLIC) {
                    rights.add(Right.USE_MODEL);
                }
            }
            case DEPLOY -> rights.add(Right.DEPLOY);
            case SET_BUDGET -> rights.add(Right.MANAGE_BUDGETS);
            case ENCRYPT -> {}
        }
        if (sensitivity == Sensitivity.RESTRICTED && (this == TRAIN || this == READ)) {
            rights.add(Right.USE_RESTRICTED);
        }
        return rights;
    }
}
