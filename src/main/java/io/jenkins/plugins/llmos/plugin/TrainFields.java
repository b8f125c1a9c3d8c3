package io.jenkins.plugins.llmos.plugin;

import hudson.util.FormValidation;
import io.jenkins.plugins.llmos.engine.train.TrainSpec;
import java.nio.file.Path;
import java.util.Map;
import org.kohsuke.stapler.QueryParameter;

/** Checks the fields of {@code llmosTrain}, in the form of the step and in that of the build step. */
public interface TrainFields {
    /** Reads arguments as the step does. */
    static FieldCheck check() {
        return new FieldCheck(
                arguments -> TrainSpec.from(arguments, Path.of("")),
                Map.of("data", "data.csv", "target", "label", "output", "model"));
    }

    default FormValidation doCheckData(@QueryParameter String value) {
        return FieldCheck.isBlank(value) ? check().of("data", value) : FormValidation.ok();
    }

    default FormValidation doCheckTarget(
            @QueryParameter String value,
            @QueryParameter String data,
            @QueryParameter String labels,
            @QueryParameter String model) {
        return FieldCheck.isBlank(data)
                ? FormValidation.ok()
                : check().with("data", data)
                        .with("labels", labels)
                        .with("model", model)
                        .of("target", value);
    }

    default FormValidation doCheckLabels(
            @QueryParameter String value, @QueryParameter String data, @QueryParameter String target) {
        return FieldCheck.isBlank(data)
                ? FormValidation.ok()
                : check().with("data", data).with("target", target).of("labels", value);
    }

    default FormValidation doCheckLearningRate(@QueryParameter String value) {
        return check().of("learningRate", value);
    }

    default FormValidation doCheckEpochs(@QueryParameter String value) {
        return check().of("epochs", value);
    }

    default FormValidation doCheckBatch(@QueryParameter String value) {
        return check().of("batch", value);
    }

    /** Checks all of the form together. */
    default FormValidation doCheckOutput(
            @QueryParameter String value,
            @QueryParameter String data,
            @QueryParameter String target,
            @QueryParameter String labels,
            @QueryParameter String model,
            @QueryParameter String optimizer) {
        return FieldCheck.isBlank(data)
                ? check().of("output", value)
                : check().with("data", data)
                        .with("target", target)
                        .with("labels", labels)
                        .with("model", model)
                        .with("optimizer", optimizer)
                        .of("output", value);
    }

    default FormValidation doCheckSensitivity(@QueryParameter String value) {
        return check().of("sensitivity", value);
    }

    default FormValidation doCheckKey(@QueryParameter String value) {
        return FieldCheck.credentials(value);
    }
}
