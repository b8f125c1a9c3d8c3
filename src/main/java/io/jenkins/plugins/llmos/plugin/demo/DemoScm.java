package io.jenkins.plugins.llmos.plugin.demo;

import hudson.AbortException;
import hudson.Extension;
import hudson.FilePath;
import hudson.Launcher;
import hudson.model.Run;
import hudson.model.TaskListener;
import hudson.scm.ChangeLogParser;
import hudson.scm.NullChangeLogParser;
import hudson.scm.SCM;
import hudson.scm.SCMDescriptor;
import hudson.scm.SCMRevisionState;
import io.jenkins.plugins.llmos.plugin.Texts;
import java.io.File;
import java.io.IOException;
import org.kohsuke.stapler.DataBoundConstructor;

/**
 * Source code that is a copy of one folder of the controller: the one that whoever started Jenkins named in a system
 * property. No user of Jenkins can choose another, and without the property there is nothing to check out.
 */
public final class DemoScm extends SCM {
    private static final String FOLDER = "io.jenkins.plugins.llmos.demo";

    @DataBoundConstructor
    public DemoScm() {}

    @Override
    public void checkout(
            Run<?, ?> build,
            Launcher launcher,
            FilePath workspace,
            TaskListener listener,
            File changelogFile,
            SCMRevisionState baseline)
            throws IOException, InterruptedException {
        String folder = System.getProperty(FOLDER);
        if (folder == null) {
            throw new AbortException(
                    "This source code is for the Jenkins that 'llmos jenkins' starts, which names a folder in"
                            + " the system property " + FOLDER + ".");
        }
        new FilePath(new File(folder)).copyRecursiveTo("resources/**,test-jenkinsfiles/**", workspace);
        if (changelogFile != null) {
            new FilePath(changelogFile).write("<log/>", "UTF-8");
        }
    }

    @Override
    public SCMRevisionState calcRevisionsFromBuild(
            Run<?, ?> build, FilePath workspace, Launcher launcher, TaskListener listener) {
        return SCMRevisionState.NONE;
    }

    @Override
    public ChangeLogParser createChangeLogParser() {
        return new NullChangeLogParser();
    }

    /** The kind of source code as Jenkins knows it. */
    @Extension
    public static final class DescriptorImpl extends SCMDescriptor<DemoScm> {
        public DescriptorImpl() {
            super(null);
        }

        @Override
        public String getDisplayName() {
            return Texts.of("demo.scm");
        }
    }
}
