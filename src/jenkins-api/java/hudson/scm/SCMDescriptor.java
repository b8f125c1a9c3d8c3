package hudson.scm;

import hudson.model.Descriptor;

public abstract class SCMDescriptor<T extends SCM> extends Descriptor<SCM> {
    @SuppressWarnings("rawtypes")
    protected SCMDescriptor(Class<? extends RepositoryBrowser> repositoryBrowser) {
        throw new UnsupportedOperationException();
    }
}
