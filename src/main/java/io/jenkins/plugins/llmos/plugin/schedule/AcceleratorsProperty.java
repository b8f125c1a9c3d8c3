package io.jenkins.plugins.llmos.plugin.schedule;

import hudson.Extension;
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

    public String getPool() {
        return AcceleratorField.POOL.of(arguments);
    }

    @DataBoundSetter
    public void setPool(String value) {
        AcceleratorField.POOL.put(value, arguments);
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

        @Override
        public boolean isBlock() {
            return false;
        }

        /** The fields are those of {@code llmosSchedule}, which has their help. */
        @Override
        public String getHelpFile(String field) {
            return field == null ? super.getHelpFile(null) : ScheduleFields.help(field);
        }
    }
}
