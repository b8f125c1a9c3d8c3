package io.jenkins.plugins.llmos.plugin;

import hudson.remoting.VirtualChannel;
import io.jenkins.plugins.llmos.engine.InvalidInputException;
import io.jenkins.plugins.llmos.engine.train.ControlFolder;
import io.jenkins.plugins.llmos.engine.train.TrainSpec;
import io.jenkins.plugins.llmos.engine.train.TrainerProcess;
import java.io.File;
import java.io.IOException;
import java.io.Serializable;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import jenkins.MasterToSlaveFileCallable;

/** Starts a trainer on the machine that has the workspace. The folder it is called on becomes the control folder. */
final class StartTrainer extends MasterToSlaveFileCallable<StartTrainer.Started> {
    private static final long serialVersionUID = 1L;

    private final Map<String, Object> arguments;
    private final String workspace;
    private final List<String> classPath;
    private final Map<String, String> environment;

    /**
     * Says what to start.
     *
     * @param arguments of the step
     * @param workspace folder that relative paths start from
     * @param classPath of the trainer
     * @param environment of the build
     */
    StartTrainer(
            Map<String, Object> arguments, String workspace, List<String> classPath, Map<String, String> environment) {
        this.arguments = arguments;
        this.workspace = workspace;
        this.classPath = classPath;
        this.environment = environment;
    }

    /**
     * What came of it.
     *
     * @param process the trainer, null if the arguments do not fit this machine's files
     * @param error why, else null
     */
    record Started(RemoteProcess process, String error) implements Serializable {}

    @Override
    public Started invoke(File folder, VirtualChannel channel) throws IOException {
        ControlFolder control = new ControlFolder(folder.toPath());
        try {
            TrainSpec spec = TrainSpec.from(arguments, Path.of(workspace));
            spec.requireInputs();
            if (!Files.exists(control.spec())) {
                spec.requireFreeOutput();
            }
            TrainerProcess.Launch launch = new TrainerProcess.Launch(
                    Runtime.getRuntime().availableProcessors(),
                    List.of(),
                    environment,
                    String.join(File.pathSeparator, classPath));
            return new Started(
                    RemoteProcess.of(TrainerProcess.start(spec, control, launch).pid()), null);
        } catch (InvalidInputException e) {
            return new Started(null, e.getMessage());
        }
    }
}
