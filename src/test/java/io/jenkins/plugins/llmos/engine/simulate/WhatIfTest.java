package io.jenkins.plugins.llmos.engine.simulate;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.jenkins.plugins.llmos.engine.accelerator.Demand;
import io.jenkins.plugins.llmos.engine.accelerator.DeviceKind;
import io.jenkins.plugins.llmos.engine.accelerator.Machine;
import io.jenkins.plugins.llmos.engine.report.Words;
import io.jenkins.plugins.llmos.engine.schedule.JobRecord;
import io.jenkins.plugins.llmos.engine.schedule.Policies;
import io.jenkins.plugins.llmos.engine.schedule.PoolSettings;
import io.jenkins.plugins.llmos.engine.schedule.TimelineEntry.Outcome;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;

class WhatIfTest {
    private static final Instant START = Instant.parse("2030-01-01T00:00:00Z");
    private static final List<Machine> ONE = List.of(Machine.uniform("m", 1, "gpu", 0, DeviceKind.OTHER));

    private static JobRecord job(String name, int arrival, int seconds, int devices) {
        Instant from = START.plusSeconds(arrival);
        JobRecord.Run run = new JobRecord.Run("m", List.of(0), from, from.plusSeconds(seconds), Outcome.COMPLETED);
        return new JobRecord(
                "default",
                name,
                name,
                "",
                Demand.ofDevices(devices),
                from,
                Duration.ofSeconds(seconds),
                0,
                List.of(run),
                Outcome.COMPLETED);
    }

    @Test
    void shortJobsWaitLessWhereTheyGoFirst() {
        List<JobRecord> jobs = List.of(job("first", 0, 600, 1), job("long", 1, 3600, 1), job("short", 2, 60, 1));
        WhatIf whatIf = WhatIf.replay(jobs, ONE, PoolSettings.of("fifo"));
        Map<String, Summary> byPolicy = whatIf.summaries().stream().collect(Collectors.toMap(Summary::policy, s -> s));
        assertEquals(Policies.names().size(), byPolicy.size());
        assertEquals(3, whatIf.jobs());
        // the short one waits for both in order of arrival, for the first alone where the shortest goes first
        assertEquals((600 + 4199 + 4258) / 3.0, byPolicy.get("fifo").meanJct(), 1);
        assertEquals((600 + 658 + 4259) / 3.0, byPolicy.get("sjf").meanJct(), 1);
        assertTrue(byPolicy.get("srtf").meanJct() < byPolicy.get("fifo").meanJct());
    }

    @Test
    void whatCannotRunNowIsLeftOutAndCounted() {
        WhatIf whatIf = WhatIf.replay(
                List.of(job("fits", 0, 60, 1), job("wide", 0, 60, 2), job("idle", 0, 0, 1)),
                ONE,
                PoolSettings.of("fifo"));
        assertEquals(1, whatIf.jobs());
        assertEquals(2, whatIf.leftOut());
        assertTrue(
                WhatIf.replay(List.of(), ONE, PoolSettings.of("fifo")).results().isEmpty());
    }

    @Test
    void figuresAreInTheReadersLanguage() {
        Words chinese = Words.of(Locale.SIMPLIFIED_CHINESE);
        WhatIf whatIf = WhatIf.replay(List.of(job("a", 0, 60, 1)), ONE, PoolSettings.of("fifo"));
        String html =
                whatIf.table(chinese).html() + whatIf.figures(chinese).get(0).html("x", chinese);
        assertTrue(html.contains("平均完成时间") && html.contains("以表格显示数值"), html);
        assertEquals("Values as a table", Words.of(Locale.FRENCH).text("table"));
    }
}
