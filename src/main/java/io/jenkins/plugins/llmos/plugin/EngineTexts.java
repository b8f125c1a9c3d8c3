package io.jenkins.plugins.llmos.plugin;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.ResourceBundle;
import java.util.concurrent.ConcurrentHashMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * What the engine says, in the language of the one who looks. The engine speaks English, also into files and to agents, so
 * what it says is known again by its form: {@code EngineTexts.properties} has its sentences and phrases with places for
 * what changes, {@code EngineTexts_zh_CN.properties} the same in Chinese. What is at a place may be a phrase itself. What
 * is not known stays English.
 */
public final class EngineTexts {
    private static final String BUNDLE = "io.jenkins.plugins.llmos.plugin.EngineTexts";
    private static final ResourceBundle.Control NO_FALLBACK =
            ResourceBundle.Control.getNoFallbackControl(ResourceBundle.Control.FORMAT_PROPERTIES);
    private static final Pattern PLACE = Pattern.compile("\\{(\\d)}");
    /** Where one sentence ends and another begins. */
    private static final Pattern BETWEEN = Pattern.compile("(?<=[.?]) (?=[A-Z'])");

    private static final int LONGEST = 2_000;
    private static final int DEEPEST = 8;
    private static final Map<Locale, EngineTexts> BY_LOCALE = new ConcurrentHashMap<>();

    private final List<Phrase> phrases = new ArrayList<>();

    /** A form of English and the same in the other language, with the places in the order in which the form has them. */
    private record Phrase(Pattern english, int letters, List<Integer> places, String other) {
        static Phrase of(String english, String other) {
            StringBuilder regex = new StringBuilder();
            List<Integer> places = new ArrayList<>();
            int letters = 0;
            int end = 0;
            Matcher place = PLACE.matcher(english);
            while (place.find()) {
                regex.append(Pattern.quote(english.substring(end, place.start())))
                        .append("(.+?)");
                letters += place.start() - end;
                places.add(Integer.parseInt(place.group(1)));
                end = place.end();
            }
            regex.append(Pattern.quote(english.substring(end)));
            return new Phrase(
                    Pattern.compile(regex.toString(), Pattern.DOTALL), letters + english.length() - end, places, other);
        }
    }

    private EngineTexts(ResourceBundle other) {
        ResourceBundle english = bundle(Locale.ROOT);
        for (String key : english.keySet()) {
            if (!other.getString(key).equals(english.getString(key))) {
                phrases.add(Phrase.of(english.getString(key), other.getString(key)));
            }
        }
        // the form that says most is the one that is meant
        phrases.sort(Comparator.comparingInt(Phrase::letters).reversed());
    }

    /** A text of the engine in the language of the one who looks, as far as that is known. */
    public static String of(String english) {
        return in(Texts.locale(), english);
    }

    /** Texts of the engine likewise. */
    public static List<String> of(List<String> english) {
        return english.stream().map(EngineTexts::of).toList();
    }

    /** A text of the engine in a language. */
    static String in(Locale locale, String english) {
        if (english == null || english.length() > LONGEST) {
            return english;
        }
        // of the locales that browsers ask for, those that there are texts for
        ResourceBundle bundle = bundle(locale);
        EngineTexts texts = BY_LOCALE.computeIfAbsent(bundle.getLocale(), known -> new EngineTexts(bundle));
        return texts.phrases.isEmpty() ? english : texts.translate(english, 0);
    }

    private static ResourceBundle bundle(Locale locale) {
        return ResourceBundle.getBundle(BUNDLE, locale, EngineTexts.class.getClassLoader(), NO_FALLBACK);
    }

    private String translate(String english, int depth) {
        if (depth > DEEPEST) {
            return english;
        }
        for (Phrase phrase : phrases) {
            Matcher m = phrase.english.matcher(english);
            if (m.matches()) {
                return filled(phrase, m, depth);
            }
        }
        String[] sentences = BETWEEN.split(english, 2);
        return sentences.length == 1
                ? english
                : translate(sentences[0], depth + 1) + " " + translate(sentences[1], depth + 1);
    }

    private String filled(Phrase phrase, Matcher found, int depth) {
        StringBuilder text = new StringBuilder();
        Matcher place = PLACE.matcher(phrase.other);
        int from = 0;
        while (place.find()) {
            text.append(phrase.other.substring(from, place.start()));
            int group = phrase.places.indexOf(Integer.parseInt(place.group(1))) + 1;
            text.append(translate(found.group(group), depth + 1));
            from = place.end();
        }
        return text.append(phrase.other.substring(from)).toString();
    }
}
