package io.jenkins.plugins.llmos.plugin;

import hudson.remoting.VirtualChannel;
import io.jenkins.plugins.llmos.engine.InvalidInputException;
import io.jenkins.plugins.llmos.engine.train.ControlFolder;
import io.jenkins.plugins.llmos.engine.train.TrainSpec;
import io.jenkins.plugins.llmos.engine.train.TrainerProcess;
import io.jenkins.plugins.llmos.plugin.privacy.HandedKey;
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
    private final int sharers;
    private final Owner owner;
    private final HandedKey key;

    /**
     * Says what to start.
     *
     * @param arguments of the step
     * @param workspace folder that relative paths start from
     * @param classPath of the trainer
     * @param environment of the build
     * @param sharers how many builds the machine runs at once
     * @param owner for whom
     * @param key of encrypted files, null for none
     */
    StartTrainer(
            Map<String, Object> arguments,
            String workspace,
            List<String> classPath,
            Map<String, String> environment,
            int sharers,
            Owner owner,
            HandedKey key) {
        this.arguments = arguments;
        this.workspace = workspace;
        this.classPath = classPath;
        this.environment = environment;
        this.sharers = sharers;
        this.owner = owner;
        this.key = key;
    }

    /**
     * For whom a trainer works.
     *
     * @param root the folder that Jenkins has on the machine
     * @param id of the trainer
     * @param controller that starts it
     * @param build that it belongs to
     */
    record Owner(String root, String id, String controller, String build) implements Serializable {}

    /**
     * What came of it.
     *
     * @param process the trainer, null if the arguments do not fit this machine's files
     * @param position behind the events of earlier attempts
     * @param error why, else null
     */
    record Started(RemoteProcess process, long position, String error) implements Serializable {}

    @Override
    public Started invoke(File folder, VirtualChannel channel) throws IOException {
        ControlFolder control = new ControlFolder(folder.toPath());
        try {
            TrainSpec spec = TrainSpec.from(arguments, Path.of(workspace));
            spec.requireInputs();
            long position = Files.exists(control.events()) ? Files.size(control.events()) : 0;
            int threads = TrainerProcess.Launch.threads(
                    environment, Runtime.getRuntime().availableProcessors(), sharers);
            TrainerProcess.Launch launch = new TrainerProcess.Launch(
                    threads, List.of(), environment, String.join(File.pathSeparator, classPath));
            // Registered before, too, so that a machine that dies in between knows what to remove.
            register(folder, null);
            RemoteProcess process =
                    RemoteProcess.of(TrainerProcess.start(spec, control, launch, key == null ? null : key.vault())
                            .pid());
            register(folder, process);
            return new Started(process, position, null);
        } catch (InvalidInputException e) {
            return new Started(null, 0, e.getMessage());
        }
    }

    private void register(File folder, RemoteProcess process) throws IOException {
        RegisteredTrainers.write(
                new File(owner.root()),
                owner.id(),
                new RegisteredTrainers.Entry(owner.controller(), owner.build(), folder.getPath(), process));
    }
}
