package io.jenkins.plugins.llmos.plugin;

import static org.junit.jupiter.api.Assertions.assertEquals;

import com.google.gson.JsonArray;
import com.google.gson.JsonParser;

/** A Jenkins with something on every page, with markup wherever it can be. */
final class FilledPages {
    static final String SCRIPT = "<script>window.pwned = 1</script>";
    static final String CONFIGURATION = "manage/llmos-configuration/";

    private FilledPages() {}

    /**
     * Has one block run, two wait and one that cannot start, after a private training.
     *
     * @param more what the Pipeline of the training does then
     */
    static void fill(JenkinsServer jenkins, String more) throws Exception {
        assertEquals("", jenkins.script("""
                def loader = Jenkins.get().pluginManager.uberClassLoader
                def make = { name -> loader.loadClass('io.jenkins.plugins.llmos.plugin.' + name).getDeclaredConstructor().newInstance() }
                def devices = make('agents.DeclaredDevices')
                devices.count = 4
                devices.model = 'H100 %1$s'
                devices.memory = '80G'
                def property = make('agents.DevicesProperty')
                property.declared = [devices]
                Jenkins.get().numExecutors = 4
                Jenkins.get().nodeProperties.replaceBy([property])
                def budget = make('privacy.DataSetBudget')
                budget.dataSet = 'visits %1$s'
                budget.epsilon = 8
                budget.delta = 1e-5
                jenkins.model.GlobalConfiguration.all().find { it.class.name.endsWith('PrivacyConfiguration') }.budgets = [budget]
                try {
                    Jenkins.get().addNode(new hudson.slaves.DumbSlave('%1$s', '/', new hudson.slaves.JNLPLauncher()))
                    println 'Jenkins takes agents of any name, so the names of agents must be looked at here, too'
                } catch (hudson.model.Failure unsafe) {}
                null
                """.formatted(SCRIPT)));
        String trains = """
                properties([pipelineTriggers([llmosRetrain(schedule: '@yearly', data: '*.csv', minNewRows: 10)])])
                llmosSchedule(gpus: 2, estimate: '1m') { node {
                    def rows = 'size,"%1$s",label\\n'
                    for (int i = 0; i < 80; i++) { rows += "${i},${i * 3},${i %% 2 == 0 ? 'up' : 'down'}\\n" }
                    writeFile file: 'data.csv', text: rows
                    llmosPrivatize(dataset: 'visits %1$s', epsilon: 2, delta: 1e-6) {
                        llmosTrain(data: 'data.csv', target: 'label', model: 'logistic', epochs: 3, output: 'model', name: 'model %1$s')
                    }
                    %2$s
                } }
                """.formatted(SCRIPT, more);
        assertEquals("SUCCESS", jenkins.run("train", trains), () -> Trainers.quietly(jenkins, "train"));
        jenkins.begin("holds", "llmosSchedule(gpus: 3, estimate: '2h') { node { sleep 3000 } }");
        jenkins.awaitLog("holds", "llmosSchedule holds");
        jenkins.begin(
                "waits",
                "currentBuild.displayName = '" + SCRIPT
                        + "'; llmosSchedule(gpus: 4, estimate: '3h') { node { sleep 3000 } }");
        jenkins.begin("secret", "llmosSchedule(gpus: 4, estimate: '4h', priority: -1) { node { sleep 3000 } }");
        jenkins.begin("never", "llmosSchedule(gpus: 9) { node { sleep 3000 } }");
        jenkins.script("Jenkins.get().getItem('never').displayName = '" + SCRIPT + "'");
        JenkinsServer.await(() -> queue(jenkins).size() == 3);
    }

    private static JsonArray queue(JenkinsServer jenkins) throws Exception {
        return JsonParser.parseString(jenkins.get("llmos/api/json?tree=queue[build,rank]"))
                .getAsJsonObject()
                .getAsJsonArray("queue");
    }
}
