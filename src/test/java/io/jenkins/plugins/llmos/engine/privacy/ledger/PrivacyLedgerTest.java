package io.jenkins.plugins.llmos.engine.privacy.ledger;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.jenkins.plugins.llmos.engine.InvalidInputException;
import io.jenkins.plugins.llmos.engine.privacy.PrivacyEvent;
import io.jenkins.plugins.llmos.engine.privacy.PrivacyEvent.ApproximateDp;
import io.jenkins.plugins.llmos.engine.privacy.PrivacyEvent.DiscreteLaplace;
import io.jenkins.plugins.llmos.engine.privacy.accounting.Accountants;
import io.jenkins.plugins.llmos.engine.privacy.accounting.Calibration;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class PrivacyLedgerTest {
    private static final Origin ADMIN = Origin.of("root");
    private static final Instant NOON = Instant.parse("2030-01-01T12:00:00Z");

    @TempDir
    private Path folder;

    private PrivacyLedger ledger;

    @BeforeEach
    void open() {
        ledger = at(NOON);
    }

    private PrivacyLedger at(Instant now) {
        return new PrivacyLedger(folder, Clock.fixed(now, ZoneOffset.UTC), Duration.ofSeconds(5));
    }

    private static Origin build(int n) {
        return new Origin("ada", "job #" + n, "job#" + n);
    }

    private static Attempt attempt(int n) {
        return new Attempt("attempt " + n, null);
    }

    private static DataContent content(String... digests) {
        return new DataContent(List.of(digests), 1000, "data.csv");
    }

    private Reservation reserve(int n, String dataSet, double epsilon) {
        return ledger.reserve(build(n), "block", dataSet, new Budget(epsilon, 1e-5), 1);
    }

    private static PrivacyEvent training(double epsilon, double delta) {
        return PrivacyEvent.training(0.05, Calibration.sigma(Accountants.standard(), epsilon, delta, 0.05, 200), 200);
    }

    private void trainAndSettle(int n, double epsilon) {
        Reservation r = reserve(n, "reviews", epsilon);
        Budget share = ledger.use(build(n), r.id(), "train", attempt(n), content("c1"), false);
        assertEquals("", ledger.settle(build(n), r.id(), training(epsilon, share.delta())));
    }

    private double spent() {
        return ledger.accounts().get(0).spent();
    }

    @Test
    void theWholeBudgetCanBeAskedForAtOnce() {
        ledger.setBudget(ADMIN, "reviews", new Budget(3, 1e-5));
        Reservation r = reserve(1, "reviews", 3);
        assertEquals(new Budget(3, 1e-5), r.held());
        assertEquals(3, ledger.accounts().get(0).charged(), 1e-3);
        String message = assertThrows(InvalidInputException.class, () -> reserve(2, "reviews", 0.1))
                .getMessage();
        assertTrue(message.contains("nothing is left") && message.contains("job #1"), message);
    }

    @Test
    void buildsComposeTighterThanTheyAdd() {
        ledger.setBudget(ADMIN, "reviews", new Budget(3, 1e-5));
        int builds = 0;
        String refusal = "";
        while (refusal.isEmpty() && builds < 20) {
            try {
                trainAndSettle(builds + 1, 1);
                builds++;
            } catch (InvalidInputException e) {
                refusal = e.getMessage();
            }
        }
        assertTrue(builds > 3 && builds < 20, builds + " builds: " + refusal);
        assertTrue(spent() <= 3 && spent() > 2, "spent " + spent());
        assertTrue(refusal.contains("budget of ε 3.0 at δ 1.0e-5, of which at most ε 0."), refusal);
        double left = ledger.accounts().get(0).left().epsilon();
        assertEquals(left, reserve(99, "reviews", left * 0.99).held().epsilon(), 0.02 * left);
    }

    @Test
    void anUnsettledReservationCountsInFullAndSettlingMakesItLess() {
        ledger.setBudget(ADMIN, "reviews", new Budget(2, 1e-5));
        Reservation r = reserve(1, "reviews", 1.5);
        ledger.use(build(1), r.id(), "train", attempt(1), content("c1"), false);
        assertThrows(InvalidInputException.class, () -> reserve(2, "reviews", 1));
        assertFalse(ledger.cancel(build(1), r.id(), "no"), "a training used it");
        ledger.settle(build(1), r.id(), training(0.5, 1e-5));
        assertEquals(0.5, spent(), 0.01);
        reserve(2, "reviews", 1);
    }

    @Test
    void buildsRunSideBySide() {
        ledger.setBudget(ADMIN, "reviews", new Budget(8, 1e-5));
        double delta = 0;
        for (int n = 1; n <= 4; n++) {
            delta += reserve(n, "reviews", 1).held().delta();
        }
        assertTrue(delta <= 1e-5 && ledger.accounts().get(0).charged() <= 8);
    }

    @Test
    void aPlaceOfABuildKeepsItsReservation() {
        ledger.setBudget(ADMIN, "reviews", new Budget(2, 1e-5));
        Reservation r = reserve(1, "reviews", 2);
        assertEquals(r, reserve(1, "reviews", 2));
        ledger.use(build(1), r.id(), "train", attempt(1), content("c1"), false);
        assertEquals(
                r.share(), ledger.use(build(1), r.id(), "train", attempt(1), content("c1"), false), "a second attempt");
        String message = assertThrows(
                        InvalidInputException.class,
                        () -> ledger.use(build(1), r.id(), "other", attempt(1), content("c1"), false))
                .getMessage();
        assertTrue(message.contains("trainings: 2"), message);
    }

    @Test
    void whatWasNeverUsedIsGivenBack() {
        ledger.setBudget(ADMIN, "reviews", new Budget(2, 1e-5));
        assertTrue(ledger.cancel(build(1), reserve(1, "reviews", 2).id(), "failed before"));
        assertEquals(2, reserve(2, "reviews", 2).held().epsilon());
    }

    /** The same content is one account whatever it is called, and so is a name whatever it holds. */
    @Test
    void contentsAndNamesShareAccounts() {
        ledger.setBudget(ADMIN, "reviews", new Budget(2, 1e-5));
        ledger.setBudget(ADMIN, "copy", new Budget(5, 1e-5));
        Reservation first = reserve(1, "reviews", 1.9);
        ledger.use(build(1), first.id(), "train", attempt(1), content("c1"), false);
        Reservation second = reserve(2, "copy", 1);
        String before = String.join("\n", ledger.export());
        String message = assertThrows(
                        InvalidInputException.class,
                        () -> ledger.use(build(2), second.id(), "train", attempt(2), content("c1"), false))
                .getMessage();
        assertTrue(message.contains("also that of 'reviews'") && message.contains("Nothing was spent"), message);
        assertEquals(before, String.join("\n", ledger.export()));
        ledger.settle(build(1), first.id(), training(0.5, 1e-6));
        ledger.use(build(2), second.id(), "train", attempt(2), content("c1"), false);
        Account account = ledger.accounts().get(0);
        assertEquals(List.of("copy", "reviews"), account.names());
        assertEquals(2, account.budget().epsilon(), "the stricter budget counts");
        assertEquals(1, account.events());
        Reservation third = reserve(3, "reviews", 0.1);
        ledger.use(build(3), third.id(), "train", attempt(3), content("changed"), false);
        assertEquals(1, ledger.accounts().size());
        assertEquals(List.of("c1", "changed"), ledger.accounts().get(0).contents());
    }

    @Test
    void releasesAndTrainingsShareOneBudget() {
        ledger.setBudget(ADMIN, "reviews", new Budget(2, 1e-5));
        ledger.release(
                build(1),
                "r",
                "reviews",
                content("c1"),
                new Budget(1.5, 1e-6),
                new DiscreteLaplace(2 / 1.5, 2),
                "count");
        assertEquals(1.5, spent(), 1e-3);
        assertThrows(InvalidInputException.class, () -> reserve(2, "reviews", 1));
        reserve(2, "reviews", 0.4);
    }

    @Test
    void refusalsSpendNothing() throws IOException {
        ledger.setBudget(ADMIN, "reviews", new Budget(2, 1e-2));
        Reservation r = ledger.reserve(build(1), "b", "reviews", new Budget(1, 1e-2), 1);
        String before = String.join("\n", ledger.export());
        for (double epsilon : new double[] {0, -1, Double.NaN, Double.POSITIVE_INFINITY}) {
            refused("ε is", () -> new Budget(epsilon, 1e-5));
        }
        for (double delta : new double[] {0, -1, 1, Double.NaN}) {
            refused("δ is", () -> new Budget(1, delta));
        }
        refused("no budget for a data set 'review'. Did you mean 'reviews'?", () -> reserve(2, "review", 1));
        refused("above 1/1000", () -> ledger.use(build(1), r.id(), "train", attempt(1), content("c1"), false));
        PrivacyLedger back = at(NOON.minusSeconds(3600));
        refused("clock", () -> back.reserve(build(3), "b", "reviews", new Budget(0.1, 1e-5), 1));
        assertEquals(before, String.join("\n", ledger.export()));
        at(NOON.minusSeconds(5)).reserve(build(3), "b", "reviews", new Budget(0.1, 1e-5), 1);
        at(NOON.minusSeconds(7200)).settle(build(1), r.id(), PrivacyEvent.nothing());
        assertTrue(ledger.export().stream().allMatch(l -> l.contains(NOON.toString())), "time never goes back");
        assertTrue(Files.exists(folder.resolve("audit.jsonl")));
    }

    private static void refused(String words, Runnable what) {
        String message = assertThrows(InvalidInputException.class, what::run).getMessage();
        assertTrue(message.contains(words) && message.matches("(?s).*Nothing (more )?was spent.*"), message);
    }

    @Test
    void aTornRecordIsReportedForEver() throws IOException {
        ledger.setBudget(ADMIN, "reviews", new Budget(2, 1e-5));
        reserve(1, "reviews", 1);
        Files.writeString(ledger.file(), Files.readString(ledger.file()) + "0123 {\"kind\":\"SETT");
        assertEquals(1, at(NOON).accounts().get(0).charged(), 1e-3);
        assertTrue(at(NOON).repairs().get(0).what().contains("ledger.jsonl.damaged-1"));
        assertEquals("0123 {\"kind\":\"SETT", Files.readString(folder.resolve("ledger.jsonl.damaged-1")));
    }

    @Test
    void aBlockSettlesWhatItsTrainingsSpent() {
        ledger.setBudget(ADMIN, "reviews", new Budget(9, 1e-5));
        PrivateBlock.Request request = PrivateBlock.Request.from(
                Map.of("dataset", "reviews", "epsilon", 2, "delta", "1e-6", "trainings", 2, "clip", 0.5));
        PrivateBlock block = PrivateBlock.open(ledger, build(1), "b", request);
        Map<?, ?> privacy = (Map<?, ?>) block.arguments(Map.of("privacy", Map.of("epsilon", 99, "clip", 0.7)))
                .get("privacy");
        assertEquals(Map.of("dataset", "reviews", "epsilon", 1.0, "delta", 5e-7, "clip", 0.7), privacy);
        block.use("t1", attempt(1), content("c1"), false);
        block.done("t1", Map.of("sampleRate", 0.01, "noiseMultiplier", 2.0, "privateSteps", 100L));
        block.use("t2", attempt(1), content("c1"), false);
        block.done("t2", Map.of("sampleRate", 0.01, "noiseMultiplier", 3.0, "privateSteps", 100L));
        assertTrue(block.close().isEmpty());
        assertEquals(
                Accountants.standard()
                        .epsilon(
                                new PrivacyEvent.Composed(List.of(
                                        PrivacyEvent.training(0.01, 2, 100), PrivacyEvent.training(0.01, 3, 100))),
                                1e-5),
                spent(),
                1e-9);
        PrivateBlock crashed = PrivateBlock.open(ledger, build(2), "b", request);
        crashed.use("t1", attempt(1), content("c1"), false);
        assertTrue(crashed.close().orElseThrow().contains("counts as spent"));
        assertEquals(1, ledger.accounts().get(0).open().size());
        PrivateBlock unused = PrivateBlock.open(ledger, build(3), "b", request);
        assertTrue(unused.close().orElseThrow().contains("given back"));
    }

    @Test
    void moreThanWasSetAsideIsStillCounted() {
        ledger.setBudget(ADMIN, "reviews", new Budget(4, 1e-5));
        Reservation r = reserve(1, "reviews", 1);
        ledger.use(build(1), r.id(), "train", attempt(1), content("c1"), false);
        assertTrue(ledger.settle(build(1), r.id(), new ApproximateDp(3, 0)).contains("more than"));
        assertEquals(3, spent(), 1e-3);
    }

    /** Whether it started anew or from an old checkpoint: what the lost attempt has shown, nobody knows. */
    @Test
    void anAttemptThatIsLostCountsBesidesTheNext() {
        ledger.setBudget(ADMIN, "reviews", new Budget(3, 1e-5));
        Reservation r = ledger.reserve(build(1), "block", "reviews", new Budget(1, 1e-6), 1);
        ledger.use(build(1), r.id(), "train", attempt(1), content("c1"), false);
        assertEquals(r.share(), ledger.use(build(1), r.id(), "train", attempt(2), content("c1"), false));
        assertEquals(2, ledger.accounts().get(0).charged(), 1e-3);
        ledger.use(build(1), r.id(), "train", new Attempt("handed over", "attempt 2"), content("c1"), false);
        assertEquals(2, ledger.accounts().get(0).charged(), 1e-3);
        ledger.use(build(1), r.id(), "train", new Attempt("old checkpoint", "attempt 1"), content("c1"), false);
        assertEquals(3, ledger.accounts().get(0).charged(), 1e-2);
        String before = String.join("\n", ledger.export());
        refused("another attempt", () -> ledger.use(build(1), r.id(), "train", attempt(9), content("c1"), false));
        ledger.unused(build(1), r.id(), "train", "attempt 9");
        assertEquals(before, String.join("\n", ledger.export()));
        PrivateBlock block = PrivateBlock.of(ledger, build(1), ledger.reservation(r.id()), Map.of());
        block.done("train", Map.of("sampleRate", 0.05, "noiseMultiplier", 5.0, "privateSteps", 10L));
        assertTrue(block.close().isEmpty());
        PrivacyEvent lost = LedgerState.held(r.share());
        assertEquals(
                Accountants.standard()
                        .epsilon(
                                new PrivacyEvent.Composed(List.of(lost, lost, PrivacyEvent.training(0.05, 5, 10))),
                                1e-5),
                spent(),
                1e-9);
    }

    @Test
    void aTrainingThatReleasedNothingIsGivenBack() {
        ledger.setBudget(ADMIN, "reviews", new Budget(3, 1e-5));
        PrivateBlock block = PrivateBlock.of(ledger, build(1), reserve(1, "reviews", 1), Map.of());
        block.use("train", attempt(1), content("c1"), false);
        block.failed("train", "attempt 1", 5);
        assertTrue(block.close().orElseThrow().contains("counts as spent"));
        block.failed("train", "attempt 1", 0);
        assertTrue(block.close().orElseThrow().contains("given back"));
        assertEquals(0, ledger.accounts().get(0).charged());
    }

    @Test
    void whatWasSpentIsToldOverTime() {
        ledger.setBudget(ADMIN, "reviews", new Budget(5, 1e-5));
        for (int n = 1; n <= 3; n++) {
            ledger.release(
                    build(n),
                    "r" + n,
                    "reviews",
                    content("c1"),
                    new Budget(0.5, 1e-6),
                    new DiscreteLaplace(4, 2),
                    "count");
        }
        Spending spending = ledger.spendings(10).get(0);
        assertEquals(List.of("reviews"), spending.names());
        assertEquals(3, spending.points().size());
        assertEquals(spent(), spending.points().get(2).epsilon(), 1e-9);
        assertTrue(spending.points().get(0).epsilon() < spending.points().get(1).epsilon());
        assertEquals(
                spending.points().get(2), ledger.spendings(2).get(0).points().get(1));
    }
}
