package io.jenkins.plugins.llmos.engine.train.script;

import ai.djl.ndarray.NDArray;

/**
 * Conversions to bfloat16 and back, through which gradients pass. DJL (0.36) names the type, but its native part ends the
 * process when it is asked for, and its {@code toType} cuts the graph of every type; arrays that have the type already it
 * multiplies.
 */
public final class Bfloat16Cast {
    private static final int BFLOAT16 = 15;
    private static final int FLOAT32 = 6;

    private static final class Known {
        private static final ScriptedFunction NARROW = to(BFLOAT16);
        private static final ScriptedFunction WIDEN = to(FLOAT32);
    }

    private Bfloat16Cast() {}

    /** @param type as PyTorch numbers them */
    private static ScriptedFunction to(int type) {
        return new ScriptedFunction(
                "to" + type,
                "  def forward(self: __torch__.M,\n    x: Tensor) -> Tensor:\n    return torch.to(x, " + type
                        + ", False, False, None)\n");
    }

    /**
     * Rounds to the nearest number of eight binary digits, of two as near to the even one.
     *
     * @param array of 32-bit floats
     * @return of the same shape and manager; DJL takes its type for an unknown one
     * @throws ai.djl.engine.EngineException if this PyTorch cannot do it
     */
    public static NDArray narrow(NDArray array) {
        return Known.NARROW.apply(array);
    }

    /**
     * Takes the same numbers as 32-bit floats.
     *
     * @param array of bfloat16
     * @throws ai.djl.engine.EngineException if this PyTorch cannot do it
     */
    public static NDArray widen(NDArray array) {
        return Known.WIDEN.apply(array);
    }
}
