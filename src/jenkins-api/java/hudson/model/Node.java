package hudson.model;

import hudson.FilePath;

public abstract class Node {
    private Node() {}

    public abstract FilePath getRootPath();
}
