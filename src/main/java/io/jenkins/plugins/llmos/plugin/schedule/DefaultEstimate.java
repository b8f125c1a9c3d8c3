package io.jenkins.plugins.llmos.plugin.schedule;

import hudson.Extension;
import hudson.model.AbstractDescribableImpl;
import hudson.model.Descriptor;
import hudson.util.FormValidation;
import io.jenkins.plugins.llmos.engine.schedule.JobPattern;
import io.jenkins.plugins.llmos.engine.util.Units;
import io.jenkins.plugins.llmos.plugin.Texts;
import org.jenkinsci.Symbol;
import org.kohsuke.stapler.DataBoundConstructor;
import org.kohsuke.stapler.QueryParameter;
import org.kohsuke.stapler.verb.POST;

/** How long the builds of some jobs are thought to work where they do not say so and have not run yet. */
public final class DefaultEstimate extends AbstractDescribableImpl<DefaultEstimate> {
    private String jobs;
    private String estimate;

    /** An hour for all jobs. */
    public DefaultEstimate() {
        this("**", "1h");
    }

    /**
     * @param jobs a pattern, see {@link JobPattern}; null for all
     * @param estimate a duration, such as {@code 2h}; null for an hour
     * @throws io.jenkins.plugins.llmos.engine.InvalidInputException if one of them is wrong
     */
    @DataBoundConstructor
    public DefaultEstimate(String jobs, String estimate) {
        setJobs(jobs == null ? "**" : jobs);
        setEstimate(estimate == null ? "1h" : estimate);
    }

    public String getJobs() {
        return jobs;
    }

    /** A pattern, see {@link JobPattern}. */
    public final void setJobs(String value) {
        JobPattern.of(value);
        jobs = value.strip();
    }

    public String getEstimate() {
        return estimate;
    }

    /** A duration, such as {@code 2h}. */
    public final void setEstimate(String value) {
        String given = value == null ? "" : value.strip();
        Units.duration("estimate", given);
        estimate = given;
    }

    boolean concerns(String job) {
        return JobPattern.of(jobs).matches(job);
    }

    /** For forms. */
    @Extension
    @Symbol("defaultEstimate")
    public static final class DescriptorImpl extends Descriptor<DefaultEstimate> {
        @Override
        public String getDisplayName() {
            return Texts.of("estimate.title");
        }

        /** Checks the field as it is filled in. */
        @POST
        public FormValidation doCheckJobs(@QueryParameter String value) {
            return Checks.of(() -> JobPattern.of(value));
        }

        /** Checks the field as it is filled in. */
        @POST
        public FormValidation doCheckEstimate(@QueryParameter String value) {
            return Checks.of(() -> Units.duration("estimate", value));
        }
    }
}
