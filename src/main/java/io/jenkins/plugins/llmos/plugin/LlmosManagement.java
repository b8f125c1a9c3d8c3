package io.jenkins.plugins.llmos.plugin;

import hudson.Extension;
import hudson.model.Descriptor;
import hudson.model.Failure;
import hudson.model.ManagementLink;
import hudson.util.FormApply;
import io.jenkins.plugins.llmos.engine.InvalidInputException;
import jakarta.servlet.ServletException;
import java.util.List;
import jenkins.model.GlobalConfiguration;
import jenkins.model.Jenkins;
import net.sf.json.JSONObject;
import org.kohsuke.stapler.HttpResponse;
import org.kohsuke.stapler.StaplerRequest2;
import org.kohsuke.stapler.verb.POST;

/** The page <i>Manage Jenkins</i>, <i>LLMOS</i>. */
@Extension
public final class LlmosManagement extends ManagementLink {
    @Override
    public String getIconFileName() {
        return "symbol-server";
    }

    @Override
    public String getDisplayName() {
        return Texts.of("category.title");
    }

    @Override
    public String getDescription() {
        return Texts.of("category.description");
    }

    @Override
    public String getUrlName() {
        return "llmos-configuration";
    }

    @Override
    public Category getCategory() {
        return Category.CONFIGURATION;
    }

    /** What is configured on the page, in its order. */
    public List<GlobalConfiguration> getSections() {
        return GlobalConfiguration.all().stream()
                .filter(c -> c.getCategory() instanceof LlmosCategory)
                .toList();
    }

    /** Whether the current user may change anything. */
    public boolean isReadOnly() {
        return !Jenkins.get().getACL().hasPermission(Jenkins.ADMINISTER);
    }

    /** Takes the form; a section that is wrong changes nothing. */
    @POST
    public HttpResponse doConfigure(StaplerRequest2 req) throws ServletException, Descriptor.FormException {
        Jenkins.get().getACL().checkPermission(Jenkins.ADMINISTER);
        JSONObject form = req.getSubmittedForm();
        for (GlobalConfiguration section : getSections()) {
            String name = section.getJsonSafeClassName();
            try {
                section.configure(req, form.has(name) ? form.getJSONObject(name) : new JSONObject());
            } catch (RuntimeException e) {
                throw new Failure(problem(e));
            }
        }
        return FormApply.success(".");
    }

    /** The sentence of the engine that Stapler has wrapped. */
    private static String problem(RuntimeException failure) {
        for (Throwable cause = failure; cause != null; cause = cause.getCause()) {
            if (cause instanceof InvalidInputException) {
                return EngineTexts.of(cause.getMessage());
            }
        }
        throw failure;
    }
}
