package org.jvnet.localizer;

import java.io.Serializable;

public class Localizable implements Serializable {
    public Localizable(ResourceBundleHolder holder, String key, Object... args) {
        throw new UnsupportedOperationException();
    }
}
