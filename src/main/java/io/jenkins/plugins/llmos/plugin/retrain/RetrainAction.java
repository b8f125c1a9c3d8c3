package io.jenkins.plugins.llmos.plugin.retrain;

import hudson.Extension;
import hudson.model.Action;
import hudson.model.Item;
import hudson.model.Job;
import io.jenkins.plugins.llmos.engine.retrain.ColumnDrift;
import io.jenkins.plugins.llmos.engine.retrain.RetrainVerdict;
import io.jenkins.plugins.llmos.plugin.EngineTexts;
import io.jenkins.plugins.llmos.plugin.Texts;
import java.io.IOException;
import java.util.Collection;
import java.util.List;
import java.util.Locale;
import jenkins.model.ParameterizedJobMixIn;
import jenkins.model.TransientActionFactory;
import org.kohsuke.stapler.HttpResponse;
import org.kohsuke.stapler.HttpResponses;
import org.kohsuke.stapler.verb.POST;

/** The page of a job that shows what its trigger judged last, with a button that has it judge now and start nothing. */
public final class RetrainAction implements Action {
    private final Job<?, ?> job;
    private final RetrainTrigger trigger;

    RetrainAction(Job<?, ?> job, RetrainTrigger trigger) {
        this.job = job;
        this.trigger = trigger;
    }

    public Job<?, ?> getJob() {
        return job;
    }

    public RetrainTrigger getTrigger() {
        return trigger;
    }

    /** Whether the visitor may press the button. */
    public boolean isMayJudge() {
        return job.getACL().hasPermission(Item.CONFIGURE);
    }

    /** What was judged last. */
    public Shown getShown() {
        return new Shown(RetrainState.read(job));
    }

    /** Judges and starts nothing. */
    @POST
    public HttpResponse doJudge() throws IOException, InterruptedException {
        job.getACL().checkPermission(Item.CONFIGURE);
        Judgement.judge(job, trigger, true);
        return HttpResponses.redirectToDot();
    }

    @Override
    public String getIconFileName() {
        return "symbol-refresh";
    }

    @Override
    public String getDisplayName() {
        return Texts.of("retrain.title");
    }

    @Override
    public String getUrlName() {
        return "llmos-retrain";
    }

    /** A verdict for the page. */
    public static final class Shown {
        private final RetrainState state;

        private Shown(RetrainState state) {
            this.state = state;
        }

        public boolean isJudged() {
            return state.verdict() != null;
        }

        public String getWhen() {
            return state.judged() == null ? "" : Texts.time(state.judged());
        }

        public boolean isDryRun() {
            return state.dryRun();
        }

        public boolean isTrain() {
            return state.verdict().train();
        }

        public List<String> getReasons() {
            return EngineTexts.of(state.verdict().reasons());
        }

        public List<String> getRemarks() {
            return EngineTexts.of(state.verdict().remarks());
        }

        public String getNewRows() {
            Long rows = state.verdict().newRows();
            return rows == null ? "" : String.format(Locale.ROOT, "%+d", rows);
        }

        /** Rows of the table: column, rows, type, PSI, its chance, KS, its chance, unseen. */
        public List<List<String>> getColumns() {
            return state.verdict().columns().stream().map(Shown::row).toList();
        }

        private static List<String> row(RetrainVerdict.Drifted d) {
            ColumnDrift c = d.drift();
            return List.of(
                    c.column(),
                    Texts.of("retrain.rows." + d.rows().name().toLowerCase(Locale.ROOT)),
                    Texts.of("retrain.type." + c.type().name().toLowerCase(Locale.ROOT)),
                    figure(c.psi()),
                    figure(c.psiByChance()),
                    figure(c.ks()),
                    figure(Math.min(1, c.ksByChance())),
                    String.format(Locale.ROOT, "%.1f %%", 100 * c.unseen()));
        }

        private static String figure(double value) {
            return String.format(Locale.ROOT, "%.3f", value);
        }
    }

    /** Gives the page to jobs that have the trigger. */
    @Extension
    @SuppressWarnings("rawtypes")
    public static final class Factory extends TransientActionFactory<Job> {
        @Override
        public Class<Job> type() {
            return Job.class;
        }

        @Override
        public Collection<? extends Action> createFor(Job target) {
            Job<?, ?> job = target;
            RetrainTrigger trigger = ParameterizedJobMixIn.getTrigger(job, RetrainTrigger.class);
            return trigger == null ? List.of() : List.of(new RetrainAction(job, trigger));
        }
    }
}
