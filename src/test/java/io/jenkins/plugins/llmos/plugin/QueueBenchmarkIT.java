package io.jenkins.plugins.llmos.plugin;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.time.Duration;
import java.util.Arrays;
import java.util.Locale;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/**
 * Measures how long the queue's maintenance takes with thousands of items that do not use LLMOS, with its parts and
 * without them by turns, and prints a table. It judges nothing.
 */
@Tag("benchmark")
class QueueBenchmarkIT {
    private static final int ITEMS = 5000;
    private static final int BLOCKS = 20;
    private static final int ROUNDS = 60;

    @RegisterExtension
    static final JenkinsServer JENKINS = new JenkinsServer();

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
        JENKINS.script("""
                Jenkins.get().queue.clear()
                Jenkins.get().allItems(hudson.model.Job).each { j -> j.builds.each { b -> if (b.building) { b.doKill() } } }
                null
                """);
        JenkinsServer.await(Duration.ofMinutes(2), () -> Fleets.blocks(JENKINS).isEmpty());
        JENKINS.script("Jenkins.get().allItems(hudson.model.Job).each { it.delete() }; null");
    }

    private static void awaitQueued(int items) throws Exception {
        JenkinsServer.await(
                () -> JENKINS.script("print Jenkins.get().queue.items.length").equals("" + items));
        // what is found out beside the queue's lock has been found then
        Thread.sleep(5000);
    }

    private static void row(String kind, String state) throws Exception {
        double[][] all = new double[2][];
        String[] lines = JENKINS.script("""
                def queue = Jenkins.get().queue
                def mine = { list -> list.findAll { it.class.name.startsWith('io.jenkins.plugins.llmos') } }
                def lists = [hudson.model.queue.QueueTaskDispatcher, hudson.model.queue.QueueListener, hudson.model.LabelFinder]
                        .collect { hudson.ExtensionList.lookup(it) }
                def parts = lists.collect { mine(it) }
                def sorter = queue.sorter
                if (parts.any { it.isEmpty() } || sorter == null) { println 'LLMOS has other parts than this thinks'; return }
                def off = { lists.eachWithIndex { list, i -> list.removeAll(parts[i]) }; queue.sorter = null }
                def on = { lists.eachWithIndex { list, i -> parts[i].each { list.add(it) } }; queue.sorter = sorter }
                def times = [with: [], without: []]
                try {
                    for (int round = -%1$d; round < %1$d; round++) {
                        for (mode in (round %% 2 == 0 ? ['with', 'without'] : ['without', 'with'])) {
                            if (mode == 'with') { on() } else { off() }
                            queue.maintain()
                            long before = System.nanoTime()
                            queue.maintain()
                            if (round >= 0) { times[mode] << (System.nanoTime() - before) / 1e6d }
                            if (mode == 'without') { } else { off() }
                        }
                    }
                } finally { off(); on() }
                println times.with.join(' ')
                println times.without.join(' ')
                """.formatted(ROUNDS)).split("\\R");
        assertEquals(2, lines.length, () -> String.join("\n", lines));
        for (int i = 0; i < 2; i++) {
            all[i] = Arrays.stream(lines[i].split(" "))
                    .mapToDouble(Double::parseDouble)
                    .sorted()
                    .toArray();
        }
        double with = all[0][ROUNDS / 2];
        double without = all[1][ROUNDS / 2];
        System.out.printf(
                Locale.ROOT,
                "| %s | %s | %.2f | %.2f | %+.1f %% |%n",
                kind,
                state,
                with,
                without,
                100 * (with / without - 1));
    }
}
