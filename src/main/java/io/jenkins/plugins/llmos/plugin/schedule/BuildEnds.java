package io.jenkins.plugins.llmos.plugin.schedule;

import hudson.Extension;
import hudson.model.Run;
import hudson.model.listeners.RunListener;
import io.jenkins.plugins.llmos.engine.schedule.TimelineEntry.Outcome;

/** Sees builds end, and closes the blocks that they have left open. */
@Extension
public final class BuildEnds extends RunListener<Run<?, ?>> {
    @Override
    public void onFinalized(Run<?, ?> run) {
        end(run);
    }

    @Override
    public void onDeleted(Run<?, ?> run) {
        end(run);
    }

    private static void end(Run<?, ?> run) {
        Allocations all = Allocations.get();
        if (!all.isEmpty()) {
            String id = run.getExternalizableId();
            all.blocks().stream().filter(b -> b.run().equals(id)).forEach(b -> all.close(b, Outcome.FAILED));
        }
    }
}
