package io.jenkins.plugins.llmos.engine.retrain;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.jenkins.plugins.llmos.engine.InvalidInputException;
import io.jenkins.plugins.llmos.engine.privacy.access.Sensitivity;
import io.jenkins.plugins.llmos.engine.privacy.encryption.Encryption;
import io.jenkins.plugins.llmos.engine.privacy.encryption.EncryptionKey;
import io.jenkins.plugins.llmos.engine.privacy.encryption.Origin;
import io.jenkins.plugins.llmos.engine.privacy.encryption.Vault;
import io.jenkins.plugins.llmos.engine.retrain.RetrainVerdict.Memory;
import io.jenkins.plugins.llmos.engine.train.TrainSpec;
import io.jenkins.plugins.llmos.engine.train.data.DataProfile;
import io.jenkins.plugins.llmos.engine.train.data.DataProfiler;
import io.jenkins.plugins.llmos.engine.train.data.FeatureSchema;
import io.jenkins.plugins.llmos.engine.train.data.PreparedData;
import io.jenkins.plugins.llmos.engine.util.FileAccess;
import io.jenkins.plugins.llmos.engine.util.Json;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** When a model is trained again, with data files as users have them. */
class RetrainVerdictTest {
    private static final Instant TRAINED = Instant.parse("2026-01-01T00:00:00Z");
    private static final String[] WORDS = {"good", "bad", "slow", "quick", "nice", "ugly"};
    private static final String[] LATER_WORDS = {"gut", "schlecht", "langsam", "schnell", "nett", "hässlich"};

    @TempDir
    private Path folder;

    private FeatureSchema schema;
    private Baseline baseline;
    private Path data;

    /** Rows of an age, a city, a comment and a verdict. */
    private static String rows(int from, int to, double shift, String[] cities, String[] words) {
        StringBuilder csv = new StringBuilder();
        for (int i = from; i < to; i++) {
            SplittableRandom random = new SplittableRandom(i);
            double age = 40 + shift + 10 * random.nextGaussian();
            csv.append(age)
                    .append(',')
                    .append(cities[random.nextInt(cities.length)])
                    .append(',');
            for (int w = 0; w < 6; w++) {
                csv.append(words[random.nextInt(words.length)]).append(' ');
            }
            csv.append(i).append(random.nextBoolean() ? ",up\n" : ",down\n");
        }
        return csv.toString();
    }

    private static final String HEADER = "age,city,comment,verdict\n";
    private static final String[] CITIES = {"Bern", "Thun", "Basel"};

    @BeforeEach
    void train() throws IOException {
        data = Files.writeString(folder.resolve("data.csv"), HEADER + rows(0, 1500, 0, CITIES, WORDS));
        TrainSpec spec =
                TrainSpec.from(Map.of("data", "data.csv", "target", "verdict", "model", "text", "output", "m"), folder);
        try (PreparedData prepared = PreparedData.prepare(FileAccess.PLAIN, spec, folder.resolve("cache"))) {
            schema = prepared.schema();
            DataProfiler profiler = new DataProfiler(schema, Long.MAX_VALUE);
            profiler.add(FileAccess.PLAIN, data, null);
            // As it is kept beside the model.
            DataProfile profile = Json.parse(Json.line(profiler.all()), DataProfile.class);
            baseline = new Baseline(TRAINED, prepared.fingerprint(), 1500, profile, "");
        }
    }

    private RetrainVerdict judge(Map<String, ?> rule, Memory memory, Duration age, Path... files) {
        DataState state = DataState.read(List.of(files), null, schema, baseline);
        return RetrainVerdict.of(RetrainRule.from(rule), baseline, state, memory, TRAINED.plus(age));
    }

    private RetrainVerdict judge(Map<String, ?> rule, Path file) {
        return judge(rule, Memory.NONE, Duration.ofDays(1), file);
    }

