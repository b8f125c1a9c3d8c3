package io.jenkins.plugins.llmos.plugin;

import io.jenkins.plugins.llmos.engine.util.Json;
import java.math.BigDecimal;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import net.sf.json.JSONObject;

/**
 * What a form sends, for checks before it is bound. What a data-bound setter throws then, Stapler of Jenkins 2.516 writes
 * to the log, and goes on with the value before, as if nobody had filled the field in; of later ones it is refused. A field
 * of a boxed number that holds no such number is null to any Stapler.
 */
public final class SubmittedForm {
    private final Map<?, ?> fields;

    private SubmittedForm(Map<?, ?> fields) {
        this.fields = fields;
    }

    public static SubmittedForm of(JSONObject form) {
        return new SubmittedForm(Json.parse(form.toString(), Map.class));
    }

    /** What a field holds, empty if there is nothing. */
    public String text(String field) {
        Object value = fields.get(field);
        if (value instanceof Number n) {
            // forms send texts, programs may send numbers
            return new BigDecimal(n.toString()).stripTrailingZeros().toPlainString();
        }
        return value instanceof String text ? text.strip() : "";
    }

    /** Whether a box is ticked. */
    public boolean isTicked(String field) {
        return Boolean.TRUE.equals(fields.get(field));
    }

    /** Those of some fields that are filled in. */
    public Map<String, String> filled(Collection<String> of) {
        Map<String, String> filled = new LinkedHashMap<>();
        of.stream().filter(f -> !text(f).isEmpty()).forEach(f -> filled.put(f, text(f)));
        return filled;
    }

    /** The entries of a list; forms send a list of one as its entry. */
    public List<SubmittedForm> entries(String field) {
        Object value = fields.get(field);
        List<?> all = value instanceof List<?> list ? list : value instanceof Map ? List.of(value) : List.of();
        return all.stream()
                .filter(Map.class::isInstance)
                .map(entry -> new SubmittedForm((Map<?, ?>) entry))
                .toList();
    }
}
