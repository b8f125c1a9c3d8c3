package io.jenkins.plugins.llmos.engine.privacy.ledger;

import io.jenkins.plugins.llmos.engine.InvalidInputException;
import io.jenkins.plugins.llmos.engine.privacy.PrivacyEvent;
import io.jenkins.plugins.llmos.engine.privacy.accounting.Accountants;
import io.jenkins.plugins.llmos.engine.privacy.audit.AuditLog;
import io.jenkins.plugins.llmos.engine.privacy.audit.ChainedLog;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.UUID;

/**
 * The books of the privacy spent, in {@code ledger.jsonl} of a folder. Whatever may be spent is on the disk as spent before
 * anything is computed; settling afterwards only makes it less. Many processes may use one ledger; each operation has it
 * alone for as long as it takes. Totals are composed by the standard accountant at the budget's δ.
 *
 * <p>Every use of a budget is also a line of the folder's {@link AuditLog}.
 */
public final class PrivacyLedger {
    private static final Duration PATIENCE = Duration.ofSeconds(10);

    private static final int LONGEST_NAME = 200;

    private final ChainedLog log;
    private final AuditLog audit;
    private final Clock clock;

    /** @param folder where the ledger is, or will be as soon as something is recorded */
    public PrivacyLedger(Path folder) {
        this(folder, Clock.systemUTC(), PATIENCE);
    }

    PrivacyLedger(Path folder, Clock clock, Duration patience) {
        this.log = new ChainedLog(folder.resolve("ledger.jsonl"), "The privacy ledger", patience);
        this.audit = new AuditLog(folder);
        this.clock = clock;
    }

    public Path file() {
        return log.file();
    }

    /** Who uses what, beside the ledger. */
    public AuditLog audit() {
        return audit;
    }

    /**
     * Allows a data set a budget, from now on in place of an earlier one. A budget may be below what is spent; then
     * nothing more is granted.
     *
     * @param dataSet from 1 to 200 characters without line breaks
     * @throws InvalidInputException if the name is not usable, or as of every operation: the ledger is held, damaged or
     *     cannot be written, or the clock has been set back
     */
    public void setBudget(Origin origin, String dataSet, Budget budget) {
        requireName(dataSet);
        try (Books books = open()) {
            books.add(origin, LedgerRecord.of(LedgerRecord.Kind.BUDGET, dataSet).with(budget));
        }
        audit.record(
                origin.who(),
                "budget",
                dataSet,
                Map.of("epsilon", String.valueOf(budget.epsilon()), "delta", String.valueOf(budget.delta())),
                origin.build());
    }

    /** @throws InvalidInputException if a data set cannot have this name */
    public static void requireName(String dataSet) {
        if (dataSet == null
                || dataSet.isBlank()
                || dataSet.length() > LONGEST_NAME
                || dataSet.lines().count() != 1) {
            throw new InvalidInputException("A data set's name must be one line of 1 to " + LONGEST_NAME
                    + " characters that are not all blank, but is '" + dataSet + "'.");
        }
    }

    /**
     * Sets (ε, δ) aside for a block of a build. The same place of the same build, run again, gets the reservation it has.
     *
     * <p>What is set aside takes its δ from the budget's until it is settled. So where another request of the same ε would
     * still fit, at most half of the free δ is taken, and less where only less fits, down to a hundredth of what was asked
     * for; the trainings then keep the smaller δ.
     *
     * @param key of the place in the build
     * @param asked what the block may spend
     * @param trainings among how many trainings it is shared, from 1 up
     * @throws InvalidInputException if the data set is unknown or less is left than asked for, with what is left
     */
    public Reservation reserve(Origin origin, String key, String dataSet, Budget asked, int trainings) {
        Reservation made;
        try (Books books = open()) {
            Reservation known = books.state().reservationOf(origin, key).orElse(null);
            if (known != null
                    && known.dataSet().equals(dataSet)
                    && known.held().epsilon() == asked.epsilon()
                    && known.held().delta() <= asked.delta()
                    && known.trainings() == trainings) {
                return known;
            }
            books.requireClock();
            Budget budget = books.requireBudget(dataSet);
            Granting granting = new Granting(budget, books.state().charged(dataSet));
            Budget held = granting.grant(asked).orElseThrow(() -> books.tooMuch(dataSet, asked, granting));
            String id = UUID.randomUUID().toString().replace("-", "").substring(0, 12);
            books.add(
                    origin,
                    LedgerRecord.of(LedgerRecord.Kind.RESERVE, dataSet)
                            .at(id, key)
                            .with(held)
                            .sharedAmong(trainings));
            made = books.state().reservation(id).orElseThrow();
        }
        audit.record(origin.who(), "reserve", dataSet, details(made), origin.build());
        return made;
    }

