package io.jenkins.plugins.llmos.engine.registry;

import io.jenkins.plugins.llmos.engine.InvalidInputException;
import io.jenkins.plugins.llmos.engine.train.inspect.Gate;
import io.jenkins.plugins.llmos.engine.util.Arguments;
import java.util.Map;

/**
 * The arguments of {@code llmosDeploy}.
 *
 * @param model a folder, or a registered version as {@code NAME@WHICH}; null for a rollback
 * @param name under which the model is registered
 * @param stage that is to point at the version; null to register it alone
 * @param gate what the model must pass
 * @param rollback whether the stage goes back to the version before
 * @param key of an encrypted model, null if it is not
 */
public record DeployRequest(String model, String name, Stage stage, Gate gate, boolean rollback, String key) {
    private static final String STEP = "llmosDeploy";

    /**
     * Reads the arguments.
     *
     * @throws InvalidInputException if one is missing, unknown, of the wrong type, or does not go with another
     */
    public static DeployRequest from(Map<String, ?> arguments) {
        Arguments a = new Arguments(STEP, arguments);
        boolean rollback = a.flag("rollback", false);
        String name = a.requiredText("name", "'reviews'");
        ModelReference.requireName(name);
        Stage stage = a.has("stage") ? Stage.of(a.requiredText("stage", "'staging'")) : null;
        Gate gate = Gate.read(STEP, a.map("gate"));
        String model = rollback ? a.text("model").orElse(null) : a.requiredText("model", "'model'");
        String key = a.text("key").orElse(null);
        if (rollback && (model != null || !gate.rules().isEmpty() || key != null)) {
            throw new InvalidInputException(
                    STEP + " with 'rollback' goes back to a version that was deployed before; it"
                            + " takes 'name' and 'stage' alone.");
        }
        if (rollback && stage == null) {
            throw new InvalidInputException(
                    STEP + " with 'rollback' needs the argument 'stage', such as stage: 'production'.");
        }
        a.refuseUnknown();
        return new DeployRequest(model, name, stage, gate, rollback, key);
    }

    /**
     * The registered version that the request names.
     *
     * @throws InvalidInputException if it is of another name
     */
    public ModelReference reference() {
        ModelReference reference = ModelReference.read(model);
        if (!reference.name().equals(name)) {
            throw new InvalidInputException(STEP + "'s argument 'model' is the registered version " + reference
                    + ", which cannot be deployed as '" + name + "'. Give it the same name: name: '"
                    + reference.name() + "'.");
        }
        return reference;
    }
}
