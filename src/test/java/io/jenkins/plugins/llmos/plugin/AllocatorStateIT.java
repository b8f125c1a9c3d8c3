package io.jenkins.plugins.llmos.plugin;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.file.Path;
import java.time.Duration;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;

/** What the allocator writes to Jenkins' home, and what it leaves alone. */
class AllocatorStateIT {
    private static final String ALL = "llmosSchedule(gpus: 2) { node { sleep %d } }";
    private static final String DURATIONS = "new File(Jenkins.get().rootDir, 'llmos/durations.json')";

    private static final String PREEMPTIONS = "llmos/api/json?tree=preemptions[time,build,favoured]";

    @RegisterExtension
    static final JenkinsServer JENKINS = new JenkinsServer();

    @BeforeAll
    static void executors() throws Exception {
        JENKINS.script("Jenkins.get().setNumExecutors(2); Jenkins.get().save()");
    }

    @Test
    void learntDurationsAndPreemptionsOutliveTheController() throws Exception {
        assertEquals("SUCCESS", JENKINS.run("first", ALL.formatted(2)), () -> Fleets.quietly(JENKINS, "first"));
        JenkinsServer.await(Duration.ofSeconds(20), () -> JENKINS.script("print " + DURATIONS + ".exists()")
                .equals("true"));
        String preemptions = preempt();
        JENKINS.kill();
        JENKINS.start();
        assertEquals(preemptions, JENKINS.get(PREEMPTIONS));
        assertTrue(JENKINS.get("llmos/").contains("short #1"), "the page shows them");
        // without any history no start is predicted
        JENKINS.begin("holds", ALL.formatted(600));
        JENKINS.awaitLog("holds", "llmosSchedule holds");
        JENKINS.begin("waits", ALL.formatted(1));
        Fleets.awaitWhy(JENKINS, "waits", "to start in about");
        JENKINS.abort("waits");
        JENKINS.abort("holds");
        assertEquals("ABORTED", JENKINS.end("waits"));
        assertEquals("ABORTED", JENKINS.end("holds"));

        JENKINS.kill();
        JENKINS.home("llmos/durations.json", "{ damaged");
        JENKINS.start();
        assertTrue(JENKINS.log().contains("durations.json.damaged, and durations are learnt anew."));
        assertEquals("{ damaged", JENKINS.script("print new File(" + DURATIONS + ".path + '.damaged').text"));
    }

    /** Has a short job take the devices of a long one, and returns what the remote API then tells. */
    private static String preempt() throws Exception {
        Fleets.pools(JENKINS, "[name: 'default', policy: 'srtf', preemptionCost: '1s', minimumRun: '1s']");
        String job = "llmosSchedule(gpus: 2, estimate: '%s') { node { echo 'began'; sleep %d } }";
        JENKINS.begin("long", job.formatted("2h", 600));
        JENKINS.awaitLog("long", "began");
        assertEquals("SUCCESS", JENKINS.run("short", job.formatted("1s", 1)), () -> Fleets.quietly(JENKINS, "short"));
        JENKINS.abort("long");
        assertEquals("ABORTED", JENKINS.end("long"));
        Fleets.pools(JENKINS);
        String told = JENKINS.get(PREEMPTIONS);
        assertTrue(told.contains("\"build\":\"long #1\"") && told.contains("\"favoured\":\"short #1\""), told);
        return told;
    }

    @Test
    void slotsFollowTheExecutorsAndANodeWithoutThemHasNone() throws Exception {
        JenkinsServer.await(Duration.ofSeconds(20), () -> slots() == 2);
        JENKINS.script("Jenkins.get().setNumExecutors(3)");
        assertEquals(3, slots());
        JENKINS.script("Jenkins.get().setNumExecutors(0)");
        assertEquals(0, slots());
        JENKINS.begin("nowhere", ALL.formatted(1));
        Fleets.awaitWhy(JENKINS, "nowhere", "there is none with a device");
        JENKINS.script("Jenkins.get().setNumExecutors(2)");
        assertEquals("SUCCESS", JENKINS.end("nowhere"), () -> Fleets.quietly(JENKINS, "nowhere"));
    }

