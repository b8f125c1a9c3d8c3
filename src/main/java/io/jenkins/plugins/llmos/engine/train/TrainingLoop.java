package io.jenkins.plugins.llmos.engine.train;

import ai.djl.ndarray.NDArray;
import io.jenkins.plugins.llmos.engine.InvalidInputException;
import io.jenkins.plugins.llmos.engine.accelerator.Energy;
import io.jenkins.plugins.llmos.engine.train.data.DataProfile;
import io.jenkins.plugins.llmos.engine.train.data.PreparedData;
import io.jenkins.plugins.llmos.engine.train.language.GptFiles;
import io.jenkins.plugins.llmos.engine.train.language.LanguageSpec;
import io.jenkins.plugins.llmos.engine.train.optimize.OptimizerState;
import io.jenkins.plugins.llmos.engine.util.FileAccess;
import io.jenkins.plugins.llmos.engine.util.Hashes;
import io.jenkins.plugins.llmos.engine.util.Units;
import java.io.IOException;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.function.BooleanSupplier;

/**
 * A whole training: epochs of steps, validation, checkpoints, and at the end the test and the output. Interrupted anywhere
 * and started again on its control folder it makes the same updates in the same order.
 */
final class TrainingLoop implements AutoCloseable {
    private final FileAccess access;
    private final TrainSpec spec;
    private final PreparedData data;
    private final ControlFolder control;
    private final EventLog log;
    private final BooleanSupplier leave;
    private final WarmStart warm;
    private final DataProfile profile;
    private final Network network;
    private final OptimizerState optimizer;
    private final TrainingState state;
    private final TrainingEvents events;
    /** Null in a private training. */
    private final TrainingStep step;
    /** Null in an ordinary training. */
    private final PrivateTraining privately;

    private final Evaluation evaluation;
    /** SHA-256 of the parameters that the training goes on from, null where they are drawn. */
    private final String parent;

    private final int batch;
    private final long batchesPerEpoch;
    private final long steps;

    private long lastCheckpoint = System.nanoTime();
    private double lastTrainLoss = Double.NaN;

    /** A training that begins with drawn parameters and keeps no profile. */
    TrainingLoop(
            FileAccess access,
            TrainSpec spec,
            PreparedData data,
            ControlFolder control,
            EventLog log,
            BooleanSupplier leave,
            int threads)
            throws IOException {
        this(access, spec, data, control, log, leave, threads, null, null, EnergyRecorder.NONE);
    }

    /**
     * A training at its beginning.
     *
     * @param access how its files are read and written
     * @param leave asked between steps whether to checkpoint and leave
     * @param warm the model to begin from, null to begin with drawn parameters
     * @param profile of the data, to be kept with the model; null for none
     * @param meter of the energy that it takes
     */
    TrainingLoop(
            FileAccess access,
            TrainSpec spec,
            PreparedData data,
            ControlFolder control,
            EventLog log,
            BooleanSupplier leave,
            int threads,
            WarmStart warm,
            DataProfile profile,
            EnergyRecorder meter)
            throws IOException {
        this.warm = warm;
        this.profile = profile;
        this.access = access;
        this.spec = spec;
        this.data = data;
        this.control = control;
        this.log = log;
        this.leave = leave;
        int rows = data.trainRows().length;
        batch = spec.optimizer().kind().equals("gd") ? rows : Math.min(spec.batch(), rows);
        batchesPerEpoch = (rows + batch - 1L) / batch;
        steps = Math.multiplyExact(batchesPerEpoch, (long) spec.epochs());
        network = Network.create(spec.model(), data.schema(), spec.seed());
        LanguageSpec language = spec.model().language();
        parent = language == null || language.base() == null
                ? null
                : Hashes.sha256(language.base().resolve(GptFiles.PARAMETERS));
        if (warm != null) {
            warm.begin(access, network);
        }
        optimizer = new OptimizerState(network.manager());
        if (spec.privacy() == null) {
            boolean checkpointing =
                    network.isShortOfMemory() || (language != null && language.activationCheckpointing());
            int part = Math.min(batch, checkpointing ? network.checkpointedRowsAtOnce() : network.rowsAtOnce());
            if (language != null) {
                network.setPrecision(spec.model().precision());
            }
            step = new TrainingStep(network, spec, optimizer, part, checkpointing, steps, batchesPerEpoch);
            privately = null;
        } else {
            step = null;
            privately = new PrivateTraining(
                    network, spec, optimizer, data, control, batch, network.rowsAtOnce(), batchesPerEpoch, steps);
        }
        evaluation = new Evaluation(network);
        state = new TrainingState(
                spec, data, threads, network, optimizer, new Checkpoint(access, control.checkpoint()), meter);
        events = new TrainingEvents(log, state, spec.epochs(), steps);
    }

