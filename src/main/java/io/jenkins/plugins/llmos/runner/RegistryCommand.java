package io.jenkins.plugins.llmos.runner;

import io.jenkins.plugins.llmos.engine.InvalidInputException;
import io.jenkins.plugins.llmos.engine.registry.DeployRequest;
import io.jenkins.plugins.llmos.engine.registry.Deployment;
import io.jenkins.plugins.llmos.engine.registry.GateException;
import io.jenkins.plugins.llmos.engine.registry.ModelReference;
import io.jenkins.plugins.llmos.engine.registry.ModelRegistry;
import io.jenkins.plugins.llmos.engine.registry.ModelVersion;
import io.jenkins.plugins.llmos.engine.registry.Stage;
import io.jenkins.plugins.llmos.engine.registry.StageHistory;
import io.jenkins.plugins.llmos.engine.registry.StageHistory.How;
import io.jenkins.plugins.llmos.engine.util.Json;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.OptionalInt;
import java.util.stream.Collectors;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** {@code llmos registry}: the versions of models and the stages that point at them. */
@Command(
        name = "registry",
        mixinStandardHelpOptions = true,
        description = {
            "List registered models, deploy them and roll them back.",
            "A version never changes; the stages staging and production of a model each point at one."
        },
        exitCodeListHeading = "%nExit status:%n",
        exitCodeList = {"0:success", "1:a model did not pass its gate, or a version is damaged", "2:wrong usage"})
final class RegistryCommand implements Runnable {
    @Spec
    private CommandSpec spec;

    @Override
    public void run() {
        throw new ParameterException(
                spec.commandLine(), "llmos registry needs to know what to do: list, show, deploy, rollback or verify.");
    }

    private PrintWriter out() {
        return spec.commandLine().getOut();
    }

    private static String user() {
        return System.getProperty("user.name");
    }

    @Command(
            name = "list",
            mixinStandardHelpOptions = true,
            description = "List all models, or all versions of one, with their stages and metrics.")
    int list(
            @Parameters(arity = "0..1", paramLabel = "NAME", description = "One model alone.") String name,
            @Option(names = "--json", description = "Print JSON.") boolean json,
            @Mixin RegistryOption option) {
        ModelRegistry registry = option.registry();
        List<String> names = name == null ? registry.names() : List.of(name);
        if (json) {
            Map<String, Object> all = new LinkedHashMap<>();
            names.forEach(n -> all.put(n, Map.of("versions", registry.versions(n), "stages", stages(registry, n))));
            out().print(Json.pretty(all));
        } else if (names.isEmpty()) {
            out().println("The registry " + registry.folder()
                    + " is empty. llmosDeploy and 'llmos registry deploy' fill it.");
        }
        for (String n : json ? List.<String>of() : names) {
            out().println(n);
            Map<String, Integer> stages = stages(registry, n);
            for (ModelVersion v : registry.versions(n)) {
                String in = stages.entrySet().stream()
                        .filter(s -> s.getValue() == v.number())
                        .map(Map.Entry::getKey)
                        .collect(Collectors.joining(", "));
                out().println(String.format(
                                Locale.ROOT,
                                "  %3d  %s  %-19s  %s  %s",
                                v.number(),
                                v.shortHash(),
                                in,
                                v.created().toString().substring(0, 16).replace('T', ' '),
                                metrics(v))
                        .stripTrailing());
            }
        }
        out().flush();
        return Main.SUCCESS;
    }

    private static Map<String, Integer> stages(ModelRegistry registry, String name) {
        Map<String, Integer> stages = new LinkedHashMap<>();
        for (Stage stage : Stage.values()) {
            OptionalInt current = registry.history(name, stage).current();
            current.ifPresent(c -> stages.put(stage.text(), c));
        }
        return stages;
    }

    private static String metrics(ModelVersion version) {
        return version.metrics().entrySet().stream()
                .limit(4)
                .map(m -> m.getKey() + " " + String.format(Locale.ROOT, "%.4g", m.getValue()))
                .collect(Collectors.joining(", "));
    }

    @Command(
            name = "show",
            mixinStandardHelpOptions = true,
            description = "Show one version with its lineage and files, or the moves of a model's stages.")
    int show(
            @Parameters(
                            paramLabel = "NAME[@VERSION]",
                            description = "Such as reviews, reviews@production or reviews@3.")
                    String what,
            @Option(names = "--json", description = "Print JSON.") boolean json,
            @Mixin RegistryOption option) {
        ModelRegistry registry = option.registry();
        if (what.contains("@")) {
            ModelVersion version = registry.find(ModelReference.read(what));
            if (json) {
                out().print(Json.pretty(version));
            } else {
                print(version);
            }
        } else {
            registry.versions(what);
            Map<String, StageHistory> histories = new LinkedHashMap<>();
            for (Stage stage : Stage.values()) {
                histories.put(stage.text(), registry.history(what, stage));
            }
            if (json) {
                out().print(Json.pretty(histories));
            } else {
                histories.forEach(this::print);
            }
        }
        out().flush();
        return Main.SUCCESS;
    }

