package io.jenkins.plugins.llmos.engine.privacy.ledger;

import java.util.List;

/**
 * One account of a ledger, as people see it.
 *
 * @param names of the data set, all that share it
 * @param contents SHA-256 of its files, all that were seen
 * @param budget what may be spent, null if nobody set one
 * @param spent ε of all that was spent for good, at the budget's δ; 0 without a budget
 * @param charged ε of that and the open reservations in full; infinite if they take the whole δ
 * @param left the largest ε that is still granted, for a δ of at most the budget's
 * @param events how many charges are settled
 * @param open reservations that are not settled
 */
public record Account(
        List<String> names,
        List<String> contents,
        Budget budget,
        double spent,
        double charged,
        Budget left,
        int events,
        List<Reservation> open) {}
