package io.jenkins.plugins.llmos.engine.train;

import io.jenkins.plugins.llmos.engine.InvalidInputException;
import io.jenkins.plugins.llmos.engine.train.data.FeatureSchema;
import io.jenkins.plugins.llmos.engine.train.data.PreparedData;
import io.jenkins.plugins.llmos.engine.util.FileAccess;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;

/**
 * One private training with canaries: rows of the training part that are given a wrong class and that a fair coin each
 * leaves in or takes out (Steinke, Nasr, Jagielski, "Privacy Auditing with One (1) Training Run", NeurIPS 2023, algorithm 1).
 * All other rows stay in.
 */
public final class CanaryTraining {
    private CanaryTraining() {}

    /**
     * A row with a wrong class.
     *
     * @param in whether it was trained on
     * @param confidence of the trained model in the wrong class, see {@link LabelledRows#confidences}
     */
    public record Canary(boolean in, double confidence) {}

    /**
     * What came of it.
     *
     * @param canaries in no particular order
     * @param rows trained on, canaries included
     * @param result of the training
     */
    public record Outcome(List<Canary> canaries, int rows, Map<String, Object> result) {
        public Outcome {
            canaries = List.copyOf(canaries);
        }
    }

    /**
     * Trains once.
     *
     * @param spec of a private training of a classifier; its output is written in {@code scratch}
     * @param canaries how many, 0 for half of the training rows but at most {@code most}
     * @param least fewest canaries that are worth a training
     * @param most canaries when 0 are asked for
     * @param seed of the choice of canaries, their classes and the coins
     * @param scratch an empty folder
     * @throws InvalidInputException if the training is not private or predicts a number, if there are too few rows, or for
     *     whatever else fails a training
     * @throws IOException if a file cannot be written
     */
    public static Outcome run(
            FileAccess access, TrainSpec spec, int canaries, int least, int most, long seed, Path scratch)
            throws IOException {
        if (spec.privacy() == null) {
            throw new InvalidInputException("An audit by canaries trains one private model, and this training is not"
                    + " private. Say what it must keep: privacy=dataset:NAME,epsilon:3,delta:1e-5.");
        }
        spec.requireInputs();
        ControlFolder control = new ControlFolder(scratch);
        control.prepare(spec);
        try (PreparedData data = PreparedData.prepare(access, spec.data(), spec.seed(), control.cache())) {
            int rows = data.trainRows().length;
            if (data.schema().task() == FeatureSchema.Task.REGRESSION) {
                throw new InvalidInputException("The target '" + data.schema().target() + "' of "
                        + spec.data().path() + " is a number. An audit gives rows a wrong class, so it needs classes.");
            }
            int count = canaries > 0 ? canaries : Math.min(most, rows / 2);
            if (count < least || count > rows) {
                throw new InvalidInputException("An audit with " + count + " canaries of " + rows
                        + " training rows is not possible: canaries are training rows, and there must be at least "
                        + least
                        + ". Take more rows or another number of canaries.");
            }
            return train(access, spec, data, Chosen.of(data, count, seed), control);
        }
    }

    /**
     * The canaries of a training.
     *
     * @param rows that are canaries
     * @param in of each, whether it is trained on
     */
    private record Chosen(List<Integer> rows, List<Boolean> in, Map<Integer, Float> classes) {
        private static Chosen of(PreparedData data, int count, long seed) {
            SplittableRandom random = new SplittableRandom(Randomness.mix(seed, Randomness.CANARIES, 0));
            int[] shuffled = Randomness.shuffled(data.trainRows(), random.nextLong(), 0);
            int classes = data.schema().classes();
            LabelledRows rows = LabelledRows.of(data, Arrays.copyOf(shuffled, count));
            List<Integer> chosen = new ArrayList<>();
            List<Boolean> in = new ArrayList<>();
            Map<Integer, Float> wrong = new HashMap<>();
            for (int i = 0; i < count; i++) {
                chosen.add(shuffled[i]);
                in.add(random.nextBoolean());
                wrong.put(shuffled[i], (float) ((rows.target(i) + 1 + random.nextInt(classes - 1)) % classes));
            }
            return new Chosen(chosen, in, wrong);
        }

        private int[] trainRows(int[] all) {
            Map<Integer, Boolean> coins = new HashMap<>();
            for (int i = 0; i < rows.size(); i++) {
                coins.put(rows.get(i), in.get(i));
            }
            return Arrays.stream(all).filter(r -> coins.getOrDefault(r, true)).toArray();
        }
    }

    private static Outcome train(
            FileAccess access, TrainSpec spec, PreparedData data, Chosen chosen, ControlFolder control)
            throws IOException {
        PreparedData with = data.with(chosen.trainRows(data.trainRows()), chosen.classes());
        try (EventLog events = new EventLog(control.events());
                TrainingLoop loop = new TrainingLoop(
                        access,
                        spec,
                        with,
                        control,
                        events,
                        () -> false,
                        Runtime.getRuntime().availableProcessors())) {
            Map<String, Object> result = loop.run();
            double[] confidences = LabelledRows.of(
                            with,
                            chosen.rows.stream().mapToInt(Integer::intValue).toArray())
                    .confidences(loop.network());
            List<Canary> canaries = new ArrayList<>();
            for (int i = 0; i < confidences.length; i++) {
                canaries.add(new Canary(chosen.in.get(i), confidences[i]));
            }
            return new Outcome(canaries, with.trainRows().length, result);
        }
    }
}
