package io.jenkins.plugins.llmos.plugin.privacy;

import hudson.AbortException;
import hudson.Extension;
import hudson.model.Run;
import hudson.model.TaskListener;
import io.jenkins.plugins.llmos.engine.InvalidInputException;
import io.jenkins.plugins.llmos.engine.privacy.encryption.EncryptionRequest;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import org.jenkinsci.plugins.structs.describable.UninstantiatedDescribable;
import org.jenkinsci.plugins.workflow.steps.Step;
import org.jenkinsci.plugins.workflow.steps.StepContext;
import org.jenkinsci.plugins.workflow.steps.StepDescriptor;
import org.jenkinsci.plugins.workflow.steps.StepExecution;
import org.kohsuke.stapler.DataBoundConstructor;
import org.kohsuke.stapler.DataBoundSetter;

/** {@code llmosPrivatize}, in its forms; the engine reads the arguments of each. */
public final class PrivatizeStep extends Step {
    private final LinkedHashMap<String, Object> arguments = new LinkedHashMap<>();

    @DataBoundConstructor
    public PrivatizeStep() {}

    private PrivatizeStep(Map<String, Object> arguments) {
        this.arguments.putAll(arguments);
    }

    @Override
    public StepExecution start(StepContext context) throws AbortException {
        check(arguments);
        return new EncryptionExecution(context, arguments);
    }

    private static void check(Map<String, Object> arguments) throws AbortException {
        try {
            EncryptionRequest.from(arguments);
        } catch (InvalidInputException e) {
            throw new AbortException(e.getMessage());
        }
    }

    private void put(String name, String value) {
        if (value != null && !value.isEmpty()) {
            arguments.put(name, value);
        }
    }

    @DataBoundSetter
    public void setEncrypt(String value) {
        put("encrypt", value);
    }

    @DataBoundSetter
    public void setDecrypt(String value) {
        put("decrypt", value);
    }

    @DataBoundSetter
    public void setRotate(String value) {
        put("rotate", value);
    }

    @DataBoundSetter
    public void setExcludes(String value) {
        put("excludes", value);
    }

    @DataBoundSetter
    public void setKey(String value) {
        put("key", value);
    }

    @DataBoundSetter
    public void setNewKey(String value) {
        put("newKey", value);
    }

    @DataBoundSetter
    public void setOutput(String value) {
        put("output", value);
    }

    @DataBoundSetter
    public void setSensitivity(String value) {
        put("sensitivity", value);
    }

    @DataBoundSetter
    public void setJob(String value) {
        put("job", value);
    }

    @DataBoundSetter
    public void setBuild(String value) {
        put("build", value);
    }

    /** The step as Pipeline knows it. */
    @Extension
    public static final class DescriptorImpl extends StepDescriptor {
        /** Jenkins knows permissions from when their class is first used, which must be before it reads who has them. */
        public DescriptorImpl() {
            Objects.requireNonNull(LlmosPermissions.TRAIN);
        }

        @Override
        public String getFunctionName() {
            return "llmosPrivatize";
        }

        @Override
        public String getDisplayName() {
            return "Encrypt or decrypt data and models";
        }

        @Override
        public Set<? extends Class<?>> getRequiredContext() {
            return Set.of(Run.class, TaskListener.class);
        }

        @Override
        public Step newInstance(Map<String, Object> arguments) throws AbortException {
            check(arguments);
            return new PrivatizeStep(arguments);
        }

        /** The Snippet Generator shows the message of an {@code UnsupportedOperationException} in place of a snippet. */
        @Override
        public UninstantiatedDescribable uninstantiate(Step step) {
            Map<String, Object> arguments = ((PrivatizeStep) step).arguments;
            try {
                check(arguments);
            } catch (AbortException e) {
                throw new UnsupportedOperationException(e.getMessage(), e);
            }
            return new UninstantiatedDescribable(arguments);
        }
    }
}
