package io.jenkins.plugins.llmos.plugin.schedule;

import hudson.AbortException;
import hudson.Extension;
import hudson.model.Run;
import hudson.model.TaskListener;
import io.jenkins.plugins.llmos.engine.InvalidInputException;
import io.jenkins.plugins.llmos.engine.schedule.ScheduleArguments;
import io.jenkins.plugins.llmos.plugin.Texts;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Set;
import org.jenkinsci.plugins.structs.describable.UninstantiatedDescribable;
import org.jenkinsci.plugins.workflow.graph.FlowNode;
import org.jenkinsci.plugins.workflow.steps.Step;
import org.jenkinsci.plugins.workflow.steps.StepContext;
import org.jenkinsci.plugins.workflow.steps.StepDescriptor;
import org.jenkinsci.plugins.workflow.steps.StepExecution;
import org.kohsuke.stapler.DataBoundConstructor;
import org.kohsuke.stapler.DataBoundSetter;

/**
 * {@code llmosSchedule}: waits its turn, holds devices while its body runs, and returns what that returns. The engine
 * reads the arguments; the setters tell Jenkins their names and types.
 */
public final class ScheduleStep extends Step {
    private final LinkedHashMap<String, Object> arguments = new LinkedHashMap<>();

    @DataBoundConstructor
    public ScheduleStep() {}

    ScheduleStep(Map<String, Object> arguments) {
        this.arguments.putAll(arguments);
    }

    @Override
    public StepExecution start(StepContext context) throws AbortException {
        return new ScheduleExecution(context, arguments, check(arguments));
    }

    /**
     * Reads the arguments.
     *
     * @return the name of the pool
     * @throws AbortException with one sentence if something is wrong with them
     */
    static String check(Map<String, Object> arguments) throws AbortException {
        try {
            ScheduleArguments.read(arguments, "key", "job");
            String pool = ScheduleArguments.pool(arguments).orElse(Pool.DEFAULT);
            LlmosConfiguration.get().check(pool);
            return pool;
        } catch (InvalidInputException e) {
            throw new AbortException(e.getMessage());
        }
    }

    /** Forms send what nobody filled in, too. */
    private void put(String name, Object value) {
        if (value != null && !value.equals("")) {
            arguments.put(name, value);
        }
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
        put("preemptible", Boolean.TRUE.equals(value) ? null : value);
    }

    @DataBoundSetter
    public void setPool(String value) {
        put("pool", value);
    }

    /** The step as Pipeline knows it. */
    @Extension
    public static final class DescriptorImpl extends StepDescriptor implements ScheduleFields {
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
        public Step newInstance(Map<String, Object> arguments) throws AbortException {
            check(arguments);
            return new ScheduleStep(arguments);
        }

        /** The Snippet Generator shows the message of an {@code UnsupportedOperationException} in place of a snippet. */
        @Override
        public UninstantiatedDescribable uninstantiate(Step step) {
            Map<String, Object> arguments = ((ScheduleStep) step).arguments;
            try {
                check(arguments);
            } catch (AbortException e) {
                throw new UnsupportedOperationException(e.getMessage(), e);
            }
            return new UninstantiatedDescribable(arguments);
        }
    }
}
