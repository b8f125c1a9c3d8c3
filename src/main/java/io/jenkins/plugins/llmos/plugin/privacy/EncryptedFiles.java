package io.jenkins.plugins.llmos.plugin.privacy;

import hudson.FilePath;
import hudson.remoting.VirtualChannel;
import io.jenkins.plugins.llmos.engine.InvalidInputException;
import io.jenkins.plugins.llmos.engine.privacy.access.Sensitivity;
import io.jenkins.plugins.llmos.engine.privacy.encryption.Encryption;
import io.jenkins.plugins.llmos.engine.privacy.encryption.EncryptionRequest;
import java.io.File;
import java.io.IOException;
import java.io.Serializable;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import jenkins.MasterToSlaveFileCallable;

/** What is done with files on the machine that has them. The folder it is called on is the workspace. */
final class EncryptedFiles {
    private EncryptedFiles() {}

    /** How sensitive files say they are; {@code public} if none is encrypted. */
    static final class HowSensitive extends MasterToSlaveFileCallable<Sensitivity> {
        private static final long serialVersionUID = 1L;

        private final ArrayList<String> files;

        HowSensitive(List<String> files) {
            this.files = new ArrayList<>(files);
        }

        @Override
        public Sensitivity invoke(File workspace, VirtualChannel channel) throws IOException {
            List<Path> present = files.stream()
                    .map(Path::of)
                    .filter(f -> Files.isRegularFile(workspace.toPath().resolve(f)))
                    .toList();
            return Encryption.sensitivity(
                    new Encryption.Selection(workspace.toPath(), "", present, null), Sensitivity.PUBLIC);
        }
    }

    /**
     * What came of a request.
     *
     * @param text a sentence for the log, or why it failed
     * @param sensitivity of the files, null if it failed
     */
    record Answer(String text, Sensitivity sensitivity) implements Serializable {}

    /** Does what {@code llmosPrivatize} asks for, or without a key tells how sensitive its files are. */
    static final class Handle extends MasterToSlaveFileCallable<Answer> {
        private static final long serialVersionUID = 1L;

        private final LinkedHashMap<String, Object> arguments;
        private final HandedKey key;
        private final HandedKey next;

        Handle(Map<String, Object> arguments, HandedKey key, HandedKey next) {
            this.arguments = new LinkedHashMap<>(arguments);
            this.key = key;
            this.next = next;
        }

        @Override
        public Answer invoke(File workspace, VirtualChannel channel) throws IOException, InterruptedException {
            try {
                EncryptionRequest request = EncryptionRequest.from(arguments);
                Path root = workspace.toPath();
                List<Path> files = Files.isDirectory(root)
                        ? Arrays.stream(new FilePath(workspace).list(request.pattern(), request.excludes()))
                                .map(f -> root.relativize(Path.of(f.getRemote())))
                                .sorted()
                                .toList()
                        : List.of();
                Sensitivity sensitivity = Encryption.sensitivity(
                        new Encryption.Selection(root, request.pattern(), files, null), request.sensitivity());
                String text = key == null
                        ? ""
                        : request.run(root, files, key.key(), next == null ? null : next.key(), key.origin());
                return new Answer(text, sensitivity);
            } catch (InvalidInputException e) {
                return new Answer(e.getMessage(), null);
            }
        }
    }
}
