package io.jenkins.plugins.llmos.engine.serve;

import io.jenkins.plugins.llmos.engine.registry.ModelReference;
import io.jenkins.plugins.llmos.engine.registry.ModelRegistry;
import io.jenkins.plugins.llmos.engine.registry.ModelVersion;
import java.nio.file.Path;
import java.util.function.Supplier;

/** Where a server's model comes from. */
public interface ModelSource {
    /**
     * A model that is to be served now.
     *
     * @param name as answers tell it, such as {@code reviews@3}
     * @param hash of its files, empty if it is not known
     * @param folder its files, checked when it is asked for
     */
    record Found(String name, String hash, Supplier<Path> folder) {}

    /**
     * The model that is to be served now. Cheap: asked for again and again.
     *
     * @throws io.jenkins.plugins.llmos.engine.InvalidInputException if there is none
     */
    Found find();

    /** Always the same folder. */
    static ModelSource of(Path folder) {
        Path name = folder.getFileName();
        Found found = new Found(name == null ? folder.toString() : name.toString(), "", () -> folder);
        return () -> found;
    }

    /** What a registry says of a reference. */
    static ModelSource of(ModelRegistry registry, ModelReference reference) {
        return () -> {
            ModelVersion version = registry.find(reference);
            return new Found(version.reference(), version.hash(), () -> registry.open(version));
        };
    }
}
