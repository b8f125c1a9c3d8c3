package io.jenkins.plugins.llmos.plugin;

import hudson.util.FormValidation;
import io.jenkins.plugins.llmos.engine.InvalidInputException;
import io.jenkins.plugins.llmos.engine.train.ModelSpec;
import io.jenkins.plugins.llmos.engine.train.TrainSpec;
import io.jenkins.plugins.llmos.engine.util.Arguments;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.kohsuke.stapler.QueryParameter;

/** Checks the fields of {@code llmosTrain}, in the form of the step and in that of the build step. */
public interface TrainFields {
    /** The step whose arguments the fields are. */
    String STEP = "llmosTrain";

    /** The fields that hold texts, all of which a form sends. */
    List<String> FIELDS = List.of(
            "data",
            "target",
            "labels",
            "model",
            "optimizer",
            "learningRate",
            "epochs",
            "batch",
            "output",
            "sensitivity",
            "key");

    /** Reads arguments as the step does. */
    static FieldCheck check() {
        return new FieldCheck(
                arguments -> TrainSpec.from(arguments, Path.of("")),
                Map.of("data", "data.csv", "target", "label", "output", "model"));
    }

    /**
     * Looks at the value of one field.
     *
     * @throws InvalidInputException if it is wrong whatever the others say
     */
    static void require(String field, Object value) {
        switch (field) {
            // which data a model goes with is for all fields together to say
            case "model" -> new Arguments(STEP, Map.of(field, value)).choice(field, "", ModelSpec.KINDS);
            case "optimizer", "learningRate", "epochs", "batch", "output", "sensitivity" ->
                check().read(Map.of(field, value));
            default -> {}
        }
    }

    /**
     * Looks at what a form sends.
     *
     * @throws InvalidInputException if a field is wrong whatever the others say
     */
    static void require(SubmittedForm form) {
        form.filled(FIELDS).forEach(TrainFields::require);
        FieldCheck.requireWhole(STEP, form, List.of("epochs", "batch"));
    }

    /** The check among what fields say that go together. */
    private static FieldCheck together(String data, String target, String labels, String model, String optimizer) {
        FieldCheck of = FieldCheck.isBlank(data)
                ? check()
                : check().with("data", data).with("target", target).with("labels", labels);
        return of.with("model", model).with("optimizer", optimizer);
    }

    /** The check of arguments that have no field, among what fields say that go together. */
    static FieldCheck more(String data, String target, String labels, String model, String optimizer) {
        FieldCheck all = together(data, target, labels, model, optimizer);
        return new FieldCheck(
                more -> {
                    try {
                        all.read(more);
                    } catch (InvalidInputException e) {
                        // what is wrong without them, too, is said where it is
                        if (!e.getMessage().equals(all.problem())) {
                            throw e;
                        }
                    }
                },
                Map.of());
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
                : together(data, target, labels, model, optimizer).of("output", value);
    }

    default FormValidation doCheckSensitivity(@QueryParameter String value) {
        return check().of("sensitivity", value);
    }

    default FormValidation doCheckKey(@QueryParameter String value) {
        return FieldCheck.credentials(value);
    }
}