    private Path write(String rows) throws IOException {
        return Files.writeString(folder.resolve("later.csv"), HEADER + rows);
    }

    @Test
    void theSameDataAreNoReason() {
        RetrainVerdict verdict =
                judge(Map.of("minNewRows", 1, "drift", 0.01, "anyChange", true, "maxAge", "30d"), data);
        assertFalse(verdict.train(), verdict::toString);
        assertEquals(0, verdict.newRows());
        assertEquals(4, verdict.columns().size());
        verdict.columns()
                .forEach(c -> assertEquals(0, c.drift().psi(), 1e-9, c.drift().column()));
    }

    @Test
    void newRowsAreAReasonFromTheirBoundOn() throws IOException {
        Path later = write(rows(0, 1600, 0, CITIES, WORDS));
        assertTrue(judge(Map.of("minNewRows", 100), later).train());
        assertFalse(judge(Map.of("minNewRows", 101), later).train());
        assertTrue(judge(Map.of("minNewRows", 100), later).reasons().get(0).startsWith("100 new rows"));
    }

    @Test
    void otherRowsOfTheSameDistributionAreNoDrift() throws IOException {
        Path later = write(rows(5000, 6500, 0, CITIES, WORDS));
        assertFalse(judge(Map.of("drift", 0.01), later).train());
        assertFalse(judge(Map.of("drift", 0.01, "statistic", "ks"), later).train());
        assertTrue(judge(Map.of(), later).train(), "without a bound every change counts");
    }

    @Test
    void eachKindOfColumnShowsItsDrift() throws IOException {
        String[] moreCities = {"Bern", "Thun", "Basel", "Chur"};
        assertDrifted("age", write(rows(5000, 6500, 8, CITIES, WORDS)));
        assertDrifted("city", write(rows(5000, 6500, 0, moreCities, WORDS)));
        assertDrifted("comment", write(rows(5000, 6500, 0, CITIES, LATER_WORDS)));
        assertDrifted("verdict", write(rows(5000, 6500, 0, CITIES, WORDS).replace("up\n", "down\n")));
    }

    private void assertDrifted(String column, Path later) {
        for (String statistic : List.of("psi", "ks")) {
            // KS of a text is that of its length, which stays the same here.
            if (column.equals("comment") && statistic.equals("ks")) {
                continue;
            }
            RetrainVerdict verdict = judge(Map.of("drift", 0.1, "statistic", statistic), later);
            assertTrue(verdict.train(), () -> column + ": " + verdict);
            assertEquals(1, verdict.reasons().size(), verdict.reasons()::toString);
            assertTrue(
                    verdict.reasons().get(0).startsWith("'" + column + "' has drifted"), verdict.reasons()::toString);
        }
    }

    @Test
    void missingValuesAreDriftAndAColumnThatIsGoneIsNamed() throws IOException {
        RetrainVerdict some = judge(
                Map.of("drift", 0.2), write(rows(0, 1500, 0, CITIES, WORDS).replace("Thun", "")));
        assertTrue(some.train(), some::toString);
        RetrainVerdict gone = judge(
                Map.of("drift", 0.2),
                Files.writeString(
                        folder.resolve("gone.csv"),
                        (HEADER + rows(0, 1500, 0, CITIES, WORDS)).replace("age,city", "alter,city")));
        assertTrue(gone.train());
        assertTrue(gone.remarks().get(0).contains("'age' has no value in any row"), gone.remarks()::toString);
    }

    @Test
    void fewNewRowsThatDriftAreSeenAmongManyOldOnes() throws IOException {
        Path later = write(rows(0, 1500, 0, CITIES, WORDS) + rows(5000, 5150, 20, CITIES, WORDS));
        RetrainVerdict verdict = judge(Map.of("drift", 0.5), later);
        assertTrue(verdict.train(), verdict::toString);
        assertTrue(verdict.reasons().get(0).contains("over the new rows"), verdict.reasons()::toString);
    }

