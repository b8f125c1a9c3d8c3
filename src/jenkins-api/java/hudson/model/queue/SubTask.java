package hudson.model.queue;

import hudson.model.Label;

public interface SubTask {
    default Label getAssignedLabel() {
        throw new UnsupportedOperationException();
    }
}
