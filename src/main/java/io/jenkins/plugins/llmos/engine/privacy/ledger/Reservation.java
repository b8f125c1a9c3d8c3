package io.jenkins.plugins.llmos.engine.privacy.ledger;

import java.time.Instant;
import java.util.ArrayList;
import java.util.List;

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

    Reservation used(String key) {
        if (uses.contains(key)) {
            return this;
        }
        List<String> all = new ArrayList<>(uses);
        all.add(key);
        return new Reservation(id, dataSet, held, trainings, place, build, made, List.copyOf(all), status);
    }

    Reservation with(Status to) {
        return new Reservation(id, dataSet, held, trainings, place, build, made, uses, to);
    }
}
