package hudson.model;

import hudson.security.Permission;

public interface Item {
    Permission BUILD = null;
    Permission CONFIGURE = null;
    Permission READ = null;

    String getFullName();

    String getUrl();
}
