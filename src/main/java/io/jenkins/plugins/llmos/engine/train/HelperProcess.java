package io.jenkins.plugins.llmos.engine.train;

import ai.djl.engine.Engine;
import ai.djl.engine.EngineException;
import com.google.gson.JsonElement;
import com.google.gson.JsonObject;
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
import java.util.function.Function;

/**
 * A JVM of its own that is asked one thing, such as a prediction of a whole file, and answers: whatever becomes of the
 * library that computes, the host is none the worse. {@code request.json} goes in, {@code answer.json} and {@code
 * process.log} come out; a key comes through standard input alone.
 */
public final class HelperProcess {
    private static final String REQUEST = "request.json";
    private static final String ANSWER = "answer.json";
    private static final String LOG = "process.log";
    private static final int TAIL = 500;

    private HelperProcess() {}

    /**
     * Asks and waits. If the calling thread is interrupted, the process is ended.
     *
     * @param what is made, such as {@code prediction}
     * @param main the process's class, which calls {@link #answer}
     * @param folder for this request alone; its files are of no use afterwards
     * @param vault with the key of the files that are read, null if they are not encrypted
     * @throws InvalidInputException if the request cannot be met, with the reason
     * @throws IOException if the process cannot be started
     */
    public static <T> T ask(
            String what,
            Class<?> main,
            Object request,
            Class<T> type,
            Path folder,
            TrainerProcess.Launch launch,
            Vault vault)
            throws IOException, InterruptedException {
        Files.createDirectories(folder);
        Files.writeString(folder.resolve(REQUEST), Json.pretty(request));
        Files.deleteIfExists(folder.resolve(ANSWER));
        Path log = folder.resolve(LOG);
        Process process = TrainerProcess.java(launch.tiedToThisProcess(), main.getName(), folder, log, vault);
        int code;
        try {
            code = process.waitFor();
        } finally {
            process.destroyForcibly();
        }
        Path file = folder.resolve(ANSWER);
        if (!Files.exists(file)) {
            throw new InvalidInputException("The process that makes the " + what + " ended with exit code " + code
                    + " before it could say why"
                    + (code == 137 ? " (it was killed; the machine may be short of memory)" : "")
                    + ". The end of its output: " + tail(log));
        }
        JsonObject answer = Json.read("The answer", file, JsonObject.class);
        JsonElement error = answer.get("error");
        if (error != null) {
            throw new InvalidInputException(error.getAsString());
        }
        return Json.parse(answer.get("result").toString(), type);
    }

    private static String tail(Path log) {
        try {
            String all = Files.readString(log).strip();
            return all.substring(Math.max(0, all.length() - TAIL));
        } catch (IOException e) {
            return "none";
        }
    }

    /** What a process does when it is asked. */
    public interface Work<R> {
        /**
         * Does it.
         *
         * @param access how files are read and written
         * @param request what was asked
         * @param folder where the process may leave files
         * @return what is written as the answer's JSON
         */
        Object run(FileAccess access, R request, Path folder) throws IOException;
    }

    /**
     * The process's side: reads the request, does the work, answers and exits. It ends when the host that the property
     * {@code llmos.host} names is no more.
     *
     * @param arguments of the process's {@code main}: the folder
     * @param key names the key of a request's files, null if it has none; then the key itself is awaited
     */
    public static <R> void answer(String[] arguments, String what, Class<R> type, Function<R, String> key, Work<R> work)
            throws IOException {
        Path folder = Path.of(arguments[0]);
        endWithHost();
        Map<String, ?> answer = work(folder, what, type, key, work);
        Path beside = folder.resolve(ANSWER + ".tmp");
        Files.writeString(beside, Json.pretty(answer));
        Files.move(beside, folder.resolve(ANSWER), StandardCopyOption.ATOMIC_MOVE);
        System.exit(answer.containsKey("error") ? ExitCode.BAD_DATA : ExitCode.DONE);
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

    private static <R> Map<String, ?> work(
            Path folder, String what, Class<R> type, Function<R, String> key, Work<R> work) {
        try {
            R request = Json.read("The request", folder.resolve(REQUEST), type);
            FileAccess access = key.apply(request) == null ? FileAccess.PLAIN : Vault.receive(System.in);
            System.setProperty("ai.djl.pytorch.num_threads", System.getenv("OMP_NUM_THREADS"));
            System.setProperty("ai.djl.pytorch.num_interop_threads", "1");
            NativeLibrary.locate();
            Engine.getInstance();
            return Map.of("result", work.run(access, request, folder));
        } catch (InvalidInputException e) {
            return error(e.getMessage());
        } catch (IOException e) {
            return error("The " + what + " could not read or write a file: " + e + ".");
        } catch (UnsatisfiedLinkError | EngineException e) {
            e.printStackTrace();
            return error("The engine that computes failed: " + e.getMessage()
                    + ". If its native library is missing, put DJL's pytorch-native-cpu for this platform on the class"
                    + " path, or name a folder that has it in PYTORCH_LIBRARY_PATH.");
        } catch (OutOfMemoryError e) {
            return error("The " + what + " ran out of memory (" + e.getMessage() + ") with a heap of "
                    + Runtime.getRuntime().maxMemory() / (1 << 20) + " MiB. Take fewer rows or a smaller batch.");
        } catch (RuntimeException e) {
            e.printStackTrace();
            return error("The " + what + " failed by a fault of its own: " + e + ".");
        }
    }

    private static Map<String, ?> error(String message) {
        return Map.of("error", message);
    }
}
