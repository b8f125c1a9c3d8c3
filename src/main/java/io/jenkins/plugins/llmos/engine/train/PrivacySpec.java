package io.jenkins.plugins.llmos.engine.train;

import io.jenkins.plugins.llmos.engine.InvalidInputException;
import io.jenkins.plugins.llmos.engine.train.clip.Clipping;
import io.jenkins.plugins.llmos.engine.util.Arguments;
import io.jenkins.plugins.llmos.engine.util.Arguments.Range;
import java.util.List;
import java.util.Map;

/**
 * What a private training must keep. Neighbouring data sets differ by one training row added or removed.
 *
 * @param dataset name of the data set whose budget is spent
 * @param epsilon most ε to spend, above 0
 * @param delta δ, above 0 and at most one over the number of training rows
 * @param clip C, the most that one row's gradient may weigh, above 0
 * @param clipping one of {@link Clipping#NAMES}
 * @param microBatch rows to take through the model at once, 0 for as many as fit
 * @param publicParts what of the data set is no secret, of {@link #PUBLIC_PARTS}
 * @param testSeed makes sampling and noise repeatable, for tests: the training then keeps nothing private; null otherwise
 * @param withoutNoise leaves the noise out, for tests: the training then keeps nothing private
 */
public record PrivacySpec(
        String dataset,
        double epsilon,
        double delta,
        double clip,
        String clipping,
        int microBatch,
        List<String> publicParts,
        Long testSeed,
        boolean withoutNoise) {
    /** The rows of validation, and of the test, whose metrics may then be shown; what is learnt of columns beforehand. */
    public static final List<String> PUBLIC_PARTS = List.of("validation", "test", "columns");

    private static final String STEP = "llmosPrivatize";

    public PrivacySpec {
        publicParts = List.copyOf(publicParts);
    }

    /**
     * Reads and checks the arguments.
     *
     * @throws InvalidInputException if one is unknown, missing, of the wrong type or out of range
     */
    public static PrivacySpec from(Map<String, ?> arguments) {
        Arguments a = new Arguments(STEP, arguments);
        if (!a.has("epsilon") || !a.has("delta")) {
            throw new InvalidInputException(STEP + " needs the argument '" + (a.has("epsilon") ? "delta" : "epsilon")
                    + "': the most privacy that the training may spend, such as epsilon: 3, delta: 1e-5.");
        }
        double delta = a.number("delta", 0, Range.POSITIVE);
        if (delta >= 1) {
            throw a.wrong("delta", delta, "above 0 and at most one over the number of training rows, such as 1e-5");
        }
        List<String> parts = a.texts("public");
        for (String part : parts) {
            if (!PUBLIC_PARTS.contains(part)) {
                throw a.wrong("public", part, "a list of what of the data set is no secret: validation, test, columns");
            }
        }
        PrivacySpec spec = new PrivacySpec(
                a.requiredText("dataset", "'reviews'"),
                a.number("epsilon", 0, Range.POSITIVE),
                delta,
                a.number("clip", 1, Range.POSITIVE),
                a.choice("clipping", "flat", Clipping.NAMES),
                (int) a.whole("microBatch", 0, 0, Integer.MAX_VALUE),
                parts,
                a.has("testSeed") ? a.whole("testSeed", 0, Long.MIN_VALUE, Long.MAX_VALUE) : null,
                a.flag("withoutNoise", false));
        a.refuseUnknown();
        return spec;
    }

    /** Whether the training keeps its promise, which those for tests do not. */
    public boolean isPrivate() {
        return testSeed == null && !withoutNoise;
    }

    /** Whether a part of the data set is declared no secret. */
    boolean isPublic(String part) {
        return publicParts.contains(part);
    }
}
