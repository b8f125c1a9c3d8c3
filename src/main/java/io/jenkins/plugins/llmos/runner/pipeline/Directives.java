package io.jenkins.plugins.llmos.runner.pipeline;

import groovy.lang.Closure;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * What stands in one block of a Declarative Pipeline. {@link DeclarativeGrammar} has rewritten each directive
 * {@code name arguments} to {@code delegate.directive(line, 'name', arguments)}, so running the block's closure with one of
 * these as its delegate collects them.
 */
public final class Directives {
    private final List<Directive> found = new ArrayList<>();

    private Directives() {}

    /**
     * One directive.
     *
     * @param line where it stands
     * @param name what it is called
     * @param arguments what follows its name; a block is a closure
     */
    record Directive(int line, String name, List<Object> arguments) {
        /** The first argument as text, or null. */
        String text() {
            return arguments.isEmpty() || arguments.get(0) == null
                    ? null
                    : arguments.get(0).toString();
        }

        /** The last argument where it is a block, or null. */
        Closure<?> block() {
            return !arguments.isEmpty() && arguments.get(arguments.size() - 1) instanceof Closure<?> c ? c : null;
        }

        /** The arguments by name, empty where there are none. */
        Map<?, ?> named() {
            return !arguments.isEmpty() && arguments.get(0) instanceof Map<?, ?> m ? m : Map.of();
        }
    }

    static List<Directive> of(Closure<?> block) {
        Directives directives = new Directives();
        if (block == null) {
            return directives.found;
        }
        Closure<?> ours = (Closure<?>) block.clone();
        ours.setDelegate(directives);
        ours.call();
        return directives.found;
    }

    static Optional<Directive> find(List<Directive> directives, String name) {
        return directives.stream().filter(d -> d.name().equals(name)).findFirst();
    }

    /** The block of a directive, or null where the directive is absent. */
    static Closure<?> block(List<Directive> directives, String name) {
        return find(directives, name).map(Directive::block).orElse(null);
    }

    /** The rewritten Jenkinsfile calls this. */
    public void directive(int line, String name, Object... arguments) {
        found.add(new Directive(line, name, Arrays.asList(arguments)));
    }
}
