package io.jenkins.plugins.llmos.engine.train;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import io.jenkins.plugins.llmos.engine.InvalidInputException;
import io.jenkins.plugins.llmos.engine.accelerator.Energy;
import io.jenkins.plugins.llmos.engine.train.data.PreparedData;
import io.jenkins.plugins.llmos.engine.train.optimize.OptimizerState;
import java.io.IOException;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;

/** Where a training is: all that changes in it, and just what its checkpoint holds. */
final class TrainingState {
    private static final String PARAMETER = "parameter/";
    private static final String OPTIMIZER = "optimizer/";
    private static final String BEST = "best/";

    private final TrainSpec spec;
    private final PreparedData data;
    private final int threads;
    private final Network network;
    private final OptimizerState optimizer;
    private final Checkpoint checkpoint;
    private final EnergyRecorder meter;

    private int epoch;
    private long batch;
    private double lossSum;
    private long rowsSeen;
    private Double bestLoss;
    private int bestEpoch;
    private final Map<String, NDArray> best = new LinkedHashMap<>();
    private double secondsBefore;
    private Energy energyBefore = Energy.NONE;
    private final long started = System.nanoTime();

    /** A training at its beginning. */
    TrainingState(
            TrainSpec spec,
            PreparedData data,
            int threads,
            Network network,
            OptimizerState optimizer,
            Checkpoint checkpoint,
            EnergyRecorder meter) {
        this.spec = spec;
        this.data = data;
        this.threads = threads;
        this.network = network;
        this.optimizer = optimizer;
        this.checkpoint = checkpoint;
        this.meter = meter;
    }

    /**
     * Goes on from the checkpoint, if there is one.
     *
     * @throws InvalidInputException if it is of another training
     */
    void restore(EventLog events) throws IOException {
        try (NDManager reading = NDManager.newBaseManager()) {
            Checkpoint.Contents contents = checkpoint.read(reading);
            if (contents == null) {
                return;
            }
            Checkpoint.Progress progress = contents.progress();
            requireSame(progress);
            if (progress.threads() != threads) {
                events.write(TrainingEvent.now(TrainingEvent.Type.WARNING)
                        .message("The checkpoint was written by a training on " + progress.threads()
                                + " threads; this one has " + threads
                                + ", so the result may differ in its last bits from one never interrupted.")
                        .build());
            }
            Map<String, NDArray> parameters = new LinkedHashMap<>();
            contents.arrays().forEach((name, array) -> {
                if (name.startsWith(PARAMETER)) {
                    parameters.put(name.substring(PARAMETER.length()), array);
                } else if (name.startsWith(OPTIMIZER)) {
                    optimizer.put(name.substring(OPTIMIZER.length()), array);
                } else if (name.startsWith(BEST)) {
                    array.attach(network.manager());
                    best.put(name.substring(BEST.length()), array);
                }
            });
            network.setParameters(parameters);
            optimizer.setUpdates(Math.toIntExact(progress.step()));
            epoch = progress.epoch();
            batch = progress.batch();
            lossSum = progress.lossSum();
            rowsSeen = progress.rowsSeen();
            bestLoss = progress.bestLoss();
            bestEpoch = progress.bestEpoch();
            secondsBefore = progress.seconds();
            energyBefore = progress.energy() == null ? Energy.NONE : progress.energy();
        }
    }

    private void requireSame(Checkpoint.Progress progress) {
        if (!progress.training().equals(spec.fingerprint())) {
            throw new InvalidInputException("The checkpoint " + checkpoint.file() + " is of a training with other"
                    + " arguments. Train with the arguments it began with, or remove it to start anew.");
        }
        if (!progress.data().equals(data.identity())) {
            throw new InvalidInputException("The data changed since the checkpoint " + checkpoint.file()
                    + " was written: " + spec.data().path()
                    + (spec.model().language() == null
                            ? ""
                            : ", or the model or tokenizer that the training began with,")
                    + " has another SHA-256 now. Put the old data back, or remove the checkpoint to start anew.");
        }
    }

    /** @throws IOException if the checkpoint cannot be written; an earlier one is then as it was */
    void write() throws IOException {
        Map<String, NDArray> arrays = new LinkedHashMap<>();
        network.parameters().forEach((name, array) -> arrays.put(PARAMETER + name, array));
        optimizer.arrays().forEach((name, array) -> arrays.put(OPTIMIZER + name, array));
        best.forEach((name, array) -> arrays.put(BEST + name, array));
        checkpoint.write(
                new Checkpoint.Progress(
                        Checkpoint.Progress.VERSION,
                        spec.fingerprint(),
                        data.identity(),
                        threads,
                        optimizer.updates(),
                        epoch,
                        batch,
                        lossSum,
                        rowsSeen,
                        bestLoss,
                        bestEpoch,
                        seconds(),
                        energy()),
                arrays);
    }

    Path file() {
        return checkpoint.file();
    }

    /** Whole epochs made. */
    int epoch() {
        return epoch;
    }

    /** Batches made of the epoch under way. */
    long batch() {
        return batch;
    }

    /** Updates made. */
    int updates() {
        return optimizer.updates();
    }

    /** Energy that all attempts took, as of the last reading. */
    private Energy energy() {
        return energyBefore.plus(meter.soFar());
    }

    /** Energy that all attempts took up to now. */
    Energy totalEnergy() {
        return energyBefore.plus(meter.total());
    }

    /** Spent training, in all attempts. */
    double seconds() {
        return secondsBefore + (System.nanoTime() - started) / 1e9;
    }

    /** A batch has been made whose loss is nobody's business. */
    void stepped() {
        batch++;
    }

    /**
     * A batch has been made.
     *
     * @param loss mean over its rows
     */
    void stepped(double loss, int rows) {
        batch++;
        lossSum += loss * rows;
        rowsSeen += rows;
    }

    /** Mean loss of this epoch's rows so far. */
    double loss() {
        return lossSum / rowsSeen;
    }

    /** The epoch is made; its sums stay until the next begins. */
    void epochMade() {
        epoch++;
    }

    /** The next epoch begins. */
    void beginEpoch() {
        batch = 0;
        lossSum = 0;
        rowsSeen = 0;
    }

    /**
     * Keeps the parameters if they are the best yet.
     *
     * @return for how many epochs they have not been
     */
    int keepIfBest(double validationLoss) {
        if (bestLoss == null || validationLoss < bestLoss - spec.minDelta()) {
            bestLoss = validationLoss;
            bestEpoch = epoch;
            network.parameters().forEach((name, value) -> {
                NDArray kept = best.computeIfAbsent(name, n -> value.zerosLike());
                value.copyTo(kept);
            });
        }
        return epoch - bestEpoch;
    }

    /** Takes the best parameters, if any were kept. */
    void takeBest() {
        if (!best.isEmpty()) {
            network.setParameters(best);
        }
    }
}
