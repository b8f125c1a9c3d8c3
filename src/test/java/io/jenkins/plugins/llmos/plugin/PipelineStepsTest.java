package io.jenkins.plugins.llmos.plugin;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/**
 * {@code docs/pipeline-steps.md} is made of the forms' help texts. {@code mvn test -Dtest=PipelineStepsTest
 * -Dllmos.docs.write=true} writes it.
 */
class PipelineStepsTest {
    private static final Path RESOURCES = Path.of("src/main/resources/io/jenkins/plugins/llmos/plugin");
    private static final Path PAGE = Path.of("docs/pipeline-steps.md");
    private static final Pattern FIELD = Pattern.compile(
            "<f:entry(?=[^>]*\\bfield=\"(\\w+)\")(?:[^>]*\\btitle=\"([^\"]*)\")?[^>]*>(?:\\s*<f:checkbox title=\"([^\"]*)\")?");

    private static String page() throws IOException {
        Map<String, String> steps = new LinkedHashMap<>();
        steps.put("llmosSchedule", "schedule/ScheduleStep");
        steps.put("llmosTrain", "TrainStep");
        steps.put("llmosPrivatize", "privacy/PrivatizeStep");
        steps.put("llmosReport", "ReportStep");
        steps.put("llmosPredict", "PredictStep");
        steps.put("llmosDeploy", "registry/DeployStep");
        steps.put("llmosRetrain", "retrain/RetrainTrigger");
        StringBuilder page = new StringBuilder("""
                # Pipeline steps

                What the forms say of each step, and of the trigger `llmosRetrain`, and of their arguments. This page is made of their help texts: `mvn test -Dtest=PipelineStepsTest -Dllmos.docs.write=true` writes it anew. More arguments, examples and what steps return: [llmosSchedule](llmosSchedule.md), [llmosTrain](llmosTrain.md), [llmosPrivatize](llmosPrivatize.md).
                """);
        for (Map.Entry<String, String> step : steps.entrySet()) {
            Path folder = RESOURCES.resolve(step.getValue());
            page.append("\n## ").append(step.getKey()).append('\n');
            page.append(markdown(folder.resolve("help.html"))).append("\n\n");
            page.append("| argument | | |\n| --- | --- | --- |\n");
            Matcher field = FIELD.matcher(Files.readString(folder.resolve("config.jelly")));
            while (field.find()) {
                String title = field.group(2) == null ? field.group(3) : field.group(2);
                page.append("| `").append(field.group(1)).append("` | ");
                page.append(title.replaceAll("\\$\\{%(.*)}", "$1")).append(" | ");
                page.append(markdown(folder.resolve("help-" + field.group(1) + ".html"))
                        .replace("|", "\\|"));
                page.append(" |\n");
            }
        }
        page.append("\n## agent { llmos { … } }\n");
        page.append("Takes the arguments of `llmosSchedule`, and a `label`: ");
        page.append(markdown(RESOURCES.resolve("schedule/LlmosAgent/help-label.html")))
                .append('\n');
        return page.toString();
    }

    private static String markdown(Path help) throws IOException {
        return Files.readString(help)
                .replaceAll("</?div>", "")
                .replaceAll("</?code>", "`")
                .replace("&lt;", "<")
                .replace("&gt;", ">")
                .replace("&amp;", "&")
                .replaceAll("\\s+", " ")
                .strip();
    }

    @Test
    void thePageIsThatOfTheHelpTexts() throws IOException {
        if (Boolean.getBoolean("llmos.docs.write")) {
            Files.writeString(PAGE, page());
        }
        assertEquals(page(), Files.readString(PAGE), "write it anew with -Dllmos.docs.write=true");
    }

    @Test
    void everyHelpIsOfAFieldThatThePageShows() throws IOException {
        String page = page();
        try (Stream<Path> helps = Files.list(RESOURCES.resolve("privacy/PrivatizeStep"))) {
            long shown = helps.map(f -> f.getFileName().toString())
                    .filter(f -> f.matches("help-\\w+\\.html") && !f.contains("_zh_"))
                    .filter(f -> page.contains("| `" + f.substring(5, f.length() - 5) + "` | "))
                    .count();
            assertEquals(20, shown);
        }
    }
}
