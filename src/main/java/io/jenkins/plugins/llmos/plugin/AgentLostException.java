package io.jenkins.plugins.llmos.plugin;

import hudson.AbortException;
import java.nio.channels.ClosedChannelException;

/**
 * An agent will not come back, and with it a training is gone. The next attempt, on another agent, goes on from the
 * checkpoint that the controller has. Its cause is that of a broken connection, by which {@code retry(conditions:
 * [agent()])} knows it.
 */
public final class AgentLostException extends AbortException {
    private static final long serialVersionUID = 1L;

    AgentLostException(String message) {
        super(message);
        initCause(new ClosedChannelException());
    }
}
