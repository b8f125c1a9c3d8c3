package io.jenkins.plugins.llmos.plugin;

import hudson.remoting.VirtualChannel;
import io.jenkins.plugins.llmos.engine.train.ControlFolder;
import java.io.File;
import java.io.IOException;
import jenkins.MasterToSlaveFileCallable;

/** Asks a trainer to checkpoint and leave. The folder it is called on is the control folder. */
final class RequestYield extends MasterToSlaveFileCallable<Void> {
    private static final long serialVersionUID = 1L;

    @Override
    public Void invoke(File folder, VirtualChannel channel) throws IOException {
        new ControlFolder(folder.toPath()).requestYield();
        return null;
    }
}
