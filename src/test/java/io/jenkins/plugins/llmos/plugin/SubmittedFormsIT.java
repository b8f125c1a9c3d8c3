package io.jenkins.plugins.llmos.plugin;

import static org.junit.jupiter.api.Assertions.assertAll;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** What forms send that is wrong, though the browser or the checks complained: nothing of it is passed over. */
class SubmittedFormsIT {
    private static final String PLUGIN = "io.jenkins.plugins.llmos.plugin.";

    private static final String TRIGGER = "io-jenkins-plugins-llmos-plugin-retrain-RetrainTrigger";

    @RegisterExtension
    static final JenkinsServer JENKINS = new JenkinsServer();

    /** A form of a freestyle job with what is ours of it. */
    private static String job(String ours) {
        return """
                {"description": "", "scm": {"value": "0"}, "properties": {"stapler-class-bag": "true" %s
                """.formatted(ours).replace("\n", "") + "}";
    }

    private static String builder(String type, String fields) {
        return job("}, \"builder\": {\"$class\": \"" + PLUGIN + "freestyle." + type + "\", " + fields + "}");
    }

    private static String accelerators(String fields) {
        return job(", \"io-jenkins-plugins-llmos-plugin-schedule-AcceleratorsProperty\": {\"specified\": true, "
                + fields + "}}");
    }

    private static String trigger(String fields) {
        return job("}, \"" + TRIGGER + "\": {" + fields + "}");
    }

    /** Sends the form of a new job; what Jenkins says then, and what it keeps of the job. */
    private static String submit(String form) throws Exception {
        JENKINS.script("""
                Jenkins.get().getItem('form')?.delete()
                Jenkins.get().createProject(hudson.model.FreeStyleProject, 'form')
                """);
        // a trigger is there if the box with its name is ticked
        String ticked = form.contains(TRIGGER) ? TRIGGER + "=on&" : "";
        return sentence(JENKINS.post("job/form/configSubmit", ticked + "json", form));
    }

    private static String kept() throws Exception {
        return JENKINS.script("""
                def job = Jenkins.get().getItem('form')
                def told = { o -> o.class.methods.findAll { it.name ==~ /(get|is)[A-Z].*/ && it.parameterCount == 0 &&
                        it.declaringClass == o.class }.collectEntries { [it.name, it.invoke(o)] }.findAll { k, v -> v && !(k in ['getDescriptor']) }.sort().toString() }
                print((job.buildersList + job.triggers.values() + job.properties.values()
                        .findAll { it.class.simpleName == 'AcceleratorsProperty' }).collect(told).join(' '))
                """);
    }

    private static void refused(String form, String sentence) throws Exception {
        String said = submit(form);
        assertTrue(said.contains(sentence), () -> form + ": " + said);
        assertEquals("", kept(), form);
    }

    /** What a page of Jenkins for a refusal says. */
    private static String sentence(String page) {
        return page.replaceAll("(?s).*<h1>|<!--.*", "");
    }

    /** Of each: the field, what it holds, and what is said. */
    private static Stream<String[]> wrong(String lines) {
        return lines.lines().map(l -> l.split(" \\| "));
    }

    @Test
    void aWrongArgumentOfATrainingIsRefusedInASentence() throws Exception {
        assertAll(wrong("""
                epochs | many | argument 'epochs' is 'many'; it must be a whole number.
                epochs | 0 | argument 'epochs' is '0'; it must be a whole number from 1 up.
                epochs | -1 | argument 'epochs' is '-1'; it must be a whole number from 1 up.
                epochs | 1.5 | argument 'epochs' is '1.5'; it must be a whole number from 1 up.
                epochs | 3000000000 | argument 'epochs' is '3000000000'; it must be a whole number from 1 to 2147483647.
                epochs | 1e2 | argument 'epochs' is '1e2'; it must be a whole number.
                batch | lots | argument 'batch' is 'lots'; it must be a whole number.
                batch | 0 | argument 'batch' is '0'; it must be a whole number from 1 up.
                learningRate | fast | argument 'learningRate' is 'fast'; it must be a number above 0.
                learningRate | 0 | argument 'learningRate' is '0'; it must be a number above 0.
                learningRate | -0.1 | argument 'learningRate' is '-0.1'; it must be a number above 0.
                learningRate | 1e999 | argument 'learningRate' is '1e999'; it must be a number above 0.
                model | cnnn | argument 'model' is 'cnnn', which is not known.
                optimizer | adm | argument 'optimizer' is 'adm', which is not known.
                sensitivity | top | argument 'sensitivity' is 'top', which is not known.
                more | hidden | The line 'hidden' is no argument.
                more | hiden: 8 | has no argument 'hiden'.
                more | hidden: wide | argument 'hidden' is 'wide'; it must be a list of whole numbers.
                """)
                .map(f -> () -> refused(
                        builder(
                                "TrainBuilder",
                                "\"data\": \"a.csv\", \"target\": \"y\", \"output\": \"m\", \"" + f[0] + "\": \"" + f[1]
                                        + "\""),
                        f[2])));
    }

