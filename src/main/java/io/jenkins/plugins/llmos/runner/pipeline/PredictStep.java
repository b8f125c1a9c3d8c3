package io.jenkins.plugins.llmos.runner.pipeline;

import io.jenkins.plugins.llmos.engine.privacy.encryption.Vault;
import io.jenkins.plugins.llmos.engine.registry.ModelReference;
import io.jenkins.plugins.llmos.engine.registry.ModelRegistry;
import io.jenkins.plugins.llmos.engine.train.PredictSpec;
import io.jenkins.plugins.llmos.engine.train.PredictorProcess;
import io.jenkins.plugins.llmos.engine.train.TrainerProcess;
import io.jenkins.plugins.llmos.engine.util.FileAccess;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** {@code llmosPredict}: uses a model on a whole file, in a process of its own. */
final class PredictStep {
    private PredictStep() {}

    static StepDefinition definition() {
        return new StepDefinition("llmosPredict", null, null, StepDefinition.Body.NONE, true, PredictStep::run);
    }

    private static Object run(StepCall call) throws IOException, InterruptedException {
        Build build = call.build();
        build.refuseIfEnding();
        PredictSpec spec = PredictSpec.from(arguments(call), call.folder());
        FileAccess access = EncryptionStep.access("predict", spec.data().toString(), spec.key(), build, call.context());
        TrainerProcess.Launch launch = new TrainerProcess.Launch(
                build.schedules().threads(),
                List.of(),
                new HashMap<>(call.context().environment()));
        Files.createDirectories(build.folder().temporary());
        Path folder = Files.createTempDirectory(build.folder().temporary(), "predict");
        try {
            Map<String, Object> result =
                    PredictorProcess.run(spec, folder, launch, access instanceof Vault vault ? vault : null);
            call.log("Predicted "
                    + (result.containsKey("texts") ? result.get("texts") + " texts" : result.get("rows") + " rows")
                    + " in " + result.get("seconds") + " s: " + spec.output());
            return result;
        } finally {
            FileTrees.delete(folder);
        }
    }

    /** With the folder in place of a registered version. */
    private static Map<String, Object> arguments(StepCall call) {
        Map<String, Object> arguments = new LinkedHashMap<>(call.values());
        String model = String.valueOf(arguments.get("model"));
        if (ModelReference.isMeant(model) && !Files.exists(call.folder().resolve(model))) {
            ModelRegistry registry = new ModelRegistry(call.build().options().registry());
            arguments.put(
                    "model",
                    registry.open(registry.find(ModelReference.read(model))).toString());
        }
        return arguments;
    }
}
