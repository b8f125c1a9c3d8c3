package io.jenkins.plugins.llmos.runner;

import io.jenkins.plugins.llmos.engine.InvalidInputException;
import io.jenkins.plugins.llmos.runner.jenkins.JenkinsFiles;
import io.jenkins.plugins.llmos.runner.jenkins.JenkinsHome;
import io.jenkins.plugins.llmos.runner.jenkins.JenkinsProcess;
import java.io.IOException;
import java.net.URISyntaxException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.atomic.AtomicBoolean;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** {@code llmos jenkins}: a Jenkins with the plugin, simulated devices and the example Pipelines as jobs. */
@Command(
        name = "jenkins",
        mixinStandardHelpOptions = true,
        description = {
            "Start a Jenkins with the LLMOS plugin, simulated devices and the Jenkinsfiles of test-jenkinsfiles/ as jobs.",
            "",
            "It listens at the loopback address alone and asks for no login: whoever uses this machine may use it. Its jobs"
                    + " and builds stay in its home. Ctrl-C ends it."
        })
final class JenkinsCommand implements Callable<Integer> {
    @Option(
            names = "--war",
            paramLabel = "FILE",
            description = "A jenkins.war; JENKINS_WAR, the cache folder or a download unless named.")
    private Path war;

    @Option(
            names = "--plugins",
            paramLabel = "DIR",
            description = "A folder with the Pipeline plugins; JENKINS_PLUGINS, the cache folder or a download unless"
                    + " named.")
    private Path plugins;

    @Option(
            names = "--port",
            paramLabel = "N",
            defaultValue = "8080",
            description = "Where to listen, 0 for any free port; ${DEFAULT-VALUE} unless given.")
    private int port;

    @Option(
            names = "--devices",
            paramLabel = "N",
            defaultValue = "2",
            description = "How many devices to simulate; ${DEFAULT-VALUE} unless given.")
    private int devices;

    @Option(
            names = "--home",
            paramLabel = "DIR",
            defaultValue = ".llmos/jenkins",
            description = "Jenkins' home, made when it is not there; ${DEFAULT-VALUE} unless given.")
    private Path home;

    @Override
    public Integer call() throws IOException, InterruptedException {
        if (devices < 1 || devices > 64) {
            throw new InvalidInputException("--devices is " + devices + "; it must be between 1 and 64.");
        }
        Path own = ownPlugin();
        JenkinsFiles files = JenkinsFiles.find(war, plugins, System.getenv(), System.out);
        new JenkinsHome(home).prepare(files.plugins(), own);
        JenkinsProcess jenkins =
                JenkinsProcess.start(files.war(), home, own.getParent().getParent(), devices, port);
        AtomicBoolean asked = new AtomicBoolean();
        Signals.on(List.of("INT", "TERM", "HUP"), () -> {
            if (!asked.getAndSet(true)) {
                System.out.println("Ending Jenkins.");
                new Thread(jenkins::end, "end").start();
            }
        });
        System.out.println("Jenkins is starting; its log is " + jenkins.log());
        boolean started = jenkins.awaitStart();
        if (started) {
            System.out.println("Jenkins is at " + jenkins.uri() + " Ctrl-C ends it.");
        } else if (!asked.get()) {
            jenkins.end();
            System.err.println("Jenkins did not start; its log says why: " + jenkins.log());
            return Main.FAILED;
        }
        jenkins.await();
        return asked.get() ? Main.SUCCESS : Main.FAILED;
    }

    /** The plugin is built with the command line and lies beside it. */
    private static Path ownPlugin() {
        try {
            Path code = Path.of(JenkinsCommand.class
                    .getProtectionDomain()
                    .getCodeSource()
                    .getLocation()
                    .toURI());
            Path hpi = code.toAbsolutePath().resolveSibling("llmos.hpi");
            if (!Files.isRegularFile(hpi)) {
                throw new InvalidInputException(
                        "There is no " + hpi + ". Build it with mvn package, or start this command with ./llmos.");
            }
            return hpi;
        } catch (URISyntaxException e) {
            throw new IllegalStateException(e);
        }
    }
}
