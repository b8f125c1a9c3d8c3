package io.jenkins.plugins.llmos.engine.privacy.ledger;

import io.jenkins.plugins.llmos.engine.InvalidInputException;
import io.jenkins.plugins.llmos.engine.privacy.audit.ChainedLog;
import io.jenkins.plugins.llmos.engine.util.Json;
import io.jenkins.plugins.llmos.engine.util.Suggestions;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;

/** A ledger's records while this has them alone, and the checks before one is added. */
final class Books implements AutoCloseable {
    /** Clocks are set back by little when they are synchronised; that much is smoothed over. */
    private static final Duration CLOCK_TOLERANCE = Duration.ofMinutes(1);

    private final ChainedLog log;
    private final Clock clock;
    private final ChainedLog.Session session;
    private final LedgerState state = new LedgerState();
    private Instant last = Instant.EPOCH;

    Books(ChainedLog log, Clock clock) {
        this.log = log;
        this.clock = clock;
        this.session = log.open();
        try {
            for (String line : session.records()) {
                LedgerRecord r = read(line);
                last = r.time();
                state.apply(r);
            }
            for (String repair : session.repairs()) {
                add(
                        Origin.of(""),
                        LedgerRecord.of(LedgerRecord.Kind.REPAIR, null).noting(repair));
            }
        } catch (RuntimeException e) {
            session.close();
            throw e;
        }
    }

    private LedgerRecord read(String line) {
        LedgerRecord r;
        try {
            r = Json.parse(line, LedgerRecord.class);
        } catch (RuntimeException e) {
            throw new InvalidInputException(
                    "The privacy ledger " + log.file() + " holds a record that cannot be read: " + e.getMessage()
                            + ". Nothing was recorded.",
                    e);
        }
        if (r.v() > LedgerRecord.VERSION || r.kind() == null) {
            throw new InvalidInputException("The privacy ledger " + log.file()
                    + " was written by a later version of LLMOS. Use that version. Nothing was recorded.");
        }
        return r;
    }

    LedgerState state() {
        return state;
    }

    void add(Origin origin, LedgerRecord record) {
        Instant now = clock.instant();
        LedgerRecord r = record.by(origin, now.isBefore(last) ? last : now);
        session.append(Json.line(r));
        last = r.time();
        state.apply(r);
    }

    void requireClock() {
        Instant now = clock.instant();
        if (now.isBefore(last.minus(CLOCK_TOLERANCE))) {
            throw new InvalidInputException("This machine's clock says " + now
                    + ", but the last record of the privacy ledger " + log.file() + " is of " + last
                    + ": the clock was set back, or was ahead then. Set it right, or wait until then."
                    + " Nothing was spent.");
        }
    }

    Budget requireBudget(String dataSet) {
        return state.budget(dataSet).orElseThrow(() -> {
            List<String> known = state.names();
            return new InvalidInputException("The privacy ledger " + log.file() + " has no budget for a data set '"
                    + dataSet + "'. " + (known.isEmpty() ? "" : Suggestions.sentence(dataSet, known) + " ")
                    + "An administrator gives a data set its budget, such as with: llmos privacy ledger budget '"
                    + dataSet + "' --epsilon 8 --delta 1e-5. Nothing was spent.");
        });
    }

    Reservation require(String id) {
        return state.reservation(id)
                .orElseThrow(() -> new InvalidInputException("The privacy ledger " + log.file() + " has no reservation "
                        + id + ". Was another ledger in its place when the build started?"));
    }

    /** Content may bring accounts together that had a budget each. */
    void requireRoomAfterJoining(String dataSet, DataContent data) {
        LedgerState joined = state.copy();
        joined.join(dataSet, data.digests());
        List<String> names = joined.namesWith(dataSet);
        if (names.equals(state.namesWith(dataSet))) {
            return;
        }
        Budget budget = joined.budget(dataSet).orElseThrow();
        if (!new Granting(budget, joined.charged(dataSet)).keeps()) {
            List<String> others = names.stream().filter(n -> !n.equals(dataSet)).toList();
            throw new InvalidInputException("The data of '" + dataSet + "' is also that of '"
                    + String.join("', '", others) + "', so that they share one budget, ε " + budget.epsilon() + " at δ "
                    + budget.delta() + ". Together with what was spent and reserved under those names this would be"
                    + " more. Nothing was spent.");
        }
    }

    /** An attempt whose releases nobody knows counts for a share of its own. */
    void requireRoomForAnother(Reservation r, DataContent data) {
        LedgerState joined = state.copy();
        joined.join(r.dataSet(), data.digests());
        Granting granting = new Granting(joined.budget(r.dataSet()).orElseThrow(), joined.charged(r.dataSet()));
        if (!granting.fits(LedgerState.held(r.share()))) {
            throw new InvalidInputException("An earlier attempt at this training ended where nobody can tell what it"
                    + " has shown, so it counts for all that it was allowed, ε "
                    + Figures.ceiling(r.share().epsilon()) + " at δ "
                    + Figures.ceiling(r.share().delta())
                    + " of '" + r.dataSet() + "', and what is left of the budget is too little for another attempt."
                    + " Have an administrator raise the budget, or ask for less. Nothing more was spent.");
        }
    }

    InvalidInputException tooMuch(String dataSet, Budget asked, Granting granting) {
        List<Reservation> open = state.open(dataSet);
        Budget budget = granting.budget();
        String left = granting.left(asked.delta())
                .map(l -> "at most ε " + Figures.floor(l.epsilon()) + " at δ " + Figures.floor(l.delta()) + " is left")
                .orElse("nothing is left");
        return new InvalidInputException("The data set '" + dataSet + "' has a privacy budget of ε "
                + Figures.exact(budget.epsilon()) + " at δ " + Figures.exact(budget.delta()) + ", of which " + left
                + ", but ε " + Figures.exact(asked.epsilon()) + " at δ " + Figures.exact(asked.delta())
                + " was asked for."
                + (open.isEmpty()
                        ? ""
                        : " " + open.size() + (open.size() == 1 ? " reservation counts" : " reservations count")
                                + " in full until settled, of " + String.join(", ", builds(open)) + ".")
                + " Ask for less, or have an administrator raise the budget. Nothing was spent.");
    }

    private static Set<String> builds(List<Reservation> open) {
        Set<String> builds = new TreeSet<>();
        open.forEach(r -> builds.add(r.build().isEmpty() ? r.id() : r.build()));
        return builds;
    }

    @Override
    public void close() {
        session.close();
    }
}
