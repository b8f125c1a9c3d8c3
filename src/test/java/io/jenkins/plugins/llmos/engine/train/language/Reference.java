package io.jenkins.plugins.llmos.engine.train.language;

import java.util.Map;

/** GPT-2 in plain Java, one number at a time, from the arrays of a checkpoint. */
final class Reference {
    private final GptConfig config;
    private final Map<String, float[]> weights;

    Reference(GptConfig config, Map<String, float[]> weights) {
        this.config = config;
        this.weights = weights;
    }

    /** Scores of the token after each of those given. */
    double[][] logits(int... ids) {
        int width = config.width();
        double[][] x = new double[ids.length][width];
        for (int t = 0; t < ids.length; t++) {
            for (int i = 0; i < width; i++) {
                x[t][i] = weight("transformer.wte.weight")[ids[t] * width + i]
                        + weight("transformer.wpe.weight")[t * width + i];
            }
        }
        for (int layer = 0; layer < config.layers(); layer++) {
            String name = "transformer.h." + layer + ".";
            double[][] qkv = dense(norm(x, name + "ln_1"), name + "attn.c_attn");
            add(x, dense(attention(qkv), name + "attn.c_proj"));
            double[][] inner = dense(norm(x, name + "ln_2"), name + "mlp.c_fc");
            for (double[] row : inner) {
                for (int i = 0; i < row.length; i++) {
                    double u = Math.sqrt(2 / Math.PI) * (row[i] + 0.044715 * row[i] * row[i] * row[i]);
                    row[i] = 0.5 * row[i] * (1 + Math.tanh(u));
                }
            }
            add(x, dense(inner, name + "mlp.c_proj"));
        }
        double[][] last = norm(x, "transformer.ln_f");
        double[][] logits = new double[ids.length][config.vocabulary()];
        for (int t = 0; t < ids.length; t++) {
            for (int v = 0; v < config.vocabulary(); v++) {
                for (int i = 0; i < width; i++) {
                    logits[t][v] += last[t][i] * weight("transformer.wte.weight")[v * width + i];
                }
            }
        }
        return logits;
    }

    private double[][] attention(double[][] qkv) {
        int width = config.width();
        int size = width / config.heads();
        double[][] mixed = new double[qkv.length][width];
        for (int head = 0; head < config.heads(); head++) {
            int at = head * size;
            for (int t = 0; t < qkv.length; t++) {
                double[] shares = new double[t + 1];
                double sum = 0;
                for (int s = 0; s <= t; s++) {
                    double product = 0;
                    for (int i = 0; i < size; i++) {
                        product += qkv[t][at + i] * qkv[s][width + at + i];
                    }
                    shares[s] = Math.exp(product / Math.sqrt(size));
                    sum += shares[s];
                }
                for (int s = 0; s <= t; s++) {
                    for (int i = 0; i < size; i++) {
                        mixed[t][at + i] += shares[s] / sum * qkv[s][2 * width + at + i];
                    }
                }
            }
        }
        return mixed;
    }

    private double[][] norm(double[][] x, String name) {
        double[][] normal = new double[x.length][];
        for (int t = 0; t < x.length; t++) {
            double mean = 0;
            double variance = 0;
            for (double value : x[t]) {
                mean += value / x[t].length;
            }
            for (double value : x[t]) {
                variance += (value - mean) * (value - mean) / x[t].length;
            }
            normal[t] = new double[x[t].length];
            for (int i = 0; i < x[t].length; i++) {
                normal[t][i] = (x[t][i] - mean) / Math.sqrt(variance + 1e-5) * weight(name + ".weight")[i]
                        + weight(name + ".bias")[i];
            }
        }
        return normal;
    }

    /** Matrices of a checkpoint are (in, out). */
    private double[][] dense(double[][] x, String name) {
        float[] bias = weight(name + ".bias");
        double[][] output = new double[x.length][bias.length];
        for (int t = 0; t < x.length; t++) {
            for (int o = 0; o < bias.length; o++) {
                output[t][o] = bias[o];
                for (int i = 0; i < x[t].length; i++) {
                    output[t][o] += x[t][i] * weight(name + ".weight")[i * bias.length + o];
                }
            }
        }
        return output;
    }

    private static void add(double[][] to, double[][] more) {
        for (int t = 0; t < to.length; t++) {
            for (int i = 0; i < to[t].length; i++) {
                to[t][i] += more[t][i];
            }
        }
    }

    private float[] weight(String name) {
        return weights.get(name);
    }
}
