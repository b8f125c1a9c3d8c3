package io.jenkins.plugins.llmos.plugin.pages;

import hudson.Functions;
import hudson.model.Run;
import io.jenkins.plugins.llmos.plugin.TrainingsAction;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.List;
import jenkins.util.VirtualFile;

/** What was kept of a training, or of a report, among the artifacts of its build. */
record KeptFiles(Run<?, ?> run, TrainingsAction.Entry entry) {
    private static final long LARGEST = 8L << 20;

    /** Whether the one who looks may read artifacts. */
    boolean mayRead() {
        return !Functions.isArtifactsPermissionEnabled() || run.getACL().hasPermission(Run.ARTIFACTS);
    }

    /** Their names, none if they may not be read. */
    List<String> names() {
        return mayRead() ? entry.getFiles() : List.of();
    }

    /** A file as text, empty if it is not there, too long to be shown, or may not be read. */
    String read(String file) throws IOException {
        if (!names().contains(file)) {
            return "";
        }
        VirtualFile kept =
                run.getArtifactManager().root().child(entry.getFolder()).child(file);
        if (!kept.isFile() || kept.length() > LARGEST) {
            return "";
        }
        try (InputStream in = kept.open()) {
            return new String(in.readAllBytes(), StandardCharsets.UTF_8);
        }
    }
}
