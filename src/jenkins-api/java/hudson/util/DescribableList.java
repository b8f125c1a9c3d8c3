package hudson.util;

import hudson.model.Describable;
import hudson.model.Descriptor;
import java.util.Collection;

public class DescribableList<T extends Describable<T>, D extends Descriptor<T>> {
    protected DescribableList() {
        throw new UnsupportedOperationException();
    }

    public boolean addAll(Collection<? extends T> items) {
        throw new UnsupportedOperationException();
    }
}
