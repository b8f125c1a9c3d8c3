package io.jenkins.plugins.llmos.runner;

import io.jenkins.plugins.llmos.engine.InvalidInputException;
import io.jenkins.plugins.llmos.engine.privacy.attack.Claim;
import io.jenkins.plugins.llmos.engine.privacy.attack.MembershipAudit;
import io.jenkins.plugins.llmos.engine.privacy.attack.OneRunAudit;
import io.jenkins.plugins.llmos.engine.privacy.ledger.Figures;
import io.jenkins.plugins.llmos.engine.train.LabelledRows;
import io.jenkins.plugins.llmos.engine.train.ModelCard;
import io.jenkins.plugins.llmos.engine.train.ModelFolder;
import io.jenkins.plugins.llmos.engine.train.Network;
import io.jenkins.plugins.llmos.engine.train.TrainSpec;
import io.jenkins.plugins.llmos.engine.util.Json;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.Callable;
import java.util.stream.Stream;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** {@code llmos privacy audit}: attacks on a trained model or on one training, and the ε that they prove. */
@Command(
        name = "audit",
        mixinStandardHelpOptions = true,
        customSynopsis = {
            "@|bold llmos privacy audit|@ @|yellow --model|@=DIR @|yellow --members|@=FILE"
                    + " @|yellow --non-members|@=FILE [@|yellow --shadows|@=N]",
            "  or   @|bold llmos privacy audit|@ @|yellow --model|@=DIR @|yellow --data|@=FILE [@|yellow --shadows|@=N]",
            "  or   @|bold llmos privacy audit --one-run|@ [@|yellow --canaries|@=N] ARGUMENT=VALUE...",
        },
        header = "Attack a model, and say which ε it proves at the least.",
        description = {
            "",
            "Looks whether a model shows which rows it was trained on. A bound above the ε that a model claims refutes the claim; a bound below it proves nothing.",
            "",
            "With --model: tells members from non-members by their loss, and by their likelihood ratio with shadow models"
                    + " that are trained here without privacy.",
            "",
            "With --one-run: trains once with the arguments of llmos train, privacy=… among them, and with canaries: rows"
                    + " with a wrong class, each left in or taken out by a coin. The model is not kept.",
            ""
        },
        footerHeading = "%nExamples:%n",
        footer = {
            "  llmos privacy audit --model model --data reviews.csv",
            "  llmos privacy audit --one-run data=reviews.csv target=label model=text epochs=10",
            "           privacy=dataset:reviews,epsilon:3,delta:1e-5"
        },
        exitCodeListHeading = "%nExit status:%n",
        exitCodeList = {"0:the claim stands, or there is none", "1:a bound is above the claim", "2:wrong usage"})
final class PrivacyAuditCommand implements Callable<Integer> {
    @Option(names = "--model", paramLabel = "DIR", description = "Folder that llmosTrain wrote.")
    private Path model;

    @Option(
            names = "--members",
            paramLabel = "FILE",
            description = "Rows that the model was trained on: CSV with the target's column, or IDX images.")
    private Path members;

    @Option(names = "--member-labels", paramLabel = "FILE", description = "IDX labels of --members.")
    private Path memberLabels;

    @Option(
            names = "--non-members",
            paramLabel = "FILE",
            description = "Rows that it was not trained on, of the same kind.")
    private Path nonMembers;

    @Option(names = "--non-member-labels", paramLabel = "FILE", description = "IDX labels of --non-members.")
    private Path nonMemberLabels;

    @Option(
            names = "--data",
            paramLabel = "FILE",
            description =
                    "In place of members and non-members: the file that the model was trained on. Its training rows"
                            + " are the members, its validation and test rows the others.")
    private Path data;

    @Option(names = "--labels", paramLabel = "FILE", description = "IDX labels of --data.")
    private Path labels;

    @Option(
            names = "--key",
            paramLabel = "KEY",
            description = "Key of an encrypted model: file:PATH or env:NAME. The data may be encrypted with it, too.")
    private String key;

    @Option(
            names = "--shadows",
            paramLabel = "N",
            defaultValue = "8",
            description = "Shadow models, even and at least 4; 0 for none (default: ${DEFAULT-VALUE}).")
    private int shadows;

    @Option(
            names = "--delta",
            description = "δ at which ε is bounded (default: the model's, 0 of a model that is not private).")
    private Double delta;

