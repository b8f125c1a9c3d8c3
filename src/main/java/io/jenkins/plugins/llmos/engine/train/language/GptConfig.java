package io.jenkins.plugins.llmos.engine.train.language;

import ai.djl.ndarray.types.Shape;
import com.google.gson.JsonArray;
import com.google.gson.JsonElement;
import com.google.gson.JsonObject;
import io.jenkins.plugins.llmos.engine.InvalidInputException;
import io.jenkins.plugins.llmos.engine.util.Json;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * The shape of a decoder-only transformer in the layout of GPT-2 (Radford et al., "Language Models are Unsupervised
 * Multitask Learners", 2019).
 *
 * @param vocabulary how many token ids there are
 * @param context most tokens of a sequence
 * @param width of a token's vector, a multiple of {@code heads}
 * @param layers blocks, at least 1
 * @param heads of each attention
 * @param inner width between the two dense layers of a block
 * @param endOfText id of the token that stands between documents
 * @param dropout probability that an activation is dropped in training, 0 ≤ dropout &lt; 1
 * @param lora low-rank adapters that alone are trained, or null to train everything
 * @param sequences that a row of the data holds, one behind the other, which know nothing of each other; at least 1
 */
public record GptConfig(
        int vocabulary,
        int context,
        int width,
        int layers,
        int heads,
        int inner,
        int endOfText,
        double dropout,
        LoraSpec lora,
        int sequences) {
    /** What LayerNorm adds to a variance, the only value that is read. */
    private static final double EPSILON = 1e-5;

    public GptConfig {
        if (width % heads != 0) {
            throw new InvalidInputException("A language model's width is " + width + ", no multiple of its " + heads
                    + " heads. Take a width such as " + Math.max(1, Math.round((double) width / heads)) * heads + ".");
        }
        // Cards written before rows could hold several do not say it.
        sequences = Math.max(1, sequences);
    }

    /** Of rows of one sequence. */
    public GptConfig(
            int vocabulary,
            int context,
            int width,
            int layers,
            int heads,
            int inner,
            int endOfText,
            double dropout,
            LoraSpec lora) {
        this(vocabulary, context, width, layers, heads, inner, endOfText, dropout, lora, 1);
    }

    /** The same with these adapters and this dropout. */
    public GptConfig with(LoraSpec otherLora, double otherDropout) {
        return new GptConfig(
                vocabulary, context, width, layers, heads, inner, endOfText, otherDropout, otherLora, sequences);
    }

    /** The same of rows of so many sequences. */
    public GptConfig withSequences(int others) {
        return new GptConfig(vocabulary, context, width, layers, heads, inner, endOfText, dropout, lora, others);
    }

    /** About how many floats of activations a row needs in a training whose sequences have so many tokens. */
    public long floatsPerRow(long tokens) {
        return floatsPerRow(tokens, layers, 0);
    }

    /** The same where what is computed within a block is not kept, see {@link CheckpointedBackward}. */
    public long floatsPerCheckpointedRow(long tokens) {
        return floatsPerRow(tokens, 1, layers + 1);
    }

    private long floatsPerRow(long tokens, int blocks, int inputs) {
        return sequences
                * tokens
                * (4L * vocabulary + (long) inputs * width + blocks * (12L * width + 4L * inner + 3L * heads * tokens));
    }

    /**
     * Reads the {@code config.json} of a checkpoint.
     *
     * @throws InvalidInputException if it is missing, damaged, or describes a model that is not GPT-2's
     */
    public static GptConfig read(Path file) {
        JsonObject json = Json.read("The model's configuration", file, JsonObject.class);
        require(file, json, "model_type", "gpt2", "gpt2");
        require(file, json, "activation_function", "gelu_new", "gelu_new");
        require(file, json, "tie_word_embeddings", "true", "true");
        require(file, json, "scale_attn_weights", "true", "true");
        require(file, json, "scale_attn_by_inverse_layer_idx", "false", "false");
        require(file, json, "add_cross_attention", "false", "false");
        requireEpsilon(file, json);
        int width = whole(file, json, "n_embd", 768);
        int vocabulary = whole(file, json, "vocab_size", 50257);
        int end = whole(file, json, "eos_token_id", vocabulary - 1);
        if (end >= vocabulary) {
            throw wrong(file, "eos_token_id", json.get("eos_token_id"), "less than vocab_size, " + vocabulary);
        }
        return new GptConfig(
                vocabulary,
                whole(file, json, "n_positions", 1024),
                width,
                whole(file, json, "n_layer", 12),
                whole(file, json, "n_head", 12),
                whole(file, json, "n_inner", 4 * width),
                end,
                0,
                null);
    }

    private static void require(Path file, JsonObject json, String name, String standard, String right) {
        String value = json.has(name) && json.get(name).isJsonPrimitive()
                ? json.get(name).getAsString()
                : standard;
        if (!value.equals(right)) {
            throw wrong(file, name, json.get(name), right);
        }
    }

    private static void requireEpsilon(Path file, JsonObject json) {
        JsonElement value = json.get("layer_norm_epsilon");
        try {
            if (value != null && value.getAsDouble() != EPSILON) {
                throw wrong(file, "layer_norm_epsilon", value, Double.toString(EPSILON));
            }
        } catch (NumberFormatException | UnsupportedOperationException | IllegalStateException e) {
            throw wrong(file, "layer_norm_epsilon", value, Double.toString(EPSILON));
        }
    }

    private static int whole(Path file, JsonObject json, String name, int standard) {
        if (!json.has(name) || json.get(name).isJsonNull()) {
            return standard;
        }
        try {
            int value = json.get(name).getAsInt();
            if (value >= (name.equals("eos_token_id") ? 0 : 1) && value <= 1 << 24) {
                return value;
            }
        } catch (NumberFormatException | UnsupportedOperationException | IllegalStateException e) {
            throw wrong(file, name, json.get(name), "a whole number");
        }
        throw wrong(file, name, json.get(name), "a whole number from 1 to " + (1 << 24));
    }

    private static InvalidInputException wrong(Path file, String name, JsonElement value, String right) {
        return new InvalidInputException("The model's configuration " + file + " has " + name + ": " + value
                + "; only models of GPT-2's layout can be read, where it is " + right + ".");
    }

    /** As {@code config.json} of Hugging Face says it. */
    String json() {
        JsonObject json = new JsonObject();
        JsonArray architectures = new JsonArray();
        architectures.add("GPT2LMHeadModel");
        json.add("architectures", architectures);
        json.addProperty("model_type", "gpt2");
        json.addProperty("activation_function", "gelu_new");
        json.addProperty("vocab_size", vocabulary);
        json.addProperty("n_positions", context);
        json.addProperty("n_ctx", context);
        json.addProperty("n_embd", width);
        json.addProperty("n_layer", layers);
        json.addProperty("n_head", heads);
        json.addProperty("n_inner", inner);
        json.addProperty("layer_norm_epsilon", EPSILON);
        json.addProperty("bos_token_id", endOfText);
        json.addProperty("eos_token_id", endOfText);
        json.addProperty("tie_word_embeddings", true);
        json.addProperty("torch_dtype", "float32");
        return Json.pretty(json);
    }

    /** Shapes of the checkpoint's arrays by name; matrices lie there as (in, out). */
    Map<String, Shape> arrays() {
        Map<String, Shape> shapes = new LinkedHashMap<>();
        shapes.put("transformer.wte.weight", new Shape(vocabulary, width));
        shapes.put("transformer.wpe.weight", new Shape(context, width));
        for (int i = 0; i < layers; i++) {
            String block = "transformer.h." + i + ".";
            norm(shapes, block + "ln_1");
            dense(shapes, block + "attn.c_attn", width, 3L * width);
            dense(shapes, block + "attn.c_proj", width, width);
            norm(shapes, block + "ln_2");
            dense(shapes, block + "mlp.c_fc", width, inner);
            dense(shapes, block + "mlp.c_proj", inner, width);
        }
        norm(shapes, "transformer.ln_f");
        return shapes;
    }

    private void norm(Map<String, Shape> shapes, String name) {
        shapes.put(name + ".weight", new Shape(width));
        shapes.put(name + ".bias", new Shape(width));
    }

    private static void dense(Map<String, Shape> shapes, String name, long in, long out) {
        shapes.put(name + ".weight", new Shape(in, out));
        shapes.put(name + ".bias", new Shape(out));
    }

    /** Whether an array's two axes lie the other way round in a {@code Dense}. */
    static boolean isTransposed(String name) {
        return name.contains(".c_") && name.endsWith(".weight");
    }
}
