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
import hudson.util.ListBoxModel;
import io.jenkins.plugins.llmos.engine.InvalidInputException;
import io.jenkins.plugins.llmos.engine.privacy.access.Sensitivity;
import io.jenkins.plugins.llmos.engine.train.ModelSpec;
import io.jenkins.plugins.llmos.engine.train.OptimizerSpec;
import io.jenkins.plugins.llmos.plugin.FieldCheck;
import io.jenkins.plugins.llmos.plugin.SubmittedForm;
import io.jenkins.plugins.llmos.plugin.Texts;
import io.jenkins.plugins.llmos.plugin.TrainFields;
import io.jenkins.plugins.llmos.plugin.TrainStep;
import java.io.IOException;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import net.sf.json.JSONObject;
import org.jenkinsci.Symbol;
import org.kohsuke.stapler.DataBoundConstructor;
import org.kohsuke.stapler.DataBoundSetter;
import org.kohsuke.stapler.QueryParameter;
import org.kohsuke.stapler.StaplerRequest2;

/** The build step "LLMOS: train": {@code llmosTrain} in a job that is no Pipeline. */
public final class TrainBuilder extends Builder {
    private final LinkedHashMap<String, Object> arguments = new LinkedHashMap<>();
    private String more = "";

    @DataBoundConstructor
    public TrainBuilder() {}

    /** Forms send what nobody filled in or ticked, too. */
    private void put(String name, Object value) {
        if (value == null || value.equals("") || value.equals(false)) {
            arguments.remove(name);
        } else {
            FieldCheck.refuse(() -> TrainFields.require(name, value));
            arguments.put(name, value);
        }
    }

    private String text(String name) {
        return (String) arguments.get(name);
    }

    public String getData() {
        return text("data");
    }

    @DataBoundSetter
    public void setData(String value) {
        put("data", value);
    }

    public String getTarget() {
        return text("target");
    }

    @DataBoundSetter
    public void setTarget(String value) {
        put("target", value);
    }

    public String getLabels() {
        return text("labels");
    }

    @DataBoundSetter
    public void setLabels(String value) {
        put("labels", value);
    }

    public String getModel() {
        return text("model");
    }

    @DataBoundSetter
    public void setModel(String value) {
        put("model", value);
    }

    public String getOptimizer() {
        return text("optimizer");
    }

    @DataBoundSetter
    public void setOptimizer(String value) {
        put("optimizer", value);
    }

    public Double getLearningRate() {
        return (Double) arguments.get("learningRate");
    }

    @DataBoundSetter
    public void setLearningRate(Double value) {
        put("learningRate", value);
    }

    public Integer getEpochs() {
        return (Integer) arguments.get("epochs");
    }

    @DataBoundSetter
    public void setEpochs(Integer value) {
        put("epochs", value);
    }

    public Integer getBatch() {
        return (Integer) arguments.get("batch");
    }

    @DataBoundSetter
    public void setBatch(Integer value) {
        put("batch", value);
    }

    public String getOutput() {
        return text("output");
    }

    @DataBoundSetter
    public void setOutput(String value) {
        put("output", value);
    }

    public boolean isOverwrite() {
        return arguments.containsKey("overwrite");
    }

    @DataBoundSetter
    public void setOverwrite(boolean value) {
        put("overwrite", value);
    }

    public boolean isWarmStart() {
        return arguments.containsKey("warmStart");
    }

    @DataBoundSetter
    public void setWarmStart(boolean value) {
        put("warmStart", value);
    }

    public String getSensitivity() {
        return text("sensitivity");
    }

    @DataBoundSetter
    public void setSensitivity(String value) {
        put("sensitivity", value);
    }

    public String getKey() {
        return text("key");
    }

    @DataBoundSetter
    public void setKey(String value) {
        put("key", value);
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
        all.putAll(MoreArguments.parse(more));
        return all;
    }

    @Override
    public boolean perform(AbstractBuild<?, ?> build, Launcher launcher, BuildListener listener)
            throws InterruptedException, IOException {
        train(BuildStepContext.of(build, launcher, listener));
        return true;
    }

    void train(BuildStepContext context) throws IOException, InterruptedException {
        try {
            context.run(TrainStep.with(arguments()), null);
        } catch (InvalidInputException e) {
            throw new AbortException(e.getMessage());
        }
    }

    /** For jobs and forms. */
    @Extension
    @Symbol("llmosTrainBuilder")
    public static final class DescriptorImpl extends BuildStepDescriptor<Builder> implements TrainFields {
        @Override
        @SuppressWarnings("rawtypes")
        public boolean isApplicable(Class<? extends AbstractProject> jobType) {
            return true;
        }

        @Override
        public String getDisplayName() {
            return Texts.of("train.step");
        }

        /** Most fields are those of {@code llmosTrain}, which has their help. */
        @Override
        public String getHelpFile(String field) {
            return "more".equals(field)
                    ? super.getHelpFile(field)
                    : ExtensionList.lookupSingleton(TrainStep.DescriptorImpl.class)
                            .getHelpFile(field);
        }

        public ListBoxModel doFillModelItems() {
            return choices(ModelSpec.KINDS);
        }

        public ListBoxModel doFillOptimizerItems() {
            return choices(OptimizerSpec.KINDS);
        }

        public ListBoxModel doFillSensitivityItems() {
            return choices(Sensitivity.NAMES);
        }

        private static ListBoxModel choices(List<String> names) {
            ListBoxModel items = new ListBoxModel();
            items.add(Texts.of("form.usual"), "");
            names.forEach(n -> items.add(n, n));
            return items;
        }

        @Override
        public Builder newInstance(StaplerRequest2 req, JSONObject form) throws FormException {
            FieldCheck.refuse(() -> require(SubmittedForm.of(form)));
            return super.newInstance(req, form);
        }

        /** @throws InvalidInputException if something that a form sends is wrong */
        static void require(SubmittedForm form) {
            TrainFields.require(form);
            TrainFields.more(
                            form.text("data"),
                            form.text("target"),
                            form.text("labels"),
                            form.text("model"),
                            form.text("optimizer"))
                    .read(MoreArguments.parse(form.text("more")));
        }

        public FormValidation doCheckMore(
                @QueryParameter String value,
                @QueryParameter String data,
                @QueryParameter String target,
                @QueryParameter String labels,
                @QueryParameter String model,
                @QueryParameter String optimizer) {
            return FieldCheck.isBlank(value)
                    ? FormValidation.ok()
                    : FieldCheck.of(() -> TrainFields.more(data, target, labels, model, optimizer)
                            .read(MoreArguments.parse(value)));
        }
    }
}
