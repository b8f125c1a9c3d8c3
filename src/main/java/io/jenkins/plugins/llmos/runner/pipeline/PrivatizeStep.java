package io.jenkins.plugins.llmos.runner.pipeline;

import io.jenkins.plugins.llmos.engine.InvalidInputException;
import io.jenkins.plugins.llmos.engine.privacy.encryption.EncryptionRequest;
import io.jenkins.plugins.llmos.engine.privacy.ledger.Attempt;
import io.jenkins.plugins.llmos.engine.privacy.ledger.DataContents;
import io.jenkins.plugins.llmos.engine.privacy.ledger.Figures;
import io.jenkins.plugins.llmos.engine.privacy.ledger.Origin;
import io.jenkins.plugins.llmos.engine.privacy.ledger.PrivacyLedger;
import io.jenkins.plugins.llmos.engine.privacy.ledger.PrivateBlock;
import io.jenkins.plugins.llmos.engine.train.ControlFolder;
import io.jenkins.plugins.llmos.engine.train.ReleasedSteps;
import io.jenkins.plugins.llmos.engine.train.TrainSpec;
import io.jenkins.plugins.llmos.engine.util.FileAccess;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;

/** {@code llmosPrivatize} around a block: its trainings are private and spend from the data set's budget. */
final class PrivatizeStep {
    private PrivatizeStep() {}

    static StepDefinition definition() {
        return new StepDefinition(
                "llmosPrivatize", null, null, StepDefinition.Body.OPTIONAL, false, PrivatizeStep::run);
    }

    private static Object run(StepCall call) throws Exception {
        if (EncryptionRequest.isAskedFor(call.values())) {
            return EncryptionStep.run(call);
        }
        if (!call.hasBody()) {
            return ReleaseStep.run(call);
        }
        Context outside = call.context();
        if (outside.privacy() != null) {
            throw new InvalidInputException("llmosPrivatize stands inside of another one. A training spends from one"
                    + " budget; put the blocks one after the other.");
        }
        Build build = call.build();
        build.refuseIfEnding();
        PrivateBlock.Request request = PrivateBlock.Request.from(call.values());
        PrivateBlock block = PrivateBlock.open(ledger(build), origin(build), key(build, outside), request);
        build.log(
                outside,
                "reserved ε " + Figures.ceiling(block.reservation().held().epsilon()) + " at δ "
                        + Figures.ceiling(block.reservation().held().delta()) + " of '" + request.dataSet() + "'");
        boolean goesOn = false;
        try {
            return call.body(outside.privately(block));
        } catch (Exception | Error e) {
            Interruption i = Interruption.in(e);
            goesOn = i != null && i.reason().kind().keepsProgress();
            throw e;
        } finally {
            if (!goesOn) {
                block.close().ifPresent(remark -> build.log(outside, remark));
            }
        }
    }

    static PrivacyLedger ledger(Build build) {
        return new PrivacyLedger(build.options().ledger());
    }

    static Origin origin(Build build) {
        RunFolder folder = build.folder();
        return new Origin(
                System.getProperty("user.name"),
                folder.job() + " #" + folder.number(),
                folder.job() + "#" + folder.number() + "@" + folder.started());
    }

    static String key(Build build, Context context) {
        return (context.path() + "/privatize-" + build.ordinal(context.path(), "privatize")).substring(1);
    }

    /** Before a training takes its first step, in every attempt. */
    static void use(PrivateBlock block, String key, ControlFolder control, TrainSpec spec, FileAccess access)
            throws IOException {
        if (block != null) {
            Files.createDirectories(control.path());
            // Attempts in one control folder know what the earlier ones have released.
            Attempt attempt = new Attempt(control.id(), null);
            List<Path> files = Stream.of(spec.data().path(), spec.data().labels())
                    .filter(f -> f != null)
                    .toList();
            block.use(key, attempt, DataContents.read(access, files), false);
        }
    }

    /** When a training ended without a result, its process with it. */
    static void failed(PrivateBlock block, String key, ControlFolder control) throws IOException {
        if (block != null && Files.isDirectory(control.path())) {
            block.failed(key, control.id(), ReleasedSteps.of(control));
        }
    }

    /** When a training is done. */
    static void done(PrivateBlock block, String key, Map<String, Object> result) {
        if (block != null) {
            block.done(key, result);
        }
    }
}
