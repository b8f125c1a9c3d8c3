package io.jenkins.plugins.llmos.engine.train;

import ai.djl.engine.Engine;
import ai.djl.engine.EngineException;
import io.jenkins.plugins.llmos.engine.InvalidInputException;
import io.jenkins.plugins.llmos.engine.privacy.encryption.Vault;
import io.jenkins.plugins.llmos.engine.util.FileAccess;
import io.jenkins.plugins.llmos.engine.util.Json;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.Map;
import java.util.concurrent.TimeUnit;

/**
 * The process of {@code llmosPredict}. Its one argument is the folder through which it and its host speak, see {@link
 * PredictorProcess}. It ends when the host process named by the property {@code llmos.host} is no more.
 */
public final class PredictorMain {
    private PredictorMain() {}

    public static void main(String[] args) throws IOException {
        Path folder = Path.of(args[0]);
        endWithHost();
        System.exit(run(folder));
    }

    private static void endWithHost() {
        long host = Long.getLong("llmos.host", 0);
        if (host == 0) {
            return;
        }
        Thread watch = new Thread(() -> {
            try {
                while (ProcessHandle.of(host).isPresent()) {
                    TimeUnit.SECONDS.sleep(1);
                }
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
            }
            Runtime.getRuntime().halt(ExitCode.FAULT);
        });
        watch.setDaemon(true);
        watch.start();
    }

    private static int run(Path folder) throws IOException {
        try {
            PredictSpec spec = Json.read("The prediction", folder.resolve(PredictorProcess.SPEC), PredictSpec.class);
            FileAccess access = spec.key() == null ? FileAccess.PLAIN : Vault.receive(System.in);
            System.setProperty("ai.djl.pytorch.num_threads", System.getenv("OMP_NUM_THREADS"));
            System.setProperty("ai.djl.pytorch.num_interop_threads", "1");
            NativeLibrary.locate();
            Engine.getInstance();
            return answer(folder, ExitCode.DONE, Map.of("result", BatchPrediction.run(access, spec)));
        } catch (InvalidInputException e) {
            return fail(folder, ExitCode.BAD_DATA, e.getMessage());
        } catch (IOException e) {
            return fail(folder, ExitCode.FAULT, "The prediction could not read or write a file: " + e + ".");
        } catch (UnsatisfiedLinkError | EngineException e) {
            return fail(
                    folder,
                    ExitCode.MISSING_LIBRARY,
                    "The engine that computes failed: " + e.getMessage()
                            + ". If its native library is missing, put DJL's pytorch-native-cpu for this platform on the"
                            + " class path, or name a folder that has it in PYTORCH_LIBRARY_PATH.");
        } catch (OutOfMemoryError e) {
            return fail(
                    folder,
                    ExitCode.FAULT,
                    "The prediction ran out of memory (" + e.getMessage() + ") with a heap of "
                            + Runtime.getRuntime().maxMemory() / (1 << 20) + " MiB. Take a smaller batch.");
        } catch (RuntimeException e) {
            e.printStackTrace();
            return fail(folder, ExitCode.FAULT, "The prediction failed by a fault of its own: " + e + ".");
        }
    }

    private static int fail(Path folder, int code, String message) throws IOException {
        return answer(folder, code, Map.of("error", message));
    }

    private static int answer(Path folder, int code, Map<String, ?> answer) throws IOException {
        Path beside = folder.resolve(PredictorProcess.ANSWER + ".tmp");
        Files.writeString(beside, Json.pretty(answer));
        Files.move(beside, folder.resolve(PredictorProcess.ANSWER), StandardCopyOption.ATOMIC_MOVE);
        return code;
    }
}
