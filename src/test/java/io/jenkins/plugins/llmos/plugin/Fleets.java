package io.jenkins.plugins.llmos.plugin;

import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Base64;

/** What tests of the allocator ask of a Jenkins. */
final class Fleets {
    private static final String PACKAGE = "io.jenkins.plugins.llmos.plugin.";

    private Fleets() {}

    /** Configures pools, each a Groovy map of settings. */
    static void pools(JenkinsServer jenkins, String... pools) throws Exception {
        String out = jenkins.script("""
                def loader = Jenkins.get().pluginManager.uberClassLoader
                def type = loader.loadClass('%sschedule.Pool')
                def pools = [%s].collect { settings ->
                    def pool = type.getDeclaredConstructor().newInstance()
                    settings.each { k, v -> pool."$k" = v }
                    pool
                }
                def conf = jenkins.model.GlobalConfiguration.all().find { it.class.name.endsWith('LlmosConfiguration') }
                conf.pools = pools
                conf.agentTimeout = '3s'
                null
                """.formatted(PACKAGE, String.join(", ", pools)));
        if (!out.isEmpty()) {
            throw new AssertionError(out);
        }
    }

    /** Connects an agent with some executors and declared devices, each a Groovy map. */
    static Process agent(JenkinsServer jenkins, String name, Path parent, int executors, String... devices)
            throws Exception {
        Path folder = Files.createDirectories(parent.resolve(name));
        String out = jenkins.script("""
                def loader = Jenkins.get().pluginManager.uberClassLoader
                def property = loader.loadClass('%1$sagents.DevicesProperty').getDeclaredConstructor().newInstance()
                property.declared = [%2$s].collect { settings ->
                    def devices = loader.loadClass('%1$sagents.DeclaredDevices').getDeclaredConstructor().newInstance()
                    settings.each { k, v -> devices."$k" = v }
                    devices
                }
                def agent = new hudson.slaves.DumbSlave('%3$s', '%4$s', new hudson.slaves.JNLPLauncher())
                agent.numExecutors = %5$d
                agent.labelString = 'linux'
                agent.nodeProperties.add(property)
                Jenkins.get().addNode(agent)
                null
                """.formatted(PACKAGE, String.join(", ", devices), name, folder, executors));
        if (!out.isEmpty()) {
            throw new AssertionError(out);
        }
        return jenkins.connect(name, folder);
    }

    /** Why a job's build waits in the queue, as people read it; empty if it does not. */
    static String why(JenkinsServer jenkins, String job) throws Exception {
        return jenkins.script("""
                Jenkins.get().queue.items.findAll { it.task.ownerTask.name == '%s' }.each { print it.why ?: '' }
                """.formatted(job));
    }

    static void awaitWhy(JenkinsServer jenkins, String job, String text) throws Exception {
        try {
            JenkinsServer.await(Duration.ofMinutes(1), () -> why(jenkins, job).contains(text));
        } catch (AssertionError e) {
            throw new AssertionError("waits with '" + why(jenkins, job) + "'\n" + jenkins.log(job), e);
        }
    }

    /** When the node of a job's one build started, in milliseconds. */
    static long started(JenkinsServer jenkins, String job) throws Exception {
        return Long.parseLong(jenkins.script("""
                def run = Jenkins.get().getItem('%s').getBuildByNumber(1)
                def nodes = new org.jenkinsci.plugins.workflow.graph.FlowGraphWalker(run.execution).toList()
                def step = nodes.find { it.displayFunctionName == 'echo' }
                print org.jenkinsci.plugins.workflow.actions.TimingAction.getStartTime(step)
                """.formatted(job)));
    }

    /** Waits until a pool holds nothing. */
    static void awaitFree(JenkinsServer jenkins, String pool) throws Exception {
        JenkinsServer.await(Duration.ofMinutes(1), () -> blocks(jenkins).isEmpty());
    }

