package io.jenkins.plugins.llmos.plugin;

import hudson.EnvVars;
import hudson.Extension;
import hudson.model.Run;
import hudson.model.TaskListener;
import io.jenkins.plugins.llmos.engine.train.ModelSpec;
import io.jenkins.plugins.llmos.engine.train.OptimizerSpec;
import io.jenkins.plugins.llmos.engine.train.TrainSpec;
import io.jenkins.plugins.llmos.plugin.privacy.PrivateTrainings;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jenkinsci.plugins.workflow.graph.FlowNode;
import org.jenkinsci.plugins.workflow.steps.Step;
import org.jenkinsci.plugins.workflow.steps.StepContext;
import org.jenkinsci.plugins.workflow.steps.StepExecution;
import org.kohsuke.stapler.DataBoundConstructor;
import org.kohsuke.stapler.DataBoundSetter;

/**
 * {@code llmosTrain}: trains a model on the agent and returns what came out of it. The engine reads the arguments, as it
 * does in every host; the setters tell Jenkins their names and types.
 */
public final class TrainStep extends EngineStep {
    @DataBoundConstructor
    public TrainStep() {}

    /** A step with the arguments of the engine. */
    public static TrainStep with(Map<String, Object> arguments) {
        return new TrainStep(arguments);
    }

    private TrainStep(Map<String, Object> arguments) {
        super(arguments);
    }

    @Override
    protected StepExecution begin(StepContext context, Map<String, Object> arguments)
            throws IOException, InterruptedException {
        Workspaces.require(context, "llmosTrain", "train in");
        Map<String, Object> all = PrivateTrainings.arguments(context, arguments);
        return new TrainExecution(context, all, TrainSpec.from(all, Path.of("")).name());
    }

