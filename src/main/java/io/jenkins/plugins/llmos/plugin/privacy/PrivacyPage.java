package io.jenkins.plugins.llmos.plugin.privacy;

import hudson.model.Failure;
import io.jenkins.plugins.llmos.engine.InvalidInputException;
import io.jenkins.plugins.llmos.engine.privacy.audit.AuditLog;
import io.jenkins.plugins.llmos.engine.privacy.ledger.Account;
import io.jenkins.plugins.llmos.engine.privacy.ledger.Budget;
import io.jenkins.plugins.llmos.engine.privacy.ledger.Figures;
import io.jenkins.plugins.llmos.engine.privacy.ledger.PrivacyLedger;
import io.jenkins.plugins.llmos.engine.privacy.ledger.Spending;
import io.jenkins.plugins.llmos.engine.report.Axis;
import io.jenkins.plugins.llmos.engine.report.LineChart;
import io.jenkins.plugins.llmos.engine.report.Quantity;
import io.jenkins.plugins.llmos.engine.report.Series;
import io.jenkins.plugins.llmos.engine.util.Arguments;
import io.jenkins.plugins.llmos.plugin.EngineTexts;
import io.jenkins.plugins.llmos.plugin.Texts;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import jenkins.model.Jenkins;
import org.kohsuke.stapler.HttpResponse;
import org.kohsuke.stapler.HttpResponses;
import org.kohsuke.stapler.QueryParameter;
import org.kohsuke.stapler.StaplerProxy;
import org.kohsuke.stapler.verb.POST;

/**
 * The page {@code /llmos/privacy/}. Who may train sees what was spent of each data set; who manages budgets also sees who
 * spent it, and says what may be spent.
 */
public final class PrivacyPage implements StaplerProxy {
    private static final int POINTS = 40;
    private static final int AUDIT = 200;

    private final Object parent;
    private String drawnFor = "";
    private List<Spending> drawn = List.of();

    /** @param parent the page that has the tasks beside it */
    public PrivacyPage(Object parent) {
        this.parent = parent;
    }

    public Object getParent() {
        return parent;
    }

    /** Whether the current user may see the page. */
    public static boolean mayLook() {
        return mayManage() || Jenkins.get().getACL().hasPermission(LlmosPermissions.TRAIN);
    }

    /** Whether the current user may set budgets and see who spends them. */
    public static boolean mayManage() {
        return ControllerLedger.mayManage();
    }

    @Override
    public Object getTarget() {
        if (!mayLook()) {
            Jenkins.get().getACL().checkPermission(LlmosPermissions.TRAIN);
        }
        return this;
    }

    public boolean isManager() {
        return mayManage();
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
                    ? Texts.of("privacy.none")
                    : Texts.of(
                            "privacy.amount",
                            Figures.floor(account.budget().epsilon()),
                            Figures.floor(account.budget().delta()));
        }

        public String getSpent() {
            return Texts.of("privacy.spent", Figures.ceiling(account.spent()), account.events());
        }

        /** What is reserved; with the builds that hold it for those who manage budgets. */
        public List<String> getReserved() {
            boolean named = mayManage();
            return account.open().stream()
                    .map(r -> Texts.of(
                            named ? "privacy.reservedBy" : "privacy.amount",
                            Figures.ceiling(r.held().epsilon()),
                            Figures.ceiling(r.held().delta()),
                            r.build()))
                    .toList();
        }

