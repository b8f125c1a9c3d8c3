package io.jenkins.plugins.llmos;

import static org.junit.jupiter.api.Assertions.assertAll;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.MessageDigest;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.jar.Manifest;
import java.util.stream.Collectors;
import java.util.zip.ZipEntry;
import java.util.zip.ZipInputStream;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** The plugin made here and the one that the root build has made from the same sources are the same plugin. */
class SamePluginIT {
    private static final Path HERE = Path.of("target", "llmos.hpi");
    private static final Path ROOT = Path.of("..", "target", "llmos.hpi");
    private static final String OWN = "WEB-INF/lib/llmos.jar";
    private static final List<String> ENTRIES = List.of(
            "Group-Id",
            "Artifact-Id",
            "Short-Name",
            "Long-Name",
            "Implementation-Version",
            "Jenkins-Version",
            "Plugin-License-Name",
            "Plugin-License-Url");

    private static SortedMap<String, byte[]> here;
    private static SortedMap<String, byte[]> root;

    @BeforeAll
    static void read() throws IOException {
        assumeTrue(
                Files.exists(ROOT),
                "Skipped, since the root build has made no " + ROOT + "; run 'mvn package' in the root first.");
        here = unzip(Files.readAllBytes(HERE));
        root = unzip(Files.readAllBytes(ROOT));
    }

    @Test
    void theManifestsAskForTheSameJenkinsAndPlugins() throws IOException {
        Manifest ours = manifest(here);
        Manifest theirs = manifest(root);
        assertAll(ENTRIES.stream()
                .map(name -> () -> assertEquals(
                        ours.getMainAttributes().getValue(name),
                        theirs.getMainAttributes().getValue(name),
                        name + " here and in the root build")));
        assertEquals(dependencies(ours), dependencies(theirs), "Plugin-Dependencies here and in the root build");
    }

    @Test
    void theJarsOfBothCarryWhatLetsTheirClassesThroughJenkinsFilter() throws IOException {
        for (Manifest manifest : List.of(manifest(unzip(here.get(OWN))), manifest(unzip(root.get(OWN))))) {
            assertEquals("llmos", manifest.getMainAttributes().getValue("Short-Name"));
            assertEquals(
                    manifest(here).getMainAttributes().getValue("Jenkins-Version"),
                    manifest.getMainAttributes().getValue("Jenkins-Version"));
        }
    }

    @Test
    void theBundledLibrariesAreTheSame() {
        assertEquals(List.of(), differences(libraries(here), libraries(root)));
    }

    @Test
    void classesAndResourcesAreTheSame() throws IOException {
        assertEquals(List.of(), differences(contents(unzip(here.get(OWN))), contents(unzip(root.get(OWN)))));
    }

    @Test
    void theExtensionsAreTheSame() throws IOException {
        assertEquals(extensions(here), extensions(root), "extensions here and in the root build");
    }

    private static String dependencies(Manifest manifest) {
        return Arrays.stream(manifest.getMainAttributes()
                        .getValue("Plugin-Dependencies")
                        .split(","))
                .sorted()
                .collect(Collectors.joining("\n"));
    }

    private static Map<String, String> libraries(Map<String, byte[]> hpi) {
        Map<String, String> libraries = new TreeMap<>();
        hpi.forEach((name, bytes) -> {
            if (name.startsWith("WEB-INF/lib/") && !name.equals(OWN)) {
                libraries.put(name, sha256(bytes));
            }
        });
        return libraries;
    }

    /**
     * All, byte for byte, but what Maven adds, what Stapler's processor makes for constructors without parameters, which
     * needs none, and of the comments of what the remote API shows, which its schema alone repeats, and the index of extensions, which
     * is in the order in which the compiler came upon them.
     */
    private static Map<String, String> contents(Map<String, byte[]> jar) {
        Map<String, String> contents = new TreeMap<>();
        jar.forEach((name, bytes) -> {
            if (!name.equals("META-INF/MANIFEST.MF")
                    && !name.startsWith("META-INF/maven/")
                    && !name.startsWith("META-INF/services/annotations/")
                    && !name.startsWith("META-INF/annotations/hudson.Extension")
                    && !name.equals("META-INF/exposed.stapler-beans")
                    && !name.endsWith(".javadoc")
                    && !name.endsWith(".stapler")) {
                contents.put(name, sha256(bytes));
            }
        });
        return contents;
    }

    /** A line for each entry that is not the same in both. */
    private static List<String> differences(Map<String, String> here, Map<String, String> root) {
        List<String> lines = new ArrayList<>();
        TreeSet<String> names = new TreeSet<>(here.keySet());
        names.addAll(root.keySet());
        for (String name : names) {
            if (!root.containsKey(name)) {
                lines.add(name + " is missing in the root build");
            } else if (!here.containsKey(name)) {
                lines.add(name + " is missing here");
            } else if (!here.get(name).equals(root.get(name))) {
                lines.add(name + " has other bytes here than in the root build");
            }
        }
        return lines;
    }

    private static String extensions(Map<String, byte[]> hpi) throws IOException {
        byte[] index = unzip(hpi.get(OWN)).get("META-INF/annotations/hudson.Extension.txt");
        return new String(index, StandardCharsets.UTF_8).lines().sorted().collect(Collectors.joining("\n"));
    }

    private static Manifest manifest(Map<String, byte[]> jar) throws IOException {
        return new Manifest(new ByteArrayInputStream(jar.get("META-INF/MANIFEST.MF")));
    }

    private static SortedMap<String, byte[]> unzip(byte[] file) throws IOException {
        SortedMap<String, byte[]> entries = new TreeMap<>();
        try (ZipInputStream zip = new ZipInputStream(new ByteArrayInputStream(file))) {
            for (ZipEntry entry = zip.getNextEntry(); entry != null; entry = zip.getNextEntry()) {
                if (!entry.isDirectory()) {
                    entries.put(entry.getName(), zip.readAllBytes());
                }
            }
        }
        return entries;
    }

    private static String sha256(byte[] bytes) {
        try {
            return HexFormat.of().formatHex(MessageDigest.getInstance("SHA-256").digest(bytes));
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException(e);
        }
    }
}
