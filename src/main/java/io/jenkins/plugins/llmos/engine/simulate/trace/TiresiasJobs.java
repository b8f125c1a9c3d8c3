package io.jenkins.plugins.llmos.engine.simulate.trace;

import io.jenkins.plugins.llmos.engine.accelerator.Demand;
import io.jenkins.plugins.llmos.engine.simulate.TraceJob;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;

/** Jobs as the simulator of Tiresias has them (J. Gu et al., NSDI 2019): devices, submission, duration in seconds. */
public final class TiresiasJobs implements Format<TraceJob> {
    @Override
    public String name() {
        return "tiresias";
    }

    @Override
    public List<String> required() {
        return List.of("job_id", "num_gpu", "submit_time", "duration");
    }

    @Override
    public List<String> optional() {
        return List.of("iterations", "model_name", "interval");
    }

    @Override
    public Optional<TraceJob> read(Row row) {
        long runTime = row.seconds("duration");
        int gpus = row.whole("num_gpu", 0, 100_000, 1);
        if (runTime == 0 || gpus == 0) {
            row.leaveOut(gpus == 0 ? "ask for no GPU" : "have no run time");
            return Optional.empty();
        }
        return Optional.of(new TraceJob(
                row.text("job_id", row.defaultId()),
                row.text("model_name"),
                "",
                Demand.ofDevices(gpus),
                row.seconds("submit_time"),
                runTime,
                OptionalLong.empty(),
                0));
    }
}
