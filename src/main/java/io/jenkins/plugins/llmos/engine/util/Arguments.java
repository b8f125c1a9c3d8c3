package io.jenkins.plugins.llmos.engine.util;

import io.jenkins.plugins.llmos.engine.InvalidInputException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * Named arguments of a step, as a Jenkinsfile, a form or a command line gives them, read with types and ranges. Every
 * error names the step, the argument, the value and what would be right.
 */
public final class Arguments {
    private final String step;
    private final Map<String, ?> values;
    private final Set<String> known = new HashSet<>();

    /**
     * @param step the step's name, for errors
     * @param values arguments by name; an argument that is null counts as absent
     */
    public Arguments(String step, Map<String, ?> values) {
        this.step = step;
        this.values = new LinkedHashMap<>(values);
    }

    private Object get(String name) {
        known.add(name);
        return values.get(name);
    }

    public boolean has(String name) {
        return get(name) != null;
    }

    /** An argument as text, if it is there; Groovy's interpolated strings count as text. */
    public Optional<String> text(String name) {
        return Optional.ofNullable(get(name)).map(v -> {
            if (v instanceof Map || v instanceof Collection) {
                throw wrong(name, v, "text");
            }
            return v.toString();
        });
    }

    /** @throws InvalidInputException if the argument is absent or blank */
    public String requiredText(String name, String example) {
        return text(name).filter(t -> !t.isBlank()).orElseThrow(() -> missing(name, name + ": " + example));
    }

    /**
     * The error for an argument that is missing.
     *
     * @param example what would be right, such as {@code epsilon: 3, delta: 1e-6}
     */
    public InvalidInputException missing(String name, String example) {
        List<String> meant = Suggestions.nearest(name, values.keySet(), 1).stream()
                .filter(given -> !known.contains(given))
                .toList();
        return new InvalidInputException(step + " needs the argument '" + name + "', such as " + example + "."
                + (meant.isEmpty() ? "" : " Is '" + meant.get(0) + "' meant to be it?"));
    }

    /** A whole number. @throws InvalidInputException if it is not one, or is outside {@code min..max} */
    public long whole(String name, long standard, long min, long max) {
        Object v = get(name);
        if (v == null) {
            return standard;
        }
        double d = toDouble(name, v, "a whole number");
        if (d != Math.rint(d) || d < min || d > max) {
            boolean bounded = max < Integer.MAX_VALUE || d > max;
            throw wrong(name, v, "a whole number from " + min + (bounded ? " to " + max : " up"));
        }
        return v instanceof Number n && !(n instanceof Double) && !(n instanceof Float) ? n.longValue() : (long) d;
    }

    /** A number. @throws InvalidInputException if it is not one, or {@code allowed} refuses it */
    public double number(String name, double standard, Range allowed) {
        Object v = get(name);
        if (v == null) {
            return standard;
        }
        double d = toDouble(name, v, allowed.words);
        if (!allowed.holds(d)) {
            throw wrong(name, v, allowed.words);
        }
        return d;
    }

    public boolean flag(String name, boolean standard) {
        Object v = get(name);
        if (v == null) {
            return standard;
        }
        return switch (v.toString().toLowerCase(Locale.ROOT)) {
            case "true" -> true;
            case "false" -> false;
            default -> throw wrong(name, v, "true or false");
        };
    }

    public Optional<Duration> duration(String name) {
        return text(name).map(t -> Units.duration(step + "'s argument '" + name + "'", t));
    }

    /** One of a few names, without regard to case. */
    public String choice(String name, String standard, Collection<String> choices) {
        Optional<String> given = text(name);
        if (given.isEmpty()) {
            return standard;
        }
        String choice = given.get().toLowerCase(Locale.ROOT);
        if (!choices.contains(choice)) {
            throw new InvalidInputException(step + "'s argument '" + name + "' is '" + given.get()
                    + "', which is not known. " + Suggestions.sentence(given.get(), choices));
        }
        return choice;
    }

    /** A list of texts; one text alone, with or without commas, is a list too. */
    public List<String> texts(String name) {
        Object v = get(name);
        if (v == null) {
            return List.of();
        }
        if (v instanceof Collection<?> c) {
            return c.stream().map(String::valueOf).toList();
        }
        if (v instanceof Map) {
            throw wrong(name, v, "a list of names");
        }
        return List.of(v.toString().split("\\s*,\\s*"));
    }

    /** A list of whole numbers, each at least {@code min}; one number alone is a list too. */
    public List<Integer> wholes(String name, List<Integer> standard, int min) {
        if (!has(name)) {
            return standard;
        }
        List<Integer> numbers = new ArrayList<>();
        for (String t : texts(name)) {
            double d = toDouble(name, t, "a list of whole numbers");
            if (d != Math.rint(d) || d < min || d > Integer.MAX_VALUE) {
                throw wrong(name, t, "whole numbers from " + min + " up");
            }
            numbers.add((int) d);
        }
        return List.copyOf(numbers);
    }

    /** A map of texts by name. */
    public Map<String, String> map(String name) {
        Object v = get(name);
        if (v == null) {
            return Map.of();
        }
        if (!(v instanceof Map<?, ?> m)) {
            throw wrong(name, v, "a map such as [column: 'value']");
        }
        Map<String, String> texts = new LinkedHashMap<>();
        m.forEach((k, x) -> texts.put(String.valueOf(k), String.valueOf(x)));
        return texts;
    }

    /** A map of arguments of its own, if it is there. */
    public Optional<Map<String, Object>> nested(String name) {
        Object v = get(name);
        if (v == null) {
            return Optional.empty();
        }
        if (!(v instanceof Map<?, ?> m)) {
            throw wrong(name, v, "a map of arguments such as [name: 'value']");
        }
        Map<String, Object> byName = new LinkedHashMap<>();
        m.forEach((k, x) -> byName.put(String.valueOf(k), x));
        return Optional.of(byName);
    }

    /** @throws InvalidInputException if an argument was given that nobody asked for */
    public void refuseUnknown() {
        for (String name : values.keySet()) {
            if (!known.contains(name)) {
                throw new InvalidInputException(
                        step + " has no argument '" + name + "'. " + Suggestions.sentence(name, known));
            }
        }
    }

    public InvalidInputException wrong(String name, Object value, String right) {
        return new InvalidInputException(
                step + "'s argument '" + name + "' is '" + value + "'; it must be " + right + ".");
    }

    private double toDouble(String name, Object v, String right) {
        try {
            return v instanceof Number n
                    ? n.doubleValue()
                    : Double.parseDouble(v.toString().strip());
        } catch (NumberFormatException e) {
            throw wrong(name, v, right);
        }
    }

    /** What a number may be. */
    public enum Range {
        POSITIVE("a number above 0"),
        NOT_NEGATIVE("a number from 0 up"),
        /** 0 ≤ x < 1. */
        FRACTION("a number from 0 to less than 1");

        private final String words;

        Range(String words) {
            this.words = words;
        }

        private boolean holds(double d) {
            return Double.isFinite(d)
                    && switch (this) {
                        case POSITIVE -> d > 0;
                        case NOT_NEGATIVE -> d >= 0;
                        case FRACTION -> d >= 0 && d < 1;
                    };
        }
    }
}
