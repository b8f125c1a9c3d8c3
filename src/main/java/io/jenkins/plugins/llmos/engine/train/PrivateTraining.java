package io.jenkins.plugins.llmos.engine.train;

import io.jenkins.plugins.llmos.engine.privacy.random.PoissonSample;
import io.jenkins.plugins.llmos.engine.privacy.random.RandomKey;
import io.jenkins.plugins.llmos.engine.train.data.FeatureSchema;
import io.jenkins.plugins.llmos.engine.train.data.PreparedData;
import io.jenkins.plugins.llmos.engine.train.language.LanguageSpec;
import io.jenkins.plugins.llmos.engine.train.optimize.OptimizerState;
import java.io.IOException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** The private side of a training: draws the samples, takes the steps, and keeps count of what may have been released. */
final class PrivateTraining implements AutoCloseable {
    private final PrivacyPlan plan;
    private final PreparedData data;
    private final RandomKey key;
    private final PrivateStep step;
    private final ReleasedSteps released;
    private final LanguageSpec language;
    /** Steps released by earlier attempts that are not part of the parameters any more. */
    private long lost;

    PrivateTraining(
            Network network,
            TrainSpec spec,
            OptimizerState state,
            PreparedData data,
            ControlFolder control,
            int batch,
            int most,
            long stepsPerEpoch,
            long steps) {
        PrivacySpec privacy = spec.privacy();
        this.data = data;
        this.language = spec.model().language();
        plan = new PrivacyPlan(privacy, data.trainRows().length, batch, steps);
        key = privacy.testSeed() == null ? RandomKey.secret() : RandomKey.ofSeed(privacy.testSeed());
        // Room for four standard deviations more than the expected sample, so that one part is nearly always enough.
        int usual = (int) Math.min(data.trainRows().length, batch + 4 * Math.ceil(Math.sqrt((double) batch)));
        int part = privacy.microBatch() > 0 ? Math.min(privacy.microBatch(), usual) : Math.min(most, usual);
        step = new PrivateStep(network, spec, state, plan, key, part, steps, stepsPerEpoch);
        released = ReleasedSteps.in(control);
    }

    PrivacyPlan plan() {
        return plan;
    }

    /** Goes on after so many updates, those of a checkpoint, or 0. */
    void restore(long updates) {
        // Repeatable noise repeats itself after a crash, and what is released twice is released once.
        lost = key.isSecret() ? Math.max(0, released.read() - updates) : 0;
    }

    /** Whether no step may be made any more, because steps lost in a crash took the place of the last ones. */
    boolean isSpent(long updates) {
        return updates + lost >= plan.steps();
    }

    /** Steps that may have been released when so many updates are. */
    long released(long updates) {
        return updates + lost;
    }

    /** To be called before anything leaves that was computed from so many updates. */
    void release(long updates) throws IOException {
        released.write(released(updates));
    }

    /** An upper bound of the ε spent when so many updates are released. */
    double epsilon(long updates) {
        return plan.epsilon(released(updates));
    }

    void takeStep(long updates) {
        int[] sample = PoissonSample.draw(data.trainRows(), plan.sampleRate(), key.stream(RandomKey.SAMPLE, updates));
        step.run(
                (from, count) -> (features, targets) -> {
                    data.read(sample, from, count, features, targets);
                    return count;
                },
                sample.length);
    }

    /** What a result and a model card say of the training's privacy. */
    Map<String, Object> result(long updates) {
        Map<String, Object> result = new LinkedHashMap<>();
        PrivacySpec spec = plan.spec();
        result.put("private", spec.isPrivate());
        result.put("dataset", spec.dataset());
        result.put("epsilon", spec.withoutNoise() ? null : epsilon(updates));
        result.put("delta", spec.delta());
        result.put("noiseMultiplier", plan.noiseMultiplier());
        result.put("sampleRate", plan.sampleRate());
        result.put("privateSteps", released(updates));
        result.put("clip", spec.clip());
        result.put("clipping", spec.clipping());
        result.put("mechanism", "Poisson-sampled Gaussian on per-sample clipped gradients, noise on a grid");
        result.put("accountant", plan.accountant());
        result.put("unit", language == null ? "row" : language.unit() == null ? "sequence" : language.unit());
        result.put("neighbours", neighbours());
        result.put("treatedAsPublic", treatedAsPublic());
        return result;
    }

    /** By what two data sets differ that a private training makes hard to tell apart. */
    private String neighbours() {
        if (language == null) {
            return "one training row added or removed";
        }
        int sequences = data.schema().language().sequences();
        String sequence = " of at most " + data.schema().maxTokens() / sequences + " tokens";
        return language.unit() == null
                ? "one sequence" + sequence + " added or removed"
                : "all text of one '" + language.unit() + "' added or removed, of which at most " + sequences
                        + " sequences" + sequence + " are learnt";
    }

    /** What was learnt of the data without noise, and what was declared no secret. */
    List<String> treatedAsPublic() {
        FeatureSchema schema = data.schema();
        List<String> told = new ArrayList<>();
        told.add("the number of training rows");
        if (schema.task() == FeatureSchema.Task.LANGUAGE) {
            if (language.base() == null && language.tokenizer() == null) {
                told.add("the tokenizer, which was learnt from the training text");
            }
            told.add("where the text was cut into sequences");
            return declared(told);
        }
        if (schema.task() == FeatureSchema.Task.REGRESSION) {
            told.add("mean and deviation of the target");
        } else {
            told.add("the labels that occur");
        }
        for (FeatureSchema.Feature feature : schema.features()) {
            told.add(
                    switch (feature.type()) {
                        case NUMERIC -> "mean and deviation of column '" + feature.name() + "'";
                        case CATEGORICAL -> "the categories of column '" + feature.name() + "'";
                        case TEXT -> "the vocabulary of column '" + feature.name() + "'";
                        case IMAGE -> "mean and deviation of all pixels";
                    });
        }
        return declared(told);
    }

    private List<String> declared(List<String> told) {
        PrivacySpec spec = plan.spec();
        if (spec.isPublic("validation")) {
            told.add("the validation rows");
        }
        if (spec.isPublic("test")) {
            told.add("the test rows");
        }
        return told;
    }

    @Override
    public void close() {
        step.close();
    }
}
