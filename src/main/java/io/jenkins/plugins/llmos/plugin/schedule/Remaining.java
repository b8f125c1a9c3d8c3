package io.jenkins.plugins.llmos.plugin.schedule;

import hudson.Extension;
import hudson.model.Computer;
import hudson.model.Run;
import io.jenkins.plugins.llmos.plugin.TrainingListener;
import java.io.IOException;
import java.time.Duration;
import java.util.logging.Level;
import java.util.logging.Logger;
import org.jenkinsci.plugins.workflow.graph.FlowNode;

/** Tells the allocator what trainings measure of the time they need yet. */
@Extension
public final class Remaining implements TrainingListener {
    private static final Logger LOGGER = Logger.getLogger(Remaining.class.getName());

    @Override
    public void remaining(FlowNode step, Duration remaining) {
        if (step == null || Allocations.get().isEmpty()) {
            return;
        }
        Computer.threadPoolForRemoting.execute(() -> {
            try {
                if (step.getExecution().getOwner().getExecutable() instanceof Run<?, ?> run) {
                    Allocations allocations = Allocations.get();
                    allocations
                            .find(run.getExternalizableId(), step.getAllEnclosingIds())
                            .ifPresent(b -> allocations.remaining(b, remaining));
                }
            } catch (IOException e) {
                LOGGER.log(Level.FINE, "a training's build cannot be found", e);
            }
        });
    }
}
