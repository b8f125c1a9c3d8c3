package io.jenkins.plugins.llmos.plugin;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.jenkins.plugins.casc.ConfigurationAsCode;
import io.jenkins.plugins.casc.ConfiguratorException;
import io.jenkins.plugins.llmos.plugin.agents.DevicesProperty;
import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.jvnet.hudson.test.JenkinsRule;
import org.jvnet.hudson.test.junit.jupiter.WithJenkins;

/** Devices of agents by Configuration as Code, and what is wrong with what it is given. */
@WithJenkins
class ConfigurationAsCodeTest {
    private static final String ALL = """
            jenkins:
              nodes:
                - permanent:
                    name: "coded"
                    remoteFS: "/tmp/coded"
                    launcher: "inbound"
                    nodeProperties:
                      - llmosDevices:
                          cpuSlots: 4
                          declared:
                            - count: 2
                              model: "NVIDIA A100-SXM4-40GB"
                              memory: "40G"
                          hidden: "1"
            """;

    @TempDir
    private static Path folder;

    private static JenkinsRule jenkins;

    @BeforeAll
    static void start(JenkinsRule rule) {
        jenkins = rule;
    }

    private static void configure(String yaml) throws Exception {
        Path file = Files.writeString(folder.resolve("jenkins.yaml"), yaml);
        ConfigurationAsCode.get().configure(file.toString());
    }

    private static String export() throws Exception {
        ByteArrayOutputStream yaml = new ByteArrayOutputStream();
        ConfigurationAsCode.get().export(yaml);
        return yaml.toString(StandardCharsets.UTF_8);
    }

    @Test
    void whatIsConfiguredIsExportedAndConfiguredAgain() throws Exception {
        configure(ALL);
        assertConfigured();
        String exported = export();
        assertTrue(exported.contains("llmosDevices:"), exported);
        jenkins.jenkins.removeNode(jenkins.jenkins.getNode("coded"));
        configure(only(exported, "jenkins", "nodes"));
        assertConfigured();
        assertEquals(exported, export());
    }

    /** A section of an export with some of its entries alone, since Jenkins cannot read all that it writes. */
    private static String only(String yaml, String section, String... entries) {
        StringBuilder out = new StringBuilder(section + ":\n");
        boolean inside = false;
        boolean wanted = false;
        for (String line : yaml.lines().toList()) {
            if (!line.startsWith(" ")) {
                inside = line.equals(section + ":");
            } else if (inside) {
                if (line.matches("  [^ -].*")) {
                    wanted = List.of(entries).contains(line.strip().replaceFirst(":.*", ""));
                }
                if (wanted) {
                    out.append(line).append('\n');
                }
            }
        }
        return out.toString();
    }

    private static void assertConfigured() {
        DevicesProperty devices = jenkins.jenkins.getNode("coded").getNodeProperty(DevicesProperty.class);
        assertEquals(4, devices.getCpuSlots());
        assertEquals("1", devices.getHidden());
        assertEquals(1, devices.getDeclared().size());
        assertEquals("NVIDIA A100-SXM4-40GB", devices.getDeclared().get(0).getModel());
        assertTrue(Machines.has("coded", "gpu-a100 && gpus-1"));
    }

    @Test
    void whatIsWrongIsToldInTheWordsOfTheForm() throws Exception {
        String before = export();
        for (String[] wrong : new String[][] {
            {"agentTimeout: soon", "agentTimeout"},
            {"pools: [{name: a, policy: sjff}]", "sjf"},
            {"pools: [{name: a}, {name: a}]", "Two pools are called 'a'. Name each differently."},
        }) {
            ConfiguratorException e = assertThrows(
                    ConfiguratorException.class,
                    () -> configure("llmos:\n  scheduling:\n    " + wrong[0] + "\n"),
                    wrong[0]);
            StringBuilder messages = new StringBuilder();
            for (Throwable t = e; t != null; t = t.getCause()) {
                messages.append(t.getMessage()).append('\n');
            }
            assertTrue(messages.toString().contains(wrong[1]), messages.toString());
        }
        assertEquals(before, export());
    }
}
