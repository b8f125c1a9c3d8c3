package io.jenkins.plugins.llmos.runner;

import io.jenkins.plugins.llmos.engine.registry.ModelReference;
import io.jenkins.plugins.llmos.engine.registry.ModelRegistry;
import io.jenkins.plugins.llmos.runner.pipeline.RegistryFolder;
import java.nio.file.Files;
import java.nio.file.Path;
import picocli.CommandLine.Option;

/** Which registry of models a command uses. */
final class RegistryOption {
    /** What the option {@code --model} takes. */
    static final String MODEL = "Folder that llmosTrain wrote, or a registered version: NAME@production, NAME@3.";

    @Option(
            names = "--registry",
            paramLabel = "DIR",
            description = "The folder of the registry; LLMOS_REGISTRY, else llmos/registry in the user's data folder.")
    private Path registry;

    Path folder() {
        return registry == null ? RegistryFolder.standard() : registry;
    }

    ModelRegistry registry() {
        return new ModelRegistry(folder());
    }

    /** Whether a model is meant to be in the registry rather than a folder. */
    static boolean isReference(Path model) {
        return !Files.exists(model) && ModelReference.isMeant(model.toString());
    }

    /**
     * The folder of a model.
     *
     * @throws io.jenkins.plugins.llmos.engine.InvalidInputException if it is a reference to no version, or a damaged one
     */
    Path resolve(Path model) {
        return isReference(model) ? registry().open(registry().find(ModelReference.read(model.toString()))) : model;
    }
}
