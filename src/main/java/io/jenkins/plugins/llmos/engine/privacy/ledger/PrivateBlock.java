package io.jenkins.plugins.llmos.engine.privacy.ledger;

import io.jenkins.plugins.llmos.engine.InvalidInputException;
import io.jenkins.plugins.llmos.engine.privacy.PrivacyEvent;
import io.jenkins.plugins.llmos.engine.privacy.PrivacyEvent.Composed;
import io.jenkins.plugins.llmos.engine.util.Arguments;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * The life of {@code llmosPrivatize(dataset:, epsilon:, delta:) { llmosTrain … }}: reserve, let trainings use it, settle.
 * Hosts open it before the block, ask it for each training and close it after the block, whatever came of that. A
 * reservation that a training used and did not finish stays open, which counts it in full.
 */
public final class PrivateBlock {
    private static final String STEP = "llmosPrivatize";

    private final PrivacyLedger ledger;
    private final Origin origin;
    private final Reservation reservation;
    private final Map<String, Object> settings;
    private final Map<String, PrivacyEvent> done = new LinkedHashMap<>();

    private PrivateBlock(PrivacyLedger ledger, Origin origin, Reservation reservation, Map<String, Object> settings) {
        this.ledger = ledger;
        this.origin = origin;
        this.reservation = reservation;
        this.settings = settings;
    }

    /**
     * What a block asks for.
     *
     * @param dataSet its name in the ledger
     * @param asked what may be spent
     * @param trainings among how many trainings
     * @param settings what else its trainings are told, which they check
     */
    public record Request(String dataSet, Budget asked, int trainings, Map<String, Object> settings) {
        /**
         * Reads the arguments of the step.
         *
         * @throws InvalidInputException if one is missing or out of its range
         */
        public static Request from(Map<String, ?> arguments) {
            Arguments a = new Arguments(STEP, arguments);
            String dataSet = a.requiredText("dataset", "'reviews'");
            for (String required : List.of("epsilon", "delta")) {
                if (!a.has(required)) {
                    throw new InvalidInputException(
                            STEP + " needs the argument '" + required + "', such as epsilon: 3," + " delta: 1e-6.");
                }
            }
            Budget asked = new Budget(number(arguments, "epsilon"), number(arguments, "delta"));
            int trainings = (int) a.whole("trainings", 1, 1, 1000);
            Map<String, Object> settings = new LinkedHashMap<>(arguments);
            settings.keySet().removeAll(List.of("dataset", "epsilon", "delta", "trainings"));
            settings.values().removeIf(v -> v == null);
            return new Request(dataSet, asked, trainings, settings);
        }
    }

    static double number(Map<String, ?> arguments, String name) {
        try {
            return Double.parseDouble(String.valueOf(arguments.get(name)).strip());
        } catch (NumberFormatException e) {
            throw new InvalidInputException(
                    STEP + "'s argument '" + name + "' is '" + arguments.get(name)
                            + "'; it must be a number. Nothing was spent.",
                    e);
        }
    }

    /**
     * Reserves, or finds what this place of this build has reserved.
     *
     * @param key of the place, the same when a resumed build comes there again
     * @throws InvalidInputException as of {@link PrivacyLedger#reserve}
     */
    public static PrivateBlock open(PrivacyLedger ledger, Origin origin, String key, Request request) {
        Reservation r = ledger.reserve(origin, key, request.dataSet(), request.asked(), request.trainings());
        return new PrivateBlock(ledger, origin, r, request.settings());
    }

    /** Continues a block whose reservation is known, with what {@link #spent} has told. */
    public static PrivateBlock resume(
            PrivacyLedger ledger,
            Origin origin,
            Reservation reservation,
            Map<String, Object> settings,
            Map<String, PrivacyEvent> spent) {
        PrivateBlock block = new PrivateBlock(ledger, origin, reservation, settings);
        block.done.putAll(spent);
        return block;
    }

    public Reservation reservation() {
        return reservation;
    }

    /** What trainings that are done have cost, by key. */
    public synchronized Map<String, PrivacyEvent> spent() {
        return Map.copyOf(done);
    }

    /**
     * The arguments of a training in this block: those that it was given, and {@code privacy} with its share of the
     * budget, which nothing that it was given overrides.
     */
    public Map<String, Object> arguments(Map<String, ?> given) {
        Map<String, Object> privacy = new LinkedHashMap<>(settings);
        if (given.get("privacy") instanceof Map<?, ?> own) {
            own.forEach((name, value) -> privacy.put(String.valueOf(name), value));
        }
        privacy.put("dataset", reservation.dataSet());
        privacy.put("epsilon", reservation.share().epsilon());
        privacy.put("delta", reservation.share().delta());
        Map<String, Object> arguments = new LinkedHashMap<>(given);
        arguments.put("privacy", privacy);
        return arguments;
    }

    /**
     * To be called before a training takes its first step, in every attempt.
     *
     * @param training its key
     * @throws InvalidInputException as of {@link PrivacyLedger#use}; then it must not start
     */
    public void use(String training, DataContent data) {
        ledger.use(origin, reservation.id(), training, data);
    }

    /**
     * To be called with what a training returned.
     *
     * @throws InvalidInputException if the result does not tell what was spent; then the reservation counts in full
     */
    public synchronized void done(String training, Map<String, ?> result) {
        done.put(training, event(result));
    }

    private static PrivacyEvent event(Map<String, ?> result) {
        if (result.get("sampleRate") instanceof Number q
                && result.get("noiseMultiplier") instanceof Number sigma
                && result.get("privateSteps") instanceof Number steps) {
            return steps.longValue() == 0
                    ? PrivacyEvent.nothing()
                    : PrivacyEvent.training(q.doubleValue(), sigma.doubleValue(), steps.longValue());
        }
        throw new InvalidInputException("A training in " + STEP + " returned no sampleRate, noiseMultiplier and"
                + " privateSteps, so it was not private. Its reservation counts in full.");
    }

    /**
     * Ends the block: settles if every training that used it has told what it spent, gives the reservation back if none
     * used it, and else leaves it.
     *
     * @return a remark for the log, if there is something to say
     */
    public synchronized Optional<String> close() {
        Reservation now = ledger.reservation(reservation.id());
        if (now.status() != Reservation.Status.OPEN) {
            return Optional.empty();
        }
        if (now.uses().isEmpty()) {
            ledger.cancel(origin, now.id(), "no training used it");
            return Optional.of(
                    "No training used the privacy budget reserved of '" + now.dataSet() + "'; it was given back.");
        }
        if (!done.keySet().containsAll(now.uses())) {
            return Optional.of("A private training did not finish, so the reserved ε "
                    + now.held().epsilon() + " at δ "
                    + Figures.ceiling(now.held().delta()) + " of '" + now.dataSet() + "' counts as spent.");
        }
        List<PrivacyEvent> events = new ArrayList<>();
        now.uses().forEach(training -> events.add(done.get(training)));
        PrivacyEvent spent = events.size() == 1 ? events.get(0) : new Composed(events);
        String remark = ledger.settle(origin, now.id(), spent);
        return remark.isEmpty() ? Optional.empty() : Optional.of(remark);
    }
}
