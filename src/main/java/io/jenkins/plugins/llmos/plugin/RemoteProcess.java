package io.jenkins.plugins.llmos.plugin;

import java.io.Serializable;
import java.time.Instant;
import java.util.Optional;

/** A process on some machine, told apart from a later one that happens to have its number. */
final class RemoteProcess implements Serializable {
    private static final long serialVersionUID = 1L;

    private final long pid;
    private final long started;

    private RemoteProcess(long pid, long started) {
        this.pid = pid;
        this.started = started;
    }

    /** To be called on the machine of the process. */
    static RemoteProcess of(long pid) {
        return new RemoteProcess(
                pid, ProcessHandle.of(pid).map(RemoteProcess::start).orElse(0L));
    }

    long pid() {
        return pid;
    }

    /** The process if it lives. To be called on its machine. */
    Optional<ProcessHandle> handle() {
        return ProcessHandle.of(pid).filter(p -> p.isAlive() && start(p) == started);
    }

    private static long start(ProcessHandle process) {
        return process.info().startInstant().map(Instant::toEpochMilli).orElse(0L);
    }
}
