package io.jenkins.plugins.llmos.plugin;

import io.jenkins.plugins.llmos.engine.report.Words;
import io.jenkins.plugins.llmos.engine.schedule.Policies;
import java.time.Instant;
import java.time.ZoneId;
import java.time.format.DateTimeFormatter;
import java.time.format.FormatStyle;
import java.util.Locale;
import java.util.MissingResourceException;
import org.jvnet.localizer.LocaleProvider;
import org.jvnet.localizer.ResourceBundleHolder;

/** What the plugin says to the one who looks, in that one's language. */
public final class Texts {
    private static final ResourceBundleHolder BUNDLE = ResourceBundleHolder.get(Texts.class);

    private Texts() {}

    /**
     * A text.
     *
     * @param key in {@code Texts.properties}
     * @param arguments for the places {@code {0}}, {@code {1}}, … in it
     */
    public static String of(String key, Object... arguments) {
        return BUNDLE.format(key, arguments);
    }

    /**
     * A scheduling policy with what it does; in English where it has no translation, as one that was added. One that there is
     * not any more is just its name.
     */
    public static String policy(String name) {
        if (!Policies.names().contains(name)) {
            return name;
        }
        String summary;
        try {
            summary = of("policy." + name);
        } catch (MissingResourceException e) {
            summary = Policies.summary(name);
        }
        return name + ": " + summary;
    }

    /** A date and time as the language of the one who looks writes them, in the controller's time zone. */
    public static String time(Instant instant) {
        return DateTimeFormatter.ofLocalizedDateTime(FormatStyle.MEDIUM, FormatStyle.MEDIUM)
                .withLocale(locale())
                .withZone(ZoneId.systemDefault())
                .format(instant);
    }

    /** The language of the one who looks. */
    public static Locale locale() {
        return LocaleProvider.getLocale();
    }

    /** The words of figures in that language. */
    public static Words words() {
        return Words.of(locale());
    }
}
