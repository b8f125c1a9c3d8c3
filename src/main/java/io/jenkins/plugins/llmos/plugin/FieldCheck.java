package io.jenkins.plugins.llmos.plugin;

import hudson.model.Failure;
import hudson.util.FormValidation;
import io.jenkins.plugins.llmos.engine.InvalidInputException;
import io.jenkins.plugins.llmos.engine.util.Arguments;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.regex.Pattern;

/**
 * Checks fields of a form as they are filled in: the engine reads the value of one among arguments that are right, so
 * that it can only complain of that one.
 */
public final class FieldCheck {
    private static final Pattern WHOLE = Pattern.compile("[-+]?\\d{1,10}");

    private final Reader reader;
    private final Map<String, Object> right;

    /** Reads arguments; throws an {@link InvalidInputException} if something is wrong with them. */
    public interface Reader {
        void read(Map<String, Object> arguments);
    }

    /** @param right the arguments that cannot be missing, each with a value that is right */
    public FieldCheck(Reader reader, Map<String, ?> right) {
        this.reader = reader;
        this.right = new LinkedHashMap<>(right);
    }

    /** The check among other fields of the form too; what is blank there counts as left out. */
    FieldCheck with(String name, String value) {
        Map<String, Object> more = new LinkedHashMap<>(right);
        if (isBlank(value)) {
            more.remove(name);
        } else {
            more.put(name, value.strip());
        }
        return new FieldCheck(reader, more);
    }

    /** What the engine says of a value; of a blank one, whether it may be left out. */
    public FormValidation of(String name, String value) {
        return of(() -> reader.read(with(name, value).right));
    }

    /** What the engine says of the arguments that are taken for right; null if they are. */
    String problem() {
        try {
            reader.read(right);
            return null;
        } catch (InvalidInputException e) {
            return e.getMessage();
        }
    }

    /**
     * Reads arguments among those that are right.
     *
     * @throws InvalidInputException if something is wrong with them
     */
    public void read(Map<String, ?> arguments) {
        Map<String, Object> all = new LinkedHashMap<>(right);
        all.putAll(arguments);
        reader.read(all);
    }

    /**
     * Reads those fields of a form that are filled in, each by itself among arguments that are right.
     *
     * @throws InvalidInputException if something is wrong with one
     */
    public void read(SubmittedForm form, Collection<String> fields) {
        form.filled(fields).forEach((field, text) -> read(Map.of(field, text)));
    }

    /**
     * Refuses what the engine would take for a whole number and Stapler would not, such as 1e2.
     *
     * @param step whose arguments the fields are
     * @throws InvalidInputException if a field that is filled in holds no whole number written as such
     */
    public static void requireWhole(String step, SubmittedForm form, Collection<String> fields) {
        form.filled(fields).forEach((field, text) -> {
            if (!WHOLE.matcher(text).matches()) {
                throw new Arguments(step, Map.of()).wrong(field, text, "a whole number");
            }
        });
    }

    /** What the engine says while it reads something. */
    public static FormValidation of(Runnable reading) {
        try {
            reading.run();
            return FormValidation.ok();
        } catch (InvalidInputException e) {
            return FormValidation.error(EngineTexts.of(e.getMessage()));
        }
    }

    /**
     * Refuses what a form sends although its checks complained, or past them.
     *
     * @throws Failure with what the engine says, which Jenkins shows as a page of one sentence
     */
    public static void refuse(Runnable reading) {
        try {
            reading.run();
        } catch (InvalidInputException e) {
            throw new Failure(EngineTexts.of(e.getMessage()));
        }
    }

    /** What is to be said of a whole number; a blank one may be left out. */
    public static FormValidation whole(String name, String value, int min, int max) {
        return isBlank(value) ? FormValidation.ok() : of(() -> checkWhole(name, value, min, max));
    }

    /** @throws InvalidInputException if a value is no whole number of a range */
    public static void checkWhole(String name, Object value, int min, int max) {
        new Arguments("The agent", Map.of(name, value)).whole(name, min, min, max);
    }

    /** What is to be said of the id of credentials; whether there are such only a build may know. */
    public static FormValidation credentials(String value) {
        return value != null && value.strip().matches(".*\\s.*")
                ? FormValidation.error(Texts.of("check.credentials"))
                : FormValidation.ok();
    }

    public static boolean isBlank(String value) {
        return value == null || value.isBlank();
    }
}
