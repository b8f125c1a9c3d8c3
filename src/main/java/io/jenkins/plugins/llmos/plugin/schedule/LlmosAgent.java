package io.jenkins.plugins.llmos.plugin.schedule;

import hudson.Extension;
import java.util.LinkedHashMap;
import java.util.Map;
import org.jenkinsci.Symbol;
import org.jenkinsci.plugins.pipeline.modeldefinition.agent.DeclarativeAgent;
import org.jenkinsci.plugins.pipeline.modeldefinition.agent.DeclarativeAgentDescriptor;
import org.kohsuke.stapler.DataBoundConstructor;
import org.kohsuke.stapler.DataBoundSetter;

/** {@code agent { llmos { … } }}: {@code llmosSchedule} around {@code node}, for a Declarative Pipeline or a stage. */
public final class LlmosAgent extends DeclarativeAgent<LlmosAgent> {
    private static final long serialVersionUID = 1L;

    private final LinkedHashMap<String, Object> arguments = new LinkedHashMap<>();
    private String label = "";

    @DataBoundConstructor
    public LlmosAgent() {}

    /** What the script passes on to {@code llmosSchedule}. */
    public Map<String, Object> getArguments() {
        return arguments;
    }

    /** What the script passes on to {@code node}; null for any. */
    public String getLabel() {
        return label.isEmpty() ? null : label;
    }

    @DataBoundSetter
    public void setLabel(String value) {
        label = value == null ? "" : value;
    }

    @DataBoundSetter
    public void setGpus(Integer value) {
        arguments.put("gpus", value);
    }

    @DataBoundSetter
    public void setGpuMemory(String value) {
        arguments.put("gpuMemory", value);
    }

    @DataBoundSetter
    public void setGpuModel(String value) {
        arguments.put("gpuModel", value);
    }

    @DataBoundSetter
    public void setGpuShare(Double value) {
        arguments.put("gpuShare", value);
    }

    @DataBoundSetter
    public void setCpus(Double value) {
        arguments.put("cpus", value);
    }

    @DataBoundSetter
    public void setMemory(String value) {
        arguments.put("memory", value);
    }

    @DataBoundSetter
    public void setDisk(String value) {
        arguments.put("disk", value);
    }

    @DataBoundSetter
    public void setEstimate(String value) {
        arguments.put("estimate", value);
    }

    @DataBoundSetter
    public void setPriority(Integer value) {
        arguments.put("priority", value);
    }

    @DataBoundSetter
    public void setPreemptible(Boolean value) {
        arguments.put("preemptible", value);
    }

    @DataBoundSetter
    public void setPool(String value) {
        arguments.put("pool", value);
    }

    /** Present where Declarative is. */
    @Extension(optional = true)
    @Symbol("llmos")
    public static final class DescriptorImpl extends DeclarativeAgentDescriptor<LlmosAgent> {
        @Override
        public String getDisplayName() {
            return "Wait for accelerators and run on the agent that has them";
        }
    }
}