    /** The blocks that there are. */
    static String blocks(JenkinsServer jenkins) throws Exception {
        return jenkins.script("""
                def folder = new File(Jenkins.get().rootDir, 'llmos/blocks')
                print folder.list()?.findAll { it.endsWith('.json') }?.join(' ') ?: ''
                """);
    }

    /** Makes a job whose builds take a parameter {@code N} and may run side by side. */
    static void job(JenkinsServer jenkins, String name, String pipeline) throws Exception {
        String text = Base64.getEncoder().encodeToString(pipeline.getBytes(StandardCharsets.UTF_8));
        jenkins.script("""
                def job = Jenkins.get().createProject(org.jenkinsci.plugins.workflow.job.WorkflowJob, '%s')
                def text = new String('%s'.decodeBase64(), 'UTF-8')
                job.addProperty(new hudson.model.ParametersDefinitionProperty(
                        new hudson.model.StringParameterDefinition('N', '0')))
                job.definition = new org.jenkinsci.plugins.workflow.cps.CpsFlowDefinition(text, true)
                """.formatted(name, text));
    }

    /** How many builds of a job have ended. */
    static int finished(JenkinsServer jenkins, String job) throws Exception {
        return Integer.parseInt(
                jenkins.script("print Jenkins.get().getItem('%s').builds.count { !it.building }".formatted(job)));
    }

    /** The builds of a job that ended neither well nor by being aborted, with their logs; empty if there is none. */
    static String failed(JenkinsServer jenkins, String job) throws Exception {
        return jenkins.script("""
                Jenkins.get().getItem('%s').builds.findAll { !it.building && !(it.result.toString() in ['SUCCESS', 'ABORTED']) }.each { run ->
                    println "== ${run} ${run.result}\\n${run.log}"
                }
                null
                """.formatted(job));
    }

    /** What there is to know of the builds of a job that have not ended. */
    static String unfinished(JenkinsServer jenkins, String job) {
        try {
            return jenkins.script("""
                    Jenkins.get().getItem('%s').builds.findAll { it.building }.each { run ->
                        println "== ${run}\\n${run.log}"
                        run.execution?.getCurrentExecutions(true)?.get()?.each { println "-- ${it}: ${it.status}" }
                    }
                    println '== queue'
                    Jenkins.get().queue.items.each { println "${it}: ${it.why}" }
                    println '== computers'
                    Jenkins.get().computers.each { c -> println "${c.name} ${c.online} ${c.executors*.currentExecutable}" }
                    println '== blocks'
                    new File(Jenkins.get().rootDir, 'llmos/blocks').listFiles()?.each { println it.text }
                    null
                    """.formatted(job));
        } catch (Exception e) {
            return e.toString();
        }
    }

    /**
     * The devices that two blocks hold by the allocator's own books, and those blocks; empty if there is none. The books
     * change while they are read, so they are read again where they seem to say so.
     */
    static String heldTwice(JenkinsServer jenkins) throws Exception {
        return jenkins.script("""
                def folder = new File(Jenkins.get().rootDir, 'llmos/blocks')
                def read = {
                    def holders = [:]
                    def twice = [] as Set
                    (folder.listFiles() ?: []).findAll { it.name.endsWith('.json') }.each { file ->
                        def facts
                        try { facts = new groovy.json.JsonSlurper().parseText(file.text.replace('NaN', 'null')) } catch (IOException gone) { return }
                        facts.allocation?.devices?.each { d ->
                            def device = "${facts.allocation.machine}/${d.index}" as String
                            def other = holders.put(device, facts.build)
                            if (other != null) { twice << [device, other, facts.build].toString() }
                        }
                    }
                    twice
                }
                def twice = read()
                if (twice) { twice.retainAll(read()) }
                twice.each { println it }
                null
                """);
    }

    static String quietly(JenkinsServer jenkins, String job) {
        try {
            return jenkins.log(job);
        } catch (Exception e) {
            return e.toString();
        }
    }
}
