package hudson.model;

import java.util.List;

public abstract class Actionable {
    Actionable() {}

    public List<Action> getActions() {
        throw new UnsupportedOperationException();
    }

    public void addAction(Action a) {
        throw new UnsupportedOperationException();
    }

    public <T extends Action> T getAction(Class<T> type) {
        throw new UnsupportedOperationException();
    }
}
