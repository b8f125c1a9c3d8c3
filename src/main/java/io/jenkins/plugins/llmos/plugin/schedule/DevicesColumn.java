package io.jenkins.plugins.llmos.plugin.schedule;

import hudson.Extension;
import hudson.model.Job;
import hudson.model.Run;
import hudson.views.ListViewColumn;
import hudson.views.ListViewColumnDescriptor;
import io.jenkins.plugins.llmos.plugin.Texts;
import org.jenkinsci.Symbol;
import org.kohsuke.stapler.DataBoundConstructor;

/** The column of a list view that shows which devices a job's last build held. */
public final class DevicesColumn extends ListViewColumn {
    @DataBoundConstructor
    public DevicesColumn() {}

    /** What the last build of a job held, empty if it held nothing. */
    public String devices(Job<?, ?> job) {
        Run<?, ?> last = job.getLastBuild();
        DevicesAction action = last == null ? null : last.getAction(DevicesAction.class);
        return action == null ? "" : action.getSummary();
    }

    @Override
    public String getColumnCaption() {
        return Texts.of("devices.title");
    }

    /** For the configuration of views. */
    @Extension
    @Symbol("llmosDevices")
    public static final class DescriptorImpl extends ListViewColumnDescriptor {
        @Override
        public String getDisplayName() {
            return Texts.of("devices.column");
        }

        @Override
        public boolean shownByDefault() {
            return false;
        }
    }
}
