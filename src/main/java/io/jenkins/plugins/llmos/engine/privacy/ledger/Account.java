package io.jenkins.plugins.llmos.engine.privacy.ledger;

import io.jenkins.plugins.llmos.engine.privacy.PrivacyEvent;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;

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
        List<Reservation> open) {
    /** The accounts that a ledger's records tell of, each once under all of its names. */
    static List<Account> all(LedgerState state) {
        return groups(state).stream().map(names -> of(state, names)).toList();
    }

    /** The names of each account. */
    static List<List<String>> groups(LedgerState state) {
        List<List<String>> groups = new ArrayList<>();
        Set<String> seen = new LinkedHashSet<>();
        for (String name : state.names()) {
            if (seen.add(name)) {
                List<String> names = state.namesWith(name);
                seen.addAll(names);
                groups.add(names);
            }
        }
        return groups;
    }

    private static Account of(LedgerState state, List<String> names) {
        String name = names.get(0);
        List<String> contents = names.stream()
                .flatMap(n -> state.contentsOf(n).stream())
                .distinct()
                .toList();
        List<PrivacyEvent> spent = state.spent(name);
        Budget budget = state.budget(name).orElse(null);
        if (budget == null) {
            return new Account(names, contents, null, 0, 0, null, spent.size(), state.open(name));
        }
        Granting charged = new Granting(budget, state.charged(name));
        return new Account(
                names,
                contents,
                budget,
                new Granting(budget, spent).epsilon(),
                charged.epsilon(),
                charged.left(budget.delta()).orElse(null),
                spent.size(),
                state.open(name));
    }
}
