package io.jenkins.plugins.llmos.engine.train.model;

import ai.djl.ndarray.NDArray;
import ai.djl.nn.core.Linear;
import com.google.gson.annotations.SerializedName;
import io.jenkins.plugins.llmos.engine.train.script.Bfloat16Cast;
import java.util.Arrays;
import java.util.List;

/** Which floats a training multiplies matrices in. Everything else is computed and kept in 32-bit floats. */
public enum Precision {
    /** 32-bit floats. */
    @SerializedName("float32")
    FLOAT32("float32"),

    /**
     * bfloat16, which has a 32-bit float's range and 8 binary digits (mixed precision, Micikevicius et al., ICLR 2018,
     * section 3, with the number format of Kalamkar et al., "A Study of BFLOAT16 for Deep Learning Training", 2019, whose
     * range makes scaling the loss superfluous).
     */
    @SerializedName("bf16")
    BF16("bf16");

    /** As arguments name them. */
    public static final List<String> NAMES =
            Arrays.stream(values()).map(Precision::text).toList();

    private final String text;

    Precision(String text) {
        this.text = text;
    }

    /** The name in arguments and results. */
    public String text() {
        return text;
    }

    /**
     * By its name.
     *
     * @throws IllegalArgumentException if none has it
     */
    public static Precision of(String text) {
        return Arrays.stream(values())
                .filter(p -> p.text.equals(text))
                .findFirst()
                .orElseThrow(() -> new IllegalArgumentException("no precision " + text));
    }

    /**
     * What a layer passes on that multiplies by a matrix, by way of its tap.
     *
     * @param input (…, p), 32-bit floats like the others
     * @param weight (d, p)
     * @param bias (d), or null
     * @return (…, d), 32-bit floats
     */
    NDArray pass(Tap tap, TappedLayer layer, NDArray input, NDArray weight, NDArray bias) {
        return this == FLOAT32
                ? tap.pass(layer, input, weight, bias)
                : tap.pass(layer, input, product(input, weight, bias));
    }

    /**
     * The product with a matrix. In bfloat16 it is one of copies, so that the gradients of all three arrays are 32-bit
     * floats again, each rounded once; the hardware adds up in 32 bits.
     *
     * @param input (…, p), 32-bit floats like the others
     * @param weight (d, p)
     * @param bias (d), or null
     * @return (…, d), 32-bit floats
     */
    NDArray product(NDArray input, NDArray weight, NDArray bias) {
        if (this == FLOAT32) {
            return Linear.linear(input, weight, bias).singletonOrThrow();
        }
        NDArray product = Linear.linear(
                        Bfloat16Cast.narrow(input),
                        Bfloat16Cast.narrow(weight),
                        bias == null ? null : Bfloat16Cast.narrow(bias))
                .singletonOrThrow();
        return Bfloat16Cast.widen(product);
    }
}
