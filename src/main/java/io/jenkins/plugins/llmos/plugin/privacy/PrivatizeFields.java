package io.jenkins.plugins.llmos.plugin.privacy;

import hudson.util.FormValidation;
import io.jenkins.plugins.llmos.engine.InvalidInputException;
import io.jenkins.plugins.llmos.engine.privacy.encryption.EncryptionRequest;
import io.jenkins.plugins.llmos.engine.privacy.ledger.PrivacyLedger;
import io.jenkins.plugins.llmos.engine.privacy.ledger.PrivateBlock;
import io.jenkins.plugins.llmos.engine.privacy.release.ReleaseRequest;
import io.jenkins.plugins.llmos.engine.train.PrivacySpec;
import io.jenkins.plugins.llmos.plugin.FieldCheck;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.kohsuke.stapler.QueryParameter;

/** Checks the fields of {@code llmosPrivatize}, in the form of the step and in that of the build step. */
public interface PrivatizeFields {
    /**
     * Looks at the value of one field.
     *
     * @throws InvalidInputException if it is wrong whatever the others say
     */
    static void require(String field, Object value) {
        switch (field) {
            case "dataset" -> PrivacyLedger.requireName(String.valueOf(value));
            case "epsilon", "delta" -> block().read(Map.of(field, value));
            default -> {}
        }
    }

    /** A block around trainings. */
    private static FieldCheck block() {
        return new FieldCheck(
                PrivateBlock.Request::from, Map.of("dataset", "reviews", "epsilon", "3", "delta", "1e-6"));
    }

    /** What a block tells its trainings. */
    private static FieldCheck training() {
        return new FieldCheck(PrivacySpec::from, Map.of("dataset", "reviews", "epsilon", "3", "delta", "1e-6"));
    }

    /** A release of statistics. */
    private static FieldCheck release() {
        return new FieldCheck(
                arguments -> ReleaseRequest.from(arguments, Path.of("")),
                Map.of(
                        "data",
                        "visits.csv",
                        "epsilon",
                        "1",
                        "delta",
                        "1e-6",
                        "release",
                        List.of(Map.of("count", true))));
    }

    /** Encrypts, decrypts or gives another key. */
    private static FieldCheck encryption(String action) {
        return new FieldCheck(EncryptionRequest::from, Map.of(action, "model/**", "key", "model-key"));
    }

    default FormValidation doCheckDataset(@QueryParameter String value) {
        return FieldCheck.isBlank(value) ? FormValidation.ok() : FieldCheck.of(() -> PrivacyLedger.requireName(value));
    }

    default FormValidation doCheckEpsilon(@QueryParameter String value, @QueryParameter String dataset) {
        return FieldCheck.isBlank(value) && FieldCheck.isBlank(dataset)
                ? FormValidation.ok()
                : block().of("epsilon", value);
    }

    default FormValidation doCheckDelta(@QueryParameter String value, @QueryParameter String dataset) {
        return FieldCheck.isBlank(value) && FieldCheck.isBlank(dataset)
                ? FormValidation.ok()
                : block().of("delta", value);
    }

    default FormValidation doCheckTrainings(@QueryParameter String value) {
        return block().of("trainings", value);
    }

    default FormValidation doCheckClipping(@QueryParameter String value) {
        return training().of("clipping", value);
    }

    default FormValidation doCheckClip(@QueryParameter String value) {
        return training().of("clip", value);
    }

    default FormValidation doCheckMicroBatch(@QueryParameter String value) {
        return training().of("microBatch", value);
    }

    default FormValidation doCheckData(@QueryParameter String value) {
        return FieldCheck.isBlank(value) ? FormValidation.ok() : release().of("data", value);
    }

    default FormValidation doCheckMechanism(@QueryParameter String value) {
        return release().of("mechanism", value);
    }

    default FormValidation doCheckOutput(@QueryParameter String value, @QueryParameter String data) {
        return FieldCheck.isBlank(data) ? FormValidation.ok() : release().of("output", value);
    }

    /** One thing at a time. */
    default FormValidation doCheckEncrypt(
            @QueryParameter String value, @QueryParameter String decrypt, @QueryParameter String rotate) {
        long asked = List.of(text(value), text(decrypt), text(rotate)).stream()
                .filter(t -> !t.isEmpty())
                .count();
        return asked < 2
                ? FormValidation.ok()
                : FieldCheck.of(() -> EncryptionRequest.from(Map.of("encrypt", "a", "decrypt", "b", "key", "k")));
    }

    default FormValidation doCheckDecrypt(
            @QueryParameter String value, @QueryParameter String encrypt, @QueryParameter String rotate) {
        return doCheckEncrypt(encrypt, value, rotate);
    }

    default FormValidation doCheckRotate(
            @QueryParameter String value, @QueryParameter String encrypt, @QueryParameter String decrypt) {
        return doCheckEncrypt(encrypt, decrypt, value);
    }

    default FormValidation doCheckExcludes(@QueryParameter String value) {
        return encryption("encrypt").of("excludes", value);
    }

    /** There is no encryption without a key. */
    default FormValidation doCheckKey(
            @QueryParameter String value,
            @QueryParameter String encrypt,
            @QueryParameter String decrypt,
            @QueryParameter String rotate) {
        boolean encrypts = !(FieldCheck.isBlank(encrypt) && FieldCheck.isBlank(decrypt) && FieldCheck.isBlank(rotate));
        return encrypts && FieldCheck.isBlank(value)
                ? encryption("encrypt").of("key", value)
                : FieldCheck.credentials(value);
    }

    default FormValidation doCheckNewKey(@QueryParameter String value, @QueryParameter String rotate) {
        return !FieldCheck.isBlank(rotate) && FieldCheck.isBlank(value)
                ? encryption("rotate").of("newKey", value)
                : FieldCheck.credentials(value);
    }

    default FormValidation doCheckSensitivity(@QueryParameter String value) {
        return encryption("encrypt").of("sensitivity", value);
    }

    default FormValidation doCheckJob(@QueryParameter String value) {
        return encryption("decrypt").of("job", value);
    }

    default FormValidation doCheckBuild(@QueryParameter String value) {
        return encryption("decrypt").of("build", value);
    }

    private static String text(String value) {
        return value == null ? "" : value.strip();
    }
}