    @Test
    void ageIsAReasonButNothingFiresTwiceForTheSameData() throws IOException {
        Map<String, ?> rule = Map.of("maxAge", "30d");
        assertFalse(judge(rule, Memory.NONE, Duration.ofDays(29), data).train());
        RetrainVerdict old = judge(rule, Memory.NONE, Duration.ofDays(31), data);
        assertTrue(old.train());
        Memory memory = Memory.NONE.after(old);
        RetrainVerdict again = judge(rule, memory, Duration.ofDays(62), data);
        assertFalse(again.train());
        assertFalse(again.reasons().isEmpty(), "the reason stands");
        assertTrue(again.remarks().get(0).contains("already"), again.remarks()::toString);
        Path changed = write(rows(0, 1501, 0, CITIES, WORDS));
        assertTrue(judge(rule, memory, Duration.ofDays(62), changed).train());
    }

    @Test
    void severalFilesCountTogetherAndAChangeSinceTheFirstLook() throws IOException {
        Path more = Files.writeString(folder.resolve("more.csv"), HEADER + rows(2000, 2100, 0, CITIES, WORDS));
        RetrainVerdict first = judge(Map.of("anyChange", true), Memory.NONE, Duration.ZERO, data, more);
        assertFalse(first.train(), "which files the model was trained on is not known");
        assertEquals(100, first.newRows());
        Memory memory = Memory.NONE.after(first);
        assertFalse(judge(Map.of(), memory, Duration.ZERO, data, more).train());
        Files.writeString(more, HEADER + rows(2000, 2101, 0, CITIES, WORDS));
        assertTrue(judge(Map.of(), memory, Duration.ZERO, data, more).train());
    }

    @Test
    void withoutAProfileItSaysWhyItCannotJudge() throws IOException {
        baseline = new Baseline(TRAINED, baseline.fingerprint(), -1, null, "its training was private");
        RetrainVerdict verdict = judge(Map.of("drift", 0.1, "maxAge", "1d"), data);
        assertTrue(verdict.train(), "age can be judged");
        assertEquals(
                "New rows and drift cannot be judged: its training was private.",
                verdict.remarks().get(0));
        assertTrue(verdict.columns().isEmpty());
    }

    @Test
    void ofEncryptedDataOnlyAChangeAndAgeAreJudged() throws IOException {
        EncryptionKey key = EncryptionKey.parse(EncryptionKey.generate(), "the test");
        Encryption.encrypt(
                new Encryption.Selection(folder, "*.csv", List.of(Path.of("data.csv")), null),
                new Vault(key, new Origin("job", "1"), Sensitivity.INTERNAL));
        Path encrypted;
        try (var files = Files.list(folder)) {
            encrypted = files.filter(f -> f.toString().contains("data.csv"))
                    .findFirst()
                    .orElseThrow();
        }
        RetrainVerdict verdict = judge(Map.of("anyChange", true, "drift", 0.1), encrypted);
        assertFalse(verdict.train(), verdict::toString);
        assertTrue(verdict.remarks().toString().contains("the data are encrypted"), verdict.remarks()::toString);
        assertTrue(verdict.columns().isEmpty());
        assertNotEquals(baseline.fingerprint(), verdict.fingerprint());
    }

    @Test
    void rulesThatMakeNoSenseAreRefusedWithWhatWould() {
        assertRefused("minNewRow", Map.of("minNewRow", 3));
        assertRefused("below 1", Map.of("drift", 1.5, "statistic", "ks"));
        assertRefused("no reason left", Map.of("anyChange", false));
        assertRefused("not a duration", Map.of("maxAge", "a month"));
    }

    private static void assertRefused(String says, Map<String, ?> rule) {
        String message = assertThrows(InvalidInputException.class, () -> RetrainRule.from(rule))
                .getMessage();
        assertTrue(message.contains(says), message);
    }
}
