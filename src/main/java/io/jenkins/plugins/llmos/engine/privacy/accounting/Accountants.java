package io.jenkins.plugins.llmos.engine.privacy.accounting;

import io.jenkins.plugins.llmos.engine.InvalidInputException;
import io.jenkins.plugins.llmos.engine.util.Suggestions;
import java.util.List;
import java.util.Locale;

/** The accountants there are; a new one is added to this list alone. */
public final class Accountants {
    private static final List<Accountant> ALL = List.of(new RenyiAccountant(), new LossAccountant());

    private Accountants() {}

    /** All of them, the loosest first. */
    public static List<Accountant> all() {
        return ALL;
    }

    /** The one whose figures count where only one can: the tightest. */
    public static Accountant standard() {
        return ALL.get(ALL.size() - 1);
    }

    /** @throws InvalidInputException if there is none of that name */
    public static Accountant named(String name) {
        return ALL.stream()
                .filter(a -> a.name().equals(name.toLowerCase(Locale.ROOT)))
                .findFirst()
                .orElseThrow(() -> new InvalidInputException("There is no accountant '" + name + "'. "
                        + Suggestions.sentence(
                                name, ALL.stream().map(Accountant::name).toList())));
    }
}
