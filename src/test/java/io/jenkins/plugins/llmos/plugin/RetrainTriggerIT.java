package io.jenkins.plugins.llmos.plugin;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;

/** Builds that {@code llmosRetrain} starts, and those that it does not. */
class RetrainTriggerIT {
    @RegisterExtension
    static final JenkinsServer JENKINS = new JenkinsServer();

    @TempDir
    static Path folder;

    private static void rows(int to, int shift) throws Exception {
        StringBuilder csv = new StringBuilder("size,<b>town</b>,label\n");
        for (int i = 0; i < to; i++) {
            csv.append(i % 97 + (i >= 300 ? shift : 0)).append(i % 3 == 0 ? ",Bern" : ",Thun");
            csv.append(i % 2 == 0 ? ",up\n" : ",down\n");
        }
        Files.writeString(folder.resolve("rows.csv"), csv);
    }

    /** Has the trigger judge as its timer does, and waits for the verdict. */
    private static String judge(String job) throws Exception {
        String state = "new File(Jenkins.get().getItem('" + job + "').rootDir, 'llmos-retrain.json')";
        String before = JENKINS.script("print " + state + ".lastModified()");
        JENKINS.script("Jenkins.get().getItem('" + job
                + "').triggers.values().find { it.class.simpleName == 'RetrainTrigger' }.run()");
        JenkinsServer.await(
                () -> !JENKINS.script("print " + state + ".lastModified()").equals(before));
        return JENKINS.script("print " + state + ".text");
    }

    private static int builds(String job) throws Exception {
        // What has been asked for waits in the queue for a moment.
        JenkinsServer.await(
                () -> JENKINS.script("print Jenkins.get().queue.items.length").equals("0"));
        return Integer.parseInt(JENKINS.script("print Jenkins.get().getItem('" + job + "').builds.size()"));
    }

    private static void awaitBuilt(String job, int number) throws Exception {
        JenkinsServer.await(() -> JENKINS.script("def b = Jenkins.get().getItem('" + job + "').getBuildByNumber("
                        + number + "); print(b != null && !b.building ? b.result : '')")
                .equals("SUCCESS"));
    }

    @Test
    void aBuildTrainsAgainForAReasonAndNotTwice() throws Exception {
        rows(300, 0);
        assertEquals("SUCCESS", JENKINS.run("again", """
                properties([pipelineTriggers([
                    llmosRetrain(schedule: 'H 2 1 1 *', data: '%1$s/*.csv', minNewRows: 50, drift: 0.5, maxAge: '30d')])])
                node {
                    llmosTrain(data: '%1$s/rows.csv', target: 'label', epochs: 1, output: 'model', overwrite: true,
                        warmStart: true)
                }
                """.formatted(folder)), () -> Trainers.quietly(JENKINS, "again"));
        assertTrue(JENKINS.log("again").contains("no earlier model to begin from"), JENKINS.log("again"));

        String same = judge("again");
        assertTrue(same.contains("\"train\": false"), same);
        assertEquals(1, builds("again"));

        rows(360, 500);
        JENKINS.post("job/again/llmos-retrain/judge", "json", "{}");
        String page = JENKINS.get("job/again/llmos-retrain/");
        assertTrue(page.contains("60 new rows (at least 50 are waited for)"), page);
        assertTrue(page.contains("over the new rows"), page);
        assertTrue(page.contains("&lt;b>town") && !page.contains("<b>town"), page);
        assertEquals(1, builds("again"), "judging by the button starts nothing");

        judge("again");
        awaitBuilt("again", 2);
        String log = JENKINS.get("job/again/2/consoleText");
        assertTrue(
                log.startsWith("LLMOS trains again: 60 new rows (at least 50 are waited for); 'size' has drifted"),
                log);
        assertTrue(log.contains("Begins from the model of"), log);

        // The new model knows these rows, and another look at them starts nothing.
        judge("again");
        assertEquals(2, builds("again"));

        // A training that fails is not begun again for the same rows.
        rows(420, 500);
        Files.writeString(folder.resolve("zz.csv"), "size,<b>town</b>,label\n1,Bern,up\n");
        JENKINS.script("Jenkins.get().getItem('again').definition ="
                + " new org.jenkinsci.plugins.workflow.cps.CpsFlowDefinition('error \"broken\"', true)");
        judge("again");
        JenkinsServer.await(() -> builds("again") == 3);
        judge("again");
        assertEquals(3, builds("again"));
    }

