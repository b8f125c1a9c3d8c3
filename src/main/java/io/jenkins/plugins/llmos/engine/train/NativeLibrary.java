package io.jenkins.plugins.llmos.engine.train;

import ai.djl.util.Platform;
import ai.djl.util.Utils;
import java.io.File;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.Optional;
import java.util.stream.Stream;

/** Finds PyTorch's native library where the class path does not bring it along. */
final class NativeLibrary {
    private static final String FOLDER = "PYTORCH_LIBRARY_PATH";
    private static final String FLAVOR = "PYTORCH_FLAVOR";

    private NativeLibrary() {}

    /**
     * Tells DJL of a library on this machine: in a configured folder, else in DJL's own cache, where DJL looks only for what
     * it has downloaded and not for what it has unpacked from a jar, which has a date in its name. Where there is none
     * either, DJL downloads one.
     *
     * @throws UnsatisfiedLinkError if the configured folder holds no library
     */
    static void locate() throws IOException {
        Platform platform = Platform.detectPlatform("pytorch");
        String configured = Utils.getEnvOrSystemProperty(FOLDER);
        if (configured != null) {
            requireLibrary(configured);
        }
        if (configured == null && platform.isPlaceholder()) {
            cached(platform).ifPresent(folder -> System.setProperty(FOLDER, folder.toString()));
        }
        String folders = Utils.getEnvOrSystemProperty(FOLDER);
        if (folders != null && Utils.getEnvOrSystemProperty(FLAVOR) == null) {
            // DJL would take a folder on Linux for one built for old compilers, for which it brings no library of its
            // own.
            boolean cuda = Stream.of(folders.split(File.pathSeparator))
                    .anyMatch(f -> Files.exists(Path.of(f, System.mapLibraryName("torch_cuda"))));
            System.setProperty(FLAVOR, cuda ? platform.getFlavor() : "cpu");
        }
    }

    private static void requireLibrary(String folders) {
        String name = System.mapLibraryName("torch");
        if (Stream.of(folders.split(File.pathSeparator)).noneMatch(f -> Files.exists(Path.of(f, name)))) {
            throw new UnsatisfiedLinkError(FOLDER + " names " + folders + ", which holds no " + name);
        }
    }

    private static Optional<Path> cached(Platform platform) throws IOException {
        Path cache = Utils.getEngineCacheDir("pytorch");
        if (!Files.isDirectory(cache)) {
            return Optional.empty();
        }
        String version = platform.getVersion() + "-";
        String kind = "-" + platform.getFlavor() + "-" + platform.getClassifier();
        try (Stream<Path> unpacked = Files.list(cache)) {
            return unpacked.filter(f -> f.getFileName().toString().startsWith(version)
                            && f.getFileName().toString().endsWith(kind)
                            && Files.exists(f.resolve(System.mapLibraryName("torch"))))
                    .max(Comparator.naturalOrder());
        }
    }
}
