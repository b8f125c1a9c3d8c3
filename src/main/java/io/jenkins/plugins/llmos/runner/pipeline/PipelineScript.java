package io.jenkins.plugins.llmos.runner.pipeline;

import groovy.lang.Closure;
import groovy.lang.MissingPropertyException;
import groovy.lang.Script;
import io.jenkins.plugins.llmos.engine.util.Suggestions;
import java.util.Set;
import java.util.TreeSet;
import org.codehaus.groovy.runtime.DefaultGroovyMethods;

/** What a Jenkinsfile extends: methods that are not its own are steps, variables that are not its own are environment. */
public abstract class PipelineScript extends Script {
    private Build build;

    void bind(Build to) {
        this.build = to;
        to.globals().forEach((name, value) -> getBinding().setVariable(name, value));
    }

    /** Groovy calls this for methods that the script does not define. */
    public Object methodMissing(String name, Object args) throws Exception {
        Object[] arguments = args instanceof Object[] a ? a : new Object[] {args};
        if (getBinding().hasVariable(name) && getBinding().getVariable(name) instanceof Closure<?> c) {
            return c.call(arguments);
        }
        return build.steps().call(build, name, arguments);
    }

    /** Runs a Declarative Pipeline. {@link PipelineTransform} has checked it and rewritten its blocks. */
    public void pipeline(Closure<?> body) throws Exception {
        new DeclarativePipeline(build, body).run();
    }

    /** Hides Groovy's own method of this signature, which takes milliseconds where the step takes seconds. */
    public Object sleep(long time) throws Exception {
        return build.steps().call(build, "sleep", new Object[] {time});
    }

    @Override
    public Object getProperty(String property) {
        try {
            return super.getProperty(property);
        } catch (MissingPropertyException e) {
            String variable = build.environment().get(property);
            if (variable != null) {
                return variable;
            }
            Set<String> known = new TreeSet<>(build.globals().keySet());
            for (Object name : getBinding().getVariables().keySet()) {
                known.add(name.toString());
            }
            known.addAll(build.environment().all().keySet());
            known.addAll(build.steps().names());
            var near = Suggestions.nearest(property, known, 3);
            throw new MissingPropertyException(
                    "there is no variable or property '" + property + "' here."
                            + (near.isEmpty() ? "" : " Did you mean '" + String.join("' or '", near) + "'?"),
                    property,
                    e.getType());
        }
    }

    @Override
    public void println() {
        build.log("");
    }

    @Override
    public void println(Object value) {
        build.log(DefaultGroovyMethods.toString(value));
    }

    @Override
    public void print(Object value) {
        build.log(DefaultGroovyMethods.toString(value));
    }

    @Override
    public void printf(String format, Object value) {
        build.log(DefaultGroovyMethods.sprintf(this, format, new Object[] {value}));
    }

    @Override
    public void printf(String format, Object[] values) {
        build.log(DefaultGroovyMethods.sprintf(this, format, values));
    }
}
