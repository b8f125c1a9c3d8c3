package io.jenkins.plugins.llmos.plugin;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** How long pages take with 500 agents of 4 devices and 5,000 jobs that wait; aimed at 2 s on a machine that is idle. */
@Tag("benchmark")
class PagesBenchmarkIT {
    /** For machines that do much else. */
    private static final Duration GENEROUS = Duration.ofSeconds(20);

    private static final int TIMES = 5;

    @RegisterExtension
    static final JenkinsServer JENKINS = new JenkinsServer("-Xmx1500m", JenkinsServer.FULL_SPEED);

    @Test
    void pagesAnswerSoonWithManyAgentsAndJobs() throws Exception {
        assertEquals("", JENKINS.script("""
                def loader = Jenkins.get().pluginManager.uberClassLoader
                def make = { name -> loader.loadClass('io.jenkins.plugins.llmos.plugin.' + name).getDeclaredConstructor().newInstance() }
                Jenkins.get().setNodes((1..500).collect { n ->
                    def devices = make('agents.DeclaredDevices')
                    devices.count = 4
                    def property = make('agents.DevicesProperty')
                    property.declared = [devices]
                    def agent = new hudson.slaves.DumbSlave("gpu-$n", '/tmp', new hudson.slaves.JNLPLauncher())
                    agent.nodeProperties.add(property)
                    agent
                })
                null"""));
        JENKINS.begin("many", "sleep 3000");
        assertEquals("5000", JENKINS.script("""
                def loader = Jenkins.get().pluginManager.uberClassLoader
                def type = { loader.loadClass('io.jenkins.plugins.llmos.plugin.schedule.' + it) }
                def get = type('Allocations').getDeclaredMethod('get'); get.accessible = true
                def all = get.invoke(null)
                def field = all.class.getDeclaredField('blocks'); field.accessible = true
                def blocks = field.get(all)
                def facts = type('Block$Facts').declaredConstructors[0]; facts.accessible = true
                def block = type('Block').getDeclaredConstructor(type('Block$Facts')); block.accessible = true
                def now = java.time.Instant.now()
                (1..5000).each { n ->
                    def b = block.newInstance(facts.newInstance("key-$n".toString(), 'many#1', '2', 'many', "many #$n".toString(),
                        'default', [gpus: 2, estimate: '1h'], '', null, 1, [], null, now.minusSeconds(n), null))
                    ['waitingSince', 'arrived'].each { f -> def w = b.class.getDeclaredField(f); w.accessible = true; w.set(b, now.minusSeconds(n)) }
                    blocks.put("key-$n".toString(), b)
                }
                print blocks.size()"""));
        for (String path : List.of("llmos/", "llmos/?queue=50&agents=5", "llmos/api/json", "llmos/metrics")) {
            JENKINS.get(path);
            long[] nanos = new long[TIMES];
            for (int i = 0; i < TIMES; i++) {
                long start = System.nanoTime();
                String body = JENKINS.get(path);
                nanos[i] = System.nanoTime() - start;
                assertTrue(body.contains("gpu-") && body.length() > 10_000, body);
            }
            Arrays.sort(nanos);
            Duration median = Duration.ofNanos(nanos[TIMES / 2]);
            System.out.println(path + ": median of " + TIMES + " answers " + median.toMillis() + " ms");
            assertTrue(median.compareTo(GENEROUS) < 0, path + " took " + median);
        }
    }
}
