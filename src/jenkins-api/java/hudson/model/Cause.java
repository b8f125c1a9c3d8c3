package hudson.model;

public abstract class Cause {
    public Cause() {
        throw new UnsupportedOperationException();
    }

    public abstract String getShortDescription();

    public static class UserIdCause extends Cause {
        private UserIdCause() {}

        public String getUserId() {
            throw new UnsupportedOperationException();
        }

        @Override
        public String getShortDescription() {
            throw new UnsupportedOperationException();
        }
    }
}
