package io.jenkins.plugins.llmos.plugin.pages;

import hudson.model.Run;
import io.jenkins.plugins.llmos.engine.report.HtmlPage;
import io.jenkins.plugins.llmos.engine.train.inspect.ModelReport;
import io.jenkins.plugins.llmos.engine.train.inspect.ReportPage;
import io.jenkins.plugins.llmos.engine.util.Json;
import io.jenkins.plugins.llmos.plugin.EngineTexts;
import io.jenkins.plugins.llmos.plugin.Texts;
import java.io.IOException;
import java.util.logging.Level;
import java.util.logging.Logger;
import org.kohsuke.stapler.StaplerProxy;

/** A report of {@code llmosReport} in the language of the one who looks, made of what was kept with the build. */
public final class ReportView implements StaplerProxy {
    private static final Logger LOGGER = Logger.getLogger(ReportView.class.getName());

    private final KeptFiles files;

    ReportView(KeptFiles files) {
        this.files = files;
    }

    /** Whether files are those of a report. */
    static boolean isReport(KeptFiles files) {
        return files.names().contains(ModelReport.JSON);
    }

    @Override
    public Object getTarget() {
        if (!files.mayRead()) {
            files.run().getACL().checkPermission(Run.ARTIFACTS);
        }
        return this;
    }

    public Run<?, ?> getRun() {
        return files.run();
    }

    public String getName() {
        return files.entry().getName();
    }

    /** Where the page is among the artifacts that the training's machine wrote. */
    public String getArtifact() {
        return files.entry().getFolder() + "/" + ModelReport.PAGE;
    }

    /** The report as a page, null if it cannot be read. */
    public HtmlPage getPage() {
        try {
            String text = files.read(ModelReport.JSON);
            return text.isEmpty()
                    ? null
                    : ReportPage.of(Json.parse(text, ModelReport.class), Texts.words(), EngineTexts::of);
        } catch (IOException | RuntimeException e) {
            LOGGER.log(Level.WARNING, e, () -> "A report of " + files.run() + " cannot be read");
            return null;
        }
    }
}
