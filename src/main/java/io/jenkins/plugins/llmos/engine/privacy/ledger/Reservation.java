package io.jenkins.plugins.llmos.engine.privacy.ledger;

import io.jenkins.plugins.llmos.engine.privacy.PrivacyEvent;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * A part of a budget that is set aside for a block of a build.
 *
 * @param id names it in the ledger
 * @param dataSet name of the data set
 * @param held what is set aside; δ may be less than was asked for
 * @param trainings among how many trainings it is shared in equal parts
 * @param place the build and the place in it that made it
 * @param build as of {@link Origin}
 * @param made when
 * @param uses keys of the trainings that may have started
 * @param attempts the last attempt at each of those, by key
 * @param spent what those of them cost that have ended
 * @param status whether it still counts
 */
public record Reservation(
        String id,
        String dataSet,
        Budget held,
        int trainings,
        String place,
        String build,
        Instant made,
        List<String> uses,
        Map<String, String> attempts,
        Map<String, PrivacyEvent> spent,
        Status status) {
    /** Whether a reservation still counts. */
    public enum Status {
        /** In full. */
        OPEN,
        /** What was spent counts in its place. */
        SETTLED,
        /** Not at all. */
        CANCELLED
    }

    /** What one training may spend: together they keep the whole (basic composition). */
    public Budget share() {
        return new Budget(held.epsilon() / trainings, held.delta() / trainings);
    }

    Reservation used(String key, String attempt) {
        List<String> all = new ArrayList<>(uses);
        all.remove(key);
        all.add(key);
        Map<String, String> last = new LinkedHashMap<>(attempts);
        last.put(key, attempt);
        return new Reservation(id, dataSet, held, trainings, place, build, made, List.copyOf(all), last, spent, status);
    }

    Reservation unused(String key) {
        List<String> all = new ArrayList<>(uses);
        all.remove(key);
        Map<String, String> last = new LinkedHashMap<>(attempts);
        last.remove(key);
        return new Reservation(id, dataSet, held, trainings, place, build, made, List.copyOf(all), last, spent, status);
    }

    Reservation ended(String key, PrivacyEvent event) {
        Map<String, PrivacyEvent> all = new LinkedHashMap<>(spent);
        all.putIfAbsent(key, event);
        return new Reservation(id, dataSet, held, trainings, place, build, made, uses, attempts, all, status);
    }

    Reservation with(Status to) {
        return new Reservation(id, dataSet, held, trainings, place, build, made, uses, attempts, spent, to);
    }
}
