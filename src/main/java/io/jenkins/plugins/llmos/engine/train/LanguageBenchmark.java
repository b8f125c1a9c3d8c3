package io.jenkins.plugins.llmos.engine.train;

import io.jenkins.plugins.llmos.engine.privacy.random.PoissonSample;
import io.jenkins.plugins.llmos.engine.privacy.random.RandomKey;
import io.jenkins.plugins.llmos.engine.train.data.FeatureSchema;
import io.jenkins.plugins.llmos.engine.train.language.BytePairTrainer;
import io.jenkins.plugins.llmos.engine.train.language.Continuation;
import io.jenkins.plugins.llmos.engine.train.language.GenerationBatch;
import io.jenkins.plugins.llmos.engine.train.language.Generator;
import io.jenkins.plugins.llmos.engine.train.language.Gpt;
import io.jenkins.plugins.llmos.engine.train.language.GptConfig;
import io.jenkins.plugins.llmos.engine.train.language.LoraSpec;
import io.jenkins.plugins.llmos.engine.train.language.Sampling;
import io.jenkins.plugins.llmos.engine.train.language.TextTokenizer;
import io.jenkins.plugins.llmos.engine.train.model.Precision;
import io.jenkins.plugins.llmos.engine.train.optimize.OptimizerState;
import java.nio.FloatBuffer;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.stream.IntStream;

/**
 * Times ordinary steps in both precisions and private steps of a language model in turns, so that all meet the same machine,
 * and the generation of text: 4 layers with heads of size 64, 4,096 token ids, 128 tokens a sequence, Adam.
 */
public final class LanguageBenchmark implements AutoCloseable {
    /** Most tokens of a sequence. */
    public static final int CONTEXT = 128;

    /** Numbers of a head. */
    public static final int HEAD = 64;

    private static final int VOCABULARY = 4096;
    /** As many sequences as there are said to be, for the time of sampling. */
    private static final int ROWS = 10_000;

    private static final int HELD = 64;
    private static final int EPSILON = 3;
    private static final double DELTA = 1e-5;

    private final int batch;
    private final float[][] sequences = new float[HELD][CONTEXT + 1];
    private final int[] rows = IntStream.range(0, ROWS).toArray();
    private final Network ordinary;
    /** Null where the hardware does not have it. */
    private final Network half;

    private final Network privately;
    private final TrainingStep ordinaryStep;
    private final TrainingStep halfStep;
    private final PrivateStep privateStep;
    private final PrivacyPlan plan;
    private final OptimizerState state;
    private final RandomKey key = RandomKey.secret();

    /**
     * @param batch sequences of a step, in expectation where it is private
     * @param width of the model, a multiple of {@link #HEAD}
     * @param lora whether adapters of rank 8 on all layers are trained alone
     */
    public LanguageBenchmark(int batch, int width, boolean lora) {
        this.batch = batch;
        SplittableRandom random = new SplittableRandom(7);
        for (float[] sequence : sequences) {
            for (int i = 0; i < sequence.length; i++) {
                sequence[i] = random.nextInt(VOCABULARY);
            }
        }
        TrainSpec spec = TrainSpec.from(Map.of("data", "x.txt", "output", "unused"), Path.of(""));
        GptConfig config = new GptConfig(
                VOCABULARY,
                CONTEXT,
                width,
                4,
                width / HEAD,
                4 * width,
                VOCABULARY - 1,
                0,
                lora ? new LoraSpec(8, 16, LoraSpec.LAYERS) : null);
        FeatureSchema schema = FeatureSchema.ofText("text", CONTEXT + 1, config);
        ordinary = Network.create(spec.model(), schema, 1);
        privately = Network.create(spec.model(), schema, 1);
        ordinaryStep = step(ordinary, spec);
        half = PrecisionCheck.passes(Precision.BF16) ? Network.create(spec.model(), schema, 1) : null;
        if (half != null) {
            half.setPrecision(Precision.BF16);
        }
        halfStep = half == null ? null : step(half, spec);
        plan = new PrivacyPlan(
                PrivacySpec.from(Map.of("dataset", "unused", "epsilon", EPSILON, "delta", DELTA)), ROWS, batch, 1000);
        state = new OptimizerState(privately.manager());
        int part = (int) (batch + 4 * Math.ceil(Math.sqrt(batch)));
        privateStep = new PrivateStep(privately, spec, state, plan, key, part, Integer.MAX_VALUE, ROWS);
    }

