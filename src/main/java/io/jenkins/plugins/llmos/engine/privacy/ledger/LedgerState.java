package io.jenkins.plugins.llmos.engine.privacy.ledger;

import io.jenkins.plugins.llmos.engine.privacy.EventJson;
import io.jenkins.plugins.llmos.engine.privacy.PrivacyEvent;
import io.jenkins.plugins.llmos.engine.privacy.PrivacyEvent.ApproximateDp;
import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.TreeSet;

/**
 * What the records of a ledger say together. Names and contents that were ever seen together belong to one account, also
 * through others: the same content under two names, and one name whose content changed.
 */
final class LedgerState {
    private final List<LedgerRecord> records = new ArrayList<>();
    private final Map<String, String> parents = new TreeMap<>();
    private final Map<String, Budget> budgets = new TreeMap<>();
    private final Map<String, Reservation> reservations = new LinkedHashMap<>();
    private final List<Charge> charges = new ArrayList<>();

    /** Something that was spent for good. */
    record Charge(String dataSet, PrivacyEvent event) {}

    void apply(LedgerRecord r) {
        records.add(r);
        switch (r.kind()) {
            case BUDGET -> {
                parents.putIfAbsent(name(r.dataSet()), name(r.dataSet()));
                budgets.put(r.dataSet(), new Budget(r.epsilon(), r.delta()));
            }
            case RESERVE -> {
                parents.putIfAbsent(name(r.dataSet()), name(r.dataSet()));
                reservations.put(
                        r.id(),
                        new Reservation(
                                r.id(),
                                r.dataSet(),
                                new Budget(r.epsilon(), r.delta()),
                                r.trainings(),
                                r.run() + "/" + r.key(),
                                r.build(),
                                r.time(),
                                List.of(),
                                Map.of(),
                                Map.of(),
                                Reservation.Status.OPEN));
            }
            case USE -> {
                join(r.dataSet(), r.contents());
                reservations.computeIfPresent(r.id(), (id, reservation) -> reservation.used(r.key(), r.attempt()));
            }
            case LOST -> charges.add(new Charge(r.dataSet(), EventJson.read(r.event())));
            case UNUSED -> reservations.computeIfPresent(r.id(), (id, reservation) -> reservation.unused(r.key()));
            case DONE ->
                reservations.computeIfPresent(
                        r.id(), (id, reservation) -> reservation.ended(r.key(), EventJson.read(r.event())));
            case SETTLE -> {
                reservations.computeIfPresent(
                        r.id(), (id, reservation) -> reservation.with(Reservation.Status.SETTLED));
                charges.add(new Charge(r.dataSet(), EventJson.read(r.event())));
            }
            case CANCEL ->
                reservations.computeIfPresent(
                        r.id(), (id, reservation) -> reservation.with(Reservation.Status.CANCELLED));
            case RELEASE -> {
                join(r.dataSet(), r.contents());
                charges.add(new Charge(r.dataSet(), EventJson.read(r.event())));
            }
            case REPAIR -> {}
        }
    }

    /** Whether a record spends something for good. */
    static boolean charges(LedgerRecord r) {
        return switch (r.kind()) {
            case LOST, SETTLE, RELEASE -> true;
            default -> false;
        };
    }

    private static String name(String dataSet) {
        return "name:" + dataSet;
    }

    private String root(String node) {
        String parent = parents.getOrDefault(node, node);
        return parent.equals(node) ? node : root(parent);
    }

    void join(String dataSet, Collection<String> contents) {
        parents.putIfAbsent(name(dataSet), name(dataSet));
        for (String content : contents) {
            parents.put(root("content:" + content), root(name(dataSet)));
        }
    }

    boolean sameAccount(String a, String b) {
        return root(name(a)).equals(root(name(b)));
    }

    /** Contents that were seen under exactly this name. */
    Collection<String> contentsOf(String dataSet) {
        TreeSet<String> contents = new TreeSet<>();
        for (LedgerRecord r : records) {
            if (dataSet.equals(r.dataSet()) && r.contents() != null) {
                contents.addAll(r.contents());
            }
        }
        return contents;
    }

    /** All names that have a budget, a charge or a reservation. */
    List<String> names() {
        return parents.keySet().stream()
                .filter(n -> n.startsWith("name:"))
                .map(n -> n.substring("name:".length()))
                .toList();
    }

    List<String> namesWith(String dataSet) {
        return names().stream().filter(n -> sameAccount(n, dataSet)).toList();
    }

    /** What was allowed under each name last. */
    Map<String, Budget> budgets() {
        return new TreeMap<>(budgets);
    }

    /** The strictest of the budgets of the account's names. */
    Optional<Budget> budget(String dataSet) {
        return budgets.entrySet().stream()
                .filter(b -> sameAccount(b.getKey(), dataSet))
                .map(Map.Entry::getValue)
                .reduce(Budget::and);
    }

    /** What was spent of the account for good. */
    List<PrivacyEvent> spent(String dataSet) {
        return charges.stream()
                .filter(c -> sameAccount(c.dataSet(), dataSet))
                .map(Charge::event)
                .toList();
    }

    /** Reservations of the account that are not settled. */
    List<Reservation> open(String dataSet) {
        return reservations.values().stream()
                .filter(r -> r.status() == Reservation.Status.OPEN && sameAccount(r.dataSet(), dataSet))
                .toList();
    }

    /** Everything that counts against the account's budget. */
    List<PrivacyEvent> charged(String dataSet) {
        List<PrivacyEvent> events = new ArrayList<>(spent(dataSet));
        open(dataSet).forEach(r -> events.add(held(r.held())));
        return events;
    }

    static PrivacyEvent held(Budget held) {
        return new ApproximateDp(held.epsilon(), held.delta());
    }

    Optional<Reservation> reservation(String id) {
        return Optional.ofNullable(reservations.get(id));
    }

    /** The reservation that a place in a build has made, unless it was cancelled. */
    Optional<Reservation> reservationOf(Origin origin, String key) {
        String place = origin.run() + "/" + key;
        return reservations.values().stream()
                .filter(r -> r.place().equals(place) && r.status() != Reservation.Status.CANCELLED)
                .reduce((first, second) -> second);
    }

    List<LedgerRecord> records() {
        return records;
    }

    /** A copy to which records can be applied to see what would be. */
    LedgerState copy() {
        LedgerState copy = new LedgerState();
        records.forEach(copy::apply);
        return copy;
    }
}
