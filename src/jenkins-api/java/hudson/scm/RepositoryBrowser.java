package hudson.scm;

public abstract class RepositoryBrowser<E> {
    private RepositoryBrowser() {}
}