    @Test
    void whatIsLeftEmptyIsTheUsualAndWhatIsRightIsKept() throws Exception {
        assertEquals(
                "",
                submit(builder(
                        "TrainBuilder",
                        "\"data\": \"\", \"target\": \"\", \"epochs\": \"\", \"batch\": \"\", \"learningRate\": \"\","
                                + " \"model\": \"\", \"overwrite\": false, \"more\": \"\"")));
        assertEquals("[:]", kept());
        assertEquals(
                "",
                submit(builder(
                        "TrainBuilder",
                        "\"data\": \"a.txt\", \"epochs\": \"2\", \"learningRate\": \"1e-3\", \"model\": \"gpt\","
                                + " \"output\": \"m\", \"overwrite\": true, \"more\": \"context: 64\"")));
        assertEquals(
                "[getData:a.txt, getEpochs:2, getLearningRate:0.001, getModel:gpt, getMore:context: 64, getOutput:m,"
                        + " isOverwrite:true]",
                kept());
    }

    @Test
    void aWrongArgumentOfAPrivateBlockIsRefusedInASentence() throws Exception {
        assertAll(wrong("""
                epsilon | some | argument 'epsilon' is 'some'; it must be a number.
                epsilon | 0 | ε is 0.0; it must be a finite number above 0
                epsilon | -1 | ε is -1.0; it must be a finite number above 0
                epsilon | 1e999 | ε is Infinity; it must be a finite number above 0
                delta | few | argument 'delta' is 'few'; it must be a number.
                delta | 1 | δ is 1.0; it must be above 0 and below 1
                delta | 0 | δ is 0.0; it must be above 0 and below 1
                more | clip | The line 'clip' is no argument.
                """)
                .map(f -> () -> refused(
                        builder("PrivatizeBuilder", "\"dataset\": \"visits\", \"" + f[0] + "\": \"" + f[1] + "\""),
                        f[2])));
        refused(
                builder("PrivatizeBuilder", "\"dataset\": \"" + "x".repeat(201) + "\""),
                "A data set's name must be one line");
        refused(
                builder(
                        "PrivatizeBuilder",
                        "\"dataset\": \"visits\", \"steps\": [{\"data\": \"a.csv\", \"epochs\": \"1\"},"
                                + " {\"data\": \"a.csv\", \"epochs\": \"many\"}]"),
                "argument 'epochs' is 'many'; it must be a whole number.");
        assertEquals(
                "",
                submit(builder(
                        "PrivatizeBuilder",
                        "\"dataset\": \"visits\", \"epsilon\": \"3\", \"delta\": \"1e-6\", \"steps\": {\"data\":"
                                + " \"a.csv\", \"epochs\": \"3\"}")));
        assertTrue(kept().contains("getDelta:1.0E-6") && kept().contains("getEpsilon:3.0"), kept());
        assertEquals("[3]", JENKINS.script("print Jenkins.get().getItem('form').buildersList[0].steps*.epochs"));
    }

    @Test
    void wrongAcceleratorsAreRefusedInASentence() throws Exception {
        assertAll(wrong("""
                gpus | two | gpus is 'two', which is not a number.
                gpus | -1 | gpus is -1. It takes a whole number
                gpus | 1.5 | gpus is 1.5. It takes a whole number
                gpuShare | 2 | gpuShare is 2. It takes a number above 0 up to 1
                cpus | some | cpus is 'some', which is not a number.
                memory | lots | memory is 'lots', which is not a size.
                estimate | soon | 'soon', which is not a duration.
                priority | high | argument 'priority' is 'high'; it must be a whole number
                """).map(f -> () -> refused(accelerators("\"" + f[0] + "\": \"" + f[1] + "\""), f[2])));
        refused(accelerators("\"gpus\": \"2\", \"gpuShare\": \"0.5\""), "but gpus is 2.");
        assertEquals("", submit(accelerators("\"gpus\": \"2\", \"gpuMemory\": \"16G\", \"cpus\": \"\"")));
        assertEquals("[getGpuMemory:16G, getGpus:2]", kept());
    }

