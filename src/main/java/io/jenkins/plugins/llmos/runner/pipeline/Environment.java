package io.jenkins.plugins.llmos.runner.pipeline;

import groovy.lang.GroovyObjectSupport;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentHashMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * The {@code env} of a script. Later wins: the machine's variables, the build's, parameters, what the script assigned to
 * {@code env}, what the enclosing blocks set.
 */
public final class Environment extends GroovyObjectSupport {
    private static final Pattern REFERENCE =
            Pattern.compile("\\$(?:\\{([A-Za-z_][A-Za-z0-9_.]*)}|([A-Za-z_][A-Za-z0-9_]*)|(\\$))");

    private final Map<String, String> base = new ConcurrentHashMap<>();
    private final Map<String, String> assigned = new ConcurrentHashMap<>();

    Environment() {
        base.putAll(System.getenv());
    }

    /** Sets a variable of the build itself. */
    void setBase(String name, String value) {
        base.put(name, value);
    }

    /** All variables as the calling strand sees them. */
    Map<String, String> all() {
        Map<String, String> all = new TreeMap<>(base);
        all.putAll(assigned);
        Strand strand = Strand.currentOrNull();
        if (strand != null) {
            Context c = strand.context();
            if (c.stage() != null) {
                all.put("STAGE_NAME", c.stage());
            }
            if (c.folder() != null) {
                all.put("NODE_NAME", "built-in");
                all.put("PWD", c.folder().toString());
            } else {
                all.remove("WORKSPACE");
            }
            all.putAll(c.environment());
        }
        return all;
    }

    String get(String name) {
        return all().get(name);
    }

    /**
     * Resolves assignments over the present variables: {@code PATH+NAME=folder} puts a folder in front, references such
     * as {@code $NAME} are filled in, unknown ones stay.
     */
    Map<String, String> resolve(Map<String, String> assignments) {
        Map<String, String> present = all();
        Map<String, String> resolved = new LinkedHashMap<>();
        assignments.forEach((name, value) -> {
            String expanded = expand(value, present);
            int plus = name.indexOf('+');
            String target = plus > 0 ? name.substring(0, plus) : name;
            if (plus > 0 && present.containsKey(target)) {
                expanded += java.io.File.pathSeparator + present.get(target);
            }
            present.put(target, expanded);
            resolved.put(target, expanded);
        });
        return resolved;
    }

    static String expand(String text, Map<String, String> variables) {
        Matcher m = REFERENCE.matcher(text);
        StringBuilder out = new StringBuilder();
        while (m.find()) {
            String name = m.group(1) != null ? m.group(1) : m.group(2);
            String value = name == null ? "$" : variables.getOrDefault(name, m.group());
            m.appendReplacement(out, Matcher.quoteReplacement(value));
        }
        return m.appendTail(out).toString();
    }

    /** {@code env.NAME}: null where there is no such variable. */
    @Override
    public Object getProperty(String name) {
        return name.equals("environment") ? all() : get(name);
    }

    /** {@code env.NAME = value}: for the whole build from here on. */
    @Override
    public void setProperty(String name, Object value) {
        if (value == null) {
            assigned.remove(name);
        } else {
            assigned.put(name, value.toString());
        }
    }

    /** {@code env.getEnvironment()}. */
    public Map<String, String> getEnvironment() {
        return all();
    }
}
