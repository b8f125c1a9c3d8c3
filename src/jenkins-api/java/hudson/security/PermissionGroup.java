package hudson.security;

import org.jvnet.localizer.Localizable;

public final class PermissionGroup {
    @SuppressWarnings("rawtypes")
    public PermissionGroup(String id, Class owner, Localizable title) throws IllegalStateException {
        throw new UnsupportedOperationException();
    }
}
