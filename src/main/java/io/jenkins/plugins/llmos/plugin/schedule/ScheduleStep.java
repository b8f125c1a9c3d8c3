package io.jenkins.plugins.llmos.plugin.schedule;

import hudson.Extension;
import hudson.model.Run;
import hudson.model.TaskListener;
import io.jenkins.plugins.llmos.engine.InvalidInputException;
import io.jenkins.plugins.llmos.engine.schedule.ScheduleArguments;
import io.jenkins.plugins.llmos.plugin.EngineStep;
import io.jenkins.plugins.llmos.plugin.Texts;
import java.util.Map;
import java.util.Set;
import org.jenkinsci.plugins.workflow.graph.FlowNode;
import org.jenkinsci.plugins.workflow.steps.Step;
import org.jenkinsci.plugins.workflow.steps.StepContext;
import org.jenkinsci.plugins.workflow.steps.StepExecution;
import org.kohsuke.stapler.DataBoundConstructor;
import org.kohsuke.stapler.DataBoundSetter;

/**
 * {@code llmosSchedule}: waits its turn, holds devices while its body runs, and returns what that returns. The engine
 * reads the arguments; the setters tell Jenkins their names and types.
 */
public final class ScheduleStep extends EngineStep {
    @DataBoundConstructor
    public ScheduleStep() {}

    private ScheduleStep(Map<String, Object> arguments) {
        super(arguments);
    }

    @Override
    protected StepExecution begin(StepContext context, Map<String, Object> arguments) {
        return new ScheduleExecution(context, arguments, read(arguments));
    }

    /**
     * Reads the arguments.
     *
     * @return the name of the pool
     * @throws InvalidInputException if something is wrong with them
     */
    private static String read(Map<String, Object> arguments) {
        ScheduleArguments.read(arguments, "key", "job");
        String pool = ScheduleArguments.pool(arguments).orElse(Pool.DEFAULT);
        LlmosConfiguration.get().check(pool);
        return pool;
    }

    @DataBoundSetter
    public void setGpus(Integer value) {
        put("gpus", value);
    }

    @DataBoundSetter
    public void setGpuMemory(String value) {
        put("gpuMemory", value);
    }

    @DataBoundSetter
    public void setGpuModel(String value) {
        put("gpuModel", value);
    }

    @DataBoundSetter
    public void setGpuShare(Double value) {
        put("gpuShare", value);
    }

    @DataBoundSetter
    public void setCpus(Double value) {
        put("cpus", value);
    }

    @DataBoundSetter
    public void setMemory(String value) {
        put("memory", value);
    }

    @DataBoundSetter
    public void setDisk(String value) {
        put("disk", value);
    }

    @DataBoundSetter
    public void setEstimate(String value) {
        put("estimate", value);
    }

    @DataBoundSetter
    public void setPriority(Integer value) {
        put("priority", value);
    }

    @DataBoundSetter
    public void setPreemptible(Boolean value) {
        putFlag("preemptible", Boolean.TRUE.equals(value) ? null : value);
    }

    @DataBoundSetter
    public void setPool(String value) {
        put("pool", value);
    }

    /** The step as Pipeline knows it. */
    @Extension
    public static final class DescriptorImpl extends EngineStepDescriptor implements ScheduleFields {
        @Override
        public String getFunctionName() {
            return "llmosSchedule";
        }

        @Override
        public String getDisplayName() {
            return Texts.of("schedule.title");
        }

        @Override
        public boolean takesImplicitBlockArgument() {
            return true;
        }

        @Override
        public Set<? extends Class<?>> getRequiredContext() {
            return Set.of(Run.class, FlowNode.class, TaskListener.class);
        }

        @Override
        public Step newInstance(Map<String, Object> arguments) {
            return new ScheduleStep(arguments);
        }

        @Override
        protected void check(Map<String, Object> arguments) {
            read(arguments);
        }
    }
}