    @Option(names = "--one-run", description = "Train once with canaries instead of attacking a model.")
    private boolean oneRun;

    @Option(
            names = "--canaries",
            paramLabel = "N",
            defaultValue = "0",
            description = "Rows to make canaries of (default: half of the training rows, 1000 at most).")
    private int canaries;

    @Option(
            names = "--guesses",
            paramLabel = "N",
            defaultValue = "0",
            description = "Canaries to guess at, even (default: tries five numbers and corrects for it).")
    private int guesses;

    @Option(
            names = "--confidence",
            defaultValue = "0.95",
            description = "Confidence of the bounds (default: ${DEFAULT-VALUE}).")
    private double confidence;

    @Option(
            names = "--seed",
            defaultValue = "42",
            description = "Seed of halves, shadow models, canaries and coins (default: ${DEFAULT-VALUE}).")
    private long seed;

    @Option(names = "--json", paramLabel = "FILE", description = "Write the report there, too; a new file.")
    private Path json;

    @Parameters(
            paramLabel = "ARGUMENT=VALUE",
            arity = "0..*",
            description = "With --one-run: arguments of llmos train, without output.")
    private List<String> arguments = new ArrayList<>();

    @Spec
    private CommandSpec spec;

    @Override
    public Integer call() throws IOException {
        if (json != null && Files.exists(json)) {
            throw new InvalidInputException("The file " + json + " exists already. Name another one, or remove it.");
        }
        Path scratch = Files.createTempDirectory("llmos-audit");
        try {
            return oneRun ? auditTraining(scratch) : auditModel(scratch);
        } finally {
            delete(scratch);
        }
    }

    private int auditModel(Path scratch) throws IOException {
        require(model != null, "Name the model to audit with --model, or train one for the audit with --one-run.");
        require(arguments.isEmpty(), "'" + String.join(" ", arguments) + "' goes with --one-run alone.");
        require(canaries == 0 && guesses == 0, "--canaries and --guesses go with --one-run alone.");
        require(
                data == null ? members != null && nonMembers != null : members == null && nonMembers == null,
                "Name rows that the model was trained on with --members and others with --non-members, or with --data the"
                        + " file that it was trained on.");
        MembershipAudit.Options options = new MembershipAudit.Options(shadows, confidence, delta, seed);
        Keyed keyed = Keyed.with(key, "audit");
        ModelCard card = ModelFolder.readCard(keyed.models(), model);
        MembershipAudit.requireClassifier(card.schema());
        LabelledRows.Parts rows = data != null
                ? LabelledRows.partsOf(keyed.data(data), card, data.toAbsolutePath(), labels, scratch)
                : new LabelledRows.Parts(
                        LabelledRows.read(keyed.data(members), card.schema(), members, memberLabels),
                        LabelledRows.read(keyed.data(nonMembers), card.schema(), nonMembers, nonMemberLabels));
        try (Network network = ModelFolder.read(keyed.models(), model)) {
            MembershipAudit.Report report =
                    MembershipAudit.run(card, network, rows.members(), rows.nonMembers(), options, this::tell);
            print(report);
            return finish(report, report.refutesClaim());
        }
    }

    private void print(MembershipAudit.Report report) {
        PrintWriter out = spec.commandLine().getOut();
        out.println("model    " + report.model() + ", " + claim(report.claim()));
        out.println("rows     " + report.members() + " members, " + report.nonMembers() + " non-members"
                + (report.inBoth() == 0
                        ? ""
                        : "; " + report.inBoth() + " of these equal a member, which lowers every figure"));
        out.printf(
                Locale.ROOT, "%n%-18s %6s   %s%n", "attack", "AUC", "members found at non-members taken for members");
        out.printf(Locale.ROOT, "%-18s %6s   %8s %8s %8s   %s%n", "", "", "≤ 0.1 %", "≤ 1 %", "≤ 10 %", "ε at least");
        for (MembershipAudit.Attack attack : report.attacks()) {
            List<Double> rates = List.copyOf(attack.truePositives().values());
            out.printf(
                    Locale.ROOT,
                    "%-18s %6.3f   %6.1f %% %6.1f %% %6.1f %%   %.3f%n",
                    attack.name(),
                    attack.auc(),
                    100 * rates.get(0),
                    100 * rates.get(1),
                    100 * rates.get(2),
                    attack.bound().epsilon());
        }
        out.printf(
                Locale.ROOT,
                "%nBounds at δ %s with %s %% confidence together, taking rows as independent trials.%n",
                Figures.exact(report.delta()),
                percent(report.confidence()));
        out.println(verdict(report.claim(), report.refutesClaim(), report.delta()));
    }

