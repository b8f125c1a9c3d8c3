package io.jenkins.plugins.llmos.plugin.agents;

import hudson.Extension;
import hudson.model.Node;
import hudson.slaves.NodeProperty;
import hudson.slaves.NodePropertyDescriptor;
import hudson.util.FormValidation;
import io.jenkins.plugins.llmos.engine.accelerator.Device;
import io.jenkins.plugins.llmos.plugin.EngineTexts;
import io.jenkins.plugins.llmos.plugin.FieldCheck;
import io.jenkins.plugins.llmos.plugin.SubmittedForm;
import io.jenkins.plugins.llmos.plugin.Texts;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import net.sf.json.JSONObject;
import org.jenkinsci.Symbol;
import org.kohsuke.stapler.DataBoundConstructor;
import org.kohsuke.stapler.DataBoundSetter;
import org.kohsuke.stapler.QueryParameter;
import org.kohsuke.stapler.StaplerRequest2;

/** What an administrator says of an agent's devices: others than those found, or some to be left alone. */
public final class DevicesProperty extends NodeProperty<Node> {
    private static final int MOST_SLOTS = 10_000;

    private List<DeclaredDevices> declared = new ArrayList<>();
    private String hidden = "";
    private int cpuSlots;

    @DataBoundConstructor
    public DevicesProperty() {}

    public List<DeclaredDevices> getDeclared() {
        return declared == null ? List.of() : declared;
    }

    /** Devices that there are in place of those found; none to take those found. */
    @DataBoundSetter
    public void setDeclared(List<DeclaredDevices> value) {
        declared = value == null ? new ArrayList<>() : new ArrayList<>(value);
    }

    public String getHidden() {
        return hidden;
    }

    /** Indexes or UUIDs of devices to be given to nobody, with commas; {@code all} for all. */
    @DataBoundSetter
    public void setHidden(String value) {
        hidden = value == null ? "" : value.strip();
    }

    public int getCpuSlots() {
        return cpuSlots;
    }

    /** How many jobs at a time where there is no GPU; 0 for as many as the agent has executors. */
    @DataBoundSetter
    public void setCpuSlots(int value) {
        FieldCheck.refuse(() -> FieldCheck.checkWhole("cpuSlots", value, 0, MOST_SLOTS));
        cpuSlots = value;
    }

    /** The devices there are to give, of those found. */
    List<Device> apply(List<Device> found) {
        List<Device> all = new ArrayList<>();
        if (declared == null || declared.isEmpty()) {
            all.addAll(found);
        } else {
            declared.forEach(d -> all.addAll(d.devices(all.size())));
        }
        Set<String> without = new HashSet<>(List.of(hidden.split("[\\s,]+", -1)));
        all.removeIf(d -> without.contains("all")
                || without.contains(Integer.toString(d.index()))
                || (!d.uuid().isEmpty() && without.contains(d.uuid())));
        return all;
    }

    /** For forms. */
    @Extension
    @Symbol("llmosDevices")
    public static final class DescriptorImpl extends NodePropertyDescriptor {
        @Override
        public String getDisplayName() {
            return Texts.of("devices.property");
        }

        @Override
        public NodeProperty<?> newInstance(StaplerRequest2 req, JSONObject form) throws FormException {
            SubmittedForm submitted = SubmittedForm.of(form);
            FieldCheck.refuse(() -> {
                String slots = submitted.text("cpuSlots");
                if (!slots.isEmpty()) {
                    FieldCheck.checkWhole("cpuSlots", slots, 0, MOST_SLOTS);
                }
                submitted.entries("declared").forEach(DeclaredDevices::require);
            });
            return super.newInstance(req, form);
        }

        public FormValidation doCheckHidden(@QueryParameter String value) {
            return FieldCheck.isBlank(value)
                            || Arrays.stream(value.strip().split("[\\s,]+", -1))
                                    .allMatch(h -> h.matches("all|\\d+|.+-.+"))
                    ? FormValidation.ok()
                    : FormValidation.error(Texts.of("devices.hidden.wrong", value.strip()));
        }

        public FormValidation doCheckCpuSlots(@QueryParameter String value) {
            return FieldCheck.whole("cpuSlots", value, 0, MOST_SLOTS);
        }

        /** What was found on the agent, for its form. */
        public List<String> describe(Node node) {
            return node == null ? List.of() : EngineTexts.of(AgentDevices.get().describe(node.getNodeName()));
        }
    }
}