    /** How many devices the built-in node has to give, as the remote API tells. */
    private static int slots() throws Exception {
        String agents = JENKINS.get("llmos/api/json?tree=agents[name,devices[index]]");
        return agents.split("\"index\"", -1).length - 1;
    }

    @Test
    void labelsChangeWithoutAnyConfigurationBeingWritten(@TempDir Path folder) throws Exception {
        Fleets.agent(JENKINS, "labelled", folder, 1, "[count: 1, model: 'NVIDIA H100']");
        JenkinsServer.await(Duration.ofSeconds(20), () -> labelled("gpu-h100", "labelled"));
        JENKINS.script("""
                Jenkins jenkins = Jenkins.get()
                def agent = jenkins.getNode('labelled')
                def property = agent.nodeProperties.find { it.class.simpleName == 'DevicesProperty' }
                property.declared[0].model = 'NVIDIA A100'
                // in memory alone
                def own = property.class.getDeclaredConstructor().newInstance()
                own.declared = property.declared
                def bulk = new hudson.BulkChange(hudson.BulkChange.ALL)
                jenkins.nodeProperties.add(own)
                bulk.abort()
                [new File(jenkins.rootDir, 'config.xml'), new File(jenkins.rootDir, 'nodes/labelled/config.xml')].each {
                    it.setLastModified(1000000000000L)
                }
                def type = property.class.classLoader.loadClass('io.jenkins.plugins.llmos.plugin.agents.AgentDevices')
                ExtensionList.lookupSingleton(type).changed()
                null
                """);
        assertTrue(labelled("gpu-a100", "labelled"));
        assertTrue(labelled("gpu-a100", ""));
        assertTrue(!labelled("gpu-h100", "labelled"));
        assertEquals("true", JENKINS.script("""
                print([new File(Jenkins.get().rootDir, 'config.xml'), new File(Jenkins.get().rootDir, 'nodes/labelled/config.xml')]
                    .every { it.lastModified() == 1000000000000L })
                """));
        JENKINS.script("""
                Jenkins jenkins = Jenkins.get()
                jenkins.removeNode(jenkins.getNode('labelled'))
                def own = jenkins.nodeProperties.find { it.class.simpleName == 'DevicesProperty' }
                def bulk = new hudson.BulkChange(hudson.BulkChange.ALL)
                jenkins.nodeProperties.remove(own)
                bulk.abort()
                def type = own.class.classLoader.loadClass('io.jenkins.plugins.llmos.plugin.agents.AgentDevices')
                ExtensionList.lookupSingleton(type).changed()
                null
                """);
    }

    @Test
    void anotherQueueSorterIsLeftInPlaceAndBlocksWorkWithIt() throws Exception {
        assertEquals("GrantedFirst", JENKINS.script("print Jenkins.get().queue.sorter.class.simpleName"));
        JENKINS.home("init.groovy.d/sorter.groovy", """
                import hudson.model.Queue
                import hudson.model.queue.QueueSorter
                class LastFirst extends QueueSorter {
                    void sortBuildableItems(List<Queue.BuildableItem> items) { items.sort { -it.id } }
                }
                jenkins.model.Jenkins.get().queue.sorter = new LastFirst()
                """);
        JENKINS.shutDown();
        JENKINS.start();
        assertEquals("SUCCESS", JENKINS.run("sorted", ALL.formatted(1)), () -> Fleets.quietly(JENKINS, "sorted"));
        assertEquals("LastFirst", JENKINS.script("print Jenkins.get().queue.sorter.class.simpleName"));
        JENKINS.script("new File(Jenkins.get().rootDir, 'init.groovy.d/sorter.groovy').delete()");
        JENKINS.shutDown();
        JENKINS.start();
    }

    private static boolean labelled(String label, String node) throws Exception {
        return JENKINS.script(
                        "print Jenkins.get().getLabel('%s').nodes.any { it.nodeName == '%s' }".formatted(label, node))
                .equals("true");
    }
}
