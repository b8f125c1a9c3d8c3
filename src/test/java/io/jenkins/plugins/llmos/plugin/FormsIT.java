package io.jenkins.plugins.llmos.plugin;

import static org.junit.jupiter.api.Assertions.assertAll;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Base64;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.function.Executable;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** The forms of steps, pools and devices, as Jenkins makes them, and the same as Configuration as Code. */
class FormsIT {
    private static final String PLUGIN = "io.jenkins.plugins.llmos.plugin.";
    private static final Pattern FIELD = Pattern.compile("<f:entry[^>]* field=\"([^\"]+)\"");

    @RegisterExtension
    static final JenkinsServer JENKINS = new JenkinsServer();

    private static final Pattern WRITTEN =
            Pattern.compile("<f:entry[^>]* field=\"([^\"]+)\"[^>]*>\\s*<f:(textbox|number|textarea)");
    /** Whose values are names that somebody chooses freely. */
    private static final Set<String> FREE = Set.of("retrain.RetrainTrigger.training");

    /** The pools and estimates of the example, and when they are there. */
    private static final String CONFIGURED =
            "[h100 srtf 12h 5m, shared rr 12h , default las 12h ] [nightly/**=6h, **=1h] 10m /opt/libtorch/lib";

    private static final String STATE = """
            def all = jenkins.model.GlobalConfiguration.all()
            def c = all.find { it.class.name.endsWith('LlmosConfiguration') }
            print(c.pools.collect { "$it.name $it.policy $it.maxWait $it.minimumRun" })
            print(' ')
            print(c.defaultEstimates.collect { "$it.jobs=$it.estimate" })
            print(" $c.agentTimeout " + all.find { it.class.name.endsWith('TrainingConfiguration') }.nativeLibrary)
            """;
    private static final String FORGET = """
            def all = jenkins.model.GlobalConfiguration.all()
            def c = all.find { it.class.name.endsWith('LlmosConfiguration') }
            c.pools = []
            c.defaultEstimates = []
            c.agentTimeout = '5m'
            all.find { it.class.name.endsWith('TrainingConfiguration') }.nativeLibrary = ''
            """;

