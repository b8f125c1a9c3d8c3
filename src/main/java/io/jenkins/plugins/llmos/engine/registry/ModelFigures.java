package io.jenkins.plugins.llmos.engine.registry;

import com.google.gson.JsonArray;
import com.google.gson.JsonElement;
import com.google.gson.JsonObject;
import com.google.gson.JsonParseException;
import com.google.gson.JsonParser;
import io.jenkins.plugins.llmos.engine.train.inspect.Gate;
import io.jenkins.plugins.llmos.engine.util.Suggestions;
import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;

/** The figures of a model's card: what its test measured, what its training returned, and what its reports found. */
public final class ModelFigures implements Gate.Figures {
    /** Parts of a card that say how a model was made rather than how good it is. */
    private static final Set<String> NO_FIGURES = Set.of("format", "spec", "schema", "versions", "files", "seed");

    /** Parts whose figures go by their own name even where other parts have one of that name. */
    private static final List<String> FIRST = List.of("metrics", "result");

    private final Map<String, Double> byPath = new LinkedHashMap<>();

    private ModelFigures() {}

    /** The figures in the text of a {@code model.json}; none if it is null. */
    public static ModelFigures of(String card) {
        ModelFigures figures = new ModelFigures();
        if (card != null) {
            JsonObject json = JsonParser.parseString(card).getAsJsonObject();
            json.entrySet().forEach(e -> {
                if (!NO_FIGURES.contains(e.getKey())) {
                    figures.collect(e.getKey(), e.getValue());
                }
            });
        }
        return figures;
    }

    private void collect(String path, JsonElement value) {
        if (value instanceof JsonObject object) {
            object.entrySet().forEach(e -> collect(path + "." + e.getKey(), e.getValue()));
        } else if (value instanceof JsonArray array) {
            for (int i = 0; i < array.size(); i++) {
                collect(path + "." + i, array.get(i));
            }
        } else if (value.isJsonPrimitive()) {
            put(path, value);
        }
    }

    private void put(String path, JsonElement value) {
        try {
            // Also 'NaN', which JSON has no number for.
            if (value.getAsJsonPrimitive().isNumber() || value.getAsString().equals("NaN")) {
                byPath.put(path, value.getAsDouble());
            }
        } catch (NumberFormatException | JsonParseException e) {
            // Text, which is no figure.
        }
    }

    /**
     * Looks a figure up: of the test's metrics or the training's result by its name, of other parts by its name if that is
     * the only one, or any by its path, such as {@code report.fairness.gap}.
     */
    @Override
    public Gate.Found get(String name) {
        for (String part : FIRST) {
            if (byPath.containsKey(part + "." + name)) {
                return found(name, byPath.get(part + "." + name));
            }
        }
        if (byPath.containsKey(name)) {
            return found(name, byPath.get(name));
        }
        List<String> paths =
                byPath.keySet().stream().filter(p -> p.endsWith("." + name)).toList();
        List<Double> values = paths.stream().map(byPath::get).distinct().toList();
        if (values.size() == 1) {
            return found(name, values.get(0));
        }
        if (values.size() > 1) {
            return missing("the model card has several: " + String.join(", ", paths) + ". Name one of them");
        }
        if (byPath.isEmpty()) {
            return missing("the model has no card with figures");
        }
        if (name.equals("epsilon")) {
            return missing("the model card has no ε, because the model was not trained with differential privacy");
        }
        List<String> known = new ArrayList<>();
        byPath.keySet().forEach(p -> known.add(FIRST.contains(part(p)) ? p.substring(p.indexOf('.') + 1) : p));
        return missing("the model card has no figure of that name. "
                + Suggestions.sentence(name, List.copyOf(new TreeSet<>(known))).replaceAll("\\.$", ""));
    }

    private static String part(String path) {
        int dot = path.indexOf('.');
        return dot < 0 ? path : path.substring(0, dot);
    }

    private static Gate.Found missing(String why) {
        return new Gate.Found(Double.NaN, why);
    }

    private static Gate.Found found(String name, double value) {
        return Double.isFinite(value)
                ? new Gate.Found(value, null)
                : missing("the model card has " + name + " " + value);
    }

    /** All figures by their path. */
    public Map<String, Double> all() {
        return Collections.unmodifiableMap(byPath);
    }
}
