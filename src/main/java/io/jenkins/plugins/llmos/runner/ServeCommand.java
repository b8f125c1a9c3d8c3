package io.jenkins.plugins.llmos.runner;

import io.jenkins.plugins.llmos.engine.InvalidInputException;
import io.jenkins.plugins.llmos.engine.registry.ModelReference;
import io.jenkins.plugins.llmos.engine.serve.ModelServer;
import io.jenkins.plugins.llmos.engine.serve.ModelSource;
import io.jenkins.plugins.llmos.engine.serve.ServeSettings;
import io.jenkins.plugins.llmos.engine.train.script.Optimization;
import io.jenkins.plugins.llmos.engine.util.Units;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.Callable;
import java.util.concurrent.CountDownLatch;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** {@code llmos serve}: answers requests with a model. */
@Command(
        name = "serve",
        mixinStandardHelpOptions = true,
        description = {
            "Serve a model over HTTP: POST /v1/predict or /v1/generate with JSON; GET /v1/model, /health and /metrics.",
            "A stage, such as reviews@production, is followed: when it moves, the version there takes over without a lost"
                    + " request.",
            "",
            "Example: llmos serve --model reviews@production --port 8000",
            "  curl -H 'Content-Type: application/json' -d '{\"instances\": [{\"text\": \"very good\"}]}'"
                    + " http://127.0.0.1:8000/v1/predict"
        },
        exitCodeListHeading = "%nExit status:%n",
        exitCodeList = {"2:wrong usage, such as a model that is not there", "130, 143:ended by Ctrl-C or SIGTERM"})
final class ServeCommand implements Callable<Integer> {
    private static final String TOKEN = "LLMOS_TOKEN";

    @Option(names = "--model", required = true, paramLabel = "MODEL", description = RegistryOption.MODEL)
    private Path model;

    @Mixin
    private RegistryOption registry;

    @Option(
            names = "--host",
            defaultValue = "127.0.0.1",
            paramLabel = "ADDRESS",
            description =
                    "Address to serve on (default: ${DEFAULT-VALUE}); any but the loopback address needs a token.")
    private String host;

    @Option(
            names = "--port",
            defaultValue = "8000",
            paramLabel = "N",
            description = "Port to serve on (default: ${DEFAULT-VALUE}), 0 for any that is free.")
    private int port;

    @Option(
            names = "--token-file",
            paramLabel = "FILE",
            description = "File with the token that requests must bear; else " + TOKEN + " of the environment.")
    private Path tokenFile;

    @Option(
            names = "--batch",
            defaultValue = "64",
            paramLabel = "N",
            description = "Rows, or texts, that are computed at once at most (default: ${DEFAULT-VALUE}).")
    private int batch;

    @Option(
            names = "--gather",
            defaultValue = "0ms",
            paramLabel = "TIME",
            description =
                    "How long a batch waits for more rows once it has one (default: ${DEFAULT-VALUE}: it takes what"
                            + " has come while the one before was computed).")
    private String gather;

    @Option(
            names = "--queue",
            defaultValue = "256",
            paramLabel = "N",
            description = "Requests that may be waiting or computed (default: ${DEFAULT-VALUE}); more get 429.")
    private int queue;

    @Option(
            names = "--max-body",
            defaultValue = "4M",
            paramLabel = "SIZE",
            description = "Longest request (default: ${DEFAULT-VALUE}); longer ones get 413.")
    private String maxBody;

    @Option(
            names = "--timeout",
            defaultValue = "30s",
            paramLabel = "TIME",
            description = "After which a request is given up with 503 (default: ${DEFAULT-VALUE}).")
    private String timeout;

    @Option(
            names = "--poll",
            defaultValue = "2s",
            paramLabel = "TIME",
            description = "How often the stage is looked at (default: ${DEFAULT-VALUE}).")
    private String poll;

    @Option(
            names = "--optimize",
            paramLabel = "HOW",
            description = "Compute a model 'mlp' or 'logistic' as script or int8, and say what that gains and changes.")
    private String optimize;

    @Option(names = "--key", paramLabel = "KEY", description = "Key of an encrypted model: file:PATH or env:NAME.")
    private String key;

    @Spec
    private CommandSpec spec;

    @Override
    public Integer call() throws InterruptedException {
        ServeSettings settings = new ServeSettings(
                host,
                port,
                token(),
                batch,
                Units.duration("--gather", gather),
                queue,
                (int) Math.min(Integer.MAX_VALUE, Units.bytes("--max-body", maxBody)),
                Units.duration("--timeout", timeout),
                Units.duration("--poll", poll),
                optimize == null ? null : Optimization.of(optimize));
        PrintWriter out = spec.commandLine().getOut();
        ModelSource source = RegistryOption.isReference(model)
                ? ModelSource.of(registry.registry(), ModelReference.read(model.toString()))
                : ModelSource.of(model.toAbsolutePath().normalize());
        ModelServer server = new ModelServer(source, Keyed.with(key, "serve").models(), settings, line -> {
            out.println(line);
            out.flush();
        });
        out.println("Serving " + server.model() + " at " + server.url()
                + (settings.token() == null ? "" : ", to requests with the token") + ". Ctrl-C ends it.");
        out.flush();
        CountDownLatch ended = new CountDownLatch(1);
        Runtime.getRuntime().addShutdownHook(new Thread(() -> {
            server.close();
            ended.countDown();
        }));
        ended.await();
        return Main.SUCCESS;
    }

    private String token() {
        if (tokenFile == null) {
            String token = System.getenv(TOKEN);
            return token == null || token.isBlank() ? null : token.strip();
        }
        try {
            return Files.readString(tokenFile).strip();
        } catch (IOException e) {
            throw new InvalidInputException(
                    "--token-file " + tokenFile + " cannot be read: "
                            + (Files.exists(tokenFile) ? e.getMessage() : "it does not exist")
                            + ". It must be a file with the token alone.",
                    e);
        }
    }
}
