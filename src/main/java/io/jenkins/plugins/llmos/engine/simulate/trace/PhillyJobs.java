package io.jenkins.plugins.llmos.engine.simulate.trace;

import io.jenkins.plugins.llmos.engine.accelerator.Demand;
import io.jenkins.plugins.llmos.engine.simulate.TraceJob;
import java.time.LocalDateTime;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.time.format.DateTimeParseException;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;

/**
 * Lists of run times as they are drawn from the log of Microsoft's Philly clusters (M. Jeon et al., USENIX ATC 2019):
 * the only column that must be there is {@code run_time}, in seconds. Without a time of submission all jobs are present
 * at once.
 */
public final class PhillyJobs implements Format<TraceJob> {
    private static final DateTimeFormatter TIME = DateTimeFormatter.ofPattern("yyyy-MM-dd HH:mm:ss");

    @Override
    public String name() {
        return "philly";
    }

    @Override
    public List<String> required() {
        return List.of("run_time");
    }

    @Override
    public List<String> optional() {
        return List.of("jobid", "user", "vc", "submitted_time", "gpus", "status");
    }

    @Override
    public Optional<TraceJob> read(Row row) {
        if (row.text("run_time").isEmpty()) {
            row.leaveOut("never ended");
            return Optional.empty();
        }
        long runTime = row.seconds("run_time");
        int gpus = row.whole("gpus", 0, 100_000, 1);
        if (runTime == 0 || gpus == 0) {
            row.leaveOut(gpus == 0 ? "ask for no GPU" : "have no run time");
            return Optional.empty();
        }
        return Optional.of(new TraceJob(
                row.text("jobid", row.defaultId()),
                "",
                row.text("user", row.text("vc")),
                Demand.ofDevices(gpus),
                submitted(row),
                runTime,
                OptionalLong.empty(),
                0));
    }

    /** Seconds, or a date and time of day as in the original log. */
    private static long submitted(Row row) {
        String text = row.text("submitted_time");
        if (text.isEmpty()) {
            return 0;
        }
        if (text.indexOf('-') < 0) {
            return row.seconds("submitted_time");
        }
        try {
            return LocalDateTime.parse(text, TIME).toEpochSecond(ZoneOffset.UTC) * 1_000_000_000L;
        } catch (DateTimeParseException e) {
            throw row.wrong("submitted_time", "a number of seconds or a time such as 2017-10-09 07:02:38", e);
        }
    }
}
