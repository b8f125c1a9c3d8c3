package io.jenkins.plugins.llmos.plugin.retrain;

import hudson.Extension;
import hudson.model.Computer;
import hudson.model.Failure;
import hudson.model.Item;
import hudson.model.Job;
import hudson.scheduler.CronTabList;
import hudson.scheduler.Hash;
import hudson.triggers.Trigger;
import hudson.triggers.TriggerDescriptor;
import hudson.util.FormValidation;
import hudson.util.ListBoxModel;
import io.jenkins.plugins.llmos.engine.retrain.RetrainRule;
import io.jenkins.plugins.llmos.plugin.FieldCheck;
import io.jenkins.plugins.llmos.plugin.SubmittedForm;
import io.jenkins.plugins.llmos.plugin.Texts;
import java.io.IOException;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.logging.Level;
import java.util.logging.Logger;
import jenkins.model.Jenkins;
import jenkins.model.ParameterizedJobMixIn;
import net.sf.json.JSONObject;
import org.jenkinsci.Symbol;
import org.kohsuke.stapler.DataBoundConstructor;
import org.kohsuke.stapler.DataBoundSetter;
import org.kohsuke.stapler.QueryParameter;
import org.kohsuke.stapler.StaplerRequest2;

/**
 * {@code llmosRetrain}: from time to time compares data with those that the job's last good model was trained on, and starts
 * a build when the rule says so. The engine reads the rule; the setters tell Jenkins the names of its arguments.
 */
public final class RetrainTrigger extends Trigger<Item> {
    private static final Logger LOGGER = Logger.getLogger(RetrainTrigger.class.getName());
    private static final String STANDARD_SCHEDULE = "H H * * *";

    private String schedule = STANDARD_SCHEDULE;
    private String data = "";
    private String labels = "";
    private String training = "";
    private String node = "";
    private final LinkedHashMap<String, Object> rule = new LinkedHashMap<>();

    @DataBoundConstructor
    public RetrainTrigger() {}

    private static String text(String value) {
        return value == null ? "" : value.strip();
    }

    /**
     * Looks at the value of one argument of the rule.
     *
     * @param statistic that a bound on drift is of; empty for the usual one
     * @throws io.jenkins.plugins.llmos.engine.InvalidInputException if it is wrong
     */
    private static void require(String name, Object value, String statistic) {
        if (value == null || value.toString().isBlank()) {
            return;
        }
        Map<String, Object> arguments = new LinkedHashMap<>();
        arguments.put("anyChange", true);
        arguments.put(name, value);
        if (!text(statistic).isEmpty()) {
            arguments.put("statistic", statistic);
        }
        RetrainRule.from(arguments);
    }

    /** Forms send what nobody filled in, too. */
    private void put(String name, Object value) {
        if (value != null && !value.equals("")) {
            rule.put(name, value);
        } else {
            rule.remove(name);
        }
    }

    public String getSchedule() {
        return schedule;
    }

    /** When to look, as Jenkins writes such times. */
    @DataBoundSetter
    public void setSchedule(String value) {
        times(value);
        schedule = text(value).isEmpty() ? STANDARD_SCHEDULE : text(value);
    }

    /** @throws Failure if it is no schedule */
    private static CronTabList times(String value) {
        try {
            return CronTabList.create(text(value).isEmpty() ? STANDARD_SCHEDULE : text(value));
        } catch (IllegalArgumentException e) {
            throw new Failure(Texts.of("retrain.schedule.wrong", e.getMessage()));
        }
    }

    public String getData() {
        return data;
    }

    /** Ant pattern of the data files. */
    @DataBoundSetter
    public void setData(String value) {
        data = text(value);
    }

    public String getLabels() {
        return labels;
    }

    @DataBoundSetter
    public void setLabels(String value) {
        labels = text(value);
    }

    public String getTraining() {
        return training;
    }

    /** Name of the training whose model counts, empty for the last of a build. */
    @DataBoundSetter
    public void setTraining(String value) {
        training = text(value);
    }

    public String getNode() {
        return node;
    }

    /** Machine that has the data, empty for that of the last training. */
    @DataBoundSetter
    public void setNode(String value) {
        node = text(value);
    }

    public Integer getMinNewRows() {
        return rule.get("minNewRows") instanceof Number n ? n.intValue() : null;
    }

    @DataBoundSetter
    public void setMinNewRows(Integer value) {
        FieldCheck.refuse(() -> require("minNewRows", value, ""));
        put("minNewRows", value);
    }

    public Double getDrift() {
        return rule.get("drift") instanceof Number n ? n.doubleValue() : null;
    }

    @DataBoundSetter
    public void setDrift(Double value) {
        FieldCheck.refuse(() -> require("drift", value, ""));
        put("drift", value);
    }

    public String getStatistic() {
        return (String) rule.get("statistic");
    }

