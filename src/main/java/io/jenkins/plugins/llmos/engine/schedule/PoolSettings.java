package io.jenkins.plugins.llmos.engine.schedule;

import io.jenkins.plugins.llmos.engine.InvalidInputException;
import io.jenkins.plugins.llmos.engine.util.Suggestions;
import io.jenkins.plugins.llmos.engine.util.Units;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;

/**
 * How a pool of devices is scheduled.
 *
 * @param policy name of a policy, see {@link Policies#names()}
 * @param quantum the slice of round robin, above 0; also how long a job that started because it had aged is left alone
 * @param maxWait the ageing bound: a job that has waited longer goes first and reserves; empty for none
 * @param fit what happens behind a job that does not fit
 * @param preemptionCost what one preemption costs a job, checkpoint and restart together, where the job does not say
 * @param minimumRun how long a job that started works, its restart not counted, before it may be preempted
 * @param lasThresholds attained device time at which a job falls to the next queue of {@code las}, ascending
 */
public record PoolSettings(
        String policy,
        Duration quantum,
        Optional<Duration> maxWait,
        FitRule fit,
        Duration preemptionCost,
        Duration minimumRun,
        List<Duration> lasThresholds) {
    /** The arguments that {@link #from} reads. */
    public static final List<String> ARGUMENTS =
            List.of("policy", "quantum", "maxWait", "fit", "preemptionCost", "minimumRun", "lasThresholds");

    /** @throws InvalidInputException if the policy is unknown, a duration is negative or the quantum is zero */
    public PoolSettings {
        Policies.check(policy);
        lasThresholds = List.copyOf(lasThresholds);
        if (quantum.isZero() || quantum.isNegative()) {
            throw new InvalidInputException("The quantum is " + quantum.toSeconds() + "s. It must be above zero.");
        }
        if (preemptionCost.isNegative()
                || minimumRun.isNegative()
                || maxWait.map(Duration::isNegative).orElse(false)) {
            throw new InvalidInputException(
                    "One of preemption cost, minimum run and ageing bound is negative. They are zero or more.");
        }
        for (int i = 0; i < lasThresholds.size(); i++) {
            if (lasThresholds.get(i).compareTo(i == 0 ? Duration.ZERO : lasThresholds.get(i - 1)) <= 0) {
                throw new InvalidInputException("The thresholds of las are " + lasThresholds
                        + ". They must be above zero and rise from one to the next.");
            }
        }
    }

    /**
     * A pool with the usual settings: quantum 10 min, no ageing bound, {@code skip}, preemption cost 30 s, minimum run
     * as long as that, queues of {@code las} that end at 5 min of device time and at each half as much again, 32 in all.
     */
    public static PoolSettings of(String policy) {
        return new PoolSettings(
                policy,
                Duration.ofMinutes(10),
                Optional.empty(),
                FitRule.SKIP,
                Duration.ofSeconds(30),
                Duration.ofSeconds(30),
                geometric(Duration.ofMinutes(5), 1.5, 32));
    }

    /** So many thresholds, each a certain number of times the one before. */
    private static List<Duration> geometric(Duration first, double ratio, int count) {
        List<Duration> thresholds = new ArrayList<>(count);
        for (int i = 0; i < count; i++) {
            thresholds.add(Duration.ofSeconds(Math.round(first.toSeconds() * Math.pow(ratio, i))));
        }
        return thresholds;
    }

    /**
     * Reads a user's arguments over the usual settings.
     *
     * @param args any of {@link #ARGUMENTS} as text, durations such as {@code 10m}; {@code lasThresholds} with commas
     * @throws InvalidInputException if one is unknown or wrong
     */
    public static PoolSettings from(Map<String, ?> args) {
        PoolSettings s = of("fifo");
        for (Map.Entry<String, ?> arg : args.entrySet()) {
            String name = arg.getKey();
            String value = String.valueOf(arg.getValue());
            s = switch (name) {
                case "policy" -> s.withPolicy(value);
                case "quantum" -> s.withQuantum(Units.duration(name, value));
                case "maxWait" -> s.withMaxWait(Units.duration(name, value));
                case "fit" -> s.withFit(fit(value));
                case "preemptionCost" -> s.withPreemptionCost(Units.duration(name, value));
                case "minimumRun" -> s.withMinimumRun(Units.duration(name, value));
                case "lasThresholds" ->
                    s.withLasThresholds(List.of(value.split(",", -1)).stream()
                            .map(t -> Units.duration(name, t))
                            .toList());
                default ->
                    throw new InvalidInputException("'" + name + "' is not a setting of a device pool. "
                            + Suggestions.sentence(name, ARGUMENTS));
            };
        }
        return s;
    }

    /** Reads {@code skip} or {@code strict}. */
    public static FitRule fit(String text) {
        return switch (text.strip().toLowerCase(Locale.ROOT)) {
            case "skip" -> FitRule.SKIP;
            case "strict" -> FitRule.STRICT;
            default ->
                throw new InvalidInputException("The fit rule is '" + text + "'. It is skip (jobs may pass one"
                        + " that does not fit) or strict (they wait behind it).");
        };
    }

    public PoolSettings withPolicy(String value) {
        return new PoolSettings(value, quantum, maxWait, fit, preemptionCost, minimumRun, lasThresholds);
    }

    public PoolSettings withQuantum(Duration value) {
        return new PoolSettings(policy, value, maxWait, fit, preemptionCost, minimumRun, lasThresholds);
    }

    public PoolSettings withMaxWait(Duration value) {
        return new PoolSettings(policy, quantum, Optional.of(value), fit, preemptionCost, minimumRun, lasThresholds);
    }

    public PoolSettings withFit(FitRule value) {
        return new PoolSettings(policy, quantum, maxWait, value, preemptionCost, minimumRun, lasThresholds);
    }

    public PoolSettings withPreemptionCost(Duration value) {
        return new PoolSettings(policy, quantum, maxWait, fit, value, minimumRun, lasThresholds);
    }

    public PoolSettings withMinimumRun(Duration value) {
        return new PoolSettings(policy, quantum, maxWait, fit, preemptionCost, value, lasThresholds);
    }

    public PoolSettings withLasThresholds(List<Duration> value) {
        return new PoolSettings(policy, quantum, maxWait, fit, preemptionCost, minimumRun, value);
    }
}
