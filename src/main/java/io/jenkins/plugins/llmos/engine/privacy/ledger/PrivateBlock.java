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
                    throw a.missing(required, "epsilon: 3, delta: 1e-6");
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

    /** A block whose reservation was made before. */
    public static PrivateBlock of(
            PrivacyLedger ledger, Origin origin, Reservation reservation, Map<String, Object> settings) {
        return new PrivateBlock(ledger, origin, reservation, settings);
    }

    public Reservation reservation() {
        return reservation;
    }

    /**
     * The arguments of a training in this block: those that it was given, and {@code privacy} with its share of the
     * budget, which nothing that it was given overrides.
     *
     * @throws InvalidInputException if they would keep the training from being private
     */
    public Map<String, Object> arguments(Map<String, ?> given) {
        Budget share = reservation.share();
        return arguments(given, settings, reservation.dataSet(), share.epsilon(), share.delta());
    }

    /**
     * The arguments of a training that is in no block.
     *
     * @throws InvalidInputException if it names a budget, which nothing would count
     */
    public static <V> Map<String, V> outside(Map<String, V> given) {
        if (given.get("privacy") != null) {
            throw new InvalidInputException("llmosTrain was given 'privacy' outside of " + STEP
                    + ", where no ledger counts what it spends. Put it inside of " + STEP
                    + "(dataset: …, epsilon: …, delta: …) { … }.");
        }
        return given;
    }

    /** The same for hosts that know these of the reservation. */
    public static Map<String, Object> arguments(
            Map<String, ?> given, Map<String, Object> settings, String dataSet, double epsilon, double delta) {
        Map<String, Object> privacy = new LinkedHashMap<>(settings);
        if (given.get("privacy") instanceof Map<?, ?> own) {
            own.forEach((name, value) -> privacy.put(String.valueOf(name), value));
        }
        for (String forTests : List.of("testSeed", "withoutNoise")) {
            if (privacy.containsKey(forTests)) {
                throw new InvalidInputException("A training in " + STEP + " was given '" + forTests
                        + "', which is for tests of trainings that keep nothing private. Leave it out.");
            }
        }
        privacy.put("dataset", dataSet);
        privacy.put("epsilon", epsilon);
        privacy.put("delta", delta);
        Map<String, Object> arguments = new LinkedHashMap<>(given);
        arguments.put("privacy", privacy);
        return arguments;
    }

    /**
     * To be called before a training takes its first step, in every attempt.
     *
     * @param training its key
     * @param attempt as of {@link PrivacyLedger#use}
     * @param replayed as of {@link PrivacyLedger#use}
     * @throws InvalidInputException as of {@link PrivacyLedger#use}; then it must not start
     */
    public void use(String training, Attempt attempt, DataContent data, boolean replayed) {
        ledger.use(origin, reservation.id(), training, attempt, data, replayed);
    }

    /**
     * To be called when a training ended without a result and runs no more.
     *
     * @param attempt the identifier of the attempt
     * @param released its steps that may have been seen, over all attempts that it went on from
     * @throws InvalidInputException as of {@link PrivacyLedger#unused}
     */
    public void failed(String training, String attempt, long released) {
        if (released == 0) {
            ledger.unused(origin, reservation.id(), training, attempt);
        }
    }

    /**
     * To be called with what a training returned.
     *
     * @throws InvalidInputException if the result does not tell what was spent; then the reservation counts in full
     */
    public void done(String training, Map<String, ?> result) {
        ledger.done(origin, reservation.id(), training, event(result));
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
    public Optional<String> close() {
        Reservation now = ledger.reservation(reservation.id());
        if (now.status() != Reservation.Status.OPEN) {
            return Optional.empty();
        }
        if (now.uses().isEmpty()) {
            ledger.cancel(origin, now.id(), "no training used it");
            return Optional.of(
                    "No training used the privacy budget reserved of '" + now.dataSet() + "'; it was given back.");
        }
        if (!now.spent().keySet().containsAll(now.uses())) {
            return Optional.of("A private training did not finish, so the reserved ε "
                    + now.held().epsilon() + " at δ "
                    + Figures.ceiling(now.held().delta()) + " of '" + now.dataSet() + "' counts as spent.");
        }
        List<PrivacyEvent> events = new ArrayList<>();
        now.uses().forEach(training -> events.add(now.spent().get(training)));
        PrivacyEvent spent = events.size() == 1 ? events.get(0) : new Composed(events);
        String remark = ledger.settle(origin, now.id(), spent);
        return remark.isEmpty() ? Optional.empty() : Optional.of(remark);
    }
}
