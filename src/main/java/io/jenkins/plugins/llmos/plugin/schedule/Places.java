package io.jenkins.plugins.llmos.plugin.schedule;

import hudson.model.Computer;
import hudson.model.Label;
import hudson.model.Node;
import jenkins.model.Jenkins;

/** What the allocator calls nodes and labels. */
final class Places {
    /** A label that every node has which takes builds that ask for none. */
    static final String ANY = "(any)";

    private static final String BUILT_IN = "(built-in)";

    private Places() {}

    static String name(Node node) {
        return node.getNodeName().isEmpty() ? BUILT_IN : node.getNodeName();
    }

    /** The node, or null if it is gone. */
    static Node node(String name) {
        return name.equals(BUILT_IN) ? Jenkins.get() : Jenkins.get().getNode(name);
    }

    /** The computer, or null if it is gone. */
    static Computer computer(String name) {
        return Jenkins.get().getComputer(name.equals(BUILT_IN) ? "" : name);
    }

    static String label(Label label) {
        return label == null ? ANY : label.getExpression();
    }

    /** A label that one node alone has. */
    static String self(Node node) {
        return label(node.getSelfLabel());
    }

    /** Whether a node has a label as {@link #label} writes it; one that cannot be read is nobody's. */
    static boolean matches(String label, Node node) {
        if (label.equals(ANY)) {
            return node.getMode() == Node.Mode.NORMAL;
        }
        try {
            return Label.parseExpression(label).matches(node);
        } catch (IllegalArgumentException e) {
            return false;
        }
    }
}