    @Test
    void aWrongRuleOfARetrainingIsRefusedInASentence() throws Exception {
        assertAll(wrong("""
                schedule | at night | This is no schedule
                minNewRows | few | argument 'minNewRows' is 'few'; it must be a whole number.
                minNewRows | -5 | argument 'minNewRows' is '-5'; it must be a whole number from 0 up.
                minNewRows | 1.5 | argument 'minNewRows' is '1.5'; it must be a whole number from 0 up.
                minNewRows | 3000000000 | it must be a whole number from 0 to 2147483647.
                drift | much | argument 'drift' is 'much'; it must be a number from 0 up.
                drift | -1 | argument 'drift' is '-1'; it must be a number from 0 up.
                maxAge | old | 'old', which is not a duration.
                """)
                .map(f -> () -> refused(trigger("\"data\": \"*.csv\", \"" + f[0] + "\": \"" + f[1] + "\""), f[2])));
        refused(trigger("\"data\": \"*.csv\", \"drift\": \"1.5\", \"statistic\": \"ks\""), "it must be below 1");
        assertEquals(
                "",
                submit(trigger("\"schedule\": \"H 2 * * *\", \"data\": \"*.csv\", \"labels\": \"\", \"minNewRows\":"
                        + " \"1000\", \"drift\": \"0.2\", \"statistic\": \"psi\", \"maxAge\": \"\", \"anyChange\": false,"
                        + " \"training\": \"\", \"node\": \"\"")));
        assertEquals("[getData:*.csv, getDrift:0.2, getMinNewRows:1000, getSchedule:H 2 * * *]", kept());
        String form = JENKINS.get("job/form/configure");
        Stream.of("minNewRows", "drift", "schedule")
                .forEach(field -> assertTrue(
                        Pattern.compile("<input(?=[^>]*name=\"_." + field
                                        + "\")[^>]*value=\"(1000|0.2|H 2 \\* \\* \\*)\"")
                                .matcher(form)
                                .find(),
                        field));
    }

    @Test
    void aWrongSettingOfTheConfigurationIsRefusedInASentence() throws Exception {
        String state = """
                def all = jenkins.model.GlobalConfiguration.all()
                def c = all.find { it.class.name.endsWith('LlmosConfiguration') }
                def t = all.find { it.class.name.endsWith('TrainingConfiguration') }
                print([c.pools*.quantum, c.defaultEstimates*.estimate, c.agentTimeout, t.nativeLibrary])
                """;
        String before = JENKINS.script(state);
        String scheduling = "{\"io-jenkins-plugins-llmos-plugin-schedule-LlmosConfiguration\": {%s}}";
        String pool =
                "\"agentTimeout\": \"5m\", \"pools\": {\"name\": \"refused\", \"policy\": \"rr\", \"quantum\": \"%s\"}";
        assertAll(Stream.of(
                        new String[] {scheduling.formatted(pool.formatted("soon")), "'soon'"},
                        new String[] {scheduling.formatted("\"agentTimeout\": \"late\""), "'late'"},
                        new String[] {
                            scheduling.formatted("\"agentTimeout\": \"5m\", \"defaultEstimates\": {\"jobs\": \"**\","
                                    + " \"estimate\": \"long\"}"),
                            "'long'"
                        },
                        new String[] {
                            scheduling.formatted(
                                    "\"agentTimeout\": \"5m\", \"pools\": [{\"name\": \"a\"}, {\"name\": \"a\"}]"),
                            "Two pools are called 'a'."
                        },
                        new String[] {
                            "{\"io-jenkins-plugins-llmos-plugin-TrainingConfiguration\": {\"nativeLibrary\": \"lib\"}}",
                            "It must be a whole path"
                        })
                .map(f -> () -> {
                    String said = JENKINS.post("manage/llmos-configuration/configure", "json", f[0]);
                    assertTrue(said.contains(f[1]), f[0] + ": " + said);
                    assertFalse(said.contains("\tat "), said);
                    assertEquals(before, JENKINS.script(state), f[0]);
                }));
    }

