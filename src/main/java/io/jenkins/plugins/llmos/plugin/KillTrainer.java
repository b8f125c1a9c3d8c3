package io.jenkins.plugins.llmos.plugin;

import hudson.remoting.VirtualChannel;
import java.io.File;
import jenkins.MasterToSlaveFileCallable;

/** Ends a trainer and all processes it has started, at once. */
final class KillTrainer extends MasterToSlaveFileCallable<Boolean> {
    private static final long serialVersionUID = 1L;

    private final RemoteProcess process;

    KillTrainer(RemoteProcess process) {
        this.process = process;
    }

    @Override
    public Boolean invoke(File controlFolder, VirtualChannel channel) {
        return process.handle()
                .map(p -> {
                    p.descendants().forEach(ProcessHandle::destroyForcibly);
                    return p.destroyForcibly();
                })
                .orElse(false);
    }
}
