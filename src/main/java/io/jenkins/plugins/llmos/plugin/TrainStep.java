package io.jenkins.plugins.llmos.plugin;

import hudson.AbortException;
import hudson.EnvVars;
import hudson.Extension;
import hudson.FilePath;
import hudson.model.Computer;
import hudson.model.Run;
import hudson.model.TaskListener;
import io.jenkins.plugins.llmos.engine.InvalidInputException;
import io.jenkins.plugins.llmos.engine.train.TrainSpec;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jenkinsci.plugins.structs.describable.UninstantiatedDescribable;
import org.jenkinsci.plugins.workflow.steps.Step;
import org.jenkinsci.plugins.workflow.steps.StepContext;
import org.jenkinsci.plugins.workflow.steps.StepDescriptor;
import org.jenkinsci.plugins.workflow.steps.StepExecution;
import org.kohsuke.stapler.DataBoundConstructor;
import org.kohsuke.stapler.DataBoundSetter;

/**
 * {@code llmosTrain}: trains a model on the agent and returns what came out of it. The engine reads the arguments, as it
 * does in every host; the setters tell Jenkins their names and types.
 */
public final class TrainStep extends Step {
    private final LinkedHashMap<String, Object> arguments = new LinkedHashMap<>();

    @DataBoundConstructor
    public TrainStep() {}

    private TrainStep(Map<String, Object> arguments) {
        this.arguments.putAll(arguments);
    }

    @Override
    public StepExecution start(StepContext context) throws AbortException {
        return new TrainExecution(context, arguments, check(arguments).name());
    }

    private static TrainSpec check(Map<String, Object> arguments) throws AbortException {
        try {
            return TrainSpec.from(arguments, Path.of(""));
        } catch (InvalidInputException e) {
            throw new AbortException(e.getMessage());
        }
    }

    @DataBoundSetter
    public void setName(String value) {
        arguments.put("name", value);
    }

    @DataBoundSetter
    public void setData(String value) {
        arguments.put("data", value);
    }

    @DataBoundSetter
    public void setLabels(String value) {
        arguments.put("labels", value);
    }

    @DataBoundSetter
    public void setTarget(String value) {
        arguments.put("target", value);
    }

    @DataBoundSetter
    public void setFeatures(List<String> value) {
        arguments.put("features", value);
    }

    @DataBoundSetter
    public void setExclude(List<String> value) {
        arguments.put("exclude", value);
    }

    @DataBoundSetter
    public void setTypes(Map<String, String> value) {
        arguments.put("types", value);
    }

    @DataBoundSetter
    public void setTest(double value) {
        arguments.put("test", value);
    }

    @DataBoundSetter
    public void setValidation(double value) {
        arguments.put("validation", value);
    }

    @DataBoundSetter
    public void setMaxTokens(int value) {
        arguments.put("maxTokens", value);
    }

    @DataBoundSetter
    public void setVocabulary(int value) {
        arguments.put("vocabulary", value);
    }

    @DataBoundSetter
    public void setModel(String value) {
        arguments.put("model", value);
    }

    @DataBoundSetter
    public void setHidden(List<Integer> value) {
        arguments.put("hidden", value);
    }

    @DataBoundSetter
    public void setChannels(List<Integer> value) {
        arguments.put("channels", value);
    }

    @DataBoundSetter
    public void setEmbedding(int value) {
        arguments.put("embedding", value);
    }

    @DataBoundSetter
    public void setDropout(double value) {
        arguments.put("dropout", value);
    }

    @DataBoundSetter
    public void setOptimizer(String value) {
        arguments.put("optimizer", value);
    }

    @DataBoundSetter
    public void setLearningRate(double value) {
        arguments.put("learningRate", value);
    }

    @DataBoundSetter
    public void setMomentum(double value) {
        arguments.put("momentum", value);
    }

    @DataBoundSetter
    public void setNesterov(boolean value) {
        arguments.put("nesterov", value);
    }

    @DataBoundSetter
    public void setBeta1(double value) {
        arguments.put("beta1", value);
    }

    @DataBoundSetter
    public void setBeta2(double value) {
        arguments.put("beta2", value);
    }

    @DataBoundSetter
    public void setWeightDecay(double value) {
        arguments.put("weightDecay", value);
    }

    @DataBoundSetter
    public void setSchedule(String value) {
        arguments.put("schedule", value);
    }

    @DataBoundSetter
    public void setWarmup(long value) {
        arguments.put("warmup", value);
    }

    @DataBoundSetter
    public void setStepEpochs(int value) {
        arguments.put("stepEpochs", value);
    }

    @DataBoundSetter
    public void setStepFactor(double value) {
        arguments.put("stepFactor", value);
    }

    @DataBoundSetter
    public void setClipNorm(double value) {
        arguments.put("clipNorm", value);
    }

    @DataBoundSetter
    public void setEpochs(int value) {
        arguments.put("epochs", value);
    }

    @DataBoundSetter
    public void setBatch(int value) {
        arguments.put("batch", value);
    }

    @DataBoundSetter
    public void setPatience(int value) {
        arguments.put("patience", value);
    }

    @DataBoundSetter
    public void setMinDelta(double value) {
        arguments.put("minDelta", value);
    }

    @DataBoundSetter
    public void setCheckpointEvery(String value) {
        arguments.put("checkpointEvery", value);
    }

    @DataBoundSetter
    public void setCheckpointSteps(long value) {
        arguments.put("checkpointSteps", value);
    }

    @DataBoundSetter
    public void setSeed(long value) {
        arguments.put("seed", value);
    }

    @DataBoundSetter
    public void setOutput(String value) {
        arguments.put("output", value);
    }

    @DataBoundSetter
    public void setOverwrite(boolean value) {
        arguments.put("overwrite", value);
    }

    /** The step as Pipeline knows it. */
    @Extension
    public static final class DescriptorImpl extends StepDescriptor {
        @Override
        public String getFunctionName() {
            return "llmosTrain";
        }

        @Override
        public String getDisplayName() {
            return "Train a model";
        }

        @Override
        public Set<? extends Class<?>> getRequiredContext() {
            return Set.of(Run.class, FilePath.class, EnvVars.class, Computer.class, TaskListener.class);
        }

        @Override
        public Step newInstance(Map<String, Object> arguments) throws AbortException {
            check(arguments);
            return new TrainStep(arguments);
        }

        @Override
        public UninstantiatedDescribable uninstantiate(Step step) {
            return new UninstantiatedDescribable(((TrainStep) step).arguments);
        }
    }
}
