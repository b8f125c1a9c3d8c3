package hudson.views;

import hudson.model.Descriptor;

public abstract class ListViewColumnDescriptor extends Descriptor<ListViewColumn> {
    public ListViewColumnDescriptor() {
        throw new UnsupportedOperationException();
    }

    public boolean shownByDefault() {
        throw new UnsupportedOperationException();
    }
}