    /**
     * Trains to the end, or until asked to leave.
     *
     * @return what the training returns, or null if it left with a checkpoint
     * @throws InvalidInputException if the training diverges, or its checkpoint is of another training
     * @throws IOException if the output, or the checkpoint to leave with, cannot be written
     */
    Map<String, Object> run() throws IOException {
        state.restore(log);
        if (privately != null) {
            privately.restore(optimizer.updates());
            warnOfPrivacy();
        }
        events.begin(network.parameterCount() + " parameters, " + data.trainRows().length + " rows to train on, "
                + data.validationRows().length + " for validation, " + data.testRows().length + " for the test");
        if (spec.warmStart() && optimizer.updates() == 0) {
            events.warn(
                    warm == null
                            ? "There is no earlier model to begin from, so the training begins anew."
                            : warm.words());
        }
        boolean stopped = false;
        while (state.epoch() < spec.epochs() && !stopped) {
            int[] order =
                    privately == null ? Randomness.shuffled(data.trainRows(), spec.seed(), state.epoch()) : new int[0];
            while (state.batch() < batchesPerEpoch) {
                if (leave.getAsBoolean()) {
                    return leaveWithCheckpoint();
                }
                if (privately != null && privately.isSpent(optimizer.updates())) {
                    stopped = true;
                    break;
                }
                takeStep(order);
                checkpointIfDue();
            }
            requireFinite();
            Evaluation.Scores validation = null;
            if (mayShow("validation") && data.validationRows().length > 0) {
                validation = evaluation.run(data, data.validationRows(), leave);
                if (validation == null) {
                    return leaveWithCheckpoint();
                }
                if (Double.isNaN(validation.loss())) {
                    release();
                    throw new InvalidInputException("The training diverged: after epoch " + (state.epoch() + 1)
                            + " the loss of the validation rows is no number. Take a lower learningRate than "
                            + spec.optimizer().learningRate() + ".");
                }
            }
            stopped |= endEpoch(validation);
        }
        state.takeBest();
        Evaluation.Scores test = null;
        int[] rows = mayShow("test") ? data.testRows() : new int[0];
        if (rows.length == 0 && mayShow("validation")) {
            rows = data.validationRows();
        }
        if (rows.length > 0) {
            test = evaluation.run(data, rows, () -> false);
        }
        return finish(test);
    }

    /** Whether what is computed of rows that are not trained on may be shown. */
    private boolean mayShow(String part) {
        return spec.privacy() == null || spec.privacy().isPublic(part);
    }

    private void warnOfPrivacy() throws IOException {
        if (!spec.privacy().isPrivate()) {
            events.warn("This training is a test with known or no noise: it keeps nothing private.");
        }
        if (!spec.privacy().isPublic("columns")) {
            events.warn("Computed from the data without noise, and so treated as public: "
                    + String.join(", ", privately.treatedAsPublic()) + ".");
        }
    }

    private void takeStep(int[] order) throws IOException {
        if (privately == null) {
            takeOrdinaryStep(order);
        } else {
            privately.takeStep(optimizer.updates());
            state.stepped();
            events.steppedPrivately(batch, () -> privately.epsilon(optimizer.updates()));
        }
    }

    private void takeOrdinaryStep(int[] order) throws IOException {
        int from = (int) (state.batch() * batch);
        int count = Math.min(batch, order.length - from);
        double loss = step.run(
                (start, size) -> (features, targets) -> {
                    data.read(order, from + start, size, features, targets);
                    return size;
                },
                count);
        if (!Double.isFinite(loss)) {
            throw new InvalidInputException(
                    "The training diverged: the loss of step " + optimizer.updates() + " (epoch "
                            + (state.epoch() + 1) + ") is " + loss + ". Take a lower learningRate than "
                            + spec.optimizer().learningRate() + ", or bound the gradients with clipNorm: 1.");
        }
        state.stepped(loss, count);
        events.stepped(count, loss);
    }

    /** Returns whether the training stops early. */
    private boolean endEpoch(Evaluation.Scores validation) throws IOException {
        state.epochMade();
        if (privately == null) {
            lastTrainLoss = state.loss();
        }
        if (validation != null) {
            release();
        }
        events.epoch(epoch -> {
            TrainingEvent.Builder told = privately == null
                    ? epoch.loss(lastTrainLoss)
                    : epoch.epsilon(privately.epsilon(optimizer.updates()));
            return validation == null ? told : told.validation(validation.loss(), validation.metrics());
        });
        state.beginEpoch();
        return spec.patience() > 0 && state.keepIfBest(validation.loss()) >= spec.patience();
    }

