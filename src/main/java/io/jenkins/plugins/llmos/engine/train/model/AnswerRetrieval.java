package io.jenkins.plugins.llmos.engine.train.model;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.DataType;
import ai.djl.ndarray.types.Shape;
import ai.djl.nn.AbstractBlock;
import ai.djl.training.ParameterStore;
import ai.djl.util.PairList;
import java.util.List;

/**
 * Finds the text that answers a question: both are read by one encoder, the mean of their words' vectors, and an answer's
 * logit is the cosine of the two vectors times {@value #SCALE} (Henderson et al., "Efficient Natural Language Response
 * Suggestion for Smart Reply", 2017, section 4.2, with cosine and all answers in place of those of a batch). Takes rows
 * (batch, tokens) of word numbers, gives (batch, answers).
 */
final class AnswerRetrieval extends AbstractBlock {
    private static final byte VERSION = 1;
    private static final float SCALE = 20;
    private static final float LEAST = 1e-6f;

    private final EmbeddingBag encoder;
    private final float[] answers;
    private final int count;

    /**
     * @param answers word numbers of each, all of one length
     * @param entries how many word numbers there are
     * @param width of the vectors
     */
    @SuppressWarnings("this-escape")
    AnswerRetrieval(List<float[]> answers, long entries, long width) {
        super(VERSION);
        encoder = addChildBlock("encoder", new EmbeddingBag(0, entries, width));
        count = answers.size();
        int tokens = answers.get(0).length;
        this.answers = new float[count * tokens];
        for (int i = 0; i < count; i++) {
            System.arraycopy(answers.get(i), 0, this.answers, i * tokens, tokens);
        }
    }

    @Override
    protected NDList forwardInternal(
            ParameterStore parameters, NDList inputs, boolean training, PairList<String, Object> options) {
        NDArray questions = inputs.singletonOrThrow();
        NDArray q = encoded(parameters, questions, training);
        NDArray all = questions.getManager().create(answers, new Shape(count, answers.length / count));
        NDArray a = encoded(parameters, all, training);
        return new NDList(Scaled.by(q.matMul(a.transpose()), SCALE));
    }

    private NDArray encoded(ParameterStore parameters, NDArray tokens, boolean training) {
        NDArray vectors =
                encoder.forward(parameters, new NDList(tokens), training).singletonOrThrow();
        return vectors.div(vectors.square().sum(new int[] {1}, true).add(LEAST).sqrt());
    }

    @Override
    public Shape[] getOutputShapes(Shape[] inputShapes) {
        return new Shape[] {new Shape(inputShapes[0].get(0), count)};
    }

    @Override
    protected void initializeChildBlocks(NDManager manager, DataType dataType, Shape... inputShapes) {
        encoder.initialize(manager, dataType, inputShapes);
    }
}
