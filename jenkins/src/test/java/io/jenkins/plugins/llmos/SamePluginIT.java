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
        assertEquals(lines(libraries(here)), lines(libraries(root)), "libraries here and in the root build");
    }

    @Test
    void classesAndResourcesAreTheSame() throws IOException {
        assertEquals(
                String.join("\n", contents(unzip(here.get(OWN)))),
                String.join("\n", contents(unzip(root.get(OWN)))),
                "what " + OWN + " holds here and in the root build");
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

    /** All but what Maven adds and what Stapler's processor makes for constructors without parameters, which needs none. */
    private static TreeSet<String> contents(Map<String, byte[]> jar) {
        return jar.keySet().stream()
                .filter(name -> !name.startsWith("META-INF/maven/")
                        && !name.startsWith("META-INF/services/annotations/")
                        && !name.endsWith(".stapler"))
                .collect(Collectors.toCollection(TreeSet::new));
    }

    private static String extensions(Map<String, byte[]> hpi) throws IOException {
        byte[] index = unzip(hpi.get(OWN)).get("META-INF/annotations/hudson.Extension.txt");
        return new String(index, StandardCharsets.UTF_8).lines().sorted().collect(Collectors.joining("\n"));
    }

    private static String lines(Map<String, String> entries) {
        return entries.entrySet().stream().map(Object::toString).collect(Collectors.joining("\n"));
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
