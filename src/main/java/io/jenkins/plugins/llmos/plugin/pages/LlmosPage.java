package io.jenkins.plugins.llmos.plugin.pages;

import hudson.Extension;
import hudson.model.Api;
import hudson.model.RootAction;
import io.jenkins.plugins.llmos.engine.report.PrometheusText;
import io.jenkins.plugins.llmos.engine.report.Timeline;
import io.jenkins.plugins.llmos.plugin.Texts;
import io.jenkins.plugins.llmos.plugin.privacy.PrivacyPage;
import io.jenkins.plugins.llmos.plugin.schedule.Overview;
import java.io.IOException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import jenkins.model.Jenkins;
import org.kohsuke.stapler.StaplerProxy;
import org.kohsuke.stapler.StaplerRequest2;
import org.kohsuke.stapler.StaplerResponse2;
import org.kohsuke.stapler.export.Exported;
import org.kohsuke.stapler.export.ExportedBean;

/** The page {@code /llmos/}: the fleet and the queue, with its remote API and metrics. */
@Extension
public final class LlmosPage implements RootAction, StaplerProxy {
    /** Agents, and jobs, of one page. */
    private static final int PAGE = 100;

    private final WhatIfPage whatIf = new WhatIfPage(this);
    private final PrivacyPage privacy = new PrivacyPage(this);

    @Override
    public String getIconFileName() {
        return "symbol-server";
    }

    @Override
    public String getDisplayName() {
        return Texts.of("llmos.title");
    }

    @Override
    public String getUrlName() {
        return "llmos";
    }

    @Override
    public Object getTarget() {
        Jenkins.get().getACL().checkPermission(Jenkins.READ);
        return this;
    }

    /** The remote API, made of one moment's fleet. */
    public Api getApi() {
        return new Api(new Remote(Fleet.now(), preemptions()));
    }

    /** What the remote API tells. */
    @ExportedBean
    public record Remote(Fleet fleet, @Exported List<PreemptionView> preemptions) {
        @Exported
        public List<AgentView> agents() {
            return fleet.agents();
        }

        @Exported
        public List<PoolView> pools() {
            return fleet.pools();
        }

        @Exported
        public List<JobView> running() {
            return fleet.running();
        }

        @Exported
        public List<JobView> queue() {
            return fleet.waiting();
        }
    }

    /** The page on which policies are compared. */
    public WhatIfPage getWhatif() {
        return whatIf;
    }

    /** Whether the current user may compare policies. */
    public boolean mayReplay() {
        return WhatIfPage.mayLook();
    }

    /** Whether the current user may see privacy budgets. */
    public boolean maySeePrivacy() {
        return PrivacyPage.mayLook();
    }

    /** Whether the current user may configure pools. */
    public boolean mayConfigure() {
        return Jenkins.get().getACL().hasPermission(Jenkins.ADMINISTER);
    }

    /** The page of privacy budgets. */
    public PrivacyPage getPrivacy() {
        return privacy;
    }

    /** Metrics for Prometheus. */
    public void doMetrics(StaplerRequest2 req, StaplerResponse2 rsp) throws IOException {
        rsp.setContentType(PrometheusText.CONTENT_TYPE);
        rsp.getWriter().print(Metrics.of(Fleet.now(), Instant.now()));
    }

    // ---- for views ----

    /** The latest first. */
    public List<PreemptionView> preemptions() {
        Seen seen = new Seen();
        return Overview.preemptions().stream()
                .map(p -> PreemptionView.of(p, seen))
                .toList();
    }

    /** The fleet now. */
    public Fleet fleet() {
        return Fleet.now();
    }

    /**
     * A part of a list.
     *
     * @param number of the page, from 1; nonsense is the first
     */
    public <T> Paged<T> page(List<T> all, String number) {
        return Paged.of(all, number, PAGE);
    }

    /** A policy in words. */
    public String policy(String name) {
        return Texts.policy(name);
    }

    /** The Gantt charts of the pools that have jobs, as markup. */
    public List<String> charts(Fleet fleet) {
        List<String> html = new ArrayList<>();
        Instant now = Instant.now();
        for (PoolView pool : fleet.pools()) {
            Timeline chart = pool.running() + pool.waiting() == 0 ? null : Charts.queue(pool.name(), now);
            if (chart != null) {
                html.add(chart.html("q" + html.size(), Texts.words()));
            }
        }
        return html;
    }
}
