package io.jenkins.plugins.llmos.plugin.schedule;

import hudson.Extension;
import hudson.model.AbstractDescribableImpl;
import hudson.model.Descriptor;
import hudson.util.FormValidation;
import hudson.util.ListBoxModel;
import io.jenkins.plugins.llmos.engine.schedule.Policies;
import io.jenkins.plugins.llmos.engine.schedule.PoolSettings;
import io.jenkins.plugins.llmos.plugin.SubmittedForm;
import io.jenkins.plugins.llmos.plugin.Texts;
import java.util.LinkedHashMap;
import java.util.Map;
import jenkins.model.Jenkins;
import org.jenkinsci.Symbol;
import org.kohsuke.stapler.DataBoundConstructor;
import org.kohsuke.stapler.DataBoundSetter;
import org.kohsuke.stapler.QueryParameter;
import org.kohsuke.stapler.verb.POST;

/** A pool of devices: the agents of a label, and how they are scheduled. The engine reads the settings. */
public final class Pool extends AbstractDescribableImpl<Pool> {
    /** The pool of all agents that belong to no other. */
    static final String DEFAULT = "default";

    private String name = DEFAULT;
    private String label = "";
    private String policy = "srtf";
    private String quantum = "";
    private String maxWait = "12h";
    private String fit = "";
    private String preemptionCost = "";
    private String minimumRun = "";
    private String lasThresholds = "";

    /** The pool {@code default}. */
    public Pool() {
        this(DEFAULT);
    }

    /** @param name blank for {@code default} */
    @DataBoundConstructor
    public Pool(String name) {
        setName(name);
    }

    public String getName() {
        return name;
    }

    public final void setName(String value) {
        name = text(value).isEmpty() ? DEFAULT : text(value);
    }

    public String getLabel() {
        return label;
    }

    /** Which agents belong to it, empty for all that belong to no other. */
    @DataBoundSetter
    public void setLabel(String value) {
        label = text(value);
    }

    public String getPolicy() {
        return policy;
    }

    @DataBoundSetter
    public void setPolicy(String value) {
        Policies.check(text(value));
        policy = text(value);
    }

    public String getQuantum() {
        return quantum;
    }

    @DataBoundSetter
    public void setQuantum(String value) {
        quantum = checked("quantum", value);
    }

    public String getMaxWait() {
        return maxWait;
    }

    @DataBoundSetter
    public void setMaxWait(String value) {
        maxWait = checked("maxWait", value);
    }

    public String getFit() {
        return fit;
    }

    @DataBoundSetter
    public void setFit(String value) {
        fit = checked("fit", value);
    }

    public String getPreemptionCost() {
        return preemptionCost;
    }

    @DataBoundSetter
    public void setPreemptionCost(String value) {
        preemptionCost = checked("preemptionCost", value);
    }

    public String getMinimumRun() {
        return minimumRun;
    }

    @DataBoundSetter
    public void setMinimumRun(String value) {
        minimumRun = checked("minimumRun", value);
    }

    public String getLasThresholds() {
        return lasThresholds == null ? "" : lasThresholds;
    }

    @DataBoundSetter
    public void setLasThresholds(String value) {
        lasThresholds = checked("lasThresholds", value);
    }

    private static String text(String value) {
        return value == null ? "" : value.strip();
    }

    private static String checked(String setting, String value) {
        String text = text(value);
        if (!text.isEmpty()) {
            PoolSettings.from(Map.of(setting, text));
        }
        return text;
    }

    /** @throws io.jenkins.plugins.llmos.engine.InvalidInputException if a setting that a form sends is wrong */
    static void check(SubmittedForm pool) {
        PoolSettings.from(pool.filled(PoolSettings.ARGUMENTS));
    }

    PoolSettings settings() {
        Map<String, String> given = new LinkedHashMap<>();
        given.put("policy", policy);
        given.put("quantum", quantum);
        given.put("maxWait", maxWait);
        given.put("fit", fit);
        given.put("preemptionCost", preemptionCost);
        given.put("minimumRun", minimumRun);
        given.put("lasThresholds", getLasThresholds());
        given.values().removeIf(String::isEmpty);
        return PoolSettings.from(given);
    }

    /** For forms. */
    @Extension
    @Symbol("pool")
    public static final class DescriptorImpl extends Descriptor<Pool> {
        @Override
        public String getDisplayName() {
            return Texts.of("pool.title");
        }

        public ListBoxModel doFillPolicyItems() {
            ListBoxModel items = new ListBoxModel();
            Policies.names().forEach(n -> items.add(Texts.policy(n), n));
            return items;
        }

        public ListBoxModel doFillFitItems() {
            ListBoxModel items = new ListBoxModel();
            items.add(Texts.of("fit.skip"), "skip");
            items.add(Texts.of("fit.strict"), "strict");
            return items;
        }

        /** Any name will do; without one it is the pool of the agents that belong to no other. */
        @POST
        public FormValidation doCheckName(@QueryParameter String value) {
            Jenkins.get().getACL().checkPermission(Jenkins.SYSTEM_READ);
            return text(value).isEmpty() ? FormValidation.warning(Texts.of("pool.name.blank")) : FormValidation.ok();
        }

        /** Checks the field as it is filled in; a label that no agent has is no error, the agents may come yet. */
        @POST
        public FormValidation doCheckLabel(@QueryParameter String value) {
            Jenkins.get().getACL().checkPermission(Jenkins.SYSTEM_READ);
            return Checks.label(value, "pool.label.nobody");
        }

        /** Checks the field as it is filled in. */
        @POST
        public FormValidation doCheckQuantum(@QueryParameter String value) {
            return check("quantum", value);
        }

        /** Checks the field as it is filled in. */
        @POST
        public FormValidation doCheckMaxWait(@QueryParameter String value) {
            return check("maxWait", value);
        }

        /** Checks the field as it is filled in. */
        @POST
        public FormValidation doCheckPreemptionCost(@QueryParameter String value) {
            return check("preemptionCost", value);
        }

        /** Checks the field as it is filled in. */
        @POST
        public FormValidation doCheckMinimumRun(@QueryParameter String value) {
            return check("minimumRun", value);
        }

        /** Checks the field as it is filled in. */
        @POST
        public FormValidation doCheckLasThresholds(@QueryParameter String value) {
            return check("lasThresholds", value);
        }

        private static FormValidation check(String setting, String value) {
            return Checks.of(() -> checked(setting, value));
        }
    }
}
