package io.jenkins.plugins.llmos.plugin.schedule;

import hudson.Extension;
import hudson.model.Queue;
import hudson.model.listeners.ItemListener;
import hudson.model.queue.QueueSorter;
import java.util.ArrayList;
import java.util.List;
import jenkins.model.Jenkins;

/**
 * Puts items whose devices wait for them before all others, which keep their order. Installed only where nobody else
 * sorts the queue.
 */
final class GrantedFirst extends QueueSorter {
    @Override
    public void sortBuildableItems(List<Queue.BuildableItem> buildables) {
        if (Allocations.get().isEmpty()) {
            return;
        }
        QueueGate gate = QueueGate.get();
        List<Queue.BuildableItem> granted = new ArrayList<>();
        List<Queue.BuildableItem> others = new ArrayList<>(buildables.size());
        for (Queue.BuildableItem item : buildables) {
            (gate.isGranted(item) ? granted : others).add(item);
        }
        if (!granted.isEmpty()) {
            buildables.clear();
            buildables.addAll(granted);
            buildables.addAll(others);
        }
    }

    /** Installs it. */
    @Extension
    public static final class Installer extends ItemListener {
        @Override
        public void onLoaded() {
            Allocations.get().loaded();
            Queue queue = Jenkins.get().getQueue();
            if (queue.getSorter() == null && QueueSorter.all().isEmpty()) {
                queue.setSorter(new GrantedFirst());
            }
        }
    }
}
