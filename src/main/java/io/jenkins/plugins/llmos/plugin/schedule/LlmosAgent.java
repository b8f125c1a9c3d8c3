package io.jenkins.plugins.llmos.plugin.schedule;

import hudson.Extension;
import hudson.ExtensionList;
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

    /** Forms send what nobody filled in, too. */
    private void put(String name, Object value) {
        if (value != null && !value.equals("")) {
            arguments.put(name, value);
        }
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
        return (Integer) arguments.get("gpus");
    }

    @DataBoundSetter
    public void setGpus(Integer value) {
        put("gpus", value);
    }

    public String getGpuMemory() {
        return (String) arguments.get("gpuMemory");
    }

    @DataBoundSetter
    public void setGpuMemory(String value) {
        put("gpuMemory", value);
    }

    public String getGpuModel() {
        return (String) arguments.get("gpuModel");
    }

    @DataBoundSetter
    public void setGpuModel(String value) {
        put("gpuModel", value);
    }

    public Double getGpuShare() {
        return (Double) arguments.get("gpuShare");
    }

    @DataBoundSetter
    public void setGpuShare(Double value) {
        put("gpuShare", value);
    }

    public Double getCpus() {
        return (Double) arguments.get("cpus");
    }

    @DataBoundSetter
    public void setCpus(Double value) {
        put("cpus", value);
    }

    public String getMemory() {
        return (String) arguments.get("memory");
    }

    @DataBoundSetter
    public void setMemory(String value) {
        put("memory", value);
    }

    public String getDisk() {
        return (String) arguments.get("disk");
    }

    @DataBoundSetter
    public void setDisk(String value) {
        put("disk", value);
    }

    public String getEstimate() {
        return (String) arguments.get("estimate");
    }

    @DataBoundSetter
    public void setEstimate(String value) {
        put("estimate", value);
    }

    public Integer getPriority() {
        return (Integer) arguments.get("priority");
    }

    @DataBoundSetter
    public void setPriority(Integer value) {
        put("priority", value);
    }

    public Boolean getPreemptible() {
        return (Boolean) arguments.get("preemptible");
    }

    @DataBoundSetter
    public void setPreemptible(Boolean value) {
        put("preemptible", Boolean.TRUE.equals(value) ? null : value);
    }

    public String getPool() {
        return (String) arguments.get("pool");
    }

    @DataBoundSetter
    public void setPool(String value) {
        put("pool", value);
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
            return "label".equals(field)
                    ? super.getHelpFile(field)
                    : ExtensionList.lookupSingleton(ScheduleStep.DescriptorImpl.class)
                            .getHelpFile(field);
        }
    }
}
