package io.jenkins.plugins.llmos.plugin;

import hudson.AbortException;
import hudson.FilePath;
import java.io.IOException;
import org.jenkinsci.plugins.workflow.steps.StepContext;

/**
 * The workspace that a step works in. Steps ask for it here in place of declaring it as their required context, whose
 * absence Pipeline shows with a stack trace.
 */
public final class Workspaces {
    private Workspaces() {}

    /**
     * The workspace around a step.
     *
     * @param step its name
     * @param purpose what it needs a workspace for, such as {@code train in}
     * @throws AbortException with one sentence if there is no node around it
     */
    public static FilePath require(StepContext context, String step, String purpose)
            throws IOException, InterruptedException {
        FilePath workspace = context.get(FilePath.class);
        if (workspace == null) {
            throw new AbortException(step + " needs a workspace to " + purpose + ". Put it inside of node { … }"
                    + " (in a Declarative Pipeline: give the pipeline or the stage an agent).");
        }
        return workspace;
    }
}
