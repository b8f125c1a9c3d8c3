package io.jenkins.plugins.llmos.plugin.schedule;

import hudson.Extension;
import hudson.model.AbstractProject;
import hudson.model.Job;
import hudson.model.JobProperty;
import io.jenkins.plugins.llmos.plugin.FieldCheck;
import io.jenkins.plugins.llmos.plugin.SubmittedForm;
import io.jenkins.plugins.llmos.plugin.Texts;
import java.util.LinkedHashMap;
import java.util.Map;
import jenkins.model.OptionalJobProperty;
import net.sf.json.JSONObject;
import org.jenkinsci.Symbol;
import org.kohsuke.stapler.DataBoundConstructor;
import org.kohsuke.stapler.DataBoundSetter;
import org.kohsuke.stapler.StaplerRequest2;

/**
 * The job property "Accelerators": every build of the job waits in the queue for its devices and holds them until it ends.
 * For jobs that are no Pipelines, with the arguments of {@code llmosSchedule} but {@code preemptible}: a build that has begun
 * cannot be begun again as a Pipeline's block can.
 */
public final class AcceleratorsProperty extends OptionalJobProperty<AbstractProject<?, ?>> {
    private final LinkedHashMap<String, Object> arguments = new LinkedHashMap<>();

    @DataBoundConstructor
    public AcceleratorsProperty() {}

    private <T> void keep(AcceleratorField<T> field, T value) {
        FieldCheck.refuse(() -> ScheduleFields.require(field.name(), value));
        field.put(value, arguments);
    }

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
        keep(AcceleratorField.GPUS, value);
    }

    public String getGpuMemory() {
        return AcceleratorField.GPU_MEMORY.of(arguments);
    }

    @DataBoundSetter
    public void setGpuMemory(String value) {
        keep(AcceleratorField.GPU_MEMORY, value);
    }

    public String getGpuModel() {
        return AcceleratorField.GPU_MODEL.of(arguments);
    }

    @DataBoundSetter
    public void setGpuModel(String value) {
        keep(AcceleratorField.GPU_MODEL, value);
    }

    public Double getGpuShare() {
        return AcceleratorField.GPU_SHARE.of(arguments);
    }

    @DataBoundSetter
    public void setGpuShare(Double value) {
        keep(AcceleratorField.GPU_SHARE, value);
    }

    public Double getCpus() {
        return AcceleratorField.CPUS.of(arguments);
    }

    @DataBoundSetter
    public void setCpus(Double value) {
        keep(AcceleratorField.CPUS, value);
    }

    public String getMemory() {
        return AcceleratorField.MEMORY.of(arguments);
    }

    @DataBoundSetter
    public void setMemory(String value) {
        keep(AcceleratorField.MEMORY, value);
    }

    public String getDisk() {
        return AcceleratorField.DISK.of(arguments);
    }

    @DataBoundSetter
    public void setDisk(String value) {
        keep(AcceleratorField.DISK, value);
    }

    public String getEstimate() {
        return AcceleratorField.ESTIMATE.of(arguments);
    }

    @DataBoundSetter
    public void setEstimate(String value) {
        keep(AcceleratorField.ESTIMATE, value);
    }

    public Integer getPriority() {
        return AcceleratorField.PRIORITY.of(arguments);
    }

    @DataBoundSetter
    public void setPriority(Integer value) {
        keep(AcceleratorField.PRIORITY, value);
    }

    public String getPool() {
        return AcceleratorField.POOL.of(arguments);
    }

    @DataBoundSetter
    public void setPool(String value) {
        keep(AcceleratorField.POOL, value);
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
        public JobProperty<?> newInstance(StaplerRequest2 req, JSONObject form) throws FormException {
            SubmittedForm submitted = SubmittedForm.of(form);
            if (submitted.isTicked("specified")) {
                FieldCheck.refuse(() -> ScheduleFields.require(submitted));
            }
            return super.newInstance(req, form);
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
