package hudson.model;

public abstract class Run<J, R> {
    private Run() {}
}
