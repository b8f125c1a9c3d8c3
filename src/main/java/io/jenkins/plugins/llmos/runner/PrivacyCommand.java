package io.jenkins.plugins.llmos.runner;

import io.jenkins.plugins.llmos.engine.privacy.PrivacyEvent;
import io.jenkins.plugins.llmos.engine.privacy.accounting.Accountant;
import io.jenkins.plugins.llmos.engine.privacy.accounting.Accountants;
import io.jenkins.plugins.llmos.engine.privacy.accounting.Calibration;
import java.util.Locale;
import java.util.function.Function;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** {@code llmos privacy}: what a training costs, the noise or the steps that a budget asks for, the ledger, keys, and attacks. */
@Command(
        name = "privacy",
        mixinStandardHelpOptions = true,
        subcommands = {PrivacyLedgerCommand.class, PrivacyKeyCommand.class, PrivacyAuditCommand.class},
        description = {
            "Account for differentially private training.",
            "Neighbouring data sets differ by one record added or removed. Each line names an accountant and its figure;"
                    + " both are upper bounds, and 'pld' is the tighter one."
        })
final class PrivacyCommand implements Runnable {
    private static final String Q = "Probability that a record is in a step's sample, above 0 and at most 1.";
    private static final String SIGMA = "Noise multiplier: standard deviation of the noise over the clipping norm.";
    private static final String DELTA = "δ, above 0 and below 1; well below one over the number of records.";
    private static final String EPSILON = "ε, above 0.";
    private static final String STEPS = "Steps of the training, from 1 up.";

    @Spec
    private CommandSpec spec;

    @Override
    public void run() {
        throw new ParameterException(
                spec.commandLine(),
                "llmos privacy needs to know what to compute: epsilon, sigma, steps, ledger, key or audit.");
    }

    @Command(name = "epsilon", mixinStandardHelpOptions = true, description = "Compute the ε that a training costs.")
    int epsilon(
            @Option(names = "--q", required = true, description = Q) double q,
            @Option(names = "--sigma", required = true, description = SIGMA) double sigma,
            @Option(names = "--steps", required = true, description = STEPS) long steps,
            @Option(names = "--delta", required = true, description = DELTA) double delta) {
        PrivacyEvent event = PrivacyEvent.training(q, sigma, steps);
        return show(accountant -> String.format(Locale.ROOT, "epsilon %.6f", accountant.epsilon(event, delta)));
    }

    @Command(
            name = "sigma",
            mixinStandardHelpOptions = true,
            description = "Compute the least noise that keeps a budget.")
    int sigma(
            @Option(names = "--epsilon", required = true, description = EPSILON) double epsilon,
            @Option(names = "--delta", required = true, description = DELTA) double delta,
            @Option(names = "--q", required = true, description = Q) double q,
            @Option(names = "--steps", required = true, description = STEPS) long steps) {
        return show(accountant -> {
            double sigma = Calibration.sigma(accountant, epsilon, delta, q, steps);
            return String.format(Locale.ROOT, "sigma %.6f", Math.ceil(sigma * 1e6) / 1e6);
        });
    }

    @Command(
            name = "steps",
            mixinStandardHelpOptions = true,
            description = "Compute the most steps that keep a budget.")
    int steps(
            @Option(names = "--epsilon", required = true, description = EPSILON) double epsilon,
            @Option(names = "--delta", required = true, description = DELTA) double delta,
            @Option(names = "--q", required = true, description = Q) double q,
            @Option(names = "--sigma", required = true, description = SIGMA) double sigma) {
        return show(accountant -> "steps " + Calibration.steps(accountant, epsilon, delta, q, sigma));
    }

    private int show(Function<Accountant, String> figure) {
        for (Accountant accountant : Accountants.all()) {
            spec.commandLine().getOut().println(accountant.name() + "  " + figure.apply(accountant));
        }
        spec.commandLine().getOut().flush();
        return 0;
    }
}
