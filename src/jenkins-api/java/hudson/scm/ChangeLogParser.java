package hudson.scm;

public abstract class ChangeLogParser {
    private ChangeLogParser() {}

    ChangeLogParser(Void unused) {}
}
