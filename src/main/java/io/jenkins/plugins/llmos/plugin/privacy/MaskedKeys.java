package io.jenkins.plugins.llmos.plugin.privacy;

import hudson.AbortException;
import hudson.Extension;
import hudson.console.ConsoleLogFilter;
import hudson.console.LineTransformationOutputStream;
import hudson.model.InvisibleAction;
import hudson.model.Run;
import hudson.remoting.Channel;
import io.jenkins.plugins.llmos.engine.privacy.encryption.EncryptionKey;
import io.jenkins.plugins.llmos.engine.privacy.encryption.KeyMask;
import java.io.IOException;
import java.io.ObjectStreamException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import org.jenkinsci.plugins.workflow.flow.FlowExecutionOwner;
import org.jenkinsci.plugins.workflow.log.TaskListenerDecorator;

/**
 * Hides in the logs of all builds the keys that LLMOS has fetched from credentials since the controller started, and, of a
 * build that goes on after a restart, those that it had used before. Output that an agent sends by itself hides those of its
 * own build. What {@code withCredentials} hides ends with its block;
 * a key that a script keeps in a variable does not.
 */
final class MaskedKeys {
    private static final KeyMask MASK = new KeyMask();

    private MaskedKeys() {}

    /**
     * Hides a key from now on.
     *
     * @param credentialsId what the build remembers of it, to find it again after a restart
     */
    static void add(EncryptionKey key, String credentialsId, Run<?, ?> run) throws AbortException {
        Used used = run.getAction(Used.class);
        if (used == null) {
            used = new Used();
            run.addAction(used);
        }
        used.hide(key);
        if (used.add(credentialsId)) {
            try {
                run.save();
            } catch (IOException e) {
                throw new AbortException("The build cannot be saved, so after a restart its log would not hide the key"
                        + " of the credentials '" + credentialsId + "': " + e.getMessage() + ".");
            }
        }
    }

    /** Hides the keys that a build used before the controller was started again. */
    private static void restore(Run<?, ?> run) {
        Used used = run.getAction(Used.class);
        if (used == null || used.mask != null) {
            return;
        }
        used.mask = new KeyMask();
        for (String id : used.credentials()) {
            try {
                used.hide(BuildKeys.find(id, run));
            } catch (AbortException e) {
                // The credentials are gone, and with them what could be shown of them.
            }
        }
    }

    /** Which credentials a build has used; their identifiers are no secrets. */
    static final class Used extends InvisibleAction {
        private final Set<String> credentials = new TreeSet<>();
        /** Of these alone; null until they have been looked up since the controller started. */
        private transient volatile KeyMask mask;

        private synchronized void hide(EncryptionKey key) {
            KeyMask known = mask == null ? new KeyMask() : mask;
            known.add(key);
            mask = known;
            MASK.add(key);
        }

        private synchronized boolean add(String id) {
            return credentials.add(id);
        }

        private synchronized List<String> credentials() {
            return List.copyOf(credentials);
        }
    }

    /** Pipelines. */
    @Extension
    public static final class Pipelines implements TaskListenerDecorator.Factory {
        @Override
        public TaskListenerDecorator of(FlowExecutionOwner owner) {
            try {
                if (owner.getExecutable() instanceof Run<?, ?> run) {
                    restore(run);
                    return new Decorator(run, null);
                }
            } catch (IOException e) {
                // A build that cannot be loaded has used no key since the start.
            }
            return new Decorator(null, null);
        }
    }

    /** Builds that are no Pipelines. */
    @Extension
    public static final class OtherBuilds extends ConsoleLogFilter {
        @Override
        @SuppressWarnings("rawtypes")
        public OutputStream decorateLogger(Run build, OutputStream logger) {
            return new Masked(logger, MASK);
        }
    }

    private static final class Decorator extends TaskListenerDecorator {
        private static final long serialVersionUID = 1L;

        /** Null on an agent. */
        private final transient Run<?, ?> run;
        /** On an agent the keys that the build had used when the listener went there; null on the controller. */
        private final KeyMask sent;

        private Decorator(Run<?, ?> run, KeyMask sent) {
            this.run = run;
            this.sent = sent;
        }

        @Override
        public OutputStream decorate(OutputStream logger) {
            return new Masked(logger, sent == null ? MASK : sent);
        }

        /** No agent learns of keys of other builds, and nothing that knows keys is ever written to a disk. */
        private Object writeReplace() throws ObjectStreamException {
            Used used = run == null || Channel.current() == null ? null : run.getAction(Used.class);
            return new Decorator(null, used == null ? null : used.mask);
        }
    }

    private static final class Masked extends LineTransformationOutputStream.Delegating {
        private final KeyMask mask;

        private Masked(OutputStream out, KeyMask mask) {
            super(out);
            this.mask = mask;
        }

        @Override
        protected void eol(byte[] line, int length) throws IOException {
            // One character a byte, so that what is no key passes as it came, whatever its encoding.
            String text = new String(line, 0, length, StandardCharsets.ISO_8859_1);
            out.write(mask.apply(text).getBytes(StandardCharsets.ISO_8859_1));
        }
    }
}
