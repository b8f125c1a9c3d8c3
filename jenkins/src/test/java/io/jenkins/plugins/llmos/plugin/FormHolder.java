package io.jenkins.plugins.llmos.plugin;

import hudson.model.AbstractProject;
import hudson.model.Describable;
import hudson.model.Descriptor;
import hudson.tasks.BuildStepDescriptor;
import hudson.tasks.Builder;
import io.jenkins.plugins.llmos.plugin.schedule.LlmosAgent;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import jenkins.model.Jenkins;
import org.htmlunit.html.HtmlForm;
import org.htmlunit.html.HtmlPage;
import org.jenkinsci.plugins.workflow.steps.Step;
import org.jenkinsci.plugins.workflow.steps.StepDescriptor;
import org.jvnet.hudson.test.JenkinsRule;
import org.kohsuke.stapler.DataBoundConstructor;

/**
 * A build step whose form shows that of a Pipeline step or of a Declarative agent, since Jenkins itself shows those by
 * script alone.
 */
public final class FormHolder extends Builder {
    private final Describable<?> held;

    @DataBoundConstructor
    public FormHolder(Describable<?> held) {
        this.held = held;
    }

    public Describable<?> getHeld() {
        return held;
    }

    /** Fills in a form. */
    interface Filling {
        void in(HtmlForm form) throws Exception;
    }

    /** Shows the form of an empty step, has it filled in and submits it; the arguments of the step that comes of it. */
    static Map<String, ?> arguments(JenkinsRule jenkins, Step empty, Filling filling) throws Exception {
        Step step = (Step) submit(jenkins, empty, filling);
        return step.getDescriptor().uninstantiate(step).getArguments();
    }

    /** Shows a form, has it filled in and submits it; what comes of it. */
    static Describable<?> submit(JenkinsRule jenkins, Describable<?> shown, Filling filling) throws Exception {
        var project = jenkins.createFreeStyleProject();
        project.getBuildersList().add(new FormHolder(shown));
        try (JenkinsRule.WebClient browser = jenkins.createWebClient()) {
            HtmlPage page = browser.getPage(project, "configure");
            HtmlForm form = page.getFormByName("config");
            filling.in(form);
            jenkins.submit(form);
        }
        return project.getBuildersList().get(FormHolder.class).getHeld();
    }

    /** For a test class to register with {@code @TestExtension}, which Jenkins heeds in test classes alone. */
    public abstract static class DescriptorImpl extends BuildStepDescriptor<Builder> {
        protected DescriptorImpl() {
            super(FormHolder.class);
        }

        @Override
        public boolean isApplicable(Class<? extends AbstractProject> type) {
            return true;
        }

        @Override
        public String getDisplayName() {
            return "Holder of a form";
        }

        /** For the form: only those of this plugin, so that fields of the same name are not found twice. */
        public List<Descriptor> getShown() {
            Stream<Descriptor> steps = Jenkins.get().getExtensionList(StepDescriptor.class).stream()
                    .filter(d -> d.getFunctionName().startsWith("llmos"))
                    .map(Descriptor.class::cast);
            return Stream.concat(steps, Stream.of(Jenkins.get().getDescriptorOrDie(LlmosAgent.class)))
                    .toList();
        }
    }
}
