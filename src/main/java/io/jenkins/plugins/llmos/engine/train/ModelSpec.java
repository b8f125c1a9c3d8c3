package io.jenkins.plugins.llmos.engine.train;

import io.jenkins.plugins.llmos.engine.train.language.LanguageSpec;
import io.jenkins.plugins.llmos.engine.train.model.Precision;
import java.nio.file.Path;
import java.util.List;
import java.util.function.UnaryOperator;

/**
 * Which model to train.
 *
 * @param kind one of {@link #KINDS}
 * @param hidden widths of the hidden layers of {@code mlp}, {@code scattering} and {@code text}, and of the dense layer of {@code cnn}
 * @param channels channels of the convolutions of {@code cnn}
 * @param embedding width of the word embeddings of {@code text} and {@code retrieval}, and of the vectors of
 *     {@code factorization} and {@code irt}
 * @param dropout probability that a hidden activation is dropped in training, 0 ≤ dropout &lt; 1
 * @param user column of those who meet items, of {@code factorization} and {@code irt}, otherwise null
 * @param language what {@code gpt} needs to know besides, otherwise null
 */
public record ModelSpec(
        String kind,
        List<Integer> hidden,
        List<Integer> channels,
        int embedding,
        double dropout,
        String user,
        LanguageSpec language) {
    /**
     * Linear (logistic or linear regression), multi-layer perceptron, convolutional network, scattering features of images,
     * bag of embeddings, decoder-only transformer, matrix factorisation, item response, retrieval of answers.
     */
    public static final List<String> KINDS =
            List.of("logistic", "mlp", "cnn", "scattering", "text", "gpt", "factorization", "irt", "retrieval");

    /** Any but a language model. */
    public ModelSpec(String kind, List<Integer> hidden, List<Integer> channels, int embedding, double dropout) {
        this(kind, hidden, channels, embedding, dropout, null, null);
    }

    /** The same with the files that it begins with elsewhere. */
    ModelSpec at(UnaryOperator<Path> placed) {
        return language == null
                ? this
                : new ModelSpec(
                        kind,
                        hidden,
                        channels,
                        embedding,
                        dropout,
                        user,
                        language.at(placed.apply(language.tokenizer()), placed.apply(language.base())));
    }

    /** In what a training multiplies matrices; other models than language models know 32-bit floats alone. */
    public Precision precision() {
        return language == null ? Precision.FLOAT32 : language.precision();
    }

    /** Whether rows are pairs of a user and an item. */
    public boolean isOfPairs() {
        return user != null;
    }

    public ModelSpec {
        hidden = List.copyOf(hidden);
        channels = List.copyOf(channels);
    }
}