    /** Numbers of rows were {@code long} once, and are whole numbers of any size in a Pipeline. */
    @Test
    void newRowsAreCountedInPipelinesAndInJobsOfEarlierVersions() throws Exception {
        String rows = "print Jenkins.get().getItem('%s').triggers.values()*.minNewRows";
        assertEquals("SUCCESS", JENKINS.run("scripted-rows", """
                properties([pipelineTriggers([llmosRetrain(minNewRows: 1000, data: '/nowhere/*.csv', drift: 0.2)])])
                """));
        assertEquals("[1000]", JENKINS.script(rows.formatted("scripted-rows")));
        assertEquals("SUCCESS", JENKINS.run("declarative-rows", """
                pipeline {
                    agent none
                    triggers { llmosRetrain(minNewRows: 1000, data: '/nowhere/*.csv', drift: 0.2) }
                    stages { stage('A') { steps { echo 'hello' } } }
                }
                """));
        assertEquals("[1000]", JENKINS.script(rows.formatted("declarative-rows")));
        String now = JENKINS.get("job/declarative-rows/config.xml");
        assertTrue(now.contains("<int>1000</int>"), now);
        assertEquals("[1000] true", JENKINS.script("""
                def job = Jenkins.get().getItem('declarative-rows')
                def old = job.configFile.asString().replace('<int>1000</int>', '<long>1000</long>')
                def loaded = Jenkins.get().createProjectFromXML('earlier', new ByteArrayInputStream(old.getBytes('UTF-8')))
                print loaded.triggers.values()*.minNewRows
                loaded.save()
                print(' ' + loaded.configFile.asString().contains('<long>1000</long>'))
                """));
        String verdict = judge("earlier");
        assertTrue(verdict.contains("No build of this job has trained a model yet"), verdict);
    }

    @Test
    void declarativeAndFreestyleJobsHaveItToo() throws Exception {
        assertEquals("SUCCESS", JENKINS.run("declarative", """
                pipeline {
                    agent none
                    triggers { llmosRetrain(data: '/nowhere/*.csv') }
                    stages { stage('A') { steps { echo 'hello' } } }
                }
                """));
        String verdict = judge("declarative");
        assertTrue(verdict.contains("No build of this job has trained a model yet"), verdict);

        Files.createDirectories(folder.resolve("free"));
        Files.writeString(folder.resolve("free/a.csv"), "x,label\n1,up\n");
        String out = JENKINS.script("""
                def job = Jenkins.get().createProject(hudson.model.FreeStyleProject, 'free')
                def loader = Jenkins.get().pluginManager.uberClassLoader
                def t = loader.loadClass('io.jenkins.plugins.llmos.plugin.retrain.RetrainTrigger')
                    .getDeclaredConstructor().newInstance()
                t.data = '%s/free/**'
                t.node = 'built-in'
                t.schedule = '@yearly'
                job.addTrigger(t)
                t.start(job, true)
                job.save()
                """.formatted(folder));
        assertFalse(out.contains("Exception"), out);
        judge("free");
        awaitBuilt("free", 1);
        assertTrue(JENKINS.get("job/free/1/consoleText").contains("LLMOS trains again: there is no model yet"));
        // Only the time of the file is another.
        Files.setLastModifiedTime(folder.resolve("free/a.csv"), FileTime.fromMillis(1_000_000));
        String again = judge("free");
        assertTrue(again.contains("started for just these data already"), again);
        assertEquals(1, builds("free"));
        assertTrue(JENKINS.get("job/free/configure").contains("train again when the data call for it"));
    }
}
