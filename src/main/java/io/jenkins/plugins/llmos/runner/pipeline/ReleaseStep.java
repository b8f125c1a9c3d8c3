package io.jenkins.plugins.llmos.runner.pipeline;

import io.jenkins.plugins.llmos.engine.privacy.ledger.DataContent;
import io.jenkins.plugins.llmos.engine.privacy.ledger.DataContents;
import io.jenkins.plugins.llmos.engine.privacy.ledger.Figures;
import io.jenkins.plugins.llmos.engine.privacy.release.Release;
import io.jenkins.plugins.llmos.engine.privacy.release.ReleasePlan;
import io.jenkins.plugins.llmos.engine.privacy.release.ReleaseRequest;
import io.jenkins.plugins.llmos.engine.util.FileAccess;
import io.jenkins.plugins.llmos.engine.util.Json;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.List;
import java.util.Map;

/** {@code llmosPrivatize} without a block: releases statistics of a file with noise. */
final class ReleaseStep {
    private ReleaseStep() {}

    static Object run(StepCall call) throws Exception {
        Build build = call.build();
        build.refuseIfEnding();
        if (call.folder() == null) {
            throw new StepFailure("llmosPrivatize reads a file, which needs a workspace. Put it inside of node { … }"
                    + " (in a Declarative Pipeline: give the pipeline or the stage an agent).");
        }
        ReleaseRequest request = ReleaseRequest.from(call.values(), call.folder());
        String key = PrivatizeStep.key(build, call.context());
        Path kept = build.folder().path().resolve("releases").resolve(RunFolder.safe(key) + ".json");
        Map<?, ?> known = Files.exists(kept) ? Json.read("The recorded release", kept, Map.class) : Map.of();
        if (request.toString().equals(known.get("request"))
                && (request.output() == null || Files.exists(request.output()))) {
            call.log("This was released before in this run; that is used.");
            return known.get("released");
        }
        FileAccess access = EncryptionStep.access(request, build, call.context());
        request.check(access);
        ReleasePlan plan = ReleasePlan.of(request);
        DataContent content = DataContents.read(access, List.of(request.data()));
        PrivatizeStep.ledger(build)
                .release(
                        PrivatizeStep.origin(build),
                        key,
                        request.dataSet(),
                        content,
                        request.asked(),
                        plan.event(),
                        plan.describe());
        Map<String, Object> released = Release.run(plan, content, access);
        Files.createDirectories(kept.getParent());
        Path beside = kept.resolveSibling(kept.getFileName() + ".tmp");
        Files.writeString(beside, Json.pretty(Map.of("request", request.toString(), "released", released)));
        Files.move(beside, kept, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
        call.log("released " + plan.describe() + " of '" + request.dataSet() + "' at ε "
                + Figures.ceiling(plan.epsilon()) + ", δ " + released.get("delta"));
        return released;
    }
}
