package io.jenkins.plugins.llmos.engine.registry;

import com.google.gson.JsonElement;
import com.google.gson.JsonObject;
import com.google.gson.JsonParser;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;

/**
 * Where a model comes from, as its card says. Empty where that is not known.
 *
 * @param training identity of its training
 * @param data SHA-256 of its data
 * @param parent what its training went on from
 * @param metrics of its test
 */
record Lineage(String training, String data, String parent, Map<String, Double> metrics) {
    /**
     * Reads a card.
     *
     * @param card the text of {@code model.json}, null for none
     * @param registered finds the registered version with parameters of a SHA-256
     */
    static Lineage of(String card, Function<String, Optional<String>> registered) {
        if (card == null) {
            return new Lineage("", "", "", Map.of());
        }
        JsonObject json = JsonParser.parseString(card).getAsJsonObject();
        JsonObject result = json.get("result") instanceof JsonObject object ? object : new JsonObject();
        String base = text(result, "parent");
        String parent = base.isEmpty() ? "" : registered.apply(base).orElse("sha256:" + base);
        Map<String, Double> metrics = new LinkedHashMap<>();
        ModelFigures.of(card).all().forEach((path, value) -> {
            if (path.startsWith("metrics.") || path.equals("result.epsilon")) {
                metrics.put(path.substring(path.indexOf('.') + 1), value);
            }
        });
        return new Lineage(text(json, "training"), text(json, "fingerprint"), parent, metrics);
    }

    private static String text(JsonObject json, String name) {
        JsonElement value = json.get(name);
        return value == null || !value.isJsonPrimitive() ? "" : value.getAsString();
    }
}