    private int auditTraining(Path scratch) throws IOException {
        require(
                Stream.of(model, members, memberLabels, nonMembers, nonMemberLabels, key, delta)
                        .allMatch(Objects::isNull),
                "--one-run trains a model of its own from arguments such as data=FILE, key=KEY and"
                        + " privacy=dataset:NAME,epsilon:3,delta:1e-5, so --model, --members, --non-members, their labels,"
                        + " --key and --delta do not go with it.");
        Map<String, Object> given = TrainCommand.arguments(arguments);
        if (data != null) {
            given.put("data", data.toString());
        }
        if (labels != null) {
            given.put("labels", labels.toString());
        }
        require(
                !given.containsKey("output"),
                "An audit keeps no model, as some of what it learnt is wrong. Leave out output=" + given.get("output")
                        + ".");
        OneRunAudit.Options options = new OneRunAudit.Options(canaries, guesses, confidence, seed);
        given.put("output", scratch.resolve("model").toString());
        TrainSpec training = TrainSpec.from(given, Path.of("").toAbsolutePath());
        Keyed keyed = Keyed.with(training.key(), "audit");
        tell("Training once, with canaries.");
        OneRunAudit.Report report = OneRunAudit.run(
                keyed.data(training.data().path()), training, options, Files.createDirectory(scratch.resolve("run")));
        PrintWriter out = spec.commandLine().getOut();
        out.println("training  " + claim(report.claim()));
        out.println("canaries  " + report.canaries() + ", of which " + report.in() + " were among the " + report.rows()
                + " rows trained on");
        out.println("guesses   " + report.guesses() + ", of which " + report.right() + " were right");
        out.printf(
                Locale.ROOT,
                "%nε is at least %.3f at δ %s with %s %% confidence.%n",
                report.epsilon(),
                Figures.exact(report.claim().delta()),
                percent(report.confidence()));
        out.printf(
                Locale.ROOT,
                "If the claim holds, so many right guesses have a probability of at most %.3g.%n",
                report.pValue());
        out.println(
                verdict(report.claim(), report.refutesClaim(), report.claim().delta()));
        return finish(report, report.refutesClaim());
    }

    private static String claim(Claim claim) {
        if (claim.epsilon() == null) {
            return "which claims no privacy: it was not trained with llmosPrivatize";
        }
        String figures = String.format(Locale.ROOT, "ε %.4g at δ %s", claim.epsilon(), Figures.exact(claim.delta()));
        return claim.kept()
                ? "which claims " + figures
                : "a test with known or no noise that was asked for " + figures + " and keeps nothing private";
    }

    private static String verdict(Claim claim, boolean refuted, double delta) {
        if (claim.epsilon() == null) {
            return "There is no claim to compare with.";
        }
        if (delta < claim.delta()) {
            return "The claim is for a larger δ, so these bounds cannot refute it.";
        }
        return refuted
                ? "The claim is refuted: a bound is above it."
                : "The claim stands: no bound is above it, which is no proof of it.";
    }

    private static String percent(double confidence) {
        return String.format(Locale.ROOT, "%.6g", 100 * confidence).replaceAll("\\.?0+$", "");
    }

    private int finish(Object report, boolean refuted) throws IOException {
        spec.commandLine().getOut().flush();
        if (json != null) {
            Files.writeString(json, Json.pretty(report), StandardOpenOption.CREATE_NEW);
        }
        return refuted ? Main.FAILED : Main.SUCCESS;
    }

    private void tell(String what) {
        spec.commandLine().getErr().println(what);
        spec.commandLine().getErr().flush();
    }

    private void require(boolean right, String otherwise) {
        if (!right) {
            throw new ParameterException(spec.commandLine(), otherwise);
        }
    }

    private static void delete(Path folder) throws IOException {
        try (Stream<Path> files = Files.walk(folder)) {
            for (Path file : files.sorted(Comparator.reverseOrder()).toList()) {
                Files.delete(file);
            }
        }
    }
}
