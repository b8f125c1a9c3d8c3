package io.jenkins.plugins.llmos.plugin.schedule;

import hudson.Extension;
import hudson.ExtensionList;
import hudson.model.AbstractProject;
import hudson.model.Job;
import io.jenkins.plugins.llmos.plugin.Texts;
import java.util.LinkedHashMap;
import java.util.Map;
import jenkins.model.OptionalJobProperty;
import org.jenkinsci.Symbol;
import org.kohsuke.stapler.DataBoundConstructor;
import org.kohsuke.stapler.DataBoundSetter;

/**
 * The job property "Accelerators": every build of the job waits in the queue for its devices and holds them until it ends.
 * For jobs that are no Pipelines, with the arguments of {@code llmosSchedule} but {@code preemptible}: a build that has begun
 * cannot be begun again as a Pipeline's block can.
 */
public final class AcceleratorsProperty extends OptionalJobProperty<AbstractProject<?, ?>> {
    private final LinkedHashMap<String, Object> arguments = new LinkedHashMap<>();

    @DataBoundConstructor
    public AcceleratorsProperty() {}

    /** Arguments of the engine. */
    Map<String, Object> arguments() {
        Map<String, Object> all = new LinkedHashMap<>(arguments);
        all.put("preemptible", false);
        return all;
    }

    /** Forms send what nobody filled in, too. */
    private void put(String name, Object value) {
        if (value == null || value.equals("")) {
            arguments.remove(name);
        } else {
            arguments.put(name, value);
        }
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

    public String getPool() {
        return (String) arguments.get("pool");
    }

    @DataBoundSetter
    public void setPool(String value) {
        put("pool", value);
    }

    /** For forms. */
    @Extension
    @Symbol("llmosAccelerators")
    public static final class DescriptorImpl extends OptionalJobPropertyDescriptor implements ScheduleFields {
        @Override
        public String getDisplayName() {
            return Texts.of("accelerators.title");
        }

        /** A matrix job has builds that only wait for others. */
        @Override
        @SuppressWarnings("rawtypes")
        public boolean isApplicable(Class<? extends Job> jobType) {
            return AbstractProject.class.isAssignableFrom(jobType)
                    && !jobType.getName().startsWith("hudson.matrix.");
        }

        /** The fields are those of {@code llmosSchedule}, which has their help. */
        @Override
        public String getHelpFile(String field) {
            return field == null
                    ? super.getHelpFile(null)
                    : ExtensionList.lookupSingleton(ScheduleStep.DescriptorImpl.class)
                            .getHelpFile(field);
        }
    }
}
