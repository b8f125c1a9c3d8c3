package hudson.model;

public abstract class Label {
    protected Label(String text) {
        throw new UnsupportedOperationException();
    }

    public abstract String getExpression();

    public final boolean matches(Node node) {
        throw new UnsupportedOperationException();
    }

    public static Label parseExpression(String text) {
        throw new UnsupportedOperationException();
    }
}
