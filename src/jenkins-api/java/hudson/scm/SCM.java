package hudson.scm;

import hudson.ExtensionPoint;
import hudson.FilePath;
import hudson.Launcher;
import hudson.model.Describable;
import hudson.model.Run;
import hudson.model.TaskListener;
import java.io.File;
import java.io.IOException;

public abstract class SCM implements Describable<SCM>, ExtensionPoint {
    public SCM() {
        throw new UnsupportedOperationException();
    }

    public SCMRevisionState calcRevisionsFromBuild(
            Run<?, ?> build, FilePath workspace, Launcher launcher, TaskListener listener)
            throws IOException, InterruptedException {
        throw new UnsupportedOperationException();
    }

    public void checkout(
            Run<?, ?> build,
            Launcher launcher,
            FilePath workspace,
            TaskListener listener,
            File changelogFile,
            SCMRevisionState baseline)
            throws IOException, InterruptedException {
        throw new UnsupportedOperationException();
    }

    public abstract ChangeLogParser createChangeLogParser();
}