    private static Map<String, String> details(Reservation r) {
        return Map.of(
                "reservation", r.id(),
                "epsilon", String.valueOf(r.held().epsilon()),
                "delta", String.valueOf(r.held().delta()));
    }

    /**
     * Records that a training of a reservation is about to start, and on what. From here on the reservation cannot be
     * cancelled. Another attempt at the same training has the share that the training had if it knows what the attempt
     * before has released. If it does not, the attempt before counts for a whole share besides.
     *
     * @param training its key, the same in every attempt
     * @param attempt which one it is
     * @param data what it reads
     * @param replayed whether a training that has ended is only to tell its result again
     * @return what the training may spend
     * @throws InvalidInputException if the reservation is shared out or settled, δ is above 1/records, the content
     *     belongs to another account whose budget does not allow it, or the budget does not allow another attempt; then
     *     nothing is recorded
     */
    public Budget use(Origin origin, String id, String training, Attempt attempt, DataContent data, boolean replayed) {
        Reservation r;
        try (Books books = open()) {
            r = books.require(id);
            boolean again = r.uses().contains(training);
            boolean known = books.state().contentsOf(r.dataSet()).containsAll(data.digests());
            boolean ended = r.spent().containsKey(training);
            String before = r.attempts().get(training);
            boolean same = attempt.id().equals(before) && r.status() == Reservation.Status.OPEN;
            if (again && known && (ended ? replayed : same)) {
                return r.share();
            }
            if (r.status() != Reservation.Status.OPEN || ended) {
                throw new InvalidInputException("The privacy budget that this block reserved of '" + r.dataSet()
                        + "' has been settled already, so no training can use it any more. Run the build anew.");
            }
            if (!again && r.uses().size() >= r.trainings()) {
                throw new InvalidInputException("This block's privacy budget is for "
                        + (r.trainings() == 1
                                ? "1 training, and it has been used."
                                : r.trainings() + " trainings, and all have been used.")
                        + " To share it among several, say so: llmosPrivatize(…, trainings: "
                        + (r.uses().size() + 1) + "); or give each a block of its own.");
            }
            books.requireClock();
            Budget.requireSmall(r.share().delta(), data.records(), r.dataSet());
            books.requireRoomAfterJoining(r.dataSet(), data);
            if (again && !same && !before.equals(attempt.continues())) {
                books.requireRoomForAnother(r, data);
                books.add(
                        origin,
                        LedgerRecord.of(LedgerRecord.Kind.LOST, r.dataSet())
                                .at(id, training)
                                .in(new Attempt(before, null))
                                .with(r.share())
                                .costing(LedgerState.held(r.share())));
            }
            books.add(
                    origin,
                    LedgerRecord.of(LedgerRecord.Kind.USE, r.dataSet())
                            .at(id, training)
                            .in(attempt)
                            .of(data)
                            .noting(data.description()));
        }
        audit.record(
                origin.who(),
                "use",
                r.dataSet(),
                Map.of("reservation", id, "training", training, "attempt", attempt.id(), "data", data.description()),
                origin.build());
        return r.share();
    }

    /**
     * Takes back that a training of a reservation has started, since it ended before it released anything.
     *
     * @param training its key, as of {@link #use}
     * @param attempt the identifier of its last attempt; of another one nothing is taken back
     * @throws InvalidInputException if there is no such reservation
     */
    public void unused(Origin origin, String id, String training, String attempt) {
        try (Books books = open()) {
            Reservation r = books.require(id);
            if (r.status() == Reservation.Status.OPEN
                    && attempt.equals(r.attempts().get(training))
                    && !r.spent().containsKey(training)) {
                books.add(
                        origin,
                        LedgerRecord.of(LedgerRecord.Kind.UNUSED, r.dataSet()).at(id, training));
            }
        }
    }

    /**
     * Records what a training of a reservation has cost, once.
     *
     * @param training its key, as of {@link #use}
     * @throws InvalidInputException if there is no such reservation
     */
    public void done(Origin origin, String id, String training, PrivacyEvent spent) {
        try (Books books = open()) {
            Reservation r = books.require(id);
            if (r.status() == Reservation.Status.OPEN && !r.spent().containsKey(training)) {
                books.add(
                        origin,
                        LedgerRecord.of(LedgerRecord.Kind.DONE, r.dataSet())
                                .at(id, training)
                                .costing(spent));
            }
        }
    }

