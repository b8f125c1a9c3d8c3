package io.jenkins.plugins.llmos.engine.train;

import io.jenkins.plugins.llmos.engine.InvalidInputException;
import io.jenkins.plugins.llmos.engine.privacy.encryption.Vault;
import io.jenkins.plugins.llmos.engine.util.Json;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * A prediction of a whole file in a JVM of its own: {@code predict.json} in, {@code answer.json} and {@code predict.log}
 * out.
 */
public final class PredictorProcess {
    static final String SPEC = "predict.json";
    static final String ANSWER = "answer.json";

    private static final int TAIL = 500;

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
        Files.createDirectories(folder);
        Files.writeString(folder.resolve(SPEC), Json.pretty(spec));
        Files.deleteIfExists(folder.resolve(ANSWER));
        Path log = folder.resolve("predict.log");
        Process process =
                TrainerProcess.java(launch.tiedToThisProcess(), PredictorMain.class.getName(), folder, log, vault);
        try {
            int code = process.waitFor();
            return answer(folder.resolve(ANSWER), code, log);
        } finally {
            process.destroyForcibly();
        }
    }

    private static Map<String, Object> answer(Path file, int code, Path log) {
        if (!Files.exists(file)) {
            throw new InvalidInputException("The prediction's process ended with exit code " + code
                    + " before it could say why"
                    + (code == 137 ? " (it was killed; the machine may be short of memory)" : "")
                    + ". The end of its output: " + tail(log));
        }
        Map<?, ?> answer = Json.read("The prediction's answer", file, Map.class);
        if (answer.get("error") != null) {
            throw new InvalidInputException(answer.get("error").toString());
        }
        Map<String, Object> result = new LinkedHashMap<>();
        ((Map<?, ?>) answer.get("result")).forEach((k, v) -> result.put(String.valueOf(k), v));
        return result;
    }

    private static String tail(Path log) {
        try {
            String all = Files.readString(log).strip();
            return all.substring(Math.max(0, all.length() - TAIL));
        } catch (IOException e) {
            return "none";
        }
    }
}