    static Stream<String> forms() {
        return Stream.of(
                "TrainStep",
                "ReportStep",
                "PredictStep",
                "registry.DeployStep",
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

    /** The view that has the fields; some forms show those of the step. */
    private static Path jelly(String form) {
        String of = form.replaceAll("LlmosAgent|AcceleratorsProperty", "ScheduleStep");
        return Path.of("src/main/resources", (PLUGIN + of).replace('.', '/'), "config.jelly");
    }

    /** What can be written freely is checked; a choice or a box to tick cannot be wrong. */
    @ParameterizedTest
    @MethodSource("forms")
    void whatIsWrittenIsCheckedMeanwhile(String form) throws Exception {
        Map<String, String> kinds = new LinkedHashMap<>();
        WRITTEN.matcher(Files.readString(jelly(form))).results().forEach(m -> kinds.put(m.group(1), m.group(2)));
        kinds.keySet().removeIf(field -> FREE.contains(form + "." + field));
        String names = String.join("', '", kinds.keySet());
        String urls = JENKINS.script("def d = Jenkins.get().getDescriptor('" + PLUGIN + form + "'); ['" + names
                + "'].findAll().each { println d.getCheckMethod(it).toStemUrl() }; null");
        assertEquals(kinds.size(), urls.isEmpty() ? 0 : urls.lines().count());
        List<String> addresses = urls.lines().toList();
        List<Executable> checks = new ArrayList<>();
        for (String field : kinds.keySet()) {
            String address = addresses.get(checks.size());
            checks.add(() -> {
                assertTrue(address.startsWith("/"), form + "." + field + " is not checked");
                boolean number = kinds.get(field).equals("number");
                String answer = JENKINS.post(address.substring(1), "value", number ? "many" : "x");
                assertTrue(answer.startsWith("<div"), form + "." + field + ": " + answer);
                assertEquals(
                        number,
                        answer.contains("class=\"error\"") && answer.contains("a whole number"),
                        () -> form + "." + field + ": " + answer);
            });
        }
        assertAll(checks);
    }

    @Test
    void whatIsWrongIsSaidWithWhatWouldBeRight() throws Exception {
        assertAll(Stream.of(
                        "schedule.ScheduleStep gpuMemory lots Write it like 512M, 16G or 1T.",
                        "schedule.AcceleratorsProperty estimate soon Write it like 90s, 20m, 1h30m or 2d.",
                        "schedule.LlmosAgent label ( is not a label expression",
                        "schedule.ScheduleStep pool defualt Did you mean &#039;default&#039;?",
                        "TrainStep learningRate fast it must be a number above 0",
                        "privacy.PrivatizeStep clipping flta Did you mean &#039;flat&#039;?",
                        "registry.DeployStep name a/b Names have up to 63 letters",
                        "agents.DevicesProperty hidden one Write indexes or UUIDs",
                        "retrain.RetrainTrigger maxAge old Write it like 90s",
                        "retrain.RetrainTrigger node nowhere There is no agent")
                .map(line -> line.split(" ", 4))
                .map(f -> () -> {
                    String check = "descriptorByName/" + PLUGIN + f[0] + "/check"
                            + f[1].substring(0, 1).toUpperCase(Locale.ROOT) + f[1].substring(1);
                    String answer = JENKINS.post(check, "value", f[2]);
                    assertTrue(answer.contains(f[3]), f[0] + "." + f[1] + ": " + answer);
                }));
    }

    @ParameterizedTest
    @MethodSource("forms")
    void everyFieldHasHelp(String form) throws Exception {
        List<String> fields = FIELD.matcher(Files.readString(jelly(form)))
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

    /** Only where the plugin is there. */
    @Test
    void configurationAsCodeReadsWhatItWrote() throws Exception {
        String has = JENKINS.script("print Jenkins.get().pluginManager.getPlugin('configuration-as-code') != null");
        Assumptions.assumeTrue(has.equals("true"), "Skipped, since the plugin configuration-as-code is not there.");
        String example = Files.readString(Path.of("docs", "configuration-as-code.md"));
        String yaml = example.substring(
                example.indexOf("```yaml") + 7, example.indexOf("```", example.indexOf("```yaml") + 7));
        String read = """
                def casc = io.jenkins.plugins.casc.ConfigurationAsCode.get()
                casc.configureWith(io.jenkins.plugins.casc.yaml.YamlSource.of(
                    new ByteArrayInputStream(new String('%s'.decodeBase64(), 'UTF-8').getBytes('UTF-8'))))
                def out = new ByteArrayOutputStream()
                casc.export(out)
                print out.toString('UTF-8')
                """;
        try {
            String all = JENKINS.script(read.formatted(encoded(yaml)));
            String once = section(all);
            assertTrue(once.contains("h100") && once.contains("nativeLibrary") && once.contains("visits"), all);
            assertEquals(CONFIGURED, JENKINS.script(STATE));
            JENKINS.script(FORGET);
            assertEquals(once, section(JENKINS.script(read.formatted(encoded(once)))));
            assertEquals(CONFIGURED, JENKINS.script(STATE));

            String budget = "llmos: {privacy: {budgets: [{dataSet: letters, epsilon: %s, delta: %s}]}}";
            assertTrue(section(JENKINS.script(read.formatted(encoded(budget.formatted("4", "'1e-5'")))))
                    .contains("epsilon: \"4.0\""));
            String lost = JENKINS.script(read.formatted(encoded(budget.formatted("0.5", "'1e-5'"))));
            assertTrue(lost.contains("The budget of the data set 'letters' has no epsilon. Write it in quotes"), lost);
            lost = JENKINS.script(read.formatted(encoded(budget.formatted("'0.5'", "1.0e-5"))));
            assertTrue(lost.contains("has no delta. Write it in quotes, such as delta: \"1.0E-6\""), lost);
            assertTrue(section(JENKINS.script(read.formatted(encoded(budget.formatted("'0.5'", "'1e-5'")))))
                    .contains("epsilon: \"0.5\""));
        } finally {
            JENKINS.script(FORGET);
        }
    }

    /** What Job DSL and Pipeline do with a class, in words of Groovy: each with arguments, and what its symbol is. */
    private static final String DESCRIBED = """
            agents.DeclaredDevices devices [count: 2, model: 'H100', memory: '80G']
            agents.DevicesProperty llmosDevices [hidden: '0', cpuSlots: 4]
            freestyle.PrivatizeBuilder llmosPrivatizeBuilder [dataset: 'visits', epsilon: 3.0d, delta: 1e-6d]
            freestyle.TrainBuilder llmosTrainBuilder [data: 'a.csv', target: 'label', epochs: 2, more: 'hidden: 8']
            retrain.RetrainTrigger llmosRetrain [data: '*.csv', schedule: 'H 2 * * *', minNewRows: 1000, drift: 0.2d]
            schedule.AcceleratorsProperty llmosAccelerators [gpus: 2, gpuMemory: '16G', gpuShare: 0.5d, pool: 'h100']
            schedule.DefaultEstimate defaultEstimate [jobs: 'nightly/**', estimate: '6h']
            schedule.DevicesColumn llmosDevices [:]
            schedule.LlmosAgent llmos [gpus: 2, preemptible: false, label: 'linux']
            schedule.Pool pool [name: 'h100', label: 'gpu', policy: 'rr', quantum: '5m']
            """;

    /** Job DSL's dynamic syntax and Pipeline's stand on structs, which must make an object of arguments and tell them again. */
    @Test
    void everythingThatIsConfiguredHasASymbolAndTellsItsArguments() throws Exception {
        List<String> wanted = DESCRIBED.lines().map(l -> l.split(" ", 3)[1]).toList();
        String lines = DESCRIBED
                .lines()
                .map(l -> l.split(" ", 3))
                .map(l -> "['" + l[0] + "', " + l[2] + "]")
                .collect(Collectors.joining(", "));
        String told = JENKINS.script("""
                import org.jenkinsci.plugins.structs.SymbolLookup
                import org.jenkinsci.plugins.structs.describable.*
                [%s].each { name, arguments ->
                    def type = Jenkins.get().pluginManager.uberClassLoader.loadClass('%s' + name)
                    def model = DescribableModel.of(type)
                    def errors = model.parameters.findAll { it.type instanceof ErrorType }
                    def told = model.uninstantiate2(model.instantiate(arguments, hudson.model.TaskListener.NULL)).arguments
                    println SymbolLookup.getSymbolValue(type).join(',') + (errors ?: '') + (told == arguments ? '' : told)
                }
                null
                """.formatted(lines, PLUGIN));
        assertEquals(String.join("\n", wanted), told);
    }

    private static String encoded(String text) {
        return Base64.getEncoder().encodeToString(text.getBytes(StandardCharsets.UTF_8));
    }

    /** The root {@code llmos} of an exported configuration. */
    private static String section(String yaml) {
        List<String> lines = yaml.lines().dropWhile(l -> !l.equals("llmos:")).toList();
        return lines.stream()
                .limit(1
                        + lines.stream()
                                .skip(1)
                                .takeWhile(l -> l.startsWith(" "))
                                .count())
                .collect(Collectors.joining("\n"));
    }
}
