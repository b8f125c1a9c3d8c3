package hudson.scm;

public class NullChangeLogParser extends ChangeLogParser {
    public NullChangeLogParser() {
        super(null);
    }
}
