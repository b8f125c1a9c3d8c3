package io.jenkins.plugins.llmos.engine.privacy.release;

import io.jenkins.plugins.llmos.engine.InvalidInputException;
import io.jenkins.plugins.llmos.engine.privacy.encryption.Vault;
import io.jenkins.plugins.llmos.engine.privacy.ledger.Budget;
import io.jenkins.plugins.llmos.engine.train.data.CsvSource;
import io.jenkins.plugins.llmos.engine.util.Arguments;
import io.jenkins.plugins.llmos.engine.util.FileAccess;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/**
 * What {@code llmosPrivatize(data:, release: […], epsilon:, …)} asks for.
 *
 * @param data the CSV file
 * @param dataSet its name in the ledger; the file's name up to its first dot unless given
 * @param queries one or more
 * @param asked what they may cost together; pure mechanisms ask for {@link #PURE} unless told otherwise
 * @param gaussian normal or Laplace noise
 * @param output the file to write, {@code .json} or {@code .csv}; null to write none
 * @param overwrite whether it may be there
 * @param key where the key is that the data is encrypted with; null for data in the clear
 */
public record ReleaseRequest(
        Path data,
        String dataSet,
        List<Query> queries,
        Budget asked,
        boolean gaussian,
        Path output,
        boolean overwrite,
        String key) {
    /** A δ that stands for none where one is needed to compose. */
    public static final double PURE = 1e-12;

    private static final double LEAST_EPSILON = 1e-5;

    /**
     * Reads the arguments of the step; looks at no file.
     *
     * @param workspace where relative paths start
     * @throws InvalidInputException if an argument is missing, unknown or out of its range
     */
    public static ReleaseRequest from(Map<String, ?> arguments, Path workspace) {
        Arguments a = new Arguments("llmosPrivatize", arguments);
        Path data = workspace.resolve(a.requiredText("data", "'visits.csv'")).normalize();
        Path last = data.getFileName();
        if (last == null) {
            throw new InvalidInputException(
                    "llmosPrivatize's argument 'data' names the root of a drive, " + data + ". Name a file.");
        }
        String file = last.toString();
        boolean gaussian =
                a.choice("mechanism", "laplace", List.of("laplace", "gaussian")).equals("gaussian");
        if (!a.has("epsilon") || (gaussian && !a.has("delta"))) {
            throw a.missing(a.has("epsilon") ? "delta" : "epsilon", "epsilon: 1" + (gaussian ? ", delta: 1e-6" : ""));
        }
        double epsilon = number(arguments, "epsilon");
        Budget asked = new Budget(epsilon, a.has("delta") ? number(arguments, "delta") : PURE);
        if (!(arguments.get("release") instanceof List<?> entries) || entries.isEmpty()) {
            a.has("release");
            throw new InvalidInputException(
                    "llmosPrivatize needs a block, or the argument 'release' with a list of what"
                            + " to release, such as release: [[count: true], [mean: 'age', lower: 0, upper: 100]].");
        }
        a.has("release");
        List<Query> queries = new ArrayList<>();
        for (Object entry : entries) {
            if (!(entry instanceof Map<?, ?> map)) {
                throw new InvalidInputException("llmosPrivatize's release " + (queries.size() + 1) + " is '" + entry
                        + "'; each is a map such as [count: true].");
            }
            queries.add(Query.from(queries.size() + 1, map));
        }
        double weights = queries.stream().mapToDouble(Query::weight).sum();
        if (queries.stream().anyMatch(q -> epsilon * q.weight() / weights < LEAST_EPSILON)) {
            throw new InvalidInputException("ε " + epsilon + " is too little for " + queries.size()
                    + " releases: each must get at least " + LEAST_EPSILON + ". Nothing was spent.");
        }
        Path output =
                a.text("output").map(o -> workspace.resolve(o).normalize()).orElse(null);
        if (output != null && !output.toString().matches("(?i).*\\.(json|csv)")) {
            throw a.wrong("output", output.getFileName(), "a file that ends in .json or .csv");
        }
        ReleaseRequest request = new ReleaseRequest(
                data,
                a.text("dataset").orElse(file.contains(".") ? file.substring(0, file.indexOf('.')) : file),
                List.copyOf(queries),
                asked,
                gaussian,
                output,
                a.flag("overwrite", false),
                a.text("key").orElse(null));
        a.refuseUnknown();
        return request;
    }

    private static double number(Map<String, ?> arguments, String name) {
        try {
            return Double.parseDouble(String.valueOf(arguments.get(name)).strip());
        } catch (NumberFormatException e) {
            throw new InvalidInputException(
                    "llmosPrivatize's argument '" + name + "' is '" + arguments.get(name)
                            + "'; it must be a number. Nothing was spent.",
                    e);
        }
    }

    /**
     * Refuses what can be seen to fail before anything is spent.
     *
     * @param access how the data is read
     * @throws InvalidInputException if the file cannot be read, a column is not there, or the output is
     */
    public void check(FileAccess access) {
        Vault.requireReadable(access, "The data file", data);
        try (CsvSource source = CsvSource.open(access, data)) {
            for (Query q : queries) {
                if (q.column() != null && !source.header().contains(q.column())) {
                    throw new InvalidInputException("The data file " + data + " has no column '" + q.column()
                            + "', of which llmosPrivatize is to release a "
                            + q.kind().word() + ". It has: "
                            + String.join(", ", source.header()) + ". Nothing was spent.");
                }
            }
        }
        if (output != null && Files.exists(output) && !overwrite) {
            throw new InvalidInputException("The output " + output
                    + " exists already. Name another file, or allow its replacement with overwrite: true. Nothing was"
                    + " spent.");
        }
    }
}
