package io.jenkins.plugins.llmos.plugin.pages;

import io.jenkins.plugins.llmos.engine.report.Quantity;
import io.jenkins.plugins.llmos.plugin.Texts;
import java.time.Duration;
import java.time.Instant;

/** How pages write times. */
final class Times {
    private Times() {}

    /** How long ago, such as {@code 1h 30m}. */
    static String since(long millis) {
        Duration past = Duration.between(Instant.ofEpochMilli(millis), Instant.now());
        return format(past.isNegative() ? Duration.ZERO : past);
    }

    /** A length in whole seconds, or larger units. */
    static String format(Duration duration) {
        return Quantity.SECONDS.format((double) Math.round(duration.toMillis() / 1000.0));
    }

    /** A date and time as the reader's language writes them, in the controller's time zone. */
    static String at(Instant instant) {
        return Texts.time(instant);
    }
}
