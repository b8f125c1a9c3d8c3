package io.jenkins.plugins.llmos.plugin;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.file.Files;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

class InstallIT {
    @RegisterExtension
    static final JenkinsServer JENKINS = new JenkinsServer();

    @Test
    void thePluginIsSmall() throws Exception {
        assertTrue(Files.size(JenkinsFiles.HPI) < 40L << 20);
    }

    @Test
    void thePluginLoadsAndLeavesWithoutAWarning() throws Exception {
        assertEquals("true", JENKINS.script("print Jenkins.get().pluginManager.getPlugin('llmos')?.active"));
        assertEquals("[]", JENKINS.script("print Jenkins.get().pluginManager.failedPlugins*.name"));
        assertTrue(JENKINS.get("pipeline-syntax/").contains("llmosTrain"));
        JENKINS.shutDown();
        List<String> warnings = JENKINS.log()
                .lines()
                .filter(l -> l.contains("WARNING") || l.contains("SEVERE") || l.startsWith("\tat "))
                .filter(l -> l.contains("llmos"))
                .toList();
        assertEquals(List.of(), warnings);
    }
}
