package io.jenkins.plugins.llmos.plugin.agents;

import hudson.BulkChange;
import hudson.Extension;
import hudson.ExtensionList;
import hudson.model.LabelFinder;
import hudson.model.Node;
import hudson.model.labels.LabelAtom;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.ConcurrentHashMap;
import java.util.logging.Level;
import java.util.logging.Logger;
import jenkins.model.Jenkins;

/**
 * The labels that nodes have because of their devices. Jenkins remembers which nodes a label has, and looks again at the
 * labels of a node only when the node is updated; so it is told that when these change, but has nothing to write: no
 * configuration has changed, and of the node that Jenkins itself is it would write while it has the queue's lock.
 */
@Extension
public final class Labels extends LabelFinder {
    private static final Logger LOGGER = Logger.getLogger(Labels.class.getName());

    private final Map<String, Set<String>> labels = new ConcurrentHashMap<>();
    /** Labels that a node has lost, shown to the one thread that has Jenkins look at them again. */
    private final ThreadLocal<Set<String>> lost = ThreadLocal.withInitial(Set::of);

    static Labels get() {
        return ExtensionList.lookupSingleton(Labels.class);
    }

    @Override
    public Collection<LabelAtom> findLabels(Node node) {
        Set<String> names = new TreeSet<>(labels.getOrDefault(node.getNodeName(), Set.of()));
        names.addAll(lost.get());
        Jenkins jenkins = Jenkins.get();
        return names.stream().map(jenkins::getLabelAtom).toList();
    }

    /** Gives a node these labels in place of those it had from here. */
    void set(Node node, Set<String> now) {
        Set<String> before = labels.put(node.getNodeName(), Set.copyOf(now));
        if (now.equals(before == null ? Set.of() : before)) {
            return;
        }
        Jenkins jenkins = Jenkins.get();
        BulkChange unsaved = new BulkChange(BulkChange.ALL);
        try {
            if (node == jenkins) {
                // Only a change of the clouds has it look at its own labels and leave the other nodes alone: setting
                // the
                // list of nodes would remove one that is being added meanwhile.
                jenkins.clouds.addAll(List.of());
            } else {
                lost.set(before == null ? Set.of() : before);
                jenkins.updateNode(node);
            }
        } catch (Exception e) {
            LOGGER.log(Level.WARNING, e, () -> "The labels of " + node.getDisplayName() + " are not up to date");
        } finally {
            unsaved.abort();
            lost.remove();
        }
    }
}
