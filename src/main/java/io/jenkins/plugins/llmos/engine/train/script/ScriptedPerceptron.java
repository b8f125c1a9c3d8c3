package io.jenkins.plugins.llmos.engine.train.script;

import ai.djl.MalformedModelException;
import ai.djl.Model;
import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import ai.djl.nn.Block;
import ai.djl.training.ParameterStore;
import io.jenkins.plugins.llmos.engine.InvalidInputException;
import io.jenkins.plugins.llmos.engine.train.model.Dense;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.util.List;

/**
 * Dense layers with ReLU between them as a module in TorchScript. DJL loads such modules and neither traces nor quantises
 * its own blocks, so the module's source is written here.
 */
public final class ScriptedPerceptron implements AutoCloseable {
    private static final String PACKED = "__torch__.torch.classes.quantized.LinearPackedParamsBase";

    private final Model model;
    private final Block block;
    private final ParameterStore store;

    private ScriptedPerceptron(Model model, NDManager manager) {
        this.model = model;
        this.block = model.getBlock();
        this.store = new ParameterStore(manager, false);
    }

    /**
     * Makes one of trained layers.
     *
     * @param layers in the order of the forward pass, at least one
     * @param manager whose device computes
     * @throws InvalidInputException if this machine's PyTorch cannot run it
     */
    public static ScriptedPerceptron of(List<Dense> layers, Optimization optimization, NDManager manager) {
        TorchScriptArchive archive = new TorchScriptArchive();
        StringBuilder method = new StringBuilder("  def forward(self: __torch__.M,\n    x0: Tensor) -> Tensor:\n");
        for (int i = 0; i < layers.size(); i++) {
            add(archive, layers.get(i), i);
            String output = optimization == Optimization.INT8 ? quantized(archive, method, i) : plain(i);
            boolean last = i == layers.size() - 1;
            method.append("    x" + (i + 1) + " = " + (last ? output : "torch.relu(" + output + ")") + "\n");
        }
        method.append("    return x" + layers.size() + "\n");
        Model model = Model.newInstance("perceptron");
        try {
            ByteArrayOutputStream bytes = new ByteArrayOutputStream();
            archive.write(bytes, method.toString());
            try (InputStream in = new ByteArrayInputStream(bytes.toByteArray())) {
                model.load(in);
            }
            ScriptedPerceptron made = new ScriptedPerceptron(model, manager);
            made.warmUp(
                    layers.get(0)
                            .getDirectParameters()
                            .get("weight")
                            .getArray()
                            .getShape()
                            .get(1),
                    manager);
            return made;
        } catch (IOException | MalformedModelException | RuntimeException e) {
            model.close();
            throw new InvalidInputException(
                    "This machine's PyTorch cannot run the model as " + optimization.text() + ": " + e.getMessage()
                            + ". Use it as it is.",
                    e);
        }
    }

    private static void add(TorchScriptArchive archive, Dense layer, int i) {
        for (String kind : List.of("weight", "bias")) {
            NDArray array = layer.getDirectParameters().get(kind).getArray();
            archive.addArray(kind + i, array.toFloatArray(), array.getShape().getShape());
        }
    }

    private static String plain(int i) {
        return "torch.linear(x" + i + ", self.weight" + i + ", self.bias" + i + ")";
    }

    /** Packs the weights in the first call, and leaves an eighth bit unused, which older processors need. */
    private static String quantized(TorchScriptArchive archive, StringBuilder method, int i) {
        archive.addNone("packed" + i, PACKED);
        String lines = """
                known# = self.packed#
                if known# is None:
                  scale# = torch.div(torch.clamp_min(torch.amax(torch.abs(self.weight#), [1]), 1e-08), 127.)
                  zero# = torch.zeros_like(scale#, dtype=4)
                  small# = torch.quantize_per_channel(self.weight#, scale#, zero#, 0, 12)
                  fresh# = ops.quantized.linear_prepack(small#, self.bias#)
                  self.packed# = fresh#
                  use# = fresh#
                else:
                  use# = known#
                """;
        method.append(lines.indent(4).replace("#", Integer.toString(i)));
        return "ops.quantized.linear_dynamic(x" + i + ", use" + i + ", True)";
    }

    /** PyTorch compiles in the first calls. */
    private void warmUp(long width, NDManager manager) {
        for (int i = 0; i < 3; i++) {
            try (NDManager step = manager.newSubManager()) {
                forward(step.zeros(new Shape(1, width))).toFloatArray();
            }
        }
    }

    /** @param rows (batch, in); returns (batch, out) */
    public NDArray forward(NDArray rows) {
        return block.forward(store, new NDList(rows), false).singletonOrThrow();
    }

    @Override
    public void close() {
        model.close();
    }
}
