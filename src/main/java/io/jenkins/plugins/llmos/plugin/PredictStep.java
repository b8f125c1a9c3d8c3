package io.jenkins.plugins.llmos.plugin;

import hudson.EnvVars;
import hudson.Extension;
import hudson.model.Run;
import hudson.model.TaskListener;
import hudson.util.FormValidation;
import io.jenkins.plugins.llmos.engine.train.PredictSpec;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Map;
import java.util.Set;
import org.jenkinsci.plugins.workflow.steps.Step;
import org.jenkinsci.plugins.workflow.steps.StepContext;
import org.jenkinsci.plugins.workflow.steps.StepExecution;
import org.kohsuke.stapler.DataBoundConstructor;
import org.kohsuke.stapler.DataBoundSetter;
import org.kohsuke.stapler.QueryParameter;

/** {@code llmosPredict}: uses a model on a whole file on the agent. The engine reads the arguments, as in every host. */
public final class PredictStep extends EngineStep {
    @DataBoundConstructor
    public PredictStep() {}

    private PredictStep(Map<String, Object> arguments) {
        super(arguments);
    }

    @Override
    protected StepExecution begin(StepContext context, Map<String, Object> arguments)
            throws IOException, InterruptedException {
        Workspaces.require(context, "llmosPredict", "read a file in");
        PredictSpec.from(arguments, Path.of(""));
        return new PredictExecution(context, arguments);
    }

    @DataBoundSetter
    public void setModel(String value) {
        put("model", value);
    }

    @DataBoundSetter
    public void setData(String value) {
        put("data", value);
    }

    @DataBoundSetter
    public void setLabels(String value) {
        put("labels", value);
    }

    @DataBoundSetter
    public void setOutput(String value) {
        put("output", value);
    }

    @DataBoundSetter
    public void setOverwrite(boolean value) {
        put("overwrite", value);
    }

    @DataBoundSetter
    public void setText(String value) {
        put("text", value);
    }

    @DataBoundSetter
    public void setMaxTokens(Integer value) {
        put("maxTokens", value);
    }

    @DataBoundSetter
    public void setTemperature(Double value) {
        put("temperature", value);
    }

    @DataBoundSetter
    public void setTopK(Integer value) {
        put("topK", value);
    }

    @DataBoundSetter
    public void setTopP(Double value) {
        put("topP", value);
    }

    @DataBoundSetter
    public void setSeed(Long value) {
        put("seed", value);
    }

    @DataBoundSetter
    public void setBatch(Integer value) {
        put("batch", value);
    }

    @DataBoundSetter
    public void setKey(String value) {
        put("key", value);
    }

    /** The step as Pipeline knows it. */
    @Extension
    public static final class DescriptorImpl extends EngineStepDescriptor {
        private static final FieldCheck CHECK = new FieldCheck(
                arguments -> PredictSpec.from(arguments, Path.of("")),
                Map.of("model", "model", "data", "new.csv", "output", "predictions.csv"));

        @Override
        public String getFunctionName() {
            return "llmosPredict";
        }

        @Override
        public String getDisplayName() {
            return Texts.of("predict.title");
        }

        @Override
        public Set<? extends Class<?>> getRequiredContext() {
            return Set.of(Run.class, EnvVars.class, TaskListener.class);
        }

        @Override
        public Step newInstance(Map<String, Object> arguments) {
            return new PredictStep(arguments);
        }

        @Override
        protected void check(Map<String, Object> arguments) {
            PredictSpec.from(arguments, Path.of(""));
        }

        public FormValidation doCheckModel(@QueryParameter String value) {
            return CHECK.of("model", value);
        }

        public FormValidation doCheckData(@QueryParameter String value) {
            return CHECK.of("data", value);
        }

        public FormValidation doCheckLabels(@QueryParameter String value) {
            return CHECK.of("labels", value);
        }

        public FormValidation doCheckOutput(@QueryParameter String value) {
            return CHECK.of("output", value);
        }

        public FormValidation doCheckText(@QueryParameter String value) {
            return CHECK.of("text", value);
        }

        public FormValidation doCheckMaxTokens(@QueryParameter String value) {
            return CHECK.of("maxTokens", value);
        }

        public FormValidation doCheckTemperature(@QueryParameter String value) {
            return CHECK.of("temperature", value);
        }

        public FormValidation doCheckTopK(@QueryParameter String value) {
            return CHECK.of("topK", value);
        }

        public FormValidation doCheckTopP(@QueryParameter String value) {
            return CHECK.of("topP", value);
        }

        public FormValidation doCheckSeed(@QueryParameter String value) {
            return CHECK.of("seed", value);
        }

        public FormValidation doCheckBatch(@QueryParameter String value) {
            return CHECK.of("batch", value);
        }

        public FormValidation doCheckKey(@QueryParameter String value) {
            return FieldCheck.credentials(value);
        }
    }
}
