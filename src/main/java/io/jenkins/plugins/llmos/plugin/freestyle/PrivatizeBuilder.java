package io.jenkins.plugins.llmos.plugin.freestyle;

import hudson.AbortException;
import hudson.Extension;
import hudson.ExtensionList;
import hudson.Launcher;
import hudson.model.AbstractBuild;
import hudson.model.AbstractProject;
import hudson.model.BuildListener;
import hudson.tasks.BuildStepDescriptor;
import hudson.tasks.Builder;
import hudson.util.FormValidation;
import io.jenkins.plugins.llmos.engine.InvalidInputException;
import io.jenkins.plugins.llmos.plugin.FieldCheck;
import io.jenkins.plugins.llmos.plugin.SubmittedForm;
import io.jenkins.plugins.llmos.plugin.Texts;
import io.jenkins.plugins.llmos.plugin.privacy.PrivatizeFields;
import io.jenkins.plugins.llmos.plugin.privacy.PrivatizeStep;
import java.io.IOException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import net.sf.json.JSONObject;
import org.jenkinsci.Symbol;
import org.kohsuke.stapler.DataBoundConstructor;
import org.kohsuke.stapler.DataBoundSetter;
import org.kohsuke.stapler.QueryParameter;
import org.kohsuke.stapler.StaplerRequest2;

/**
 * The build step "LLMOS: privatize": {@code llmosPrivatize} in a job that is no Pipeline. It either trains under a privacy
 * budget, with its trainings in place of a block, or encrypts or decrypts files.
 */
public final class PrivatizeBuilder extends Builder {
    private final LinkedHashMap<String, Object> arguments = new LinkedHashMap<>();
    private List<TrainBuilder> steps = new ArrayList<>();
    private String more = "";

    @DataBoundConstructor
    public PrivatizeBuilder() {}

    /** Forms send what nobody filled in, too. */
    private void put(String name, Object value) {
        if (value == null || value.equals("")) {
            arguments.remove(name);
        } else {
            FieldCheck.refuse(() -> PrivatizeFields.require(name, value));
            arguments.put(name, value);
        }
    }

    public String getDataset() {
        return (String) arguments.get("dataset");
    }

    @DataBoundSetter
    public void setDataset(String value) {
        put("dataset", value);
    }

    public Double getEpsilon() {
        return (Double) arguments.get("epsilon");
    }

    @DataBoundSetter
    public void setEpsilon(Double value) {
        put("epsilon", value);
    }

    public Double getDelta() {
        return (Double) arguments.get("delta");
    }

    @DataBoundSetter
    public void setDelta(Double value) {
        put("delta", value);
    }

    public String getEncrypt() {
        return (String) arguments.get("encrypt");
    }

    @DataBoundSetter
    public void setEncrypt(String value) {
        put("encrypt", value);
    }

    public String getDecrypt() {
        return (String) arguments.get("decrypt");
    }

    @DataBoundSetter
    public void setDecrypt(String value) {
        put("decrypt", value);
    }

    public String getKey() {
        return (String) arguments.get("key");
    }

    @DataBoundSetter
    public void setKey(String value) {
        put("key", value);
    }

    public List<TrainBuilder> getSteps() {
        return steps;
    }

    /** The trainings that spend the budget. */
    @DataBoundSetter
    public void setSteps(List<TrainBuilder> value) {
        steps = value == null ? new ArrayList<>() : new ArrayList<>(value);
    }

    public String getMore() {
        return more;
    }

    /** Arguments without a field, a line each. */
    @DataBoundSetter
    public void setMore(String value) {
        String text = value == null ? "" : value.strip();
        FieldCheck.refuse(() -> MoreArguments.parse(text));
        more = text;
    }

    /** Arguments of the engine. */
    private Map<String, Object> arguments() {
        Map<String, Object> all = new LinkedHashMap<>(arguments);
        if (steps.size() > 1) {
            all.put("trainings", steps.size());
        }
        all.putAll(MoreArguments.parse(more));
        return all;
    }

    @Override
    public boolean perform(AbstractBuild<?, ?> build, Launcher launcher, BuildListener listener)
            throws InterruptedException, IOException {
        BuildStepContext context = BuildStepContext.of(build, launcher, listener);
        try {
            context.run(PrivatizeStep.with(arguments()), steps.isEmpty() ? null : this::trainAll);
        } catch (InvalidInputException e) {
            throw new AbortException(e.getMessage());
        }
        return true;
    }

    private void trainAll(BuildStepContext context) throws IOException, InterruptedException {
        for (TrainBuilder step : steps) {
            step.train(context);
        }
    }

    /** For jobs and forms. */
    @Extension
    @Symbol("llmosPrivatizeBuilder")
    public static final class DescriptorImpl extends BuildStepDescriptor<Builder> implements PrivatizeFields {
        @Override
        @SuppressWarnings("rawtypes")
        public boolean isApplicable(Class<? extends AbstractProject> jobType) {
            return true;
        }

        @Override
        public String getDisplayName() {
            return Texts.of("privatize.step");
        }

        /** Most fields are those of {@code llmosPrivatize}, which has their help. */
        @Override
        public String getHelpFile(String field) {
            return "more".equals(field) || "steps".equals(field)
                    ? super.getHelpFile(field)
                    : ExtensionList.lookupSingleton(PrivatizeStep.DescriptorImpl.class)
                            .getHelpFile(field);
        }

        /** {@inheritDoc} What is wrong with a nested training Jenkins would only log. */
        @Override
        public Builder newInstance(StaplerRequest2 req, JSONObject form) throws FormException {
            FieldCheck.refuse(() -> {
                SubmittedForm submitted = SubmittedForm.of(form);
                submitted.filled(List.of("dataset", "epsilon", "delta")).forEach(PrivatizeFields::require);
                MoreArguments.parse(submitted.text("more"));
                submitted.entries("steps").forEach(TrainBuilder.DescriptorImpl::require);
            });
            return super.newInstance(req, form);
        }

        public FormValidation doCheckMore(@QueryParameter String value) {
            return FieldCheck.isBlank(value) ? FormValidation.ok() : FieldCheck.of(() -> MoreArguments.parse(value));
        }
    }
}
