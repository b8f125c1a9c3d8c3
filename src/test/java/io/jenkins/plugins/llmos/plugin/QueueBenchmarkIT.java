package io.jenkins.plugins.llmos.plugin;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/**
 * Measures how much processor time the queue's maintenance takes with thousands of items that do not use LLMOS, with its parts and
 * without them by turns, and prints a table. It judges nothing.
 */
@Tag("benchmark")
class QueueBenchmarkIT {
    private static final int ITEMS = 5000;
    private static final int BLOCKS = 20;
    private static final int SCRIPTS = 16;
    /** Takes the plugin's parts out and puts them back by turns; prints the times with them and those without. */
    private static final String SCRIPT = """
            def queue = Jenkins.get().queue
            def clock = java.lang.management.ManagementFactory.threadMXBean
            def sorter = queue.sorter
            def lists = [hudson.model.queue.QueueTaskDispatcher, hudson.model.queue.QueueListener, hudson.model.LabelFinder]
                    .collect { hudson.ExtensionList.lookup(it) }
            def parts = lists.collect { list -> list.findAll { it.class.name.startsWith('io.jenkins.plugins.llmos') } }
            if (parts.any { it.isEmpty() } || sorter == null) { println 'LLMOS has other parts than these'; return }
            def remove = { [lists, parts].transpose().each { list, mine -> mine.each { list.remove(it) } }; queue.sorter = null }
            def restore = { [lists, parts].transpose().each { list, mine -> list.addAll(mine) }; queue.sorter = sorter }
            def times = [with: [], without: []]
            remove()
            try {
                for (mode in ['with', 'without', 'without', 'with', 'with', 'without', 'without', 'with']) {
                    if (mode == 'with') { restore() }
                    queue.maintain()
                    for (int i = 0; i < 3; i++) {
                        long before = clock.currentThreadCpuTime
                        queue.maintain()
                        times[mode] << (clock.currentThreadCpuTime - before) / 1e6d
                    }
                    if (mode == 'with') { remove() }
                }
            } finally { restore() }
            println times.with.join(' ')
            println times.without.join(' ')
            """;

    @RegisterExtension
    static final JenkinsServer JENKINS = new JenkinsServer(JenkinsServer.FULL_SPEED);

    @BeforeAll
    static void executors() throws Exception {
        JENKINS.script("Jenkins.get().setNumExecutors(4); Jenkins.get().save()");
        System.out.printf("| %d queued items | with LLMOS | its median, ms | without, ms | growth |%n", ITEMS);
        System.out.println("| --- | --- | --- | --- | --- |");
    }

    @Test
    void freestyleItems() throws Exception {
        for (int from = 0; from < ITEMS; from += 500) {
            assertEquals("", JENKINS.script("""
                    for (int i = %d; i < %d; i++) {
                        def job = Jenkins.get().createProject(hudson.model.FreeStyleProject, 'plain' + i)
                        job.assignedLabel = Jenkins.get().getLabel('nobody')
                        job.scheduleBuild2(0)
                    }
                    null
                    """.formatted(from, from + 500)));
        }
        measure("freestyle");
    }

    @Test
    void pipelineItems() throws Exception {
        Fleets.job(JENKINS, "plain", """
                def branches = [:]
                for (int i = 0; i < 100; i++) { branches["b${i}"] = { node('nobody') { echo 'never' } } }
                parallel branches
                """);
        JENKINS.script("""
                def hint = org.jenkinsci.plugins.workflow.flow.FlowDurabilityHint.PERFORMANCE_OPTIMIZED
                Jenkins.get().getItem('plain').addProperty(
                        new org.jenkinsci.plugins.workflow.job.properties.DurabilityHintJobProperty(hint))
                """);
        JENKINS.script(
                "def j = Jenkins.get().getItem('plain'); " + ITEMS / 100
                        + ".times { n -> j.scheduleBuild2(0, new hudson.model.ParametersAction(new hudson.model.StringParameterValue('N', n + ''))) }; null");
        measure("Pipeline");
    }

    private static void measure(String kind) throws Exception {
        awaitQueued(ITEMS);
        row(kind, "no block");
        Fleets.job(JENKINS, "blocks", """
                def branches = [:]
                for (int i = 0; i < %d; i++) {
                    branches["b${i}"] = { llmosSchedule(gpus: 99) { node('nobody') { echo 'never' } } }
                }
                parallel branches
                """.formatted(BLOCKS));
        JENKINS.script("Jenkins.get().getItem('blocks').scheduleBuild2(0).waitForStart(); null");
        awaitQueued(ITEMS + BLOCKS);
        row(kind, BLOCKS + " blocks wait");
    }

    @AfterEach
    void endAllBuilds() throws Exception {
        JENKINS.script("""
                Jenkins.get().queue.clear()
                def jobs = Jenkins.get().getAllItems(hudson.model.Job)
                jobs.each { job -> job.builds.each { if (it.building) { it.doKill() } } }
                null
                """);
        JenkinsServer.await(Duration.ofMinutes(2), () -> Fleets.blocks(JENKINS).isEmpty());
        JENKINS.script("Jenkins.get().items.each { it.delete() }; Jenkins.get().queue.clear(); null");
    }

    private static void awaitQueued(int items) throws Exception {
        JenkinsServer.await(
                () -> JENKINS.script("print Jenkins.get().queue.items.length").equals("" + items));
        // what is found out beside the queue's lock has been found then
        Thread.sleep(5000);
    }

    /** Many short scripts, since Jenkins answers each within a minute. */
    private static void row(String kind, String state) throws Exception {
        List<Double> with = new ArrayList<>();
        List<Double> without = new ArrayList<>();
        for (int i = 0; i < SCRIPTS; i++) {
            String[] lines = JENKINS.script(SCRIPT).split("\\R");
            assertEquals(2, lines.length, () -> String.join("\n", lines));
            if (i >= SCRIPTS / 4) { // before that it warms up
                Stream.of(lines[0].split(" ")).map(Double::valueOf).forEach(with::add);
                Stream.of(lines[1].split(" ")).map(Double::valueOf).forEach(without::add);
            }
        }
        double mine = median(with);
        double theirs = median(without);
        System.out.printf(
                Locale.ROOT,
                "| %s | %s | %.2f | %.2f | %+.1f %% |%n",
                kind,
                state,
                mine,
                theirs,
                100 * (mine / theirs - 1));
    }

    private static double median(List<Double> times) {
        return times.stream().sorted().toList().get(times.size() / 2);
    }
}
