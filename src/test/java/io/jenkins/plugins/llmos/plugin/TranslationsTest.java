package io.jenkins.plugins.llmos.plugin;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;

import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Properties;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** Whatever is said in English is said in Simplified Chinese, too. */
class TranslationsTest {
    private static final Path RESOURCES = Path.of("src/main/resources/io/jenkins/plugins/llmos");
    private static final String CHINESE = "_zh_CN";
    private static final Pattern KEY = Pattern.compile("\\$\\{%([^}]+)}");
    /** What a person reads or hears of an attribute. */
    private static final Pattern ATTRIBUTE = Pattern.compile(
            "\\b(?:title|label|aria-label|description|placeholder|tooltip|alt|add|caption|value)=\"([^\"]*)\"");

    private static final Pattern BETWEEN_TAGS = Pattern.compile(">([^<>]+)<");
    private static final Pattern WORD = Pattern.compile("\\p{L}{2}");
    private static final Pattern PLACE = Pattern.compile("\\{\\d");

    private static List<Path> files(String end) throws IOException {
        try (Stream<Path> all = Files.walk(RESOURCES)) {
            return all.filter(f -> f.toString().endsWith(end) && !f.toString().contains("_zh_"))
                    .sorted()
                    .toList();
        }
    }

    private static Path chinese(Path file, String end) {
        String name = file.getFileName().toString();
        int dot = name.lastIndexOf('.');
        return file.resolveSibling(name.substring(0, dot) + CHINESE + end);
    }

    private static Properties read(Path file) throws IOException {
        Properties properties = new Properties();
        if (Files.exists(file)) {
            try (InputStream in = Files.newInputStream(file)) {
                properties.load(in);
            }
        }
        return properties;
    }

    private static Set<String> places(String text) {
        return PLACE.matcher(text).results().map(r -> r.group()).collect(Collectors.toCollection(TreeSet::new));
    }

    @Test
    void everyHelpHasOne() throws IOException {
        List<Path> help = files(".html");
        assertFalse(help.isEmpty());
        assertEquals(
                List.of(),
                help.stream().filter(f -> !Files.exists(chinese(f, ".html"))).toList());
    }

    @Test
    void everyTextOfAViewHasOne() throws IOException {
        List<String> missing = new ArrayList<>();
        for (Path view : files(".jelly")) {
            Properties texts = read(chinese(view, ".properties"));
            KEY.matcher(Files.readString(view)).results().map(m -> m.group(1)).forEach(key -> {
                String name = key.matches("[a-z]\\w*\\(.*") ? key.substring(0, key.indexOf('(')) : key;
                // Stapler takes what is in parentheses for arguments
                if (!texts.containsKey(name) || name.contains("(")) {
                    missing.add(view + ": " + name);
                }
            });
        }
        assertEquals(List.of(), missing);
    }

    /** A text that stands in a view itself can be in one language only. */
    @Test
    void noViewHasTextsOfItsOwn() throws IOException {
        List<String> own = new ArrayList<>();
        for (Path view : files(".jelly")) {
            String shown = Files.readString(view)
                    .replaceAll("(?s)<st:documentation>.*?</st:documentation>|<!--.*?-->|<\\?.*?\\?>", "")
                    .replaceAll("\\$\\{[^}]*}", "");
            Stream.of(ATTRIBUTE.matcher(shown), BETWEEN_TAGS.matcher(shown))
                    .flatMap(m -> m.results().toList().stream())
                    .map(m -> m.group(1).strip())
                    .filter(t -> WORD.matcher(t).find())
                    .forEach(t -> own.add(view + ": " + t));
        }
        assertEquals(List.of(), own);
    }

    @Test
    void everyMessageHasOneWithTheSamePlaces() throws IOException {
        List<String> wrong = new ArrayList<>();
        for (Path file : files(".properties")) {
            Properties english = read(file);
            Properties other = read(chinese(file, ".properties"));
            english.forEach((key, text) -> {
                String translated = other.getProperty(key.toString());
                if (translated == null || !places(translated).equals(places(text.toString()))) {
                    wrong.add(file + ": " + key);
                }
            });
        }
        assertEquals(List.of(), wrong);
    }
}
