package io.jenkins.plugins.llmos.plugin;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.ResourceBundle;
import java.util.concurrent.ConcurrentHashMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * What the engine says, in the language of the one who looks. The engine speaks English, also into files and to agents, so
 * what it says is known again by its form: {@code EngineTexts.properties} has its sentences with places for what changes,
 * {@code EngineTexts_zh_CN.properties} the same in Chinese. What is at a place {@code {0}} is somebody's and stays as it is;
 * at a place {@code {0:part}} the engine speaks too, in one of the forms whose keys begin with {@code part.}, which are not
 * looked for anywhere else. So nothing is taken for a sentence of the engine that only has words of one in it; where a form
 * has no words of its own, as a list of figures has none, all at its places must be known. What is not known stays English.
 */
public final class EngineTexts {
    private static final String BUNDLE = "io.jenkins.plugins.llmos.plugin.EngineTexts";
    private static final ResourceBundle.Control NO_FALLBACK =
            ResourceBundle.Control.getNoFallbackControl(ResourceBundle.Control.FORMAT_PROPERTIES);
    private static final Pattern PLACE = Pattern.compile("\\{(\\d)(?::(\\w+))?}");
    /** Where one sentence ends and another begins. */
    private static final Pattern BETWEEN = Pattern.compile("(?<=[.?]) (?=[A-Z'\\dδε])");

    /** The kind of forms that are whole sentences or clauses. */
    private static final String SAID = "said";
    /** The kind of what a job asks for. */
    static final String DEMAND = "demand";

    /** The kind of names of machines. */
    private static final String PLACE_NAME = "place";

    /** The kinds of words of the audit log. */
    static final String AUDIT = "audit";

    static final String DETAIL = "detail";
    static final String RELEASED = "released";

    private static final int LONGEST = 2_000;
    private static final int DEEPEST = 16;
    private static final Map<Locale, EngineTexts> BY_LOCALE = new ConcurrentHashMap<>();

    private final Map<String, List<Phrase>> phrases = new HashMap<>();

    /** What is at a place: its number, and the kind of forms that the engine has for it; null if it is not the engine's. */
    private record Place(int number, String kind) {}

    /** A form of English and the same in the other language, with the places in the order in which the form has them. */
    private record Phrase(Pattern english, int letters, boolean speaks, List<Place> places, String other) {
        static Phrase of(String english, String other) {
            StringBuilder regex = new StringBuilder();
            List<Place> places = new ArrayList<>();
            int letters = 0;
            int end = 0;
            Matcher place = PLACE.matcher(english);
            while (place.find()) {
                regex.append(Pattern.quote(english.substring(end, place.start())))
                        .append("(.+?)");
                letters += place.start() - end;
                places.add(new Place(Integer.parseInt(place.group(1)), place.group(2)));
                end = place.end();
            }
            regex.append(Pattern.quote(english.substring(end)));
            boolean speaks = PLACE.matcher(english).replaceAll("").codePoints().anyMatch(Character::isLetter);
            return new Phrase(
                    Pattern.compile(regex.toString(), Pattern.DOTALL),
                    letters + english.length() - end,
                    speaks || places.stream().allMatch(p -> p.kind() == null),
                    places,
                    other);
        }
    }

    private EngineTexts(ResourceBundle other) {
        ResourceBundle english = bundle(Locale.ROOT);
        if (other.getLocale().equals(english.getLocale())) {
            return;
        }
        for (String key : english.keySet()) {
            int dot = key.indexOf('.');
            phrases.computeIfAbsent(dot < 0 ? SAID : key.substring(0, dot), kind -> new ArrayList<>())
                    .add(Phrase.of(english.getString(key), other.getString(key)));
        }
        // the form that says most is the one that is meant
        phrases.values()
                .forEach(p -> p.sort(Comparator.comparingInt(Phrase::letters).reversed()));
    }

    /** A text of the engine in the language of the one who looks, as far as that is known. */
    public static String of(String english) {
        return in(Texts.locale(), english);
    }

    /** What a job asks for, as a {@code Demand} says it, likewise. */
    public static String demand(String english) {
        return in(Texts.locale(), english, DEMAND);
    }

