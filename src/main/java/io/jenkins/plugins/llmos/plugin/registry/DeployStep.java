package io.jenkins.plugins.llmos.plugin.registry;

import hudson.EnvVars;
import hudson.Extension;
import hudson.model.Run;
import hudson.model.TaskListener;
import hudson.util.FormValidation;
import io.jenkins.plugins.llmos.engine.registry.DeployRequest;
import io.jenkins.plugins.llmos.engine.registry.Stage;
import io.jenkins.plugins.llmos.plugin.EngineStep;
import io.jenkins.plugins.llmos.plugin.FieldCheck;
import io.jenkins.plugins.llmos.plugin.Texts;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jenkinsci.plugins.workflow.steps.Step;
import org.jenkinsci.plugins.workflow.steps.StepContext;
import org.jenkinsci.plugins.workflow.steps.StepExecution;
import org.kohsuke.stapler.DataBoundConstructor;
import org.kohsuke.stapler.DataBoundSetter;
import org.kohsuke.stapler.QueryParameter;

/** {@code llmosDeploy}: registers a model and points a stage at it. The engine reads the arguments, as in every host. */
public final class DeployStep extends EngineStep {
    @DataBoundConstructor
    public DeployStep() {}

    private DeployStep(Map<String, Object> arguments) {
        super(arguments);
    }

    @Override
    protected StepExecution begin(StepContext context, Map<String, Object> arguments) {
        DeployRequest.from(arguments);
        return new DeployExecution(context, arguments);
    }

    @DataBoundSetter
    public void setModel(String value) {
        put("model", value);
    }

    @DataBoundSetter
    public void setName(String value) {
        put("name", value);
    }

    @DataBoundSetter
    public void setStage(String value) {
        put("stage", value);
    }

    @DataBoundSetter
    public void setGate(Map<String, String> value) {
        put("gate", value);
    }

    @DataBoundSetter
    public void setRollback(boolean value) {
        put("rollback", value);
    }

    @DataBoundSetter
    public void setKey(String value) {
        put("key", value);
    }

    /** The step as Pipeline knows it. */
    @Extension
    public static final class DescriptorImpl extends EngineStepDescriptor {
        private static final FieldCheck CHECK =
                new FieldCheck(DeployRequest::from, Map.of("name", "reviews", "model", "model"));

        @Override
        public String getFunctionName() {
            return "llmosDeploy";
        }

        @Override
        public String getDisplayName() {
            return Texts.of("deploy.title");
        }

        /** For the form. */
        public List<String> getStages() {
            return Stage.texts();
        }

        @Override
        public Set<? extends Class<?>> getRequiredContext() {
            return Set.of(Run.class, EnvVars.class, TaskListener.class);
        }

        @Override
        public Step newInstance(Map<String, Object> arguments) {
            return new DeployStep(arguments);
        }

        @Override
        protected void check(Map<String, Object> arguments) {
            DeployRequest.from(arguments);
        }

        /** A rollback takes none. */
        public FormValidation doCheckModel(@QueryParameter String value, @QueryParameter boolean rollback) {
            return rollback && FieldCheck.isBlank(value) ? FormValidation.ok() : CHECK.of("model", value);
        }

        public FormValidation doCheckName(@QueryParameter String value) {
            return CHECK.of("name", value);
        }

        public FormValidation doCheckKey(@QueryParameter String value) {
            return FieldCheck.credentials(value);
        }
    }
}
