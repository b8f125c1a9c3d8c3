package io.jenkins.plugins.llmos.engine.train;

import ai.djl.util.Platform;
import ai.djl.util.Utils;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.stream.Stream;

/** Finds PyTorch's native library where the class path does not bring it along. */
final class NativeLibrary {
    private static final String CONFIGURED = "PYTORCH_LIBRARY_PATH";

    private NativeLibrary() {}

    /**
     * Points DJL at a library in its own cache on this machine. DJL looks there only for what it has downloaded, not for
     * what it has unpacked from a jar, which has a date in its name. A configured folder and the class path go first; where
     * the cache has none either, DJL downloads one.
     */
    static void locate() throws IOException {
        Platform platform = Platform.detectPlatform("pytorch");
        Path cache = Utils.getEngineCacheDir("pytorch");
        if (Utils.getEnvOrSystemProperty(CONFIGURED) != null || !platform.isPlaceholder() || !Files.isDirectory(cache)) {
            return;
        }
        String version = platform.getVersion() + "-";
        String kind = "-" + platform.getFlavor() + "-" + platform.getClassifier();
        try (Stream<Path> unpacked = Files.list(cache)) {
            unpacked.filter(f -> f.getFileName().toString().startsWith(version)
                            && f.getFileName().toString().endsWith(kind)
                            && Files.exists(f.resolve(System.mapLibraryName("torch"))))
                    .max(Comparator.naturalOrder())
                    .ifPresent(f -> System.setProperty(CONFIGURED, f.toString()));
        }
    }
}
