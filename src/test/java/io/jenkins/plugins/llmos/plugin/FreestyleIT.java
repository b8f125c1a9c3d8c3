package io.jenkins.plugins.llmos.plugin;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;

/** Jobs that are no Pipelines: devices for their builds, and the steps of LLMOS as build steps. */
class FreestyleIT {
    private static final String PLUGIN = "io.jenkins.plugins.llmos.plugin.";

    @RegisterExtension
    static final JenkinsServer JENKINS = new JenkinsServer();

    @BeforeAll
    static void agents(@TempDir Path folder) throws Exception {
        JENKINS.script("Jenkins.get().setNumExecutors(1); Jenkins.get().save()");
        Fleets.agent(JENKINS, "gpus", folder, 3, "[count: 2, model: 'NVIDIA H100 80GB', memory: '80G']");
    }

    /** Makes a job of settings of the property and a shell script, and starts a build. */
    private static void begin(String job, String accelerators, String shell) throws Exception {
        String out = JENKINS.script("""
                def loader = Jenkins.get().pluginManager.uberClassLoader
                def job = Jenkins.get().createProject(hudson.model.FreeStyleProject, '%s')
                def p = loader.loadClass('%sschedule.AcceleratorsProperty').getDeclaredConstructor().newInstance()
                %s.each { k, v -> p."$k" = v }
                job.addProperty(p)
                job.assignedLabel = hudson.model.Label.parseExpression('linux')
                job.buildersList.add(new hudson.tasks.Shell('''%s'''))
                job.save()
                job.scheduleBuild2(0)
                null
                """.formatted(job, PLUGIN, accelerators, shell));
        assertEquals("", out);
    }

    private static void awaitWhy(String job, String text) throws Exception {
        try {
            JenkinsServer.await(
                    Duration.ofMinutes(1), () -> Fleets.why(JENKINS, job).contains(text));
        } catch (AssertionError e) {
            throw new AssertionError(
                    "waits with '" + Fleets.why(JENKINS, job) + "'\n"
                            + JENKINS.script(
                                    "Jenkins.get().queue.items.each { println \"${it.class.simpleName} ${it.task.name}: ${it.why}\" }; "
                                            + "Jenkins.get().allItems(hudson.model.Job).each { j -> j.builds.each { println \"$it ${it.builtOnStr} ${it.log}\" } }; null"),
                    e);
        }
    }

    private static String result(String job) throws Exception {
        JenkinsServer.await(() -> JENKINS.script("def b = Jenkins.get().getItem('" + job
                        + "').getBuildByNumber(1); print(b != null && !b.building)")
                .equals("true"));
        return JENKINS.script("print Jenkins.get().getItem('" + job + "').getBuildByNumber(1).result");
    }

    @Test
    void buildsHoldJustTheirDevicesAndWaitForThem(@TempDir Path folder) throws Exception {
        Path gate = folder.resolve("go");
        String script = "set +x\\necho \"sees [$CUDA_VISIBLE_DEVICES|$ROCR_VISIBLE_DEVICES|$LLMOS_ATTEMPT]\"\\n"
                + "while [ ! -e " + gate + " ]; do sleep 0.2; done\\n";
        begin("first", "[gpus: 1]", script);
        begin("second", "[gpus: 1, gpuModel: 'H100']", script);
        JenkinsServer.await(() -> JENKINS.script(
                        "print Jenkins.get().getItem('first').builds.size() + Jenkins.get().getItem('second').builds.size()")
                .equals("2"));
        begin("third", "[gpus: 2]", "echo \"sees [$CUDA_VISIBLE_DEVICES]\"");
        awaitWhy("third", "Waits for 2 devices");
        assertEquals("0", JENKINS.script("print Jenkins.get().getItem('third').builds.size()"));

        Files.writeString(gate, "");
        assertEquals("SUCCESS", result("first"), () -> Trainers.quietly(JENKINS, "first"));
        assertEquals("SUCCESS", result("second"), () -> Trainers.quietly(JENKINS, "second"));
        assertEquals("SUCCESS", result("third"), () -> Trainers.quietly(JENKINS, "third"));
        String first = JENKINS.log("first");
        String second = JENKINS.log("second");
        assertTrue(first.contains("LLMOS: the build holds NVIDIA H100 80GB "), first);
        assertTrue(first.contains("sees [0|-1|1]") || first.contains("sees [1|-1|1]"), first);
        assertTrue(second.contains(first.contains("sees [0|") ? "sees [1|-1|1]" : "sees [0|-1|1]"), first + second);
        assertTrue(JENKINS.log("third").contains("sees [0,1]"), JENKINS.log("third"));
        assertEquals("gpus", JENKINS.script("print Jenkins.get().getItem('third').lastBuild.builtOnStr"));

        // What was held is shown, with its energy or why that is not known.
        String held =
                "Jenkins.get().getItem('third').lastBuild.allActions.find { it.class.simpleName == 'DevicesAction' }";
        JenkinsServer.await(() ->
                JENKINS.script("print(" + held + ".held[0].until != null)").equals("true"));
        String energy = JENKINS.script("print " + held + ".held[0].energy");
        assertTrue(energy.contains("kWh") || energy.startsWith("not measured: "), energy);
        String devices = "NVIDIA H100 80GB 0, NVIDIA H100 80GB 1 of gpus";
        String badges = JENKINS.script("print Jenkins.get().getItem('third').lastBuild.badgeActions*.summary");
        assertTrue(badges.contains(devices), badges);
        JENKINS.script("""
                def type = Jenkins.get().pluginManager.uberClassLoader.loadClass('%sschedule.DevicesColumn')
                def view = new hudson.model.ListView('devices', Jenkins.get())
                view.columns.add(type.getDeclaredConstructor().newInstance())
                view.add(Jenkins.get().getItem('third'))
                Jenkins.get().addView(view)
                """.formatted(PLUGIN));
        assertTrue(JENKINS.get("view/devices/").contains(devices), "the column");
        String history = JENKINS.get("job/third/buildHistory/ajax");
        assertTrue(history.contains(devices), history);
        assertEquals("", Fleets.blocks(JENKINS));
    }

