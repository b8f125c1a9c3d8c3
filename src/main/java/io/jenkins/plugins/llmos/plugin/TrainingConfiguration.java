package io.jenkins.plugins.llmos.plugin;

import hudson.EnvVars;
import hudson.Extension;
import hudson.ExtensionList;
import hudson.util.FormValidation;
import io.jenkins.plugins.llmos.engine.InvalidInputException;
import java.util.LinkedHashMap;
import java.util.Map;
import jenkins.model.GlobalConfiguration;
import jenkins.model.GlobalConfigurationCategory;
import jenkins.model.Jenkins;
import org.jenkinsci.Symbol;
import org.kohsuke.stapler.DataBoundSetter;
import org.kohsuke.stapler.QueryParameter;
import org.kohsuke.stapler.verb.POST;

/** What an administrator sets of trainers on agents. */
@Extension(ordinal = 10)
@Symbol("training")
public final class TrainingConfiguration extends GlobalConfiguration {
    private static final String VARIABLE = "PYTORCH_LIBRARY_PATH";

    private String nativeLibrary = "";

    public TrainingConfiguration() {
        load();
    }

    static TrainingConfiguration get() {
        return ExtensionList.lookupSingleton(TrainingConfiguration.class);
    }

    @Override
    public GlobalConfigurationCategory getCategory() {
        return GlobalConfigurationCategory.get(LlmosCategory.class);
    }

    public String getNativeLibrary() {
        return nativeLibrary;
    }

    /**
     * Folder of PyTorch's native library on every agent; empty for DJL's cache there.
     *
     * @throws InvalidInputException if it is not absolute
     */
    @DataBoundSetter
    public void setNativeLibrary(String value) {
        String text = value == null ? "" : value.strip();
        check(text);
        nativeLibrary = text;
        save();
    }

    private static void check(String folder) {
        // of the agents' systems, not of the controller's
        if (!folder.isEmpty() && !folder.matches("/.*|[A-Za-z]:[\\\\/].*|\\\\\\\\.*")) {
            throw new InvalidInputException("The folder of the native library is '" + folder
                    + "'. It must be a whole path, such as /opt/libtorch/lib or C:\\libtorch\\lib, since each agent"
                    + " has folders of its own.");
        }
    }

    /** A build's environment for a process that computes, which uses the folder unless the build or agent names another. */
    static Map<String, String> environment(EnvVars given) {
        Map<String, String> all = new LinkedHashMap<>(given);
        String folder = get().nativeLibrary;
        if (!folder.isEmpty()) {
            all.putIfAbsent(VARIABLE, folder);
        }
        return all;
    }

    /** Checks the field as it is filled in. */
    @POST
    public FormValidation doCheckNativeLibrary(@QueryParameter String value) {
        Jenkins.get().getACL().checkPermission(Jenkins.SYSTEM_READ);
        try {
            check(value == null ? "" : value.strip());
            return FormValidation.ok();
        } catch (InvalidInputException e) {
            return FormValidation.error(EngineTexts.of(e.getMessage()));
        }
    }
}
