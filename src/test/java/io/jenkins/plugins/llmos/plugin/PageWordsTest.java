package io.jenkins.plugins.llmos.plugin;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.jenkins.plugins.llmos.engine.report.Words;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** The words that pages show one by one, as the sources name them: figures, and what the audit log says was done. */
class PageWordsTest {
    private static final Path SOURCES = Path.of("src/main/java/io/jenkins/plugins/llmos");

    /** Where a figure gets its name that the build page, the trend, a model card, the registry or a report shows. */
    private static final List<Pattern> FIGURES = List.of(
            Pattern.compile("\\b(?:metrics|METRICS)\\.put\\(\"(\\w+)\""),
            Pattern.compile("\\blargest\\(.*\"(\\w+)\"\\);"));
    /** What a private training returns, which a report shows in a table. */
    private static final Pattern RETURNED = Pattern.compile("\\bresult\\.put\\(\"(\\w+)\"");

    /** Where a use is recorded, with its name and those of its details. */
    private static final List<Pattern> RECORDED = List.of(
            Pattern.compile("\\baudit\\.record\\((.*?)\\);", Pattern.DOTALL),
            Pattern.compile("\\brecord\\((\".*?)\\);", Pattern.DOTALL),
            Pattern.compile("\\bfor(?:Reading|Use)\\(\\s*(\"\\w+\")"),
            Pattern.compile("\\bdetails\\.put\\((\"\\w+\")"),
            Pattern.compile("String> details\\(.*?Map\\.of\\((.*?)\\);", Pattern.DOTALL));

    private static final Pattern NAME = Pattern.compile("\"(\\w+)\"");

    private static Set<String> named(String folder, List<Pattern> patterns) throws IOException {
        Set<String> names = new TreeSet<>();
        try (Stream<Path> files = Files.walk(SOURCES.resolve(folder))) {
            for (Path file : files.filter(f -> f.toString().endsWith(".java")).toList()) {
                String source = Files.readString(file);
                patterns.forEach(
                        p -> p.matcher(source).results().map(m -> m.group(1)).forEach(names::add));
            }
        }
        return names;
    }

    private static boolean isChinese(String text) {
        return text.codePoints().anyMatch(Character::isIdeographic);
    }

    @Test
    void figuresHaveChineseNamesThatGatesCanStillBeWrittenWith() throws IOException {
        Set<String> figures = named("engine/train", FIGURES);
        figures.addAll(named("engine/train/inspect", FIGURES));
        figures.addAll(List.of("fairnessGapLow", "fairnessGapHigh"));
        String privately = Files.readString(SOURCES.resolve("engine/train/PrivateTraining.java"));
        RETURNED.matcher(privately).results().map(m -> m.group(1)).forEach(figures::add);
        assertTrue(figures.containsAll(Set.of("accuracy", "calibrationError", "fairnessGap", "epsilon", "seconds")));
        assertTrue(figures.size() > 35, figures.toString());
        Words chinese = Words.of(Locale.SIMPLIFIED_CHINESE);
        for (String figure : figures) {
            assertTrue(!chinese.figure(figure).equals(figure), figure);
            assertEquals(chinese.figure(figure) + "（" + figure + "）", chinese.namedFigure(figure));
            assertEquals(figure, Words.ENGLISH.namedFigure(figure));
        }
        assertEquals("of.a.later.version", chinese.namedFigure("of.a.later.version"));
    }

    @Test
    void whatTheAuditLogSaysIsSaidInChinese() throws IOException {
        Set<String> words = new TreeSet<>(List.of("encrypt", "decrypt", "rotate"));
        for (String folder : List.of("engine/privacy/ledger", "engine/privacy/encryption", "plugin")) {
            for (String call : named(folder, RECORDED)) {
                NAME.matcher(call).results().map(m -> m.group(1)).forEach(words::add);
            }
        }
        assertTrue(words.containsAll(Set.of("budget", "settle", "refuse", "predict", "read")), words.toString());
        assertTrue(words.containsAll(Set.of("reservation", "epsilon", "attempt", "newKey", "lacks")), words.toString());
        for (String word : words) {
            boolean known = Stream.of(EngineTexts.AUDIT, EngineTexts.DETAIL)
                    .map(kind -> EngineTexts.in(Locale.SIMPLIFIED_CHINESE, word, kind))
                    .anyMatch(said -> isChinese(said) || said.matches("[εδ]"));
            assertTrue(known, word);
        }
        assertEquals(
                "计数，age 的均值", EngineTexts.in(Locale.SIMPLIFIED_CHINESE, "count, mean of age", EngineTexts.RELEASED));
        assertEquals(
                "count, mode of age",
                EngineTexts.in(Locale.SIMPLIFIED_CHINESE, "count, mode of age", EngineTexts.RELEASED));
    }
}
