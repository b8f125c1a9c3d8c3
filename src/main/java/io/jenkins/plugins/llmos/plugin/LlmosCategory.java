package io.jenkins.plugins.llmos.plugin;

import hudson.Extension;
import jenkins.model.GlobalConfigurationCategory;
import org.jenkinsci.Symbol;

/** What an administrator sets of LLMOS: a page of its own, and a root of its own in Configuration as Code. */
@Extension
@Symbol("llmos")
public final class LlmosCategory extends GlobalConfigurationCategory {
    @Override
    public String getDisplayName() {
        return Texts.of("category.title");
    }

    @Override
    public String getShortDescription() {
        return Texts.of("category.description");
    }
}