    private TrainingStep step(Network network, TrainSpec spec) {
        return new TrainingStep(network, spec, new OptimizerState(network.manager()), batch, Integer.MAX_VALUE, ROWS);
    }

    /**
     * Tokens a second, by the median step. A private step counts by the sequences that it happened to draw.
     *
     * @param ordinary of an ordinary training
     * @param half of one with precision {@code bf16}, NaN where the hardware does not have it
     * @param privately of a private one
     * @param ratio median of the ratios of a private step's time to that of the ordinary one before it
     */
    public record Speeds(double ordinary, double half, double privately, double ratio) {}

    /**
     * Times all kinds of step in turns.
     *
     * @param steps of each that count, after those of {@link Timing#warmUp}
     */
    public Speeds compare(int steps) {
        double[] ofOrdinary = new double[steps];
        double[] ofHalf = new double[steps];
        double[] ofPrivate = new double[steps];
        double[] ratios = new double[steps];
        Timing.warmUp(() -> nanos(ordinaryStep), this::halfNanos, this::privateNanos);
        for (int i = 0; i < steps; i++) {
            ofOrdinary[i] = nanos(ordinaryStep);
            ofPrivate[i] = privateNanos();
            ofHalf[i] = halfNanos();
            ratios[i] = ofPrivate[i] / ofOrdinary[i];
        }
        return new Speeds(speed(ofOrdinary), speed(ofHalf), speed(ofPrivate), Timing.median(ratios));
    }

    /** Of a step, for each sequence. */
    private double nanos(TrainingStep step) {
        long start = System.nanoTime();
        step.run((from, count) -> (f, t) -> fill(from, count, f, t), batch);
        return (double) (System.nanoTime() - start) / batch;
    }

    private double halfNanos() {
        return halfStep == null ? Double.NaN : nanos(halfStep);
    }

    private double privateNanos() {
        long start = System.nanoTime();
        int sampled = takePrivateStep();
        return (double) (System.nanoTime() - start) / Math.max(1, sampled);
    }

    private int takePrivateStep() {
        int[] sample = PoissonSample.draw(rows, plan.sampleRate(), key.stream(RandomKey.SAMPLE, state.updates()));
        privateStep.run((from, count) -> (f, t) -> fill(sample[from], count, f, t), sample.length);
        return sample.length;
    }

    private int fill(int first, int count, FloatBuffer features, FloatBuffer targets) {
        for (int i = 0; i < count; i++) {
            features.put(sequences[(first + i) % HELD]);
            targets.put(0);
        }
        return count;
    }

    /** @param nanos for each sequence */
    private static double speed(double[] nanos) {
        return CONTEXT / (Timing.median(nanos) / 1e9);
    }

    /**
     * Generates texts as long as the context, so many at once.
     *
     * @return tokens a second
     */
    public double generate(int atOnce) {
        BytePairTrainer letters = new BytePairTrainer();
        letters.add("a");
        try (TextTokenizer tokenizer = TextTokenizer.of(letters.train(BytePairTrainer.LEAST), "the benchmark")) {
            Generator generator = new Generator((Gpt) ordinary.block(), tokenizer, ordinary.manager());
            int warm = generate(generator, atOnce, CONTEXT / 4);
            long start = System.nanoTime();
            int made = generate(generator, atOnce, CONTEXT - 1);
            return warm == 0 ? Double.NaN : made / ((System.nanoTime() - start) / 1e9);
        }
    }

    private static int generate(Generator generator, int atOnce, int most) {
        List<Continuation> texts = IntStream.range(0, atOnce)
                .mapToObj(i -> generator.continuation("a", most, new Sampling(1, 0, 1, i), text -> {}))
                .toList();
        try (GenerationBatch batch = generator.batch()) {
            texts.forEach(batch::add);
            while (batch.size() > 0) {
                batch.step();
            }
        }
        return texts.stream().mapToInt(Continuation::made).sum();
    }

    /** Parameters of the model, and those of them that are trained. */
    public long[] parameters() {
        return new long[] {ordinary.parameterCount(), ordinary.trainableCount()};
    }

    @Override
    public void close() {
        privateStep.close();
        privately.close();
        if (half != null) {
            half.close();
        }
        ordinary.close();
    }
}
