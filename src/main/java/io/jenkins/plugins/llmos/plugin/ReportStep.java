package io.jenkins.plugins.llmos.plugin;

import hudson.EnvVars;
import hudson.Extension;
import hudson.model.Run;
import hudson.model.TaskListener;
import hudson.util.FormValidation;
import io.jenkins.plugins.llmos.engine.train.inspect.ReportSpec;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jenkinsci.plugins.workflow.steps.Step;
import org.jenkinsci.plugins.workflow.steps.StepContext;
import org.jenkinsci.plugins.workflow.steps.StepExecution;
import org.kohsuke.stapler.DataBoundConstructor;
import org.kohsuke.stapler.DataBoundSetter;
import org.kohsuke.stapler.QueryParameter;

/**
 * {@code llmosReport}: judges a trained model on the agent, keeps the report among the build's artifacts and returns the
 * metrics. The engine reads the arguments, as it does in every host.
 */
public final class ReportStep extends EngineStep {
    @DataBoundConstructor
    public ReportStep() {}

    private ReportStep(Map<String, Object> arguments) {
        super(arguments);
    }

    @Override
    protected StepExecution begin(StepContext context, Map<String, Object> arguments) {
        ReportSpec.from(arguments, Path.of(""));
        return new ReportExecution(context, arguments);
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
    public void setPart(String value) {
        put("part", value);
    }

    @DataBoundSetter
    public void setGroups(List<String> value) {
        put("groups", value);
    }

    @DataBoundSetter
    public void setPositive(String value) {
        put("positive", value);
    }

    @DataBoundSetter
    public void setRows(Integer value) {
        put("rows", value);
    }

    @DataBoundSetter
    public void setRepeats(Integer value) {
        put("repeats", value);
    }

    @DataBoundSetter
    public void setExamples(Integer value) {
        put("examples", value);
    }

    @DataBoundSetter
    public void setPrompts(List<String> value) {
        put("prompts", value);
    }

    @DataBoundSetter
    public void setPublic(boolean value) {
        put("public", value);
    }

    @DataBoundSetter
    public void setSeed(Long value) {
        put("seed", value);
    }

    @DataBoundSetter
    public void setOutput(String value) {
        put("output", value);
    }

    @DataBoundSetter
    public void setGate(Map<String, String> value) {
        put("gate", value);
    }

    @DataBoundSetter
    public void setKey(String value) {
        put("key", value);
    }

    /** The step as Pipeline knows it. */
    @Extension
    public static final class DescriptorImpl extends EngineStepDescriptor {
        private static final FieldCheck CHECK =
                new FieldCheck(arguments -> ReportSpec.from(arguments, Path.of("")), Map.of("model", "model"));

        @Override
        public String getFunctionName() {
            return "llmosReport";
        }

        @Override
        public String getDisplayName() {
            return Texts.of("report.title");
        }

        @Override
        public Set<? extends Class<?>> getRequiredContext() {
            return Set.of(Run.class, EnvVars.class, TaskListener.class);
        }

        @Override
        public Step newInstance(Map<String, Object> arguments) {
            return new ReportStep(arguments);
        }

        @Override
        protected void check(Map<String, Object> arguments) {
            ReportSpec.from(arguments, Path.of(""));
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

        public FormValidation doCheckPart(@QueryParameter String value) {
            return CHECK.of("part", value);
        }

        public FormValidation doCheckPositive(@QueryParameter String value) {
            return CHECK.of("positive", value);
        }

        public FormValidation doCheckRows(@QueryParameter String value) {
            return CHECK.of("rows", value);
        }

        public FormValidation doCheckExamples(@QueryParameter String value) {
            return CHECK.of("examples", value);
        }

        public FormValidation doCheckOutput(@QueryParameter String value) {
            return CHECK.of("output", value);
        }

        public FormValidation doCheckKey(@QueryParameter String value) {
            return FieldCheck.credentials(value);
        }
    }
}
