package io.jenkins.plugins.llmos.plugin.pages;

import hudson.Extension;
import hudson.model.Action;
import hudson.model.Job;
import hudson.model.Run;
import io.jenkins.plugins.llmos.engine.report.Figure;
import io.jenkins.plugins.llmos.engine.train.MetricTrend;
import io.jenkins.plugins.llmos.plugin.Texts;
import io.jenkins.plugins.llmos.plugin.TrainingsAction;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Deque;
import java.util.List;
import jenkins.model.TransientActionFactory;

/** The page of a job: how what its trainings returned has changed over its builds. */
public final class TrendPage implements Action {
    /** Builds that are looked at, the latest. */
    private static final int BUILDS = 50;

    private final Job<?, ?> job;

    private TrendPage(Job<?, ?> job) {
        this.job = job;
    }

    @Override
    public String getIconFileName() {
        return "symbol-analytics";
    }

    @Override
    public String getDisplayName() {
        return Texts.of("trend.title");
    }

    @Override
    public String getUrlName() {
        return "llmos";
    }

    public Job<?, ?> getJob() {
        return job;
    }

    public int getBuilds() {
        return BUILDS;
    }

    /** A chart for each metric, as markup. */
    public List<String> getCharts() {
        Deque<Run<?, ?>> builds = new ArrayDeque<>();
        Run<?, ?> build = job.getLastBuild();
        for (; build != null && builds.size() < BUILDS; build = build.getPreviousBuild()) {
            builds.addFirst(build);
        }
        MetricTrend trend = new MetricTrend();
        for (Run<?, ?> b : builds) {
            TrainingsAction action = b.getAction(TrainingsAction.class);
            if (action != null) {
                action.getTrainings().forEach(t -> trend.add(b.getNumber(), t.getName(), t.getMetrics()));
            }
        }
        List<String> html = new ArrayList<>();
        for (Figure figure : trend.figures(Texts.words())) {
            html.add(figure.html("t" + html.size(), Texts.words()));
        }
        return html;
    }

    /** Puts the page on jobs whose latest builds train. */
    @Extension
    public static final class Factory extends TransientActionFactory<Job<?, ?>> {
        @Override
        @SuppressWarnings("unchecked")
        public Class<Job<?, ?>> type() {
            return (Class<Job<?, ?>>) (Class<?>) Job.class;
        }

        @Override
        public Class<? extends Action> actionType() {
            return TrendPage.class;
        }

        @Override
        public Collection<? extends Action> createFor(Job<?, ?> target) {
            return trains(target.getLastBuild()) || trains(target.getLastCompletedBuild())
                    ? List.of(new TrendPage(target))
                    : List.of();
        }

        private static boolean trains(Run<?, ?> build) {
            return build != null && TrainingsAction.isOn(build);
        }
    }
}
