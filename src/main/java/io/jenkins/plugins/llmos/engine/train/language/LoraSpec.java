package io.jenkins.plugins.llmos.engine.train.language;

import io.jenkins.plugins.llmos.engine.InvalidInputException;
import io.jenkins.plugins.llmos.engine.util.Arguments;
import io.jenkins.plugins.llmos.engine.util.Arguments.Range;
import java.util.List;
import java.util.Map;

/**
 * Low-rank adapters (Hu et al., "LoRA: Low-Rank Adaptation of Large Language Models", ICLR 2022): a layer of weight W
 * computes with W + alpha/rank · B·A, and only A and B are trained.
 *
 * @param rank rows of A, at least 1
 * @param alpha weight of the adapters, above 0
 * @param targets which layers of every block have one, of {@link #LAYERS}
 */
public record LoraSpec(int rank, double alpha, List<String> targets) {
    /** Layers that can have an adapter. */
    public static final List<String> LAYERS = List.of("attn.c_attn", "attn.c_proj", "mlp.c_fc", "mlp.c_proj");

    private static final String ALL = "all";

    public LoraSpec {
        targets = List.copyOf(targets);
    }

    /**
     * Reads the argument {@code lora}.
     *
     * @param arguments {@code rank} (8), {@code alpha} (twice the rank), {@code targets} ({@code attn.c_attn})
     * @throws InvalidInputException if one is unknown, of the wrong type or out of range
     */
    public static LoraSpec from(Map<String, ?> arguments) {
        Arguments a = new Arguments("llmosTrain's lora", arguments);
        int rank = (int) a.whole("rank", 8, 1, 1 << 16);
        List<String> targets = a.texts("targets");
        for (String target : targets) {
            if (!LAYERS.contains(target) && !target.equals(ALL)) {
                throw new InvalidInputException("llmosTrain's lora has the target '" + target + "'; it must be one of "
                        + String.join(", ", LAYERS) + ", or " + ALL + ".");
            }
        }
        LoraSpec spec = new LoraSpec(
                rank,
                a.number("alpha", 2.0 * rank, Range.POSITIVE),
                targets.contains(ALL) ? LAYERS : targets.isEmpty() ? List.of("attn.c_attn") : targets);
        a.refuseUnknown();
        return spec;
    }

    double scale() {
        return alpha / rank;
    }
}