    /** Job DSL, Configuration as Code and Pipeline call the setters. */
    @Test
    void aWrongArgumentIsRefusedOutsideOfForms() throws Exception {
        String said = JENKINS.script("""
                import org.jenkinsci.plugins.structs.describable.*
                [['freestyle.TrainBuilder', [epochs: 0]], ['freestyle.TrainBuilder', [learningRate: -1d]],
                 ['freestyle.TrainBuilder', [model: 'cnnn']], ['freestyle.TrainBuilder', [epochs: 'many']],
                 ['freestyle.PrivatizeBuilder', [epsilon: 0d]], ['freestyle.PrivatizeBuilder', [delta: 1d]],
                 ['schedule.AcceleratorsProperty', [gpus: -1]], ['schedule.AcceleratorsProperty', [estimate: 'soon']],
                 ['retrain.RetrainTrigger', [minNewRows: -5]], ['retrain.RetrainTrigger', [statistic: 'x']],
                 ['retrain.RetrainTrigger', [maxAge: 'old']], ['agents.DeclaredDevices', [count: 0]]].each { name, arguments ->
                    def type = Jenkins.get().pluginManager.uberClassLoader.loadClass('%s' + name)
                    try {
                        DescribableModel.of(type).instantiate(arguments, hudson.model.TaskListener.NULL)
                        println "$name takes $arguments"
                    } catch (Exception e) {
                        def all = []
                        for (def c = e; c != null; c = c.cause) all << c.message
                        if (!all.any { it =~ /must be|not known|not a duration|It takes|expects class/ }) {
                            println "$name $arguments: $all"
                        }
                    }
                }
                null
                """.formatted(PLUGIN));
        assertEquals("", said);
    }

    @Test
    void aWordForANumberIsRefusedByTheSnippetGenerator() throws Exception {
        String form =
                "{\"stapler-class\": \"%1$sTrainStep\", \"$class\": \"%1$sTrainStep\", \"data\": \"a.csv\", \"target\":"
                        + " \"y\", \"output\": \"m\", \"epochs\": \"many\"}";
        String said = JENKINS.post("pipeline-syntax/generateSnippet", "json", form.formatted(PLUGIN));
        assertTrue(said.contains("argument 'epochs' is 'many'; it must be a whole number."), said);
        assertFalse(said.contains("\tat "), said);
    }

    /** A browser would not send it. */
    @Test
    void aWrongNumberOfDevicesIsRefusedInASentence() throws Exception {
        JENKINS.script("Jenkins.get().addNode(new hudson.slaves.DumbSlave('declared', '/nowhere', new"
                + " hudson.slaves.JNLPLauncher()))");
        String form = """
                {"name": "declared", "nodeDescription": "", "numExecutors": "1", "remoteFS": "/nowhere", "labelString": "",
                "mode": "NORMAL", "launcher": {"stapler-class": "hudson.slaves.JNLPLauncher"},
                "retentionStrategy": {"stapler-class": "hudson.slaves.RetentionStrategy$Always"},
                "nodeProperties": {"stapler-class-bag": "true", "io-jenkins-plugins-llmos-plugin-agents-DevicesProperty":
                {"declared": {"count": "%d", "model": "H100", "memory": "%s"}, "hidden": "", "cpuSlots": "%s"}}}
                """;
        String said = JENKINS.post("computer/declared/configSubmit", "json", form.formatted(0, "80G", ""));
        assertTrue(said.contains("argument 'count' is '0'; it must be a whole number from 1"), said);
        assertFalse(said.contains("\tat "), said);
        String many = JENKINS.post(
                "computer/declared/configSubmit",
                "json",
                form.replace("%d", "many").formatted("80G", ""));
        assertTrue(many.contains("argument 'count' is 'many'; it must be a whole number"), many);
        String memory = JENKINS.post("computer/declared/configSubmit", "json", form.formatted(1, "lots", "0"));
        assertTrue(memory.contains("'lots'"), memory);
        assertFalse(memory.contains("\tat "), memory);
        String slots = JENKINS.post("computer/declared/configSubmit", "json", form.formatted(1, "80G", "-3"));
        assertTrue(slots.contains("argument 'cpuSlots' is '-3'"), slots);
        String declared = "print Jenkins.get().getNode('declared').nodeProperties.collectMany { it.declared }*.count";
        assertEquals("[]", JENKINS.script(declared));
        JENKINS.post("computer/declared/configSubmit", "json", form.formatted(2, "80G", "0"));
        assertEquals("[2]", JENKINS.script(declared));
    }
}
