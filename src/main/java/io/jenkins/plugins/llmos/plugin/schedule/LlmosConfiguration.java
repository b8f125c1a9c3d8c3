package io.jenkins.plugins.llmos.plugin.schedule;

import hudson.Extension;
import hudson.ExtensionList;
import io.jenkins.plugins.llmos.engine.InvalidInputException;
import io.jenkins.plugins.llmos.engine.util.Suggestions;
import io.jenkins.plugins.llmos.engine.util.Units;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import jenkins.model.GlobalConfiguration;
import org.jenkinsci.Symbol;
import org.kohsuke.stapler.DataBoundSetter;

/** What an administrator sets: the pools of devices, and how long an agent that is away is waited for. */
@Extension
@Symbol("llmos")
public final class LlmosConfiguration extends GlobalConfiguration {
    private List<Pool> pools = new ArrayList<>();
    private String agentTimeout = "5m";

    public LlmosConfiguration() {
        load();
    }

    static LlmosConfiguration get() {
        return ExtensionList.lookupSingleton(LlmosConfiguration.class);
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
