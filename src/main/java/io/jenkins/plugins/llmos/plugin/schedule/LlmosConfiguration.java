package io.jenkins.plugins.llmos.plugin.schedule;

import hudson.BulkChange;
import hudson.Extension;
import hudson.ExtensionList;
import hudson.util.FormValidation;
import io.jenkins.plugins.llmos.engine.InvalidInputException;
import io.jenkins.plugins.llmos.engine.util.Suggestions;
import io.jenkins.plugins.llmos.engine.util.Units;
import io.jenkins.plugins.llmos.plugin.LlmosCategory;
import io.jenkins.plugins.llmos.plugin.SubmittedForm;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import jenkins.model.GlobalConfiguration;
import jenkins.model.GlobalConfigurationCategory;
import net.sf.json.JSONObject;
import org.jenkinsci.Symbol;
import org.kohsuke.stapler.DataBoundSetter;
import org.kohsuke.stapler.QueryParameter;
import org.kohsuke.stapler.StaplerRequest2;
import org.kohsuke.stapler.verb.POST;

/** What an administrator sets: the pools of devices, estimates, and how long an agent that is away is waited for. */
@Extension(ordinal = 30)
@Symbol("scheduling")
public final class LlmosConfiguration extends GlobalConfiguration {
    private List<Pool> pools = new ArrayList<>();
    private List<DefaultEstimate> defaultEstimates = new ArrayList<>();
    private String agentTimeout = "5m";

    public LlmosConfiguration() {
        load();
    }

    static LlmosConfiguration get() {
        return ExtensionList.lookupSingleton(LlmosConfiguration.class);
    }

    @Override
    public GlobalConfigurationCategory getCategory() {
        return GlobalConfigurationCategory.get(LlmosCategory.class);
    }

    /** {@inheritDoc} All of the form or, if anything in it is wrong, nothing. */
    @Override
    public boolean configure(StaplerRequest2 req, JSONObject json) throws FormException {
        SubmittedForm.of(json).entries("pools").forEach(Pool::check);
        List<Pool> poolsBefore = pools;
        List<DefaultEstimate> estimatesBefore = defaultEstimates;
        String timeoutBefore = agentTimeout;
        boolean done = false;
        try (BulkChange bulk = new BulkChange(this)) {
            // a list of which the last entry was deleted is not in the form
            pools = new ArrayList<>();
            defaultEstimates = new ArrayList<>();
            super.configure(req, json);
            bulk.commit();
            done = true;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } finally {
            if (!done) {
                pools = poolsBefore;
                defaultEstimates = estimatesBefore;
                agentTimeout = timeoutBefore;
            }
        }
        save();
        Allocations.get().reconfigured();
        return true;
    }

    public List<Pool> getPools() {
        return pools;
    }

    /** An agent belongs to the first pool whose label it has, else to the pool {@code default}. */
    @DataBoundSetter
    public void setPools(List<Pool> value) {
        List<Pool> all = value == null ? List.of() : value;
        Set<String> names = new HashSet<>();
        for (Pool pool : all) {
            if (!names.add(pool.getName())) {
                throw new InvalidInputException(
                        "Two pools are called '" + pool.getName() + "'. Name each differently.");
            }
        }
        pools = new ArrayList<>(all);
        save();
        Allocations.get().reconfigured();
    }

    public List<DefaultEstimate> getDefaultEstimates() {
        return defaultEstimates;
    }

    /** The first that concerns a job counts. */
    @DataBoundSetter
    public void setDefaultEstimates(List<DefaultEstimate> value) {
        defaultEstimates = value == null ? new ArrayList<>() : new ArrayList<>(value);
        save();
    }

    /** The arguments of a step, with an estimate if they have none and there is a default for the job. */
    Map<String, Object> withEstimate(Map<String, Object> arguments, String job) {
        Map<String, Object> all = new LinkedHashMap<>(arguments);
        defaultEstimates.stream()
                .filter(d -> d.concerns(job))
                .findFirst()
                .ifPresent(d -> all.putIfAbsent("estimate", d.getEstimate()));
        return all;
    }

    /** Checks the field as it is filled in. */
    @POST
    public FormValidation doCheckAgentTimeout(@QueryParameter String value) {
        return value == null || value.isBlank()
                ? FormValidation.ok()
                : Checks.of(() -> Units.duration("agentTimeout", value));
    }

    public String getAgentTimeout() {
        return agentTimeout;
    }

    /** How long an agent may be away before a block that runs on it begins again elsewhere. */
    @DataBoundSetter
    public void setAgentTimeout(String value) {
        String text = value == null || value.isBlank() ? "5m" : value.strip();
        Units.duration("agentTimeout", text);
        agentTimeout = text;
        save();
    }

    Duration timeout() {
        return Units.duration("agentTimeout", agentTimeout);
    }

    /** All pools, the default one last unless it is configured. */
    List<Pool> effective() {
        List<Pool> all = new ArrayList<>(pools);
        if (all.stream().noneMatch(p -> p.getName().equals(Pool.DEFAULT))) {
            all.add(new Pool());
        }
        return all;
    }

    /** @throws InvalidInputException if there is none of that name */
    void check(String pool) {
        List<String> names = effective().stream().map(Pool::getName).toList();
        if (!names.contains(pool)) {
            throw new InvalidInputException(
                    "There is no pool '" + pool + "' of devices. " + Suggestions.sentence(pool, names));
        }
    }
}
