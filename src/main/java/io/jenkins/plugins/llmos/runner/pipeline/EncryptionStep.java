package io.jenkins.plugins.llmos.runner.pipeline;

import io.jenkins.plugins.llmos.engine.privacy.access.Sensitivity;
import io.jenkins.plugins.llmos.engine.privacy.audit.AuditLog;
import io.jenkins.plugins.llmos.engine.privacy.encryption.Encryption;
import io.jenkins.plugins.llmos.engine.privacy.encryption.EncryptionKey;
import io.jenkins.plugins.llmos.engine.privacy.encryption.EncryptionRequest;
import io.jenkins.plugins.llmos.engine.privacy.encryption.KeyReference;
import io.jenkins.plugins.llmos.engine.privacy.encryption.Origin;
import io.jenkins.plugins.llmos.engine.privacy.encryption.Vault;
import io.jenkins.plugins.llmos.engine.privacy.release.ReleaseRequest;
import io.jenkins.plugins.llmos.engine.train.TrainSpec;
import io.jenkins.plugins.llmos.engine.util.FileAccess;
import java.io.IOException;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** {@code llmosPrivatize} with {@code encrypt}, {@code decrypt} or {@code rotate}; and the keys of encrypted trainings. */
final class EncryptionStep {
    private EncryptionStep() {}

    static Object run(StepCall call) throws IOException {
        EncryptionRequest request = EncryptionRequest.from(call.values());
        if (call.folder() == null) {
            throw new StepFailure("llmosPrivatize needs a workspace to "
                    + request.action().text() + " files in. Put it inside of node { … }.");
        }
        if (call.hasBody()) {
            throw new StepFailure(
                    "llmosPrivatize takes no block with '" + request.action().text() + "'.");
        }
        Build build = call.build();
        EncryptionKey key = key(request.key(), build, call.context());
        EncryptionKey next = request.newKey() == null ? null : key(request.newKey(), build, call.context());
        List<Path> files = FileTrees.find(
                call.folder(),
                request.pattern(),
                request.excludes(),
                true,
                build.folder().all());
        Sensitivity sensitivity = Encryption.sensitivity(
                new Encryption.Selection(call.folder(), request.pattern(), files, null), request.sensitivity());
        audit(build, request.action().text(), request.pattern(), request.auditDetails(key, next, sensitivity));
        call.log(request.run(call.folder(), files, key, next, origin(build)));
        return null;
    }

    /** What a training reads and writes its files with, null if they are not encrypted. */
    static Vault vault(TrainSpec spec, Build build, Context context) {
        if (spec.key() == null) {
            return null;
        }
        EncryptionKey key = key(spec.key(), build, context);
        audit(
                build,
                "train",
                spec.data().path().toString(),
                Map.of("key", key.id(), "sensitivity", spec.sensitivity()));
        return new Vault(key, origin(build), Sensitivity.of(spec.sensitivity()));
    }

    /** What a release reads its data with. */
    static FileAccess access(ReleaseRequest request, Build build, Context context) {
        return access("read", request.data().toString(), request.key(), build, context);
    }

    /**
     * What files are read with.
     *
     * @param what is done with them, for the audit log
     * @param subject the files, for the audit log
     * @param reference of their key, null if they are not encrypted
     */
    static FileAccess access(String what, String subject, String reference, Build build, Context context) {
        if (reference == null) {
            return FileAccess.PLAIN;
        }
        EncryptionKey key = key(reference, build, context);
        audit(build, what, subject, Map.of("key", key.id()));
        return new Vault(key, origin(build), Sensitivity.INTERNAL);
    }

    private static EncryptionKey key(String reference, Build build, Context context) {
        Map<String, String> environment = new HashMap<>(System.getenv());
        environment.putAll(context.environment());
        EncryptionKey key = KeyReference.read(reference, context.folder(), environment);
        build.mask().add(key);
        return key;
    }

    private static Origin origin(Build build) {
        return new Origin(build.folder().job(), Integer.toString(build.folder().number()));
    }

    private static void audit(Build build, String what, String subject, Map<String, String> details) {
        new AuditLog(build.options().ledger())
                .record(
                        System.getProperty("user.name"),
                        what,
                        subject,
                        details,
                        origin(build).toString());
    }
}
