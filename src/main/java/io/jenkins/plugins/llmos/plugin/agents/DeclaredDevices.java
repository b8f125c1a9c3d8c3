package io.jenkins.plugins.llmos.plugin.agents;

import hudson.Extension;
import hudson.model.AbstractDescribableImpl;
import hudson.model.Descriptor;
import hudson.model.Failure;
import hudson.util.FormValidation;
import io.jenkins.plugins.llmos.engine.accelerator.Device;
import io.jenkins.plugins.llmos.engine.accelerator.DeviceKind;
import io.jenkins.plugins.llmos.engine.util.Units;
import io.jenkins.plugins.llmos.plugin.FieldCheck;
import io.jenkins.plugins.llmos.plugin.SubmittedForm;
import io.jenkins.plugins.llmos.plugin.Texts;
import java.util.ArrayList;
import java.util.List;
import org.jenkinsci.Symbol;
import org.kohsuke.stapler.DataBoundConstructor;
import org.kohsuke.stapler.DataBoundSetter;
import org.kohsuke.stapler.QueryParameter;

/** So many devices, all alike, that an administrator says an agent has. */
public final class DeclaredDevices extends AbstractDescribableImpl<DeclaredDevices> {
    private static final int MOST = 10_000;

    private int count;
    private String model = "simulated";
    private String memory = "";

    /** One device. */
    public DeclaredDevices() {
        this(1);
    }

    /**
     * @param count how many, null for one
     * @throws Failure if there are none, or more than an agent may have
     */
    @DataBoundConstructor
    public DeclaredDevices(Integer count) {
        setCount(count == null ? 1 : count);
    }

    public int getCount() {
        return count;
    }

    public final void setCount(int value) {
        FieldCheck.refuse(() -> FieldCheck.checkWhole("count", value, 1, MOST));
        count = value;
    }

    public String getModel() {
        return model;
    }

    @DataBoundSetter
    public void setModel(String value) {
        model = value == null || value.isBlank() ? "simulated" : value.strip();
    }

    public String getMemory() {
        return memory;
    }

    @DataBoundSetter
    public void setMemory(String value) {
        FieldCheck.refuse(() -> bytes(value));
        memory = value == null ? "" : value.strip();
    }

    /** @throws io.jenkins.plugins.llmos.engine.InvalidInputException if a form sends no number of devices, or no memory */
    static void require(SubmittedForm form) {
        form.filled(List.of("count")).forEach((field, text) -> FieldCheck.checkWhole(field, text, 1, MOST));
        FieldCheck.requireWhole("The agent", form, List.of("count"));
        bytes(form.text("memory"));
    }

    /** @throws io.jenkins.plugins.llmos.engine.InvalidInputException if it is no amount of memory */
    static long bytes(String memory) {
        return FieldCheck.isBlank(memory) ? 0 : Units.bytes("memory", memory.strip());
    }

    /** The devices, counted from an index. */
    List<Device> devices(int first) {
        List<Device> devices = new ArrayList<>(count);
        long bytes = bytes(memory);
        DeviceKind kind =
                model.toLowerCase(java.util.Locale.ROOT).contains("nvidia") ? DeviceKind.NVIDIA : DeviceKind.OTHER;
        for (int i = 0; i < count; i++) {
            devices.add(Device.of(first + i, model, bytes, kind));
        }
        return devices;
    }

    /** For forms. */
    @Extension
    @Symbol("devices")
    public static final class DescriptorImpl extends Descriptor<DeclaredDevices> {
        @Override
        public String getDisplayName() {
            return Texts.of("devices.title");
        }

        public FormValidation doCheckCount(@QueryParameter String value) {
            return FieldCheck.whole("count", value, 1, MOST);
        }

        public FormValidation doCheckModel(@QueryParameter String value) {
            return FieldCheck.isBlank(value)
                    ? FormValidation.warning(Texts.of("devices.simulated"))
                    : FormValidation.ok();
        }

        public FormValidation doCheckMemory(@QueryParameter String value) {
            return FieldCheck.of(() -> bytes(value));
        }
    }
}