    @DataBoundSetter
    public void setName(String value) {
        put("name", value);
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
    public void setTarget(String value) {
        put("target", value);
    }

    @DataBoundSetter
    public void setFeatures(List<String> value) {
        put("features", value);
    }

    @DataBoundSetter
    public void setExclude(List<String> value) {
        put("exclude", value);
    }

    @DataBoundSetter
    public void setUser(String value) {
        put("user", value);
    }

    @DataBoundSetter
    public void setItem(String value) {
        put("item", value);
    }

    @DataBoundSetter
    public void setTypes(Map<String, String> value) {
        put("types", value);
    }

    @DataBoundSetter
    public void setTest(Double value) {
        put("test", value);
    }

    @DataBoundSetter
    public void setValidation(Double value) {
        put("validation", value);
    }

    @DataBoundSetter
    public void setMaxTokens(Integer value) {
        put("maxTokens", value);
    }

    @DataBoundSetter
    public void setVocabulary(Integer value) {
        put("vocabulary", value);
    }

    @DataBoundSetter
    public void setModel(String value) {
        put("model", value);
    }

    @DataBoundSetter
    public void setHidden(List<Integer> value) {
        put("hidden", value);
    }

    @DataBoundSetter
    public void setChannels(List<Integer> value) {
        put("channels", value);
    }

    @DataBoundSetter
    public void setEmbedding(Integer value) {
        put("embedding", value);
    }

    @DataBoundSetter
    public void setDropout(Double value) {
        put("dropout", value);
    }

    @DataBoundSetter
    public void setText(String value) {
        put("text", value);
    }

    @DataBoundSetter
    public void setContext(Integer value) {
        put("context", value);
    }

    @DataBoundSetter
    public void setLayers(Integer value) {
        put("layers", value);
    }

    @DataBoundSetter
    public void setHeads(Integer value) {
        put("heads", value);
    }

    @DataBoundSetter
    public void setWidth(Integer value) {
        put("width", value);
    }

    /** Unlike other flags this one says something when it is false. */
    @DataBoundSetter
    public void setPacking(Boolean value) {
        putFlag("packing", value);
    }

    @DataBoundSetter
    public void setTokenizer(String value) {
        put("tokenizer", value);
    }

    @DataBoundSetter
    public void setFrom(String value) {
        put("from", value);
    }

    @DataBoundSetter
    public void setLora(Map<String, Object> value) {
        put("lora", value);
    }

    @DataBoundSetter
    public void setUnit(String value) {
        put("unit", value);
    }

    @DataBoundSetter
    public void setUnitSequences(Integer value) {
        put("unitSequences", value);
    }

    @DataBoundSetter
    public void setActivationCheckpointing(boolean value) {
        put("activationCheckpointing", value);
    }

    @DataBoundSetter
    public void setPrecision(String value) {
        put("precision", value);
    }

    @DataBoundSetter
    public void setOptimizer(String value) {
        put("optimizer", value);
    }

    @DataBoundSetter
    public void setLearningRate(Double value) {
        put("learningRate", value);
    }

    @DataBoundSetter
    public void setMomentum(Double value) {
        put("momentum", value);
    }

    @DataBoundSetter
    public void setNesterov(boolean value) {
        put("nesterov", value);
    }

    @DataBoundSetter
    public void setBeta1(Double value) {
        put("beta1", value);
    }

    @DataBoundSetter
    public void setBeta2(Double value) {
        put("beta2", value);
    }

    @DataBoundSetter
    public void setWeightDecay(Double value) {
        put("weightDecay", value);
    }

    @DataBoundSetter
    public void setSchedule(String value) {
        put("schedule", value);
    }

    @DataBoundSetter
    public void setWarmup(Long value) {
        put("warmup", value);
    }

    @DataBoundSetter
    public void setStepEpochs(Integer value) {
        put("stepEpochs", value);
    }

    @DataBoundSetter
    public void setStepFactor(Double value) {
        put("stepFactor", value);
    }

    @DataBoundSetter
    public void setClipNorm(Double value) {
        put("clipNorm", value);
    }

    @DataBoundSetter
    public void setEpochs(Integer value) {
        put("epochs", value);
    }

    @DataBoundSetter
    public void setBatch(Integer value) {
        put("batch", value);
    }

    @DataBoundSetter
    public void setPatience(Integer value) {
        put("patience", value);
    }

    @DataBoundSetter
    public void setMinDelta(Double value) {
        put("minDelta", value);
    }

    @DataBoundSetter
    public void setCheckpointEvery(String value) {
        put("checkpointEvery", value);
    }

    @DataBoundSetter
    public void setCheckpointSteps(Long value) {
        put("checkpointSteps", value);
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
    public void setOverwrite(boolean value) {
        put("overwrite", value);
    }

    @DataBoundSetter
    public void setWarmStart(boolean value) {
        put("warmStart", value);
    }

    @DataBoundSetter
    public void setSensitivity(String value) {
        put("sensitivity", value);
    }

    @DataBoundSetter
    public void setKey(String value) {
        put("key", value);
    }

    /** The step as Pipeline knows it. */
    @Extension
    public static final class DescriptorImpl extends EngineStepDescriptor implements TrainFields {
        @Override
        public String getFunctionName() {
            return "llmosTrain";
        }

        @Override
        public String getDisplayName() {
            return Texts.of("train.title");
        }

        /** For the form. */
        public List<String> getModels() {
            return ModelSpec.KINDS;
        }

        /** For the form. */
        public List<String> getOptimizers() {
            return OptimizerSpec.KINDS;
        }

        @Override
        public Set<? extends Class<?>> getRequiredContext() {
            return Set.of(Run.class, EnvVars.class, TaskListener.class, FlowNode.class);
        }

        @Override
        public Step newInstance(Map<String, Object> arguments) {
            return new TrainStep(arguments);
        }

        @Override
        protected void check(Map<String, Object> arguments) {
            TrainSpec.from(arguments, Path.of(""));
        }
    }
}
