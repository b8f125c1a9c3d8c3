package io.jenkins.plugins.llmos.plugin.schedule;

import hudson.Extension;
import hudson.util.FormValidation;
import io.jenkins.plugins.llmos.plugin.Texts;
import java.util.LinkedHashMap;
import java.util.Map;
import org.jenkinsci.Symbol;
import org.jenkinsci.plugins.pipeline.modeldefinition.agent.DeclarativeAgent;
import org.jenkinsci.plugins.pipeline.modeldefinition.agent.DeclarativeAgentDescriptor;
import org.kohsuke.stapler.DataBoundConstructor;
import org.kohsuke.stapler.DataBoundSetter;
import org.kohsuke.stapler.QueryParameter;

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

    public Integer getGpus() {
        return AcceleratorField.GPUS.of(arguments);
    }

    @DataBoundSetter
    public void setGpus(Integer value) {
        AcceleratorField.GPUS.put(value, arguments);
    }

    public String getGpuMemory() {
        return AcceleratorField.GPU_MEMORY.of(arguments);
    }

    @DataBoundSetter
    public void setGpuMemory(String value) {
        AcceleratorField.GPU_MEMORY.put(value, arguments);
    }

    public String getGpuModel() {
        return AcceleratorField.GPU_MODEL.of(arguments);
    }

    @DataBoundSetter
    public void setGpuModel(String value) {
        AcceleratorField.GPU_MODEL.put(value, arguments);
    }

    public Double getGpuShare() {
        return AcceleratorField.GPU_SHARE.of(arguments);
    }

    @DataBoundSetter
    public void setGpuShare(Double value) {
        AcceleratorField.GPU_SHARE.put(value, arguments);
    }

    public Double getCpus() {
        return AcceleratorField.CPUS.of(arguments);
    }

    @DataBoundSetter
    public void setCpus(Double value) {
        AcceleratorField.CPUS.put(value, arguments);
    }

    public String getMemory() {
        return AcceleratorField.MEMORY.of(arguments);
    }

    @DataBoundSetter
    public void setMemory(String value) {
        AcceleratorField.MEMORY.put(value, arguments);
    }

    public String getDisk() {
        return AcceleratorField.DISK.of(arguments);
    }

    @DataBoundSetter
    public void setDisk(String value) {
        AcceleratorField.DISK.put(value, arguments);
    }

    public String getEstimate() {
        return AcceleratorField.ESTIMATE.of(arguments);
    }

    @DataBoundSetter
    public void setEstimate(String value) {
        AcceleratorField.ESTIMATE.put(value, arguments);
    }

    public Integer getPriority() {
        return AcceleratorField.PRIORITY.of(arguments);
    }

    @DataBoundSetter
    public void setPriority(Integer value) {
        AcceleratorField.PRIORITY.put(value, arguments);
    }

    public Boolean getPreemptible() {
        return AcceleratorField.PREEMPTIBLE.of(arguments);
    }

    @DataBoundSetter
    public void setPreemptible(Boolean value) {
        AcceleratorField.PREEMPTIBLE.put(value, arguments);
    }

    public String getPool() {
        return AcceleratorField.POOL.of(arguments);
    }

    @DataBoundSetter
    public void setPool(String value) {
        AcceleratorField.POOL.put(value, arguments);
    }

    /** Present where Declarative is. */
    @Extension(optional = true)
    @Symbol("llmos")
    public static final class DescriptorImpl extends DeclarativeAgentDescriptor<LlmosAgent> implements ScheduleFields {
        @Override
        public String getDisplayName() {
            return Texts.of("agent.title");
        }

        /** Checks the field as it is filled in. */
        public FormValidation doCheckLabel(@QueryParameter String value) {
            return Checks.label(value, "check.label");
        }

        /** The form shows the fields of {@code llmosSchedule}, which has their help. */
        @Override
        public String getHelpFile(String field) {
            return "label".equals(field) ? super.getHelpFile(field) : ScheduleFields.help(field);
        }
    }
}
