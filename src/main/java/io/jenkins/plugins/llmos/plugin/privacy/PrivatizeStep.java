package io.jenkins.plugins.llmos.plugin.privacy;

import hudson.Extension;
import hudson.model.Run;
import hudson.model.TaskListener;
import io.jenkins.plugins.llmos.engine.privacy.encryption.EncryptionRequest;
import io.jenkins.plugins.llmos.engine.privacy.ledger.PrivateBlock;
import io.jenkins.plugins.llmos.engine.privacy.release.ReleaseRequest;
import io.jenkins.plugins.llmos.plugin.EngineStep;
import io.jenkins.plugins.llmos.plugin.Texts;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import org.jenkinsci.plugins.workflow.graph.FlowNode;
import org.jenkinsci.plugins.workflow.steps.Step;
import org.jenkinsci.plugins.workflow.steps.StepContext;
import org.jenkinsci.plugins.workflow.steps.StepExecution;
import org.kohsuke.stapler.DataBoundConstructor;
import org.kohsuke.stapler.DataBoundSetter;

/**
 * {@code llmosPrivatize}: around a block it reserves a data set's privacy budget and makes the trainings inside private;
 * without one it releases statistics of a file, or encrypts and decrypts files. The engine reads the arguments, as it does
 * in every host.
 */
public final class PrivatizeStep extends EngineStep {
    @DataBoundConstructor
    public PrivatizeStep() {}

    /** A step with the arguments of the engine. */
    public static PrivatizeStep with(Map<String, Object> arguments) {
        return new PrivatizeStep(arguments);
    }

    private PrivatizeStep(Map<String, Object> arguments) {
        super(arguments);
    }

    @Override
    protected StepExecution begin(StepContext context, Map<String, Object> arguments) {
        if (context.hasBody() && !arguments.containsKey("release")) {
            PrivateBlock.Request.from(arguments);
            return new PrivatizeExecution(context, arguments);
        }
        if (encrypts(arguments)) {
            EncryptionRequest.from(arguments);
            return new EncryptionExecution(context, arguments);
        }
        ReleaseRequest.from(arguments, Path.of(""));
        return new ReleaseExecution(context, arguments);
    }

    private static boolean encrypts(Map<String, Object> arguments) {
        return arguments.containsKey("encrypt") || arguments.containsKey("decrypt") || arguments.containsKey("rotate");
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
    public void setDataset(String value) {
        put("dataset", value);
    }

    @DataBoundSetter
    public void setEpsilon(Double value) {
        put("epsilon", value);
    }

    @DataBoundSetter
    public void setDelta(Double value) {
        put("delta", value);
    }

    @DataBoundSetter
    public void setTrainings(Integer value) {
        put("trainings", value);
    }

    @DataBoundSetter
    public void setClip(Double value) {
        put("clip", value);
    }

    @DataBoundSetter
    public void setClipping(String value) {
        put("clipping", value);
    }

    @DataBoundSetter
    public void setMicroBatch(Integer value) {
        put("microBatch", value);
    }

    @DataBoundSetter
    public void setPublic(List<String> value) {
        put("public", value);
    }

    @DataBoundSetter
    public void setData(String value) {
        put("data", value);
    }

    @DataBoundSetter
    public void setRelease(List<Map<String, Object>> value) {
        put("release", value);
    }

    @DataBoundSetter
    public void setMechanism(String value) {
        put("mechanism", value);
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

    @DataBoundSetter
    public void setOverwrite(boolean value) {
        put("overwrite", value);
    }

    /** The step as Pipeline knows it. */
    @Extension
    public static final class DescriptorImpl extends EngineStepDescriptor implements PrivatizeFields {
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
            return Texts.of("privatize.title");
        }

        /**
         * Pipeline asks twice: whether a closure behind the arguments is a block, and whether to refuse a call without
         * one. It knows no steps that may have a block, so it is told different things. Should it ask in another way one
         * day, a release is still understood with an empty block behind it.
         */
        @Override
        public boolean takesImplicitBlockArgument() {
            return StackWalker.getInstance()
                    .walk(callers -> callers.skip(1).findFirst())
                    .map(caller -> !(caller.getClassName().equals("org.jenkinsci.plugins.workflow.cps.DSL")
                            && caller.getMethodName().equals("invokeStep")))
                    .orElse(true);
        }

        @Override
        public Set<? extends Class<?>> getRequiredContext() {
            return Set.of(Run.class, FlowNode.class, TaskListener.class);
        }

        @Override
        public Step newInstance(Map<String, Object> arguments) {
            return new PrivatizeStep(arguments);
        }

        @Override
        protected void check(Map<String, Object> arguments) {
            if (encrypts(arguments)) {
                EncryptionRequest.from(arguments);
            }
        }
    }
}
