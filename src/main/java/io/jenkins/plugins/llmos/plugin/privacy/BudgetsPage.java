package io.jenkins.plugins.llmos.plugin.privacy;

import hudson.Extension;
import hudson.model.Failure;
import hudson.model.RootAction;
import io.jenkins.plugins.llmos.engine.InvalidInputException;
import io.jenkins.plugins.llmos.engine.privacy.ledger.Account;
import io.jenkins.plugins.llmos.engine.privacy.ledger.Budget;
import io.jenkins.plugins.llmos.engine.privacy.ledger.Figures;
import io.jenkins.plugins.llmos.engine.privacy.ledger.PrivacyLedger;
import io.jenkins.plugins.llmos.engine.util.Arguments;
import java.util.List;
import java.util.Map;
import jenkins.model.Jenkins;
import org.kohsuke.stapler.HttpResponse;
import org.kohsuke.stapler.HttpResponses;
import org.kohsuke.stapler.QueryParameter;
import org.kohsuke.stapler.StaplerProxy;
import org.kohsuke.stapler.verb.POST;

/** The page on which those who manage budgets see what was spent of each data set, and say what may be. */
@Extension
public final class BudgetsPage implements RootAction, StaplerProxy {
    @Override
    public String getIconFileName() {
        return ControllerLedger.mayManage() ? "symbol-fingerprint" : null;
    }

    @Override
    public String getDisplayName() {
        return "Privacy budgets";
    }

    @Override
    public String getUrlName() {
        return "llmos-privacy";
    }

    @Override
    public Object getTarget() {
        Jenkins.get().getACL().checkPermission(LlmosPermissions.MANAGE_BUDGETS);
        return this;
    }

    /** An account as the page shows it. */
    public static final class Row {
        private final Account account;

        Row(Account account) {
            this.account = account;
        }

        public String getNames() {
            return String.join(", ", account.names());
        }

        public String getBudget() {
            return account.budget() == null
                    ? "none"
                    : "ε " + account.budget().epsilon() + " at δ "
                            + account.budget().delta();
        }

        public String getSpent() {
            return "ε " + Figures.ceiling(account.spent()) + " in " + account.events()
                    + (account.events() == 1 ? " use" : " uses");
        }

        /** Builds that hold a reservation. */
        public List<String> getReserved() {
            return account.open().stream()
                    .map(r -> "ε " + Figures.ceiling(r.held().epsilon()) + " at δ "
                            + Figures.ceiling(r.held().delta()) + " by " + r.build())
                    .toList();
        }

        public String getLeft() {
            return account.left() == null
                    ? "nothing"
                    : "ε " + Figures.floor(account.left().epsilon()) + " at δ "
                            + Figures.floor(account.left().delta());
        }
    }

    public List<Row> getAccounts() {
        return ControllerLedger.get().accounts().stream().map(Row::new).toList();
    }

    /** What had to be mended in the ledger's file. */
    public List<String> getRepairs() {
        return ControllerLedger.get().repairs();
    }

    /** Sets a budget. */
    @POST
    public HttpResponse doSet(
            @QueryParameter String dataSet, @QueryParameter String epsilon, @QueryParameter String delta) {
        try {
            PrivacyLedger.requireName(dataSet);
            Arguments a = new Arguments("A privacy budget", Map.of("epsilon", epsilon, "delta", delta));
            ControllerLedger.setBudget(
                    dataSet.strip(),
                    new Budget(
                            a.number("epsilon", 0, Arguments.Range.POSITIVE),
                            a.number("delta", 0, Arguments.Range.POSITIVE)));
        } catch (InvalidInputException e) {
            throw new Failure(e.getMessage());
        }
        return HttpResponses.redirectToDot();
    }
}
