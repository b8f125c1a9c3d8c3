package io.jenkins.plugins.llmos.plugin.schedule;

import io.jenkins.plugins.llmos.engine.InvalidInputException;
import io.jenkins.plugins.llmos.engine.util.Json;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.ArrayList;
import java.util.List;
import java.util.logging.Logger;
import java.util.stream.Stream;

/**
 * The blocks that there are and what they hold, a file each, so that a controller that starts again gives nothing to
 * others that somebody still holds. A grant is written before the build hears of it.
 */
final class Journal {
    private static final Logger LOGGER = Logger.getLogger(Journal.class.getName());

    private final Path folder;

    Journal(Path folder) {
        this.folder = folder;
    }

    List<Block> read() {
        List<Block> blocks = new ArrayList<>();
        if (!Files.isDirectory(folder)) {
            return blocks;
        }
        try (Stream<Path> files = Files.list(folder)) {
            for (Path file :
                    files.filter(f -> f.toString().endsWith(".json")).sorted().toList()) {
                try {
                    blocks.add(new Block(Json.read("The journal of llmosSchedule", file, Block.Facts.class)));
                } catch (InvalidInputException e) {
                    LOGGER.warning(e.getMessage() + " What it held counts as free.");
                }
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return blocks;
    }

    void write(Block block) {
        if (block.isBuild()) {
            // It ends with the controller, and its item in the queue asks again.
            return;
        }
        try {
            Files.createDirectories(folder);
            Path part = folder.resolve(block.key() + ".part");
            Files.writeString(part, Json.line(block.facts()));
            Files.move(part, file(block), StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    void delete(Block block) {
        try {
            Files.deleteIfExists(file(block));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private Path file(Block block) {
        return folder.resolve(block.key() + ".json");
    }
}
