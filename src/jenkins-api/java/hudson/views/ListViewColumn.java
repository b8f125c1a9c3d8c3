package hudson.views;

import hudson.ExtensionPoint;
import hudson.model.Describable;

public abstract class ListViewColumn implements ExtensionPoint, Describable<ListViewColumn> {
    public ListViewColumn() {
        throw new UnsupportedOperationException();
    }

    public String getColumnCaption() {
        throw new UnsupportedOperationException();
    }
}
