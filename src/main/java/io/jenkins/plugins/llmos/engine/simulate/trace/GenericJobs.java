package io.jenkins.plugins.llmos.engine.simulate.trace;

import io.jenkins.plugins.llmos.engine.InvalidInputException;
import io.jenkins.plugins.llmos.engine.accelerator.Demand;
import io.jenkins.plugins.llmos.engine.simulate.TraceJob;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;

/** The plain format for traces of one's own; the columns are named like the arguments of {@code llmosSchedule}. */
public final class GenericJobs implements Format<TraceJob> {
    private static final int MOST_PRIORITY = 1_000_000;

    @Override
    public String name() {
        return "generic";
    }

    @Override
    public List<String> required() {
        return List.of("arrival", "runTime");
    }

    @Override
    public List<String> optional() {
        return List.of(
                "id",
                "name",
                "owner",
                "gpus",
                "gpuMemory",
                "gpuModel",
                "gpuShare",
                "cpus",
                "memory",
                "disk",
                "estimate",
                "priority");
    }

    @Override
    public Optional<TraceJob> read(Row row) {
        Map<String, String> args = new LinkedHashMap<>();
        for (String column : Demand.ARGUMENTS) {
            if (!row.text(column).isEmpty()) {
                args.put(column, row.text(column));
            }
        }
        Demand demand;
        try {
            demand = Demand.from(args);
        } catch (InvalidInputException e) {
            throw row.wrong(args.keySet().iterator().next(), "a demand: " + e.getMessage(), e);
        }
        long runTime = row.duration("runTime");
        if (runTime == 0) {
            row.leaveOut("have no run time");
            return Optional.empty();
        }
        return Optional.of(new TraceJob(
                row.text("id", row.defaultId()),
                row.text("name"),
                row.text("owner"),
                demand,
                row.duration("arrival"),
                runTime,
                row.text("estimate").isEmpty() ? OptionalLong.empty() : OptionalLong.of(row.duration("estimate")),
                row.whole("priority", -MOST_PRIORITY, MOST_PRIORITY, 0)));
    }
}