        public String getLeft() {
            return account.left() == null
                    ? Texts.of("privacy.nothing")
                    : Texts.of(
                            "privacy.amount",
                            Figures.floor(account.left().epsilon()),
                            Figures.floor(account.left().delta()));
        }
    }

    public List<Row> getAccounts() {
        return ControllerLedger.get().accounts().stream().map(Row::new).toList();
    }

    /** What had to be mended in the ledger's file, for those who manage budgets. */
    public List<String> getRepairs() {
        return mayManage()
                ? ControllerLedger.get().repairs().stream()
                        .map(r -> Texts.of("privacy.repair", Texts.time(r.time()), EngineTexts.of(r.what())))
                        .toList()
                : List.of();
    }

    /** Why the ledger or its audit log cannot be read; null if they can. What is wrong with them only those see who manage budgets. */
    public String getProblem() {
        return problem();
    }

    static String problem() {
        try {
            PrivacyLedger ledger = ControllerLedger.get();
            ledger.budgets();
            if (mayManage()) {
                ledger.audit().entries();
            }
            return null;
        } catch (InvalidInputException e) {
            return mayManage() ? EngineTexts.of(e.getMessage()) : Texts.of("privacy.unreadable");
        }
    }

    /** What was spent of each account over time, a chart each, as markup. */
    public List<String> getCharts() throws IOException {
        List<String> html = new ArrayList<>();
        for (Spending s : spendings()) {
            if (!s.points().isEmpty()) {
                html.add(chart(s).html("p" + html.size(), Texts.words()));
            }
        }
        return html;
    }

    private synchronized List<Spending> spendings() throws IOException {
        PrivacyLedger ledger = ControllerLedger.get();
        Path file = ledger.file();
        String state = Files.exists(file) ? Files.size(file) + " " + Files.getLastModifiedTime(file) : "";
        if (!state.equals(drawnFor)) {
            drawn = ledger.spendings(POINTS);
            drawnFor = state;
        }
        return drawn;
    }

    private static LineChart chart(Spending spending) {
        Instant now = Instant.now();
        List<Double> x = new ArrayList<>();
        List<Double> y = new ArrayList<>();
        for (Spending.Point p : spending.points()) {
            x.add(-Math.max(0, Duration.between(p.time(), now).toMillis() / 1000.0));
            y.add(p.epsilon());
        }
        x.add(0.0);
        y.add(y.get(y.size() - 1));
        double first = Math.min(x.get(0), -1);
        double budget = spending.budget().epsilon();
        return LineChart.steps(
                Texts.of("privacy.chart", String.join(", ", spending.names())),
                Texts.of("privacy.chartDescription"),
                Axis.of(Texts.of("privacy.chartTime"), Quantity.SECONDS),
                Axis.of("ε"),
                List.of(
                        Series.of(Texts.of("privacy.chartSpent"), x, y),
                        Series.of(Texts.of("privacy.chartBudget"), List.of(first, 0.0), List.of(budget, budget))));
    }

    /** A line of the audit log. */
    public record Line(String time, String who, String what, String subject, String details, String build) {}

    /** The latest lines of the audit log, the latest first; none for those who do not manage budgets. */
    public List<Line> getAudit() {
        if (!mayManage()) {
            return List.of();
        }
        List<AuditLog.Entry> all =
                new ArrayList<>(ControllerLedger.get().audit().entries());
        Collections.reverse(all);
        return all.stream()
                .limit(AUDIT)
                .map(e -> new Line(
                        Texts.time(e.time()),
                        e.who(),
                        EngineTexts.audited(e.what()),
                        e.subject(),
                        String.join(
                                ", ",
                                e.details().entrySet().stream()
                                        .map(d -> EngineTexts.detail(d.getKey(), d.getValue()))
                                        .toList()),
                        e.build()))
                .toList();
    }

    /** Sets a budget. */
    @POST
    public HttpResponse doSet(
            @QueryParameter String dataSet, @QueryParameter String epsilon, @QueryParameter String delta) {
        Jenkins.get().getACL().checkPermission(LlmosPermissions.MANAGE_BUDGETS);
        try {
            PrivacyLedger.requireName(dataSet);
            Arguments a = new Arguments("A privacy budget", Map.of("epsilon", epsilon, "delta", delta));
            ControllerLedger.setBudget(
                    dataSet.strip(),
                    new Budget(
                            a.number("epsilon", 0, Arguments.Range.POSITIVE),
                            a.number("delta", 0, Arguments.Range.POSITIVE)));
        } catch (InvalidInputException e) {
            throw new Failure(EngineTexts.of(e.getMessage()));
        }
        return HttpResponses.redirectToDot();
    }
}