    /**
     * Ends a reservation: from now on what was spent counts in its place.
     *
     * @param spent all that was done under it
     * @return a remark for the log if that is more than was set aside, else empty
     * @throws InvalidInputException if there is no such reservation
     */
    public String settle(Origin origin, String id, PrivacyEvent spent) {
        Reservation r;
        try (Books books = open()) {
            r = books.require(id);
            if (r.status() != Reservation.Status.OPEN) {
                return "";
            }
            books.add(
                    origin,
                    LedgerRecord.of(LedgerRecord.Kind.SETTLE, r.dataSet())
                            .at(id, null)
                            .costing(spent));
        }
        double epsilon = Accountants.standard().epsilon(spent, r.held().delta());
        audit.record(
                origin.who(),
                "settle",
                r.dataSet(),
                Map.of(
                        "reservation",
                        id,
                        "epsilon",
                        Figures.ceiling(epsilon),
                        "delta",
                        "" + r.held().delta()),
                origin.build());
        return epsilon > r.held().epsilon() * (1 + 1e-6)
                ? "ε " + Figures.ceiling(epsilon) + " at δ " + r.held().delta()
                        + " was spent, more than the ε " + r.held().epsilon()
                        + " that was set aside; the ledger counts what was spent."
                : "";
    }

    /**
     * Gives a reservation back that no training has used.
     *
     * @return whether it was; if not, it counts in full
     * @throws InvalidInputException if there is no such reservation
     */
    public boolean cancel(Origin origin, String id, String why) {
        Reservation r;
        try (Books books = open()) {
            r = books.require(id);
            if (r.status() != Reservation.Status.OPEN || !r.uses().isEmpty()) {
                return false;
            }
            books.add(
                    origin,
                    LedgerRecord.of(LedgerRecord.Kind.CANCEL, r.dataSet())
                            .at(id, null)
                            .noting(why));
        }
        audit.record(origin.who(), "cancel", r.dataSet(), details(r), origin.build());
        return true;
    }

    /**
     * Charges something whose cost is known, before it happens.
     *
     * @param key of the place in the build
     * @param asked what it costs at most, for messages and for its δ
     * @param event what it costs exactly
     * @param what what is released, for people
     * @throws InvalidInputException if the data set is unknown or less is left, with what is left
     */
    public void release(
            Origin origin,
            String key,
            String dataSet,
            DataContent data,
            Budget asked,
            PrivacyEvent event,
            String what) {
        try (Books books = open()) {
            books.requireClock();
            books.requireBudget(dataSet);
            Budget.requireSmall(asked.delta(), data.records(), dataSet);
            LedgerState joined = books.state().copy();
            joined.join(dataSet, data.digests());
            Granting granting = new Granting(joined.budget(dataSet).orElseThrow(), joined.charged(dataSet));
            if (!granting.allows(asked) || !granting.fits(event)) {
                throw books.tooMuch(dataSet, asked, granting);
            }
            books.add(
                    origin,
                    LedgerRecord.of(LedgerRecord.Kind.RELEASE, dataSet)
                            .at(null, key)
                            .with(asked)
                            .of(data)
                            .costing(event)
                            .noting(what));
        }
        audit.record(
                origin.who(),
                "release",
                dataSet,
                Map.of("epsilon", "" + asked.epsilon(), "delta", "" + asked.delta(), "what", what),
                origin.build());
    }

    /** @throws InvalidInputException if there is no such reservation */
    public Reservation reservation(String id) {
        try (Books books = open()) {
            return books.require(id);
        }
    }

    /** The budgets in force, by name; sooner told than {@link #accounts}. */
    public Map<String, Budget> budgets() {
        return read().budgets();
    }

    /** All accounts, with what is left of each. */
    public List<Account> accounts() {
        return Account.all(read());
    }

    /**
     * What was spent over time of each account that has a budget.
     *
     * @param most so many points of each, at least 2; composing them takes a while
     */
    public List<Spending> spendings(int most) {
        LedgerState state = read();
        List<Spending> spendings = new ArrayList<>();
        for (List<String> names : Account.groups(state)) {
            state.budget(names.get(0)).ifPresent(b -> spendings.add(Spending.of(state, names, b, most)));
        }
        return spendings;
    }

    private LedgerState read() {
        if (!log.exists()) {
            return new LedgerState();
        }
        try (Books books = open()) {
            return books.state();
        }
    }

    /** Every record as JSON, oldest first. */
    public List<String> export() {
        return log.read();
    }

    /** What had to be mended in the file, ever, oldest first. */
    public List<Repair> repairs() {
        return read().records().stream()
                .filter(r -> r.kind() == LedgerRecord.Kind.REPAIR)
                .map(r -> new Repair(r.time(), r.note()))
                .toList();
    }

    private Books open() {
        return new Books(log, clock);
    }
}
