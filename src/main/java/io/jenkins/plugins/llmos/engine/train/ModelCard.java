package io.jenkins.plugins.llmos.engine.train;

import io.jenkins.plugins.llmos.engine.train.data.FeatureSchema;
import java.time.Instant;
import java.util.Map;

/**
 * What {@code model.json} says of a trained model.
 *
 * @param format version of this layout
 * @param training identity of the training that made it, see {@link ControlFolder#id}
 * @param created when
 * @param spec the training's arguments
 * @param schema columns, their statistics, and the labels
 * @param metrics of the test part, or of the validation part where there was no test
 * @param result what the training returned
 * @param fingerprint SHA-256 of the data
 * @param seed of all random choices
 * @param versions of LLMOS, DJL, the engine and Java
 * @param files SHA-256 of the parameter files by name
 * @param report figures of the last report that lies in the model's folder, null if there is none
 */
public record ModelCard(
        int format,
        String training,
        Instant created,
        TrainSpec spec,
        FeatureSchema schema,
        Map<String, Double> metrics,
        Map<String, Object> result,
        String fingerprint,
        long seed,
        Map<String, String> versions,
        Map<String, String> files,
        Map<String, Double> report) {
    /** The version that this program writes and reads. */
    public static final int FORMAT = 1;

    /** The same with the figures of a report. */
    ModelCard withReport(Map<String, Double> figures) {
        return new ModelCard(
                format, training, created, spec, schema, metrics, result, fingerprint, seed, versions, files, figures);
    }
}