    private void print(ModelVersion version) {
        Map<String, String> facts = new LinkedHashMap<>();
        facts.put("version", version.reference());
        facts.put("hash", version.hash());
        facts.put("registered", version.created() + " by " + version.build());
        facts.put("training", version.training());
        facts.put("data", version.data());
        facts.put("parent", version.parent());
        facts.put("metrics", metrics(version));
        facts.put("files in", version.location());
        facts.forEach((name, value) -> {
            if (!value.isEmpty()) {
                out().println(String.format(Locale.ROOT, "%-11s %s", name, value));
            }
        });
        version.files().forEach((file, sha) -> out().println("  " + sha + "  " + file));
    }

    private void print(String stage, StageHistory history) {
        out().println(stage + ": "
                + (history.current().isEmpty()
                        ? "no version"
                        : "version " + history.current().getAsInt()));
        history.moves().forEach(m -> out().println(
                        "  " + m.at().toString().substring(0, 16).replace('T', ' ')
                                + (m.how() == How.DEPLOY ? "  deployed " : "  rolled back to ") + m.version() + " by "
                                + m.by()
                                + (m.gate().isEmpty() ? "" : "; passed " + String.join(", ", m.gate()))));
    }

    @Command(
            name = "deploy",
            mixinStandardHelpOptions = true,
            description = "Register a model, and point a stage at it if it passes the gate.")
    int deploy(
            @Parameters(paramLabel = "MODEL", description = RegistryOption.MODEL) String model,
            @Option(names = "--name", required = true, paramLabel = "NAME", description = "Name in the registry.")
                    String name,
            @Option(names = "--stage", paramLabel = "STAGE", description = "staging or production.") String stage,
            @Option(
                            names = "--gate",
                            paramLabel = "RULE",
                            description = "What the model's card must say, such as 'accuracy >= 0.9'. May be given many"
                                    + " times.")
                    List<String> gate,
            @Option(
                            names = "--key",
                            paramLabel = "KEY",
                            description = "Key of an encrypted model: file:PATH or env:NAME.")
                    String key,
            @Mixin RegistryOption option) {
        Map<String, Object> arguments = new LinkedHashMap<>();
        arguments.put("model", model);
        arguments.put("name", name);
        arguments.put("stage", stage);
        arguments.put("gate", rules(gate == null ? List.of() : gate));
        DeployRequest request = DeployRequest.from(arguments);
        try {
            return done(Deployment.run(
                    request,
                    option.registry(),
                    Path.of("").toAbsolutePath(),
                    Keyed.with(key, "registry").models(),
                    user()));
        } catch (GateException e) {
            spec.commandLine().getErr().println(e.getMessage());
            return Main.FAILED;
        }
    }

    private static Map<String, String> rules(List<String> texts) {
        Map<String, String> rules = new LinkedHashMap<>();
        for (String text : texts) {
            String[] parts = text.strip().split("\\s*(?=[<>=≤≥])", 2);
            if (parts.length < 2 || parts[0].isEmpty()) {
                throw new InvalidInputException("--gate is '" + text + "'; write it like --gate 'accuracy >= 0.9'.");
            }
            rules.put(parts[0], parts[1]);
        }
        return rules;
    }

    private int done(Deployment deployment) {
        out().println(deployment.describe() + ".");
        out().flush();
        return Main.SUCCESS;
    }

    @Command(
            name = "rollback",
            mixinStandardHelpOptions = true,
            description = "Point a stage at the version that it pointed at before its last deployment.")
    int rollback(
            @Parameters(index = "0", paramLabel = "NAME", description = "Name in the registry.") String name,
            @Parameters(index = "1", paramLabel = "STAGE", description = "staging or production.") String stage,
            @Mixin RegistryOption option) {
        DeployRequest request = DeployRequest.from(Map.of("name", name, "stage", stage, "rollback", true));
        return done(Deployment.rollBack(request, option.registry(), user()));
    }

    @Command(
            name = "verify",
            mixinStandardHelpOptions = true,
            description = "Check that the files of all versions are those that were registered.")
    int verify(
            @Parameters(arity = "0..1", paramLabel = "NAME", description = "One model alone.") String name,
            @Mixin RegistryOption option) {
        ModelRegistry registry = option.registry();
        List<String> damaged = new ArrayList<>();
        int count = 0;
        for (String n : name == null ? registry.names() : Arrays.asList(name)) {
            for (ModelVersion version : registry.versions(n)) {
                count++;
                try {
                    registry.open(version);
                } catch (InvalidInputException e) {
                    damaged.add(e.getMessage());
                }
            }
        }
        damaged.forEach(spec.commandLine().getErr()::println);
        out().println(count + (count == 1 ? " version" : " versions") + ", "
                + (damaged.isEmpty() ? "all as registered" : damaged.size() + " damaged") + ".");
        out().flush();
        return damaged.isEmpty() ? Main.SUCCESS : Main.FAILED;
    }
}
