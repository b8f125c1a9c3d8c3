package io.jenkins.plugins.llmos.plugin;

import com.google.gson.JsonArray;
import com.google.gson.JsonElement;
import com.google.gson.JsonObject;
import com.google.gson.JsonParser;
import java.util.List;
import net.sf.json.JSONObject;

/**
 * What a form sends, for checks before it is bound. What a data-bound setter throws then, Stapler of Jenkins 2.516 writes
 * to the log, and goes on with the value before, as if nobody had filled the field in; of later ones it is refused.
 */
public final class SubmittedForm {
    private final JsonObject fields;

    private SubmittedForm(JsonObject fields) {
        this.fields = fields;
    }

    public static SubmittedForm of(JSONObject form) {
        return new SubmittedForm(JsonParser.parseString(form.toString()).getAsJsonObject());
    }

    /** What a field holds, empty if there is nothing. */
    public String text(String field) {
        JsonElement value = fields.get(field);
        return value != null && value.isJsonPrimitive() ? value.getAsString().strip() : "";
    }

    /** The entries of a list; forms send a list of one as its entry. */
    public List<SubmittedForm> entries(String field) {
        JsonElement value = fields.get(field);
        List<JsonElement> all = value instanceof JsonArray array
                ? array.asList()
                : value instanceof JsonObject ? List.of(value) : List.of();
        return all.stream()
                .filter(JsonElement::isJsonObject)
                .map(e -> new SubmittedForm(e.getAsJsonObject()))
                .toList();
    }
}