    /** A private training's parameters are noisy, so whether they diverged may be told; the loss that shows it first may not. */
    private void requireFinite() throws IOException {
        for (NDArray parameter : network.parameters().values()) {
            try (NDArray norm = parameter.norm()) {
                if (!Float.isFinite(norm.getFloat())) {
                    release();
                    throw new InvalidInputException("The training diverged: after epoch " + (state.epoch() + 1)
                            + " a parameter is not finite. Take a lower learningRate than "
                            + spec.optimizer().learningRate() + ".");
                }
            }
        }
    }

    private Map<String, Object> finish(Evaluation.Scores test) throws IOException {
        release();
        double seconds = state.seconds();
        Map<String, Object> result = new LinkedHashMap<>();
        Map<String, Double> metrics = new LinkedHashMap<>(test == null ? Map.of() : test.metrics());
        // What users have met in the training is left out of their rankings, which would tell of it.
        if (spec.model().kind().equals("factorization") && privately == null && test != null) {
            metrics.putAll(Recommendation.metrics(
                    network,
                    spec.model(),
                    LabelledRows.of(data, data.trainRows()).encoded(),
                    LabelledRows.of(data, data.testRows().length > 0 ? data.testRows() : data.validationRows())
                            .encoded()));
        }
        result.put("name", spec.name());
        result.putAll(metrics);
        if (test != null || privately == null) {
            result.put("loss", test == null ? lastTrainLoss : test.loss());
        }
        if (privately != null) {
            result.putAll(privately.result(optimizer.updates()));
        }
        result.put("seconds", Math.round(seconds * 1000) / 1000.0);
        double samplesPerSecond = (double) state.epoch() * data.trainRows().length / seconds;
        result.put("samplesPerSecond", Math.round(samplesPerSecond * 10) / 10.0);
        if (data.schema().language() != null) {
            result.put(
                    "tokensPerSecond",
                    Math.round(samplesPerSecond * data.schema().predictedTokens()));
        }
        result.put("steps", (long) optimizer.updates());
        result.put("epochs", state.epoch());
        result.put("parameters", network.parameterCount());
        if (data.schema().language() != null) {
            result.put("trainedParameters", network.trainableCount());
            result.put("precision", spec.model().precision().text());
        }
        Energy energy = state.totalEnergy();
        if (energy.kilowattHours() != null) {
            result.put("energyKwh", energy.kilowattHours());
        }
        result.put("energy", energy.words());
        result.put("output", spec.output().toString());
        result.put("fingerprint", data.fingerprint());
        if (parent != null) {
            result.put("parent", parent);
        }
        if (spec.warmStart()) {
            result.put("warmStarted", warm != null && warm.isUsed());
        }
        ModelFolder.write(
                access, network, data.tokenizer(), spec, control.id(), data.fingerprint(), metrics, result, profile);
        return result;
    }

    private void release() throws IOException {
        if (privately != null) {
            privately.release(optimizer.updates());
        }
    }

    private void checkpointIfDue() throws IOException {
        boolean due = spec.checkpointSteps() > 0
                ? optimizer.updates() % spec.checkpointSteps() == 0
                : System.nanoTime() - lastCheckpoint >= spec.checkpointEvery().toNanos();
        if (!due) {
            return;
        }
        try {
            writeCheckpoint();
        } catch (IOException e) {
            events.warn(cannotCheckpoint(e) + " The training goes on and will try again.");
        }
        lastCheckpoint = System.nanoTime();
    }

    private Map<String, Object> leaveWithCheckpoint() throws IOException {
        try {
            writeCheckpoint();
        } catch (IOException e) {
            throw new IOException(cannotCheckpoint(e), e);
        }
        return null;
    }

    private String cannotCheckpoint(IOException e) {
        long free = control.path().toFile().getUsableSpace();
        return "The checkpoint of step " + optimizer.updates() + " could not be written to " + state.file() + " ("
                + e.getMessage() + "; " + Units.formatBytes(free)
                + " are free). An earlier checkpoint, if there is one,"
                + " is as it was. Make room on that disk.";
    }

    private void writeCheckpoint() throws IOException {
        release();
        state.write();
        events.checkpointed();
    }

    /** What is trained; closed with this training. */
    Network network() {
        return network;
    }

    /** Updates made so far. */
    long updates() {
        return state.updates();
    }

    @Override
    public void close() {
        if (privately != null) {
            privately.close();
        }
        network.close();
    }
}