    @Test
    void aBuildThatIsCancelledInTheQueueGivesItsPlaceUp() throws Exception {
        begin("never", "[gpus: 64]", "exit 1");
        awaitWhy("never", "no agent of pool default");
        JENKINS.script("Jenkins.get().queue.clear()");
        JenkinsServer.await(() -> JENKINS.script("""
                def gate = Jenkins.get().pluginManager.uberClassLoader.loadClass('%sschedule.JobGate')
                def field = gate.getDeclaredField('blocks')
                field.accessible = true
                print field.get(hudson.ExtensionList.lookupSingleton(gate)).values().every { !it.toString().startsWith('never') }
                """.formatted(PLUGIN)).equals("true"));
    }

    @Test
    void theBuildStepsTrainAndKeepThePrivacyBudget() throws Exception {
        String out = JENKINS.script("""
                def loader = Jenkins.get().pluginManager.uberClassLoader
                def make = { name, settings ->
                    def o = loader.loadClass('%1$s' + name).getDeclaredConstructor().newInstance()
                    settings.each { k, v -> o."$k" = v }
                    o
                }
                def conf = jenkins.model.GlobalConfiguration.all().find { it.class.simpleName == 'PrivacyConfiguration' }
                def budget = make('privacy.DataSetBudget', [dataSet: 'rows', epsilon: 5.0d, delta: 1e-5d])
                conf.budgets = [budget]
                def job = Jenkins.get().createProject(hudson.model.FreeStyleProject, 'builders')
                job.assignedNode = Jenkins.get()
                job.buildersList.add(new hudson.tasks.Shell('''
                    set +x
                    echo size,price,label > data.csv
                    for i in $(seq 200); do echo $i,$((i * 3 %% 7)),$([ $((i %% 2)) = 0 ] && echo up || echo down); done >> data.csv
                '''))
                job.buildersList.add(make('freestyle.TrainBuilder',
                    [data: 'data.csv', target: 'label', epochs: 2, output: 'plain', more: 'hidden: 8\\nseed: 7']))
                job.buildersList.add(make('freestyle.PrivatizeBuilder', [dataset: 'rows', epsilon: 2.0d, delta: 1e-5d,
                    steps: [make('freestyle.TrainBuilder',
                        [data: 'data.csv', target: 'label', epochs: 1, output: 'private'])]]))
                job.buildersList.add(make('freestyle.TrainBuilder', [data: 'missing.csv', target: 'label', output: 'x']))
                job.save()
                job.scheduleBuild2(0)
                null
                """.formatted(PLUGIN));
        assertEquals("", out);
        assertEquals("FAILURE", result("builders"));
        String log = JENKINS.log("builders");
        assertTrue(log.contains("plain is trained"), log);
        assertTrue(log.contains("llmosPrivatize reserved ε 2"), log);
        assertTrue(log.contains("private is trained"), log);
        assertTrue(log.contains("names ") && log.contains("missing.csv, which does not exist"), log);
        assertFalse(log.contains("\tat io.jenkins"), log);
        String shown = JENKINS.get("job/builders/1/llmos/");
        assertTrue(shown.contains("plain") && shown.contains("private"), shown);
        assertTrue(
                JENKINS.get("job/builders/1/artifact/llmos/plain/profile.json").contains("quantiles")
                        || JENKINS.get("job/builders/1/artifact/llmos/plain/profile.json")
                                .contains("\"rows\":200"));
        assertTrue(JENKINS.get("job/builders/1/artifact/llmos/private/profile.json")
                .contains("Not Found"));
        String form = JENKINS.get("job/builders/configure");
        assertTrue(form.contains("LLMOS: train") && form.contains("LLMOS: privatize"), "the form");
    }
}
