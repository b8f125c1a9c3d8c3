package hudson.model;

public abstract class JobPropertyDescriptor extends Descriptor<JobProperty<?>> {
    protected JobPropertyDescriptor() {
        throw new UnsupportedOperationException();
    }

    @SuppressWarnings("rawtypes")
    public boolean isApplicable(Class<? extends Job> jobType) {
        throw new UnsupportedOperationException();
    }
}
