package io.jenkins.plugins.llmos.engine.privacy.access;

import java.util.Arrays;
import java.util.List;
import java.util.Locale;

/** How freely a model or a data set may be used; each is more than the one before. */
public enum Sensitivity {
    /** Anyone may use it. */
    PUBLIC,
    /** The organisation's own; what nobody has said anything of is this. */
    INTERNAL,
    /** Only those who may use restricted models and data. */
    RESTRICTED;

    /** Names as users write them. */
    public static final List<String> NAMES =
            Arrays.stream(values()).map(Sensitivity::text).toList();

    /** The name as users write it. */
    public String text() {
        return name().toLowerCase(Locale.ROOT);
    }

    /** @param text one of {@link #NAMES} */
    public static Sensitivity of(String text) {
        return valueOf(text.toUpperCase(Locale.ROOT));
    }

    /** The stricter of two: a model is at least as sensitive as what it learnt from. */
    public Sensitivity and(Sensitivity other) {
        return compareTo(other) >= 0 ? this : other;
    }
}
