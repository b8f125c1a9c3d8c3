package io.jenkins.plugins.llmos.engine.train;

import io.jenkins.plugins.llmos.engine.InvalidInputException;
import io.jenkins.plugins.llmos.engine.privacy.encryption.Vault;
import java.io.IOException;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;

/** A prediction of a whole file in a JVM of its own, from its host's side and from its own. */
public final class PredictorProcess {
    private PredictorProcess() {}

    /**
     * Runs to the end. If the calling thread is interrupted, the process is ended and nothing of the output is left.
     *
     * @param folder for this prediction alone
     * @param vault with the key that {@code spec} names, null if it names none
     * @return as {@link BatchPrediction#run}
     * @throws InvalidInputException if it fails, with the reason
     * @throws IOException if the process cannot be started
     */
    public static Map<String, Object> run(PredictSpec spec, Path folder, TrainerProcess.Launch launch, Vault vault)
            throws IOException, InterruptedException {
        spec.requireFreeOutput();
        Map<?, ?> answer =
                HelperProcess.ask("prediction", PredictorProcess.class, spec, Map.class, folder, launch, vault);
        Map<String, Object> result = new LinkedHashMap<>();
        answer.forEach((k, v) -> result.put(String.valueOf(k), v));
        return result;
    }

    public static void main(String[] args) throws IOException {
        HelperProcess.answer(
                args,
                "prediction",
                PredictSpec.class,
                PredictSpec::key,
                (access, spec, folder) -> BatchPrediction.run(access, spec));
    }
}
