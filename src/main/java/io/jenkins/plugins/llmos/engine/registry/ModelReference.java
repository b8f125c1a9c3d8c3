package io.jenkins.plugins.llmos.engine.registry;

import io.jenkins.plugins.llmos.engine.InvalidInputException;
import java.util.regex.Pattern;

/**
 * Names a version of a registered model: {@code NAME@production}, {@code NAME@3}, or {@code NAME@} and the first digits of
 * the version's hash, at least eight.
 *
 * @param name of the model
 * @param which a stage, a number or the beginning of a hash
 */
public record ModelReference(String name, String which) {
    private static final Pattern NAME = Pattern.compile("[A-Za-z0-9][A-Za-z0-9._-]{0,62}");
    private static final Pattern NUMBER = Pattern.compile("[1-9][0-9]{0,6}");
    private static final Pattern HASH = Pattern.compile("[0-9a-f]{8,64}");

    /** @throws InvalidInputException if it is none */
    public ModelReference {
        requireName(name);
        if (!Stage.texts().contains(which)
                && !NUMBER.matcher(which).matches()
                && !HASH.matcher(which).matches()) {
            throw new InvalidInputException(
                    "'" + name + "@" + which + "' names no version of a model. Behind the @ stands "
                            + String.join(" or ", Stage.texts())
                            + ", a version's number, or at least the first eight digits of its hash.");
        }
    }

    /** Whether a text is meant to be a reference rather than a folder. */
    public static boolean isMeant(String text) {
        int at = text.lastIndexOf('@');
        return at > 0 && NAME.matcher(text.substring(0, at)).matches();
    }

    /**
     * Reads {@code NAME@WHICH}.
     *
     * @throws InvalidInputException if it is none
     */
    public static ModelReference read(String text) {
        int at = text.lastIndexOf('@');
        if (at < 0) {
            throw new InvalidInputException("'" + text + "' names no version of a model. Write it like " + text
                    + "@production or " + text + "@3.");
        }
        return new ModelReference(text.substring(0, at), text.substring(at + 1));
    }

    /** @throws InvalidInputException if models cannot have this name */
    public static void requireName(String name) {
        if (!NAME.matcher(name).matches()) {
            throw new InvalidInputException("A model cannot be named '" + name
                    + "'. Names have up to 63 letters, digits, dots, dashes and underscores, and begin with a letter or a"
                    + " digit.");
        }
    }

    boolean isStage() {
        return Stage.texts().contains(which);
    }

    boolean isNumber() {
        return NUMBER.matcher(which).matches();
    }

    @Override
    public String toString() {
        return name + "@" + which;
    }
}
