package io.jenkins.plugins.llmos.engine.privacy.ledger;

import io.jenkins.plugins.llmos.engine.privacy.EventJson;
import io.jenkins.plugins.llmos.engine.privacy.PrivacyEvent;
import java.time.Instant;
import java.util.List;
import java.util.Map;

/**
 * One line of a ledger. Which components are set depends on the kind; the others are null.
 *
 * @param v version of the form, {@value #VERSION}
 * @param time never before that of the record before
 * @param who who wrote it
 * @param build as of {@link Origin}
 * @param run as of {@link Origin}
 * @param dataSet name of the data set
 * @param id of the reservation
 * @param key of a place in a build: the block that reserves, the training that uses, the release
 * @param epsilon of a budget, or set aside
 * @param delta of a budget, or set aside
 * @param trainings among how many trainings a reservation is shared
 * @param contents SHA-256 of the data set's files
 * @param event what was spent, as {@link io.jenkins.plugins.llmos.engine.privacy.EventJson} writes it
 * @param note for people
 * @param attempt of a training, as of {@link Attempt}
 */
record LedgerRecord(
        int v,
        Kind kind,
        Instant time,
        String who,
        String build,
        String run,
        String dataSet,
        String id,
        String key,
        Double epsilon,
        Double delta,
        Integer trainings,
        List<String> contents,
        Map<String, Object> event,
        String note,
        String attempt) {
    static final int VERSION = 1;

    /** What a record tells. */
    enum Kind {
        /** An administrator allows (ε, δ); later ones replace earlier ones. */
        BUDGET,
        /** (ε, δ) are set aside, and count as spent in full until settled or cancelled. */
        RESERVE,
        /** A training of the reservation may start now. */
        USE,
        /**
         * An attempt of a training ended where nobody can tell how many of its steps were shown; this event counts for
         * them, besides what is set aside.
         */
        LOST,
        /** A training of the reservation ended before it showed anything. */
        UNUSED,
        /** A training of the reservation has ended and has cost this event. */
        DONE,
        /** The reservation has cost this event and no more. */
        SETTLE,
        /** The reservation was never used. */
        CANCEL,
        /** An event whose cost is known beforehand is about to happen. */
        RELEASE,
        /** The file was mended. */
        REPAIR
    }

    /** A record of which only this is known; {@link #by} completes it. */
    static LedgerRecord of(Kind kind, String dataSet) {
        return new LedgerRecord(
                VERSION, kind, null, null, null, null, dataSet, null, null, null, null, null, null, null, null, null);
    }

    LedgerRecord at(String reservation, String place) {
        return new LedgerRecord(
                v,
                kind,
                time,
                who,
                build,
                run,
                dataSet,
                reservation,
                place,
                epsilon,
                delta,
                trainings,
                contents,
                event,
                note,
                attempt);
    }

    LedgerRecord with(Budget b) {
        return new LedgerRecord(
                v,
                kind,
                time,
                who,
                build,
                run,
                dataSet,
                id,
                key,
                b.epsilon(),
                b.delta(),
                trainings,
                contents,
                event,
                note,
                attempt);
    }

    LedgerRecord sharedAmong(int count) {
        return new LedgerRecord(
                v, kind, time, who, build, run, dataSet, id, key, epsilon, delta, count, contents, event, note,
                attempt);
    }

    LedgerRecord of(DataContent data) {
        return new LedgerRecord(
                v,
                kind,
                time,
                who,
                build,
                run,
                dataSet,
                id,
                key,
                epsilon,
                delta,
                trainings,
                data.digests(),
                event,
                note,
                attempt);
    }

    LedgerRecord costing(PrivacyEvent spent) {
        return new LedgerRecord(
                v,
                kind,
                time,
                who,
                build,
                run,
                dataSet,
                id,
                key,
                epsilon,
                delta,
                trainings,
                contents,
                EventJson.write(spent),
                note,
                attempt);
    }

    LedgerRecord noting(String text) {
        return new LedgerRecord(
                v, kind, time, who, build, run, dataSet, id, key, epsilon, delta, trainings, contents, event, text,
                attempt);
    }

    LedgerRecord in(Attempt of) {
        return new LedgerRecord(
                v, kind, time, who, build, run, dataSet, id, key, epsilon, delta, trainings, contents, event, note,
                of.id());
    }

    LedgerRecord by(Origin origin, Instant when) {
        return new LedgerRecord(
                v,
                kind,
                when,
                origin.who(),
                origin.build(),
                origin.run(),
                dataSet,
                id,
                key,
                epsilon,
                delta,
                trainings,
                contents,
                event,
                note,
                attempt);
    }
}
