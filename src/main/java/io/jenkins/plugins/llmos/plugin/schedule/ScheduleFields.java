package io.jenkins.plugins.llmos.plugin.schedule;

import hudson.ExtensionList;
import hudson.util.FormValidation;
import io.jenkins.plugins.llmos.engine.InvalidInputException;
import io.jenkins.plugins.llmos.engine.accelerator.Device;
import io.jenkins.plugins.llmos.engine.accelerator.DeviceKind;
import io.jenkins.plugins.llmos.engine.schedule.ScheduleArguments;
import io.jenkins.plugins.llmos.plugin.FieldCheck;
import io.jenkins.plugins.llmos.plugin.SubmittedForm;
import io.jenkins.plugins.llmos.plugin.Texts;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import jenkins.model.Jenkins;
import org.kohsuke.stapler.QueryParameter;

/**
 * What the forms of the step {@code llmosSchedule}, the job property and the Declarative agent have in common: their fields
 * are on the step's form, which has the help of each, and are checked here.
 */
public interface ScheduleFields {
    /** The fields that hold texts, but the pool. */
    List<String> FIELDS =
            List.of("gpus", "gpuMemory", "gpuModel", "gpuShare", "cpus", "memory", "disk", "estimate", "priority");

    private static FieldCheck check() {
        return new FieldCheck(arguments -> ScheduleArguments.read(arguments, "key", "job"), Map.of());
    }

    /**
     * Looks at the value of one field; which pools there are may be said later.
     *
     * @throws InvalidInputException if it is wrong whatever the others say
     */
    static void require(String field, Object value) {
        if (value != null && !value.toString().isBlank() && !field.equals(AcceleratorField.POOL.name())) {
            check().read(Map.of(field, value));
        }
    }

    /**
     * Looks at what a form sends.
     *
     * @throws InvalidInputException if something is wrong with it
     */
    static void require(SubmittedForm form) {
        check().read(form.filled(FIELDS));
        FieldCheck.requireWhole(
                "llmosSchedule", form, List.of(AcceleratorField.GPUS.name(), AcceleratorField.PRIORITY.name()));
    }

    /** The help of a field of the step's form. */
    static String help(String field) {
        return ExtensionList.lookupSingleton(ScheduleStep.DescriptorImpl.class).getHelpFile(field);
    }

    /** Whether it is a block of a Pipeline that holds the devices, which can be asked to yield and begun again. */
    default boolean isBlock() {
        return true;
    }

    default FormValidation doCheckGpus(@QueryParameter String value) {
        return check().of("gpus", value);
    }

    default FormValidation doCheckGpuMemory(@QueryParameter String value) {
        return check().of("gpuMemory", value);
    }

    /** A model that no agent has now is no error, the agent may come yet. */
    default FormValidation doCheckGpuModel(@QueryParameter String value) {
        if (FieldCheck.isBlank(value) || !Jenkins.get().getACL().hasPermission(Jenkins.READ)) {
            return FormValidation.ok();
        }
        Set<String> models = new TreeSet<>();
        Overview.agents().forEach(a -> a.machine().devices().stream()
                .filter(d -> d.kind() != DeviceKind.CPU_SLOT)
                .map(Device::model)
                .forEach(models::add));
        String wanted = value.strip().toLowerCase(Locale.ROOT);
        if (models.stream().anyMatch(m -> m.toLowerCase(Locale.ROOT).contains(wanted))) {
            return FormValidation.ok();
        }
        return FormValidation.warning(
                models.isEmpty()
                        ? Texts.of("check.noGpu")
                        : Texts.of("check.gpuModel", value.strip(), String.join(", ", models)));
    }

    default FormValidation doCheckGpuShare(@QueryParameter String value) {
        return check().of("gpuShare", value);
    }

    default FormValidation doCheckCpus(@QueryParameter String value) {
        return check().of("cpus", value);
    }

    default FormValidation doCheckMemory(@QueryParameter String value) {
        return check().of("memory", value);
    }

    default FormValidation doCheckDisk(@QueryParameter String value) {
        return check().of("disk", value);
    }

    default FormValidation doCheckEstimate(@QueryParameter String value) {
        return check().of("estimate", value);
    }

    default FormValidation doCheckPriority(@QueryParameter String value) {
        return check().of("priority", value);
    }

    default FormValidation doCheckPool(@QueryParameter String value) {
        return FieldCheck.isBlank(value)
                ? FormValidation.ok()
                : FieldCheck.of(() -> LlmosConfiguration.get().check(value.strip()));
    }
}
