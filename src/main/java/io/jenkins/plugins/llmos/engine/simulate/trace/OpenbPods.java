package io.jenkins.plugins.llmos.engine.simulate.trace;

import io.jenkins.plugins.llmos.engine.accelerator.Demand;
import io.jenkins.plugins.llmos.engine.schedule.Ticks;
import io.jenkins.plugins.llmos.engine.simulate.TraceJob;
import java.util.List;
import java.util.Optional;

/**
 * Tasks of Alibaba's cluster-trace-gpu-v2023 (Q. Weng et al., USENIX ATC 2023). The run time is deletion minus creation;
 * tasks without a GPU, without an end or without a run time are left out. A task gets whole devices, unless shares are
 * asked for.
 */
public final class OpenbPods implements Format<TraceJob> {
    private final boolean shares;

    /** @param shares whether a task that asks for a part of a GPU gets a part */
    public OpenbPods(boolean shares) {
        this.shares = shares;
    }

    @Override
    public String name() {
        return "openb";
    }

    @Override
    public List<String> required() {
        return List.of("name", "cpu_milli", "memory_mib", "num_gpu", "gpu_milli", "creation_time", "deletion_time");
    }

    @Override
    public List<String> optional() {
        return List.of("gpu_spec", "qos", "pod_phase", "scheduled_time");
    }

    @Override
    public Optional<TraceJob> read(Row row) {
        int gpus = row.whole("num_gpu", 0, 100_000, 0);
        if (gpus == 0) {
            row.leaveOut("ask for no GPU");
            return Optional.empty();
        }
        if (row.text("deletion_time").isEmpty()) {
            row.leaveOut("never ended");
            return Optional.empty();
        }
        long arrival = row.seconds("creation_time");
        long runTime = row.seconds("deletion_time") - arrival;
        if (runTime <= 0) {
            row.leaveOut("have no run time");
            return Optional.empty();
        }
        int milli = row.whole("gpu_milli", 0, Demand.WHOLE, Demand.WHOLE);
        String models = row.text("gpu_spec");
        Demand demand = new Demand(
                gpus,
                0,
                models.isEmpty() ? List.of() : List.of(models.split("\\|")),
                shares && gpus == 1 && milli > 0 ? milli : Demand.WHOLE,
                row.whole("cpu_milli", 0, Integer.MAX_VALUE, 0),
                row.whole("memory_mib", 0, Integer.MAX_VALUE, 0) * 1024L * 1024L,
                0);
        // the trace has no owner; the quality of service is what its scheduler saw of the sort of task
        String kind = row.text("qos").isEmpty() ? "" : row.text("qos") + "/" + milli;
        return Optional.of(new TraceJob(
                row.text("name", row.defaultId()),
                kind,
                "",
                demand,
                arrival,
                Math.max(1, Math.min(runTime, Ticks.NEVER)),
                java.util.OptionalLong.empty(),
                0));
    }
}