    /** The name of a machine, likewise. */
    public static String place(String english) {
        return in(Texts.locale(), english, PLACE_NAME);
    }

    /** What was done, as a line of the audit log names it, likewise. */
    public static String audited(String english) {
        return in(Texts.locale(), english, AUDIT);
    }

    /** A detail of a line of the audit log, with its name, likewise. */
    public static String detail(String name, String value) {
        return in(Texts.locale(), name, DETAIL) + " "
                + (name.equals("what") ? in(Texts.locale(), value, RELEASED) : value);
    }

    /** Texts of the engine likewise. */
    public static List<String> of(List<String> english) {
        return english.stream().map(EngineTexts::of).toList();
    }

    /** A text of the engine in a language. */
    static String in(Locale locale, String english) {
        return in(locale, english, SAID);
    }

    static String in(Locale locale, String english, String kind) {
        if (english == null || english.length() > LONGEST) {
            return english;
        }
        // of the locales that browsers ask for, those that there are texts for
        ResourceBundle bundle = bundle(locale);
        EngineTexts texts = BY_LOCALE.computeIfAbsent(bundle.getLocale(), known -> new EngineTexts(bundle));
        return texts.phrases.isEmpty()
                ? english
                : texts.translate(english, kind, 0).text();
    }

    private static ResourceBundle bundle(Locale locale) {
        return ResourceBundle.getBundle(BUNDLE, locale, EngineTexts.class.getClassLoader(), NO_FALLBACK);
    }

    /**
     * A translation.
     *
     * @param letters how many letters of the English one are those of known forms
     */
    private record Said(String text, int letters) {
        private Said then(Said next) {
            return next.text.isEmpty() ? this : new Said(text + " " + next.text, letters + next.letters);
        }
    }

    /** Of all ways to see known forms in a text, that in which they say most. */
    private Said translate(String english, String kind, int depth) {
        if (kind == null) {
            return new Said(english, 0);
        }
        if (!kind.equals(SAID)) {
            return known(english, kind, depth).orElse(new Said(english, 0));
        }
        List<String> sentences = List.of(BETWEEN.split(english));
        Said[] from = new Said[sentences.size() + 1];
        from[sentences.size()] = new Said("", 0);
        for (int i = sentences.size() - 1; i >= 0; i--) {
            from[i] = new Said(sentences.get(i), 0).then(from[i + 1]);
            for (int end = i + 1; end <= sentences.size(); end++) {
                Said rest = from[end];
                Said best = from[i];
                from[i] = known(String.join(" ", sentences.subList(i, end)), kind, depth)
                        .map(k -> k.then(rest))
                        .filter(k -> k.letters > best.letters)
                        .orElse(best);
            }
        }
        return from[0];
    }

    /** The text as one form; nothing if it is none. */
    private Optional<Said> known(String english, String kind, int depth) {
        if (depth > DEEPEST) {
            return Optional.empty();
        }
        return phrases.getOrDefault(kind, List.of()).stream()
                .map(phrase -> filled(phrase, phrase.english.matcher(english), depth))
                .flatMap(Optional::stream)
                .max(Comparator.comparingInt(Said::letters));
    }

    private Optional<Said> filled(Phrase phrase, Matcher found, int depth) {
        if (!found.matches()) {
            return Optional.empty();
        }
        String[] places = new String[10];
        int letters = phrase.letters;
        for (int i = 0; i < phrase.places.size(); i++) {
            Place place = phrase.places.get(i);
            Optional<Said> form = phrase.speaks || place.kind() == null
                    ? Optional.of(translate(found.group(i + 1), place.kind(), depth + 1))
                    : known(found.group(i + 1), place.kind(), depth + 1);
            if (form.isEmpty()) {
                return Optional.empty();
            }
            Said there = form.get();
            places[place.number()] = there.text;
            letters += there.letters;
        }
        String text = PLACE.matcher(phrase.other)
                .replaceAll(m -> Matcher.quoteReplacement(places[Integer.parseInt(m.group(1))]));
        return Optional.of(new Said(text, letters));
    }
}
