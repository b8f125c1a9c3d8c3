package hudson.model;

import hudson.FilePath;
import hudson.Launcher;
import hudson.model.labels.LabelAtom;
import hudson.slaves.NodeProperty;

public abstract class Node {
    public Node() {
        throw new UnsupportedOperationException();
    }

    public String getDisplayName() {
        throw new UnsupportedOperationException();
    }

    public abstract String getNodeName();

    public abstract int getNumExecutors();

    public abstract Mode getMode();

    public final Computer toComputer() {
        throw new UnsupportedOperationException();
    }

    public LabelAtom getSelfLabel() {
        throw new UnsupportedOperationException();
    }

    public abstract Launcher createLauncher(TaskListener listener);

    public abstract FilePath getRootPath();

    public <T extends NodeProperty<?>> T getNodeProperty(Class<T> type) {
        throw new UnsupportedOperationException();
    }

    public enum Mode {
        NORMAL,
        EXCLUSIVE
    }
}
