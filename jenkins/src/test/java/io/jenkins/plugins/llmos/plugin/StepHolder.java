package io.jenkins.plugins.llmos.plugin;

import hudson.model.AbstractProject;
import hudson.tasks.BuildStepDescriptor;
import hudson.tasks.Builder;
import java.util.List;
import java.util.Map;
import jenkins.model.Jenkins;
import org.htmlunit.html.HtmlForm;
import org.htmlunit.html.HtmlPage;
import org.jenkinsci.plugins.workflow.steps.Step;
import org.jenkinsci.plugins.workflow.steps.StepDescriptor;
import org.jvnet.hudson.test.JenkinsRule;
import org.kohsuke.stapler.DataBoundConstructor;

/** A build step whose form shows that of a Pipeline step, since Jenkins itself shows those by script alone. */
public final class StepHolder extends Builder {
    private final Step step;

    @DataBoundConstructor
    public StepHolder(Step step) {
        this.step = step;
    }

    public Step getStep() {
        return step;
    }

    /** Fills in a step's form. */
    interface Filling {
        void in(HtmlForm form) throws Exception;
    }

    /** Shows the form of an empty step, has it filled in and submits it; the arguments of the step that comes of it. */
    static Map<String, ?> submit(JenkinsRule jenkins, Step empty, Filling filling) throws Exception {
        var project = jenkins.createFreeStyleProject();
        project.getBuildersList().add(new StepHolder(empty));
        try (JenkinsRule.WebClient browser = jenkins.createWebClient()) {
            HtmlPage page = browser.getPage(project, "configure");
            HtmlForm form = page.getFormByName("config");
            filling.in(form);
            jenkins.submit(form);
        }
        Step step = project.getBuildersList().get(StepHolder.class).getStep();
        return step.getDescriptor().uninstantiate(step).getArguments();
    }

    /** For a test class to register with {@code @TestExtension}, which Jenkins heeds in test classes alone. */
    abstract static class DescriptorImpl extends BuildStepDescriptor<Builder> {
        DescriptorImpl() {
            super(StepHolder.class);
        }

        @Override
        public boolean isApplicable(Class<? extends AbstractProject> type) {
            return true;
        }

        @Override
        public String getDisplayName() {
            return "A step";
        }

        /** For the form: only those of this plugin, so that fields of the same name are not found twice. */
        public List<StepDescriptor> getSteps() {
            return Jenkins.get().getExtensionList(StepDescriptor.class).stream()
                    .filter(d -> d.getFunctionName().startsWith("llmos"))
                    .toList();
        }
    }
}
