package io.jenkins.plugins.llmos.runner;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/** Memory of this process, as Linux tells it. */
final class ProcessMemory {
    private ProcessMemory() {}

    /** Resident bytes now, or -1 where the system does not say. */
    static long resident() {
        return of("VmRSS:");
    }

    /** The most resident bytes there were, or -1 where the system does not say. */
    static long peak() {
        return of("VmHWM:");
    }

    private static long of(String field) {
        try {
            return Files.readAllLines(Path.of("/proc/self/status")).stream()
                    .filter(line -> line.startsWith(field))
                    .mapToLong(line -> Long.parseLong(line.replaceAll("\\D", "")) * 1024)
                    .findFirst()
                    .orElse(-1);
        } catch (IOException e) {
            return -1;
        }
    }
}
