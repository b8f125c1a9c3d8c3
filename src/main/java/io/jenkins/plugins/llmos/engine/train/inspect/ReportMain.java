package io.jenkins.plugins.llmos.engine.train.inspect;

import ai.djl.engine.EngineException;
import io.jenkins.plugins.llmos.engine.InvalidInputException;
import io.jenkins.plugins.llmos.engine.util.Json;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;

/** The process that makes a report. Its one argument is the folder of {@link ReportProcess}. */
public final class ReportMain {
    private ReportMain() {}

    public static void main(String[] args) throws IOException {
        Path folder = Path.of(args[0]);
        ReportProcess.Outcome outcome = make(folder);
        Path beside = folder.resolve(ReportProcess.OUTCOME + ".part");
        Files.writeString(beside, Json.line(outcome));
        Files.move(beside, folder.resolve(ReportProcess.OUTCOME), StandardCopyOption.REPLACE_EXISTING);
        System.exit(outcome.error() == null ? 0 : 1);
    }

    private static ReportProcess.Outcome make(Path folder) {
        try {
            ReportSpec spec = Json.read("The request", folder.resolve(ReportProcess.REQUEST), ReportSpec.class);
            return new ReportProcess.Outcome(Reporter.write(spec, folder.resolve("cache")), null, false);
        } catch (InvalidInputException e) {
            return new ReportProcess.Outcome(null, e.getMessage(), false);
        } catch (UnsatisfiedLinkError | EngineException e) {
            e.printStackTrace();
            return fault("The engine that computes failed: " + e.getMessage()
                    + ". If its native library is missing, put DJL's pytorch-native-cpu for this platform on the class"
                    + " path, or name a folder that has it in PYTORCH_LIBRARY_PATH.");
        } catch (OutOfMemoryError e) {
            return fault("The report ran out of memory (" + e.getMessage() + "). Judge the model by fewer rows.");
        } catch (IOException | RuntimeException | Error e) {
            e.printStackTrace();
            return fault("The report failed by a fault of its own: " + e + ".");
        }
    }

    private static ReportProcess.Outcome fault(String error) {
        return new ReportProcess.Outcome(null, error, true);
    }
}
