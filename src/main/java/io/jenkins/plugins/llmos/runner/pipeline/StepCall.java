package io.jenkins.plugins.llmos.runner.pipeline;

import groovy.lang.Closure;
import io.jenkins.plugins.llmos.engine.util.Arguments;
import java.nio.file.Path;
import java.util.Collection;
import java.util.Map;

/** One call of a step: what it was given and where it stands. */
final class StepCall {
    private final Build build;
    private final Strand strand;
    private final String step;
    private final Map<String, Object> values;
    private final Arguments arguments;
    private final Closure<?> body;

    StepCall(Build build, Strand strand, String step, Map<String, Object> values, Closure<?> body) {
        this.build = build;
        this.strand = strand;
        this.step = step;
        this.values = values;
        this.arguments = new Arguments(step, values);
        this.body = body;
    }

    Build build() {
        return build;
    }

    Strand strand() {
        return strand;
    }

    Context context() {
        return strand.context();
    }

    Map<String, Object> values() {
        return values;
    }

    Arguments arguments() {
        return arguments;
    }

    boolean hasBody() {
        return body != null;
    }

    Object value(String name) {
        return values.get(name);
    }

    /**
     * Text, or the standard where it is absent. Numbers and truth values are refused, as in Jenkins: a script that passes
     * them for text would not run there.
     */
    String text(String name, String standard) throws StepFailure {
        Object v = values.get(name);
        if (v == null) {
            return standard;
        }
        if (!(v instanceof CharSequence)) {
            throw new StepFailure(step + "'s argument '" + name + "' must be text, but is "
                    + v.getClass().getSimpleName() + " " + v + ". Write \"${…}\" around it.");
        }
        return v.toString();
    }

    String required(String name) throws StepFailure {
        String t = text(name, null);
        if (t == null) {
            throw new StepFailure(step + " needs the argument '" + name + "'.");
        }
        return t;
    }

    boolean flag(String name) {
        return arguments.flag(name, false);
    }

    Collection<?> list(String name) throws StepFailure {
        Object v = values.get(name);
        if (v instanceof Collection<?> c) {
            return c;
        }
        throw new StepFailure(step + "'s argument '" + name + "' must be a list such as ['NAME=value'].");
    }

    /** The current folder. */
    Path folder() {
        return context().folder();
    }

    /** A path that the script names, from the current folder. */
    Path path(String name) {
        return folder().resolve(name).normalize();
    }

    void log(String text) {
        build.log(context(), text);
    }

    /** Runs the block inside of a context. */
    Object body(Context inside) throws Exception {
        return strand.within(inside, () -> body.call());
    }
}