    @DataBoundSetter
    public void setStatistic(String value) {
        FieldCheck.refuse(() -> require("drift", 0.5, value));
        put("statistic", "psi".equals(value) ? null : value);
    }

    public String getMaxAge() {
        return (String) rule.get("maxAge");
    }

    @DataBoundSetter
    public void setMaxAge(String value) {
        FieldCheck.refuse(() -> require("maxAge", value, ""));
        put("maxAge", value);
    }

    public boolean isAnyChange() {
        return Boolean.TRUE.equals(rule.get("anyChange"));
    }

    @DataBoundSetter
    public void setAnyChange(boolean value) {
        put("anyChange", value ? true : null);
    }

    /** Arguments of the rule. */
    Map<String, Object> rule() {
        return rule;
    }

    /** All that a judgement depends on. */
    Map<String, Object> arguments() {
        Map<String, Object> all = new LinkedHashMap<>(rule);
        all.put("data", data);
        all.put("labels", labels);
        all.put("training", training);
        all.put("node", node);
        return all;
    }

    /** Whether the time alone may change the verdict. */
    boolean hasAge() {
        return rule.containsKey("maxAge");
    }

    @Override
    public void start(Item project, boolean newInstance) {
        super.start(project, newInstance);
        try {
            tabs = CronTabList.create(schedule, Hash.from(project.getFullName()));
        } catch (IllegalArgumentException e) {
            LOGGER.log(Level.WARNING, e, () -> project.getFullName() + " has an llmosRetrain with a wrong schedule");
        }
    }

    @Override
    public void run() {
        if (!(job instanceof Job<?, ?> mine)) {
            return;
        }
        Computer.threadPoolForRemoting.execute(() -> {
            try {
                Judgement.judge(mine, this, false);
            } catch (IOException | RuntimeException e) {
                LOGGER.log(Level.WARNING, e, () -> "llmosRetrain cannot judge the data of " + mine.getFullName());
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
            }
        });
    }

    /** For jobs and forms. */
    @Extension
    @Symbol("llmosRetrain")
    public static final class DescriptorImpl extends TriggerDescriptor {
        @Override
        public boolean isApplicable(Item item) {
            return item instanceof Job && item instanceof ParameterizedJobMixIn.ParameterizedJob;
        }

        @Override
        public String getDisplayName() {
            return Texts.of("retrain.trigger");
        }

        @Override
        public Trigger<?> newInstance(StaplerRequest2 req, JSONObject form) throws FormException {
            SubmittedForm submitted = SubmittedForm.of(form);
            times(submitted.text("schedule"));
            FieldCheck.refuse(() -> {
                require("minNewRows", submitted.text("minNewRows"), "");
                require("drift", submitted.text("drift"), submitted.text("statistic"));
                require("maxAge", submitted.text("maxAge"), "");
                FieldCheck.requireWhole("llmosRetrain", submitted, List.of("minNewRows"));
            });
            return super.newInstance(req, form);
        }

        public ListBoxModel doFillStatisticItems() {
            ListBoxModel items = new ListBoxModel();
            items.add(Texts.of("retrain.psi"), "psi");
            items.add(Texts.of("retrain.ks"), "ks");
            return items;
        }

        public FormValidation doCheckSchedule(@QueryParameter String value) {
            try {
                String remark = times(value).checkSanity();
                return remark == null ? FormValidation.ok() : FormValidation.warning(remark);
            } catch (Failure e) {
                return FormValidation.error(e.getMessage());
            }
        }

        public FormValidation doCheckData(@QueryParameter String value) {
            return text(value).isEmpty() ? FormValidation.error(Texts.of("retrain.data.missing")) : FormValidation.ok();
        }

        public FormValidation doCheckMinNewRows(@QueryParameter String value) {
            return FieldCheck.of(() -> require("minNewRows", value, ""));
        }

        public FormValidation doCheckDrift(@QueryParameter String value, @QueryParameter String statistic) {
            return FieldCheck.of(() -> require("drift", value, statistic));
        }

        public FormValidation doCheckMaxAge(@QueryParameter String value) {
            return FieldCheck.of(() -> require("maxAge", value, ""));
        }

        public FormValidation doCheckNode(@QueryParameter String value) {
            String name = text(value);
            return name.isEmpty() || name.equals("built-in") || Jenkins.get().getNode(name) != null
                    ? FormValidation.ok()
                    : FormValidation.warning(Texts.of("retrain.node.unknown", name));
        }

        /** Images alone have their labels in a file of their own. */
        public FormValidation doCheckLabels(@QueryParameter String value, @QueryParameter String data) {
            return text(value).isEmpty() || text(data).isEmpty() || text(data).matches("(?i).*(idx|ubyte).*")
                    ? FormValidation.ok()
                    : FormValidation.warning(Texts.of("retrain.labels.noImages"));
        }
    }
}
