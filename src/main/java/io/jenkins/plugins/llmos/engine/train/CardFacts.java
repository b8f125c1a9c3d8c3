package io.jenkins.plugins.llmos.engine.train;

import io.jenkins.plugins.llmos.engine.report.Quantity;
import io.jenkins.plugins.llmos.engine.report.Words;
import io.jenkins.plugins.llmos.engine.util.Json;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.MissingResourceException;
import java.util.function.UnaryOperator;
import java.util.stream.Collectors;

/** What people want to know of a model, from its card. Parts that a card lacks, of a later or earlier format, are left out. */
public final class CardFacts {
    private CardFacts() {}

    /**
     * Names and values, in the order in which they are shown.
     *
     * @param card content of {@code model.json}
     * @param sentences says in the language of the words what the card says in English
     * @throws com.google.gson.JsonParseException if it is not a JSON object
     */
    public static Map<String, String> of(String card, Words words, UnaryOperator<String> sentences) {
        Map<?, ?> all = Json.parse(card, Map.class);
        Map<String, String> facts = new LinkedHashMap<>();
        put(facts, words, "created", text(at(all, "created")).replaceFirst("\\.\\d+Z$", "Z"));
        put(facts, words, "data", at(all, "spec", "data", "path"));
        put(facts, words, "fingerprint", at(all, "fingerprint"));
        put(facts, words, "target", at(all, "schema", "target"));
        put(facts, words, "columns", names(at(all, "schema", "features"), words));
        put(facts, words, "labels", at(all, "schema", "labels"));
        put(facts, words, "kind", at(all, "spec", "model", "kind"));
        put(facts, words, "optimizer", at(all, "spec", "optimizer", "kind"));
        put(facts, words, "rate", at(all, "spec", "optimizer", "learningRate"));
        put(facts, words, "epochs", at(all, "spec", "epochs"));
        put(facts, words, "batch", at(all, "spec", "batch"));
        put(facts, words, "seed", at(all, "seed"));
        put(facts, words, "sensitivity", at(all, "spec", "sensitivity"));
        put(facts, words, "epsilon", at(all, "result", "epsilon"));
        put(facts, words, "delta", at(all, "result", "delta"));
        put(facts, words, "unit", sentences.apply(text(at(all, "result", "neighbours"))));
        put(facts, words, "metrics", figures(at(all, "metrics"), words));
        put(facts, words, "versions", at(all, "versions"));
        return facts;
    }

    private static Object at(Object value, String... path) {
        Object found = value;
        for (String key : path) {
            found = found instanceof Map<?, ?> map ? map.get(key) : null;
        }
        return found;
    }

    private static Object names(Object features, Words words) {
        return features instanceof List<?> all
                ? all.stream()
                        .map(f -> words.text("column", text(at(f, "name")), type(text(at(f, "type")), words)))
                        .toList()
                : null;
    }

    private static String type(String name, Words words) {
        try {
            return words.text("column." + name.toLowerCase(Locale.ROOT));
        } catch (MissingResourceException e) {
            return name;
        }
    }

    private static Object figures(Object metrics, Words words) {
        Map<String, Object> named = new LinkedHashMap<>();
        if (metrics instanceof Map<?, ?> all) {
            all.forEach((name, value) -> named.put(words.figure(String.valueOf(name)), value));
        }
        return named;
    }

    private static void put(Map<String, String> facts, Words words, String key, Object value) {
        String text = text(value);
        if (!text.isEmpty()) {
            facts.put(words.text("card." + key), text);
        }
    }

    private static String text(Object value) {
        if (value == null) {
            return "";
        }
        if (value instanceof Double d) {
            return Quantity.NUMBER.format(d);
        }
        if (value instanceof List<?> all) {
            return all.stream().map(CardFacts::text).collect(Collectors.joining(", "));
        }
        if (value instanceof Map<?, ?> all) {
            return all.entrySet().stream()
                    .map(e -> e.getKey() + " " + text(e.getValue()))
                    .collect(Collectors.joining(", "));
        }
        return value.toString();
    }
}
