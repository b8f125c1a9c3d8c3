package io.jenkins.plugins.llmos.engine.util;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.jenkins.plugins.llmos.engine.InvalidInputException;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class UnitsTest {
    @ParameterizedTest
    @CsvSource({
        "90, PT1M30S",
        "90s, PT1M30S",
        "20m, PT20M",
        "1h30m, PT1H30M",
        "2d, PT48H",
        "1d 2h 3m 4s, PT26H3M4S",
        "250ms, PT0.25S",
        "1.5H, PT1H30M",
        "0, PT0S",
    })
    void readsDurations(String text, Duration expected) {
        assertEquals(expected, Units.duration("the limit", text));
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "soon", "-5m", "5m3h", "1e99", "999999999d"})
    void refusesWhatIsNoDuration(String text) {
        String message = assertThrows(InvalidInputException.class, () -> Units.duration("the limit", text))
                .getMessage();
        assertTrue(message.startsWith("the limit is '" + text + "'"), message);
    }

    @ParameterizedTest
    @CsvSource({
        "PT4.24S, 4.2s",
        "PT59.96S, 1m00s",
        "PT128S, 2m08s",
        "PT3900S, 1h05m",
        "PT50H, 2d02h",
        "PT-4S, -4.0s",
    })
    void writesDurations(Duration duration, String expected) {
        assertEquals(expected, Units.format(duration));
    }

    @ParameterizedTest
    @CsvSource({"16G, 17179869184", "512M, 536870912", "80GiB, 85899345920", "1.5k, 1536", "7, 7", "2 TB, 2199023255552"
    })
    void readsSizes(String text, long expected) {
        assertEquals(expected, Units.bytes("gpuMemory", text));
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "big", "-1G", "1X", "99999999999T"})
    void refusesWhatIsNoSize(String text) {
        assertThrows(InvalidInputException.class, () -> Units.bytes("gpuMemory", text));
    }

    @Test
    void suggestsTheNearestNames() {
        List<String> known = List.of("echo", "error", "sh", "stage", "stash", "unstash");
        assertEquals(List.of("stage"), Suggestions.nearest("stgae", known, 3).subList(0, 1));
        assertEquals(List.of("unstash", "stash"), Suggestions.nearest("unstash", known, 3));
        assertEquals(List.of(), Suggestions.nearest("archiveArtifacts", known, 3));
    }
}
