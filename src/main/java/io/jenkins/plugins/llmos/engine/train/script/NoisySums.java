package io.jenkins.plugins.llmos.engine.train.script;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import java.util.List;

/** Rounds sums, adds noise to them and scales them, many in one call. */
public final class NoisySums {
    private static final String METHOD = """
              def forward(self: __torch__.M,
                sums: List[Tensor],
                noise: Tensor,
                scale: Tensor) -> Tensor:
                at = 0
                for i in range(torch.len(sums)):
                  sum = sums[i]
                  count = torch.numel(sum)
                  _0 = torch.add_(torch.round_(sum), torch.narrow(noise, 0, at, count))
                  _1 = torch.mul_(sum, scale)
                  at = torch.add(at, count)
                return sums[0]
            """;

    private static final class Known {
        private static final ScriptedFunction FUNCTION = new ScriptedFunction("noisy sums", METHOD);
    }

    private NoisySums() {}

    /**
     * Changes each sum to (round(sum) + noise) · scale.
     *
     * @param sums of one dimension each, at least one
     * @param noise for the sums one after the other, of whole numbers
     * @param scale a scalar
     */
    public static void add(NDList sums, NDArray noise, NDArray scale) {
        Known.FUNCTION.call(List.of(sums), noise, scale);
    }
}
