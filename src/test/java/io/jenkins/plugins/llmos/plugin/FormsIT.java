package io.jenkins.plugins.llmos.plugin;

import static org.junit.jupiter.api.Assertions.assertAll;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** The forms of steps, pools and devices, as Jenkins makes them. */
class FormsIT {
    private static final String PLUGIN = "io.jenkins.plugins.llmos.plugin.";
    private static final Pattern FIELD = Pattern.compile("<f:entry[^>]* field=\"([^\"]+)\"");

    @RegisterExtension
    static final JenkinsServer JENKINS = new JenkinsServer();

    static Stream<String> forms() {
        return Stream.of(
                "TrainStep",
                "ReportStep",
                "privacy.PrivatizeStep",
                "schedule.ScheduleStep",
                "schedule.LlmosAgent",
                "TrainingConfiguration",
                "schedule.LlmosConfiguration",
                "schedule.DefaultEstimate",
                "schedule.Pool",
                "agents.DevicesProperty",
                "agents.DeclaredDevices",
                "schedule.AcceleratorsProperty",
                "retrain.RetrainTrigger",
                "freestyle.TrainBuilder",
                "freestyle.PrivatizeBuilder");
    }

    @ParameterizedTest
    @MethodSource("forms")
    void everyFieldHasHelp(String form) throws Exception {
        Path jelly = Path.of(
                "src/main/resources",
                (PLUGIN + form.replace("LlmosAgent", "ScheduleStep")).replace('.', '/'),
                form.endsWith("AcceleratorsProperty") ? "config-details.jelly" : "config.jelly");
        List<String> fields = FIELD.matcher(Files.readString(jelly))
                .results()
                .map(MatchResult::group)
                .map(FormsIT::field)
                .toList();
        assertFalse(fields.isEmpty());

        assertAll(fields.stream().map(field -> () -> {
            String help = JENKINS.script("def f = Jenkins.get().getDescriptor('" + PLUGIN + form + "').getHelpFile('"
                    + field + "'); print(f)");
            assertTrue(help.startsWith("/"), form + "." + field + " has no help");
            String shown = JENKINS.get(help.substring(1));
            assertTrue(shown.contains("<div>") && !shown.contains("<html"), form + "." + field + ": " + shown);
        }));
    }

    private static String field(String entry) {
        return entry.replaceFirst("(?s).* field=\"([^\"]+)\".*", "$1");
    }

    @Test
    void theSnippetGeneratorWritesPrivateBlocks() throws Exception {
        assertEquals(
                "llmosPrivatize(dataset: 'visits', epsilon: 3.0, delta: 1.0E-5) {\n    // some block\n}",
                snippet("pipeline-syntax/generateSnippet", "privacy.PrivatizeStep", """
                        'dataset': 'visits', 'epsilon': '3', 'delta': '1e-5', 'trainings': '', 'clip': '', 'data': '',
                        'encrypt': '', 'overwrite': false"""));
        assertTrue(
                snippet("pipeline-syntax/generateSnippet", "privacy.PrivatizeStep", "'encrypt': 'data/**', 'key': ''")
                        .contains("key"));
    }

    @Test
    void theSnippetGeneratorAndReplaySayOfWrongArgumentsWhatTheBuildSays() throws Exception {
        String sentence = "gpuShare asks for a part of one device, but gpus is 2.";
        assertTrue(snippet("pipeline-syntax/generateSnippet", "schedule.ScheduleStep", "'gpus': '2', 'gpuShare': '0.5'")
                .contains(sentence));
        assertEquals("SUCCESS", JENKINS.run("replayed", "echo 'right'"));
        assertEquals("", JENKINS.script("""
                def replay = org.jenkinsci.plugins.workflow.cps.replay.ReplayAction
                def first = Jenkins.get().getItem('replayed').getBuildByNumber(1)
                first.getAction(replay).run('llmosSchedule(gpus: 2, gpuShare: 0.5) { }', [:]).get()
                null
                """));
        assertTrue(JENKINS.get("job/replayed/2/consoleText").contains("ERROR: " + sentence));
    }

    private static String snippet(String path, String step, String filled) throws Exception {
        String form = "{'stapler-class': '" + PLUGIN + step + "', '$class': '" + PLUGIN + step + "', " + filled + "}";
        return JENKINS.post(path, "json", form.replace('\'', '"')).strip();
    }
}
