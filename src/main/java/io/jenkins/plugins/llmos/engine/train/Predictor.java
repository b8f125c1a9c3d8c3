package io.jenkins.plugins.llmos.engine.train;

import io.jenkins.plugins.llmos.engine.InvalidInputException;
import io.jenkins.plugins.llmos.engine.train.data.FeatureSchema;
import io.jenkins.plugins.llmos.engine.train.data.InstanceEncoder;
import io.jenkins.plugins.llmos.engine.train.data.PredictionReader;
import io.jenkins.plugins.llmos.engine.train.model.Models;
import io.jenkins.plugins.llmos.engine.train.script.Optimization;
import io.jenkins.plugins.llmos.engine.util.FileAccess;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.SplittableRandom;
import java.util.stream.LongStream;

/** Scores new rows with a trained model. */
public final class Predictor implements AutoCloseable {
    /** Measurements of each kind. */
    private static final int TURNS = 15;

    private final FileAccess access;
    private final Network network;
    private final Evaluation evaluation;

    private Predictor(FileAccess access, Network network) {
        this.access = access;
        this.network = network;
        this.evaluation = new Evaluation(network);
    }

    /**
     * Reads a model.
     *
     * @throws io.jenkins.plugins.llmos.engine.InvalidInputException if the folder holds no model, a damaged one, or one of
     *     another version
     */
    public static Predictor load(Path modelFolder) {
        return load(FileAccess.PLAIN, FileAccess.PLAIN, modelFolder);
    }

    /**
     * Reads a model, encrypted or not.
     *
     * @param models how the model is read
     * @param data how the data to predict are read
     * @throws io.jenkins.plugins.llmos.engine.InvalidInputException as above
     */
    public static Predictor load(FileAccess models, FileAccess data, Path modelFolder) {
        Network network = ModelFolder.read(models, modelFolder);
        if (network.schema().task() == FeatureSchema.Task.LANGUAGE) {
            network.close();
            throw new InvalidInputException("The model in " + modelFolder
                    + " is a language model, which goes on with a text and predicts no rows. Use llmos generate.");
        }
        return new Predictor(data, network);
    }

    public FeatureSchema schema() {
        return network.schema();
    }

    /**
     * What the model says of one row.
     *
     * @param line of the file on which the row starts, or the image's number; from 1
     * @param label the most probable class, null for regression
     * @param value the predicted value in the target's unit, NaN for classes
     * @param probabilities of the classes in the order of {@link FeatureSchema#labels}, empty for regression
     */
    public record Prediction(long line, String label, double value, List<Double> probabilities) {}

    /** Encodes rows of JSON for {@link #predict(List)}. */
    public InstanceEncoder instanceEncoder() {
        return new InstanceEncoder(network.schema());
    }

    /**
     * Computes otherwise from now on.
     *
     * @param optimization null to compute as trained
     * @throws InvalidInputException if that cannot be done with this model
     */
    public void optimize(Optimization optimization) {
        network.optimize(optimization);
    }

    /**
     * What an optimisation gains and changes.
     *
     * @param speedUp how many times as fast as trained
     * @param largestChange of a probability, or of a value in standard deviations of the target
     * @param otherLabels share of the rows whose label changes
     */
    public record Comparison(double speedUp, double largestChange, double otherLabels) {}

    /**
     * Compares an optimisation with the model as trained, by the median of several batches in turns, and computes with it
     * from then on.
     *
     * @param rows encoded, at least one
     * @throws InvalidInputException if that cannot be done with this model
     */
    public Comparison compare(Optimization optimization, List<float[]> rows) {
        network.optimize(optimization);
        long[][] nanos = new long[2][TURNS];
        List<List<Prediction>> last = new ArrayList<>(List.of(List.of(), List.of()));
        for (int i = -1; i < TURNS; i++) {
            for (int optimized = 0; optimized < 2; optimized++) {
                evaluation.asTrained(optimized == 0);
                long start = System.nanoTime();
                last.set(optimized, predict(rows));
                nanos[optimized][Math.max(0, i)] = System.nanoTime() - start;
            }
        }
        double change = 0;
        int labels = 0;
        for (int r = 0; r < rows.size(); r++) {
            Prediction one = last.get(0).get(r);
            Prediction other = last.get(1).get(r);
            labels += Objects.equals(one.label(), other.label()) ? 0 : 1;
            change = one.label() == null
                    ? Math.max(change, Math.abs(one.value() - other.value()) / schema().targetStd())
                    : change;
            for (int c = 0; c < one.probabilities().size(); c++) {
                change = Math.max(
                        change,
                        Math.abs(one.probabilities().get(c)
                                - other.probabilities().get(c)));
            }
        }
        for (long[] n : nanos) {
            Arrays.sort(n);
        }
        return new Comparison(
                (double) nanos[0][TURNS / 2] / nanos[1][TURNS / 2], change, (double) labels / rows.size());
    }

