package io.jenkins.plugins.llmos.plugin;

import hudson.FilePath;
import hudson.remoting.VirtualChannel;
import io.jenkins.plugins.llmos.engine.train.TrainerMain;
import io.jenkins.plugins.llmos.engine.util.Hashes;
import java.io.File;
import java.io.IOException;
import java.net.URISyntaxException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import jenkins.MasterToSlaveFileCallable;

/**
 * The trainer and its libraries, as they lie in this plugin. They travel to an agent once: a jar's name there has the hash
 * of its content, so a jar that is there is the right one.
 */
final class TrainerJars {
    /** Libraries that a plugin gets from Jenkins, but a trainer must bring along. */
    private static final List<String> BROUGHT_BY_JENKINS = List.of(
            "org.slf4j.Logger",
            "org.slf4j.jul.JULServiceProvider",
            "com.sun.jna.Native",
            "org.apache.commons.io.IOUtils",
            "org.apache.commons.codec.Charsets");

    private static Map<String, Path> jars;

    private TrainerJars() {}

    /**
     * Brings the jars that a machine does not have yet.
     *
     * @param root the folder that Jenkins has on that machine
     * @return the class path of the trainer there
     */
    static List<String> install(FilePath root) throws IOException, InterruptedException {
        FilePath folder = root.child("caches").child("llmos");
        Map<String, Path> here = here();
        for (String name : folder.act(new Absent(new ArrayList<>(here.keySet())))) {
            FilePath beside = folder.child(name + "." + UUID.randomUUID());
            FilePath jar = folder.child(name);
            beside.copyFrom(here.get(name).toUri().toURL());
            try {
                beside.renameTo(jar);
            } catch (IOException e) {
                beside.delete();
                if (!jar.exists()) {
                    throw e;
                }
            }
        }
        List<String> classPath = new ArrayList<>();
        here.keySet().forEach(name -> classPath.add(folder.child(name).getRemote()));
        return classPath;
    }

    /** Where the jars are on a machine. To be called there. */
    static Path folder(Path root) {
        return root.resolve("caches").resolve("llmos");
    }

    /** The names of the jars that this version needs. */
    static List<String> names() throws IOException {
        return List.copyOf(here().keySet());
    }

    private static synchronized Map<String, Path> here() throws IOException {
        if (jars == null) {
            Map<String, Path> found = new LinkedHashMap<>();
            try (DirectoryStream<Path> own =
                    Files.newDirectoryStream(jarOf(TrainerMain.class).getParent(), "*.jar")) {
                for (Path jar : own) {
                    add(jar, found);
                }
            }
            for (String type : BROUGHT_BY_JENKINS) {
                try {
                    add(jarOf(Class.forName(type, false, TrainerJars.class.getClassLoader())), found);
                } catch (ClassNotFoundException e) {
                    throw new IOException("Jenkins does not bring " + type + ", which the trainer needs", e);
                }
            }
            jars = found;
        }
        return jars;
    }

    private static void add(Path jar, Map<String, Path> to) throws IOException {
        to.put(Hashes.sha256(jar).substring(0, 16) + "-" + jar.getFileName(), jar);
    }

    private static Path jarOf(Class<?> type) throws IOException {
        try {
            return Path.of(
                    type.getProtectionDomain().getCodeSource().getLocation().toURI());
        } catch (URISyntaxException e) {
            throw new IOException(e);
        }
    }

    /** Which files are not in a folder yet. */
    private static final class Absent extends MasterToSlaveFileCallable<List<String>> {
        private static final long serialVersionUID = 1L;

        private final List<String> names;

        private Absent(List<String> names) {
            this.names = names;
        }

        @Override
        public List<String> invoke(File folder, VirtualChannel channel) throws IOException {
            Files.createDirectories(folder.toPath());
            List<String> absent = new ArrayList<>(names);
            // The time tells when a jar was last of use.
            absent.removeIf(name -> new File(folder, name).setLastModified(System.currentTimeMillis()));
            return absent;
        }
    }
}
