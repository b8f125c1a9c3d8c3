package io.jenkins.plugins.llmos.engine.train.data;

import io.jenkins.plugins.llmos.engine.InvalidInputException;
import io.jenkins.plugins.llmos.engine.train.DataSpec;
import io.jenkins.plugins.llmos.engine.util.Suggestions;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;

/**
 * Which columns of a file a specification means.
 *
 * @param target index of the column to predict
 * @param features indices of the columns to learn from, ascending
 */
record CsvColumns(int target, List<Integer> features) {

    /** @throws InvalidInputException if the file lacks a column that the specification names, or nothing is left to learn from */
    static CsvColumns of(DataSpec spec, List<String> header) {
        int target = header.indexOf(spec.target());
        if (target < 0) {
            throw unknown(spec.path(), "target", spec.target(), header);
        }
        requireAll(spec.path(), "features", spec.features(), header);
        requireAll(spec.path(), "exclude", spec.exclude(), header);
        requireAll(spec.path(), "types", new TreeSet<>(spec.types().keySet()), header);
        if (spec.features().contains(spec.target())) {
            throw new InvalidInputException(
                    "The target '" + spec.target() + "' stands among the features too. A model that sees what it has to"
                            + " predict learns nothing else; remove it from features.");
        }
        Set<String> excluded = new HashSet<>(spec.exclude());
        List<Integer> features = new ArrayList<>();
        for (int i = 0; i < header.size(); i++) {
            String name = header.get(i);
            boolean named = spec.features().contains(name);
            if (named && excluded.contains(name)) {
                throw new InvalidInputException(
                        "The column '" + name + "' stands in both features and exclude. Remove it from one of them.");
            }
            if (i != target
                    && !excluded.contains(name)
                    && (named || spec.features().isEmpty())) {
                features.add(i);
            }
        }
        if (features.isEmpty()) {
            throw new InvalidInputException(
                    "The data file " + spec.path() + " leaves no column to learn from: the header"
                            + " has " + header + ", of which '" + spec.target() + "' is the target"
                            + (excluded.isEmpty() ? "." : " and exclude removes the rest."));
        }
        return new CsvColumns(target, List.copyOf(features));
    }

    private static void requireAll(Path file, String argument, Collection<String> names, List<String> header) {
        for (String name : names) {
            if (!header.contains(name)) {
                throw unknown(file, argument, name, header);
            }
        }
    }

    private static InvalidInputException unknown(Path file, String argument, String name, List<String> header) {
        return new InvalidInputException("The data file " + file + " has no column '" + name + "', which the argument '"
                + argument + "' names. " + Suggestions.sentence(name, header));
    }
}