    /**
     * Rows as the training's might be: each number drawn from the standard normal distribution.
     *
     * @param seed of the drawing
     */
    public List<float[]> drawnRows(int count, long seed) {
        SplittableRandom random = new SplittableRandom(seed);
        List<float[]> rows = new ArrayList<>();
        for (int i = 0; i < count; i++) {
            float[] row = new float[schema().width()];
            for (int j = 0; j < row.length; j++) {
                row[j] = (float) random.nextGaussian();
            }
            rows.add(row);
        }
        return rows;
    }

    /** Rows that are computed at once at most. */
    public int batch() {
        return evaluation.batch();
    }

    /**
     * Predicts encoded rows, in their order. For one thread at a time.
     *
     * @param rows of {@code schema().width()} floats; their numbers, from 1, are the predictions' lines
     */
    public List<Prediction> predict(List<float[]> rows) {
        List<Prediction> predictions = new ArrayList<>(rows.size());
        for (int from = 0; from < rows.size(); from += evaluation.batch()) {
            List<float[]> part = rows.subList(from, Math.min(rows.size(), from + evaluation.batch()));
            long[] lines = LongStream.rangeClosed(from + 1L, from + part.size()).toArray();
            Evaluation.Predictions batch = evaluation.predict((features, targets) -> {
                for (float[] row : part) {
                    features.put(row);
                    targets.put(Float.NaN);
                }
                return part.size();
            });
            emit(batch, lines, predictions::add);
        }
        return predictions;
    }

    /** Takes predictions in the order of the file. */
    public interface Sink {
        void accept(Prediction prediction);
    }

    /**
     * Predicts every row of a file.
     *
     * @param labels IDX labels of IDX images where they are known, otherwise null
     * @return loss and metrics by name if the file gives the true targets of all rows, otherwise empty
     * @throws io.jenkins.plugins.llmos.engine.InvalidInputException if the file cannot be read or does not fit the model
     */
    public Optional<Map<String, Double>> predict(Path file, Path labels, Sink sink) {
        Collected collected = new Collected();
        long[] lines = new long[evaluation.batch()];
        try (PredictionReader reader = PredictionReader.open(access, network.schema(), file, labels)) {
            Evaluation.Predictions batch;
            do {
                batch = evaluation.predict((f, t) -> reader.read(evaluation.batch(), f, t, lines));
                emit(batch, lines, sink);
                if (reader.hasTargets()) {
                    collected.add(batch);
                }
            } while (batch.targets().length > 0);
        }
        return collected.metrics();
    }

    private void emit(Evaluation.Predictions batch, long[] lines, Sink sink) {
        FeatureSchema schema = network.schema();
        int outputs = Models.outputs(schema);
        for (int i = 0; i < batch.targets().length; i++) {
            if (schema.task() == FeatureSchema.Task.REGRESSION) {
                double value = batch.scores()[i] * schema.targetStd() + schema.targetMean();
                sink.accept(new Prediction(lines[i], null, value, List.of()));
            } else {
                int best = Metrics.best(batch.scores(), i * outputs, outputs);
                Double[] probabilities = new Double[outputs];
                for (int c = 0; c < outputs; c++) {
                    probabilities[c] = (double) batch.scores()[i * outputs + c];
                }
                sink.accept(new Prediction(lines[i], schema.labels().get(best), Double.NaN, List.of(probabilities)));
            }
        }
    }

    /** Scores and targets of all rows so far. */
    private final class Collected {
        private float[] scores = new float[0];
        private float[] targets = new float[0];
        private int rows;
        private double loss;

        private void add(Evaluation.Predictions batch) {
            int count = batch.targets().length;
            if (count == 0) {
                return;
            }
            int outputs = batch.scores().length / count;
            if (targets.length < rows + count) {
                int room = Math.max(rows + count, 2 * rows);
                targets = Arrays.copyOf(targets, room);
                scores = Arrays.copyOf(scores, Math.multiplyExact(room, outputs));
            }
            System.arraycopy(batch.targets(), 0, targets, rows, count);
            System.arraycopy(batch.scores(), 0, scores, rows * outputs, batch.scores().length);
            rows += count;
            loss += batch.loss() * count;
        }

        private Optional<Map<String, Double>> metrics() {
            if (rows == 0 || Double.isNaN(loss)) {
                return Optional.empty();
            }
            int outputs = Models.outputs(network.schema());
            Map<String, Double> metrics = new LinkedHashMap<>();
            metrics.put("loss", loss / rows);
            metrics.putAll(
                    Metrics.of(network.schema(), Arrays.copyOf(scores, rows * outputs), Arrays.copyOf(targets, rows)));
            return Optional.of(metrics);
        }
    }

    @Override
    public void close() {
        network.close();
    }
}
