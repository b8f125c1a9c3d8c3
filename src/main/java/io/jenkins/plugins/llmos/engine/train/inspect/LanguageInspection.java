package io.jenkins.plugins.llmos.engine.train.inspect;

import io.jenkins.plugins.llmos.engine.train.Network;
import io.jenkins.plugins.llmos.engine.train.TextGenerator;
import io.jenkins.plugins.llmos.engine.train.inspect.Proportions.Interval;
import io.jenkins.plugins.llmos.engine.train.language.GptFiles;
import io.jenkins.plugins.llmos.engine.train.language.Sampling;
import io.jenkins.plugins.llmos.engine.train.language.TextTokenizer;
import io.jenkins.plugins.llmos.engine.util.FileAccess;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/** What there is to say of a language model besides its perplexity. */
final class LanguageInspection {
    private static final int TOKENS = 40;
    private static final int SHOWN = 24;

    private final FileAccess access;
    private final ReportSpec spec;
    private final Network network;
    private final JudgedRows judged;

    LanguageInspection(FileAccess access, ReportSpec spec, Network network, JudgedRows judged) {
        this.access = access;
        this.spec = spec;
        this.network = network;
        this.judged = judged;
    }

    /**
     * Sequences whose next token is explained by those before it; also adds what the sequences tell of the perplexity.
     *
     * @param metrics takes {@code perplexityLow} and {@code perplexityHigh}, by the normal approximation over sequences
     */
    List<ModelReport.Example> examples(Answers answers, Map<String, Double> metrics) {
        double sum = 0;
        double squares = 0;
        for (int row = 0; row < answers.rows(); row++) {
            double loss = 0;
            int tokens = 0;
            for (int t = 0; t < answers.outputs(); t++) {
                if (answers.score(row, t) <= 0) {
                    loss -= answers.score(row, t);
                    tokens++;
                }
            }
            double mean = loss / Math.max(1, tokens);
            sum += mean;
            squares += mean * mean;
        }
        Interval mean = Proportions.mean(sum, squares, answers.rows(), Proportions.CONFIDENCE);
        metrics.put("loss", mean.value());
        metrics.put("perplexityLow", Math.exp(mean.low()));
        metrics.put("perplexityHigh", Math.exp(mean.high()));
        IntegratedGradients gradients = new IntegratedGradients(network);
        List<ModelReport.Example> examples = new ArrayList<>();
        try (TextTokenizer tokenizer = TextTokenizer.read(access, spec.model().resolve(GptFiles.TOKENIZER))) {
            int wanted = Math.min(spec.examples(), answers.rows());
            for (int i = 0; i < wanted; i++) {
                int row = (int) ((long) i * answers.rows() / wanted);
                examples.add(example(row, answers, gradients, tokenizer));
            }
        }
        return examples;
    }

    private ModelReport.Example example(
            int row, Answers answers, IntegratedGradients gradients, TextTokenizer tokenizer) {
        float[] ids = judged.rows().get(row);
        int last = 0;
        int shown = Math.min(SHOWN, network.schema().predictedTokensPerSequence());
        for (int t = 0; t < shown; t++) {
            last = answers.score(row, t) <= 0 ? t : last;
        }
        IntegratedGradients.Attribution a = gradients.of(ids, last);
        List<ModelReport.Part> parts = new ArrayList<>();
        for (int t = 0; t <= last; t++) {
            parts.add(new ModelReport.Part(text(tokenizer, ids[t]), "", a.parts()[t]));
        }
        String next = text(tokenizer, ids[last + 1]);
        return new ModelReport.Example(row + 1, next, next, a.value(), a.baseline(), parts, List.of(), 0, a.gap());
    }

    private static String text(TextTokenizer tokenizer, float id) {
        String text = tokenizer.decode(new int[] {(int) id}).replace("\n", "⏎");
        return text.isBlank() ? "␣" : text;
    }

    /** What the model makes of the prompts. */
    List<ModelReport.Text> texts() {
        List<ModelReport.Text> texts = new ArrayList<>();
        if (spec.prompts().isEmpty()) {
            return texts;
        }
        try (TextGenerator generator = TextGenerator.load(access, spec.model())) {
            for (String prompt : spec.prompts()) {
                StringBuilder made = new StringBuilder();
                generator.generate(prompt, TOKENS, new Sampling(0.8, 40, 1, spec.seed()), made::append);
                texts.add(new ModelReport.Text(prompt, made.toString()));
            }
        }
        return texts;
    }
}
