package io.jenkins.plugins.llmos.runner;

import io.jenkins.plugins.llmos.engine.InvalidInputException;
import io.jenkins.plugins.llmos.engine.privacy.ledger.Account;
import io.jenkins.plugins.llmos.engine.privacy.ledger.Budget;
import io.jenkins.plugins.llmos.engine.privacy.ledger.Figures;
import io.jenkins.plugins.llmos.engine.privacy.ledger.Origin;
import io.jenkins.plugins.llmos.engine.privacy.ledger.PrivacyLedger;
import io.jenkins.plugins.llmos.engine.privacy.ledger.Reservation;
import io.jenkins.plugins.llmos.engine.util.Json;
import io.jenkins.plugins.llmos.runner.pipeline.LedgerFolder;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.util.List;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.ScopeType;
import picocli.CommandLine.Spec;

/** {@code llmos privacy ledger}: what may be spent of each data set, and what was. */
@Command(
        name = "ledger",
        mixinStandardHelpOptions = true,
        description = {
            "Show the privacy ledger and set budgets.",
            "ε is composed over all builds at the δ of the data set's budget; neighbouring data sets differ by one record"
                    + " added or removed."
        })
final class PrivacyLedgerCommand implements Runnable {
    @Option(
            names = "--ledger",
            paramLabel = "DIR",
            scope = ScopeType.INHERIT,
            description = "The ledger's folder; LLMOS_LEDGER, else llmos/privacy in the user's data folder.")
    private Path folder;

    @Spec
    private CommandSpec spec;

    @Override
    public void run() {
        throw new ParameterException(
                spec.commandLine(), "llmos privacy ledger needs to know what to do: show, budget, export or cancel.");
    }

    private PrivacyLedger ledger() {
        return new PrivacyLedger(folder == null ? LedgerFolder.standard() : folder);
    }

    private static Origin user() {
        return Origin.of(System.getProperty("user.name"));
    }

    @Command(
            name = "show",
            mixinStandardHelpOptions = true,
            description = "Show what is spent, reserved and left of each data set, or of one.")
    int show(
            @Parameters(arity = "0..1", paramLabel = "DATASET", description = "One data set alone.") String dataSet,
            @Option(names = "--json", description = "Print JSON.") boolean json) {
        PrivacyLedger ledger = ledger();
        List<Account> accounts = ledger.accounts().stream()
                .filter(a -> dataSet == null || a.names().contains(dataSet))
                .toList();
        if (dataSet != null && accounts.isEmpty()) {
            throw new InvalidInputException(
                    "The privacy ledger " + ledger.file() + " knows no data set '" + dataSet + "'.");
        }
        PrintWriter out = spec.commandLine().getOut();
        if (json) {
            out.print(Json.pretty(accounts));
        } else if (accounts.isEmpty()) {
            out.println("The privacy ledger " + ledger.file() + " is empty.");
        } else {
            accounts.forEach(a -> print(a, out));
            ledger.repairs().forEach(r -> out.println("mended " + r));
        }
        out.flush();
        return Main.SUCCESS;
    }

    private static void print(Account account, PrintWriter out) {
        out.println(String.join(", ", account.names()));
        if (account.budget() == null) {
            out.println("  no budget, so nothing is granted");
            return;
        }
        out.println("  budget    ε " + Figures.exact(account.budget().epsilon()) + " at δ "
                + Figures.exact(account.budget().delta()));
        out.println("  spent     ε " + Figures.ceiling(account.spent()) + " in " + account.events()
                + (account.events() == 1 ? " use" : " uses"));
        for (Reservation r : account.open()) {
            out.println("  reserved  ε " + Figures.ceiling(r.held().epsilon()) + " at δ "
                    + Figures.ceiling(r.held().delta()) + " by " + (r.build().isEmpty() ? "nobody" : r.build())
                    + " on " + r.made() + " (" + r.id() + ")");
        }
        out.println("  left      "
                + (account.left() == null
                        ? "nothing"
                        : "ε " + Figures.floor(account.left().epsilon()) + " at δ "
                                + Figures.floor(account.left().delta())));
    }

    @Command(
            name = "budget",
            mixinStandardHelpOptions = true,
            description = "Allow a data set a budget, in place of an earlier one.")
    int budget(
            @Parameters(paramLabel = "DATASET", description = "Its name, as in llmosPrivatize(dataset: …).")
                    String dataSet,
            @Option(names = "--epsilon", required = true, description = "ε, above 0.") double epsilon,
            @Option(
                            names = "--delta",
                            required = true,
                            description = "δ, above 0 and below 1; at most one over the number of records.")
                    double delta) {
        PrivacyLedger ledger = ledger();
        ledger.setBudget(user(), dataSet, new Budget(epsilon, delta));
        spec.commandLine()
                .getOut()
                .println("'" + dataSet + "' may spend ε " + Figures.exact(epsilon) + " at δ " + Figures.exact(delta)
                        + ".");
        spec.commandLine().getOut().flush();
        return Main.SUCCESS;
    }

    @Command(
            name = "export",
            mixinStandardHelpOptions = true,
            description = "Print every record as one line of JSON, oldest first.")
    int export() {
        ledger().export().forEach(spec.commandLine().getOut()::println);
        spec.commandLine().getOut().flush();
        return Main.SUCCESS;
    }

    @Command(
            name = "cancel",
            mixinStandardHelpOptions = true,
            description = "Give back a reservation that no training has used, such as of a build that was killed.")
    int cancel(@Parameters(paramLabel = "RESERVATION", description = "As show prints it.") String id) {
        if (!ledger().cancel(user(), id, "by hand")) {
            throw new InvalidInputException("The reservation " + id
                    + " is settled, or a training has used it and may have shown its result, so it counts for good.");
        }
        spec.commandLine().getOut().println("The reservation " + id + " was given back.");
        spec.commandLine().getOut().flush();
        return Main.SUCCESS;
    }
}
