package hudson.model;

import hudson.security.Permission;

public interface Item {
    Permission BUILD = null;
    Permission READ = null;

    String getUrl();
}
