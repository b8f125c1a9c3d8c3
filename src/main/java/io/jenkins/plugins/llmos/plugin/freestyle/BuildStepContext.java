package io.jenkins.plugins.llmos.plugin.freestyle;

import com.google.common.util.concurrent.ListenableFuture;
import hudson.AbortException;
import hudson.EnvVars;
import hudson.FilePath;
import hudson.Launcher;
import hudson.model.AbstractBuild;
import hudson.model.BuildListener;
import hudson.model.Computer;
import hudson.model.Node;
import hudson.model.Result;
import hudson.model.Run;
import hudson.model.TaskListener;
import java.io.IOException;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import jenkins.model.Jenkins;
import org.jenkinsci.plugins.workflow.steps.BodyExecution;
import org.jenkinsci.plugins.workflow.steps.BodyExecutionCallback;
import org.jenkinsci.plugins.workflow.steps.BodyInvoker;
import org.jenkinsci.plugins.workflow.steps.FlowInterruptedException;
import org.jenkinsci.plugins.workflow.steps.Step;
import org.jenkinsci.plugins.workflow.steps.StepContext;
import org.jenkinsci.plugins.workflow.steps.StepExecution;
import org.springframework.security.core.Authentication;

/**
 * What a step of LLMOS sees of a build that is no Pipeline, so that it does there what it does in a Pipeline. It lives as
 * long as the build step that waits for it.
 */
final class BuildStepContext extends StepContext {
    private static final long serialVersionUID = 1L;
    private static final long LONGEST_STOP_SECONDS = 30;

    /** Work in the block of a step. */
    interface Body {
        /** Does it with what the step has added to the context. */
        void run(BuildStepContext inner) throws IOException, InterruptedException;
    }

    private final transient Map<Class<?>, Object> values;
    private final transient Body body;
    private final transient CompletableFuture<Object> outcome = new CompletableFuture<>();

    private BuildStepContext(Map<Class<?>, Object> values, Body body) {
        this.values = values;
        this.body = body;
    }

    /**
     * The context of a build.
     *
     * @throws AbortException if it has no workspace
     */
    static BuildStepContext of(AbstractBuild<?, ?> build, Launcher launcher, BuildListener listener)
            throws IOException, InterruptedException {
        FilePath workspace = build.getWorkspace();
        Node node = build.getBuiltOn();
        Computer computer = node == null ? null : node.toComputer();
        if (workspace == null || computer == null) {
            throw new AbortException("The build has no workspace: its agent is gone.");
        }
        Map<Class<?>, Object> values = new ConcurrentHashMap<>();
        values.put(Run.class, build);
        values.put(TaskListener.class, listener);
        values.put(Launcher.class, launcher);
        values.put(FilePath.class, workspace);
        values.put(EnvVars.class, build.getEnvironment(listener));
        values.put(Computer.class, computer);
        values.put(Authentication.class, Jenkins.getAuthentication2());
        return new BuildStepContext(values, null);
    }

    /**
     * Runs a step to its end.
     *
     * @param inBlock what is done in its block, null for none
     * @return what it returns
     * @throws AbortException with one sentence if it fails
     * @throws InterruptedException if the build is aborted; the step has then been ended
     */
    Object run(Step step, Body inBlock) throws IOException, InterruptedException {
        BuildStepContext context = new BuildStepContext(values, inBlock);
        StepExecution execution;
        try {
            execution = step.start(context);
            execution.start();
        } catch (IOException | InterruptedException | RuntimeException e) {
            throw e;
        } catch (Exception e) {
            throw new IOException(e);
        }
        try {
            return context.outcome.get();
        } catch (InterruptedException e) {
            context.stop(execution);
            throw e;
        } catch (ExecutionException e) {
            throw rethrown(e.getCause());
        }
    }

    private void stop(StepExecution execution) throws InterruptedException {
        try {
            execution.stop(new FlowInterruptedException(Result.ABORTED));
            outcome.get(LONGEST_STOP_SECONDS, TimeUnit.SECONDS);
        } catch (InterruptedException e) {
            throw e;
        } catch (ExecutionException | TimeoutException e) {
            // That it ended with a failure is what was asked for; one that does not end is not waited for.
            return;
        } catch (Exception e) {
            throw new IllegalStateException(e);
        }
    }

    private static IOException rethrown(Throwable failure) throws InterruptedException {
        if (failure instanceof InterruptedException interrupted) {
            throw interrupted;
        }
        if (failure instanceof RuntimeException fault) {
            throw fault;
        }
        return failure instanceof IOException io ? io : new IOException(failure);
    }

    @Override
    public <T> T get(Class<T> key) {
        return key.cast(values.get(key));
    }

    @Override
    public void onSuccess(Object result) {
        outcome.complete(result);
    }

    @Override
    public void onFailure(Throwable failure) {
        outcome.completeExceptionally(failure);
    }

    @Override
    public boolean isReady() {
        return true;
    }

    /** A build that is no Pipeline does not outlive its controller, so there is nothing to keep. */
    @Override
    public ListenableFuture<Void> saveState() {
        return null;
    }

    @Override
    public void setResult(Result result) {
        throw new UnsupportedOperationException();
    }

    @Override
    public boolean hasBody() {
        return body != null;
    }

    @Override
    public boolean equals(Object other) {
        return this == other;
    }

    @Override
    public int hashCode() {
        return System.identityHashCode(this);
    }

    @Override
    public BodyInvoker newBodyInvoker() {
        return new Invoker();
    }

    /** Runs the work of the block in a thread of its own. */
    private final class Invoker extends BodyInvoker {
        private final Map<Class<?>, Object> inner = new ConcurrentHashMap<>(values);
        private BodyExecutionCallback callback;

        @Override
        public BodyInvoker withContext(Object value) {
            inner.put(value.getClass(), value);
            return this;
        }

        @Override
        public BodyInvoker withDisplayName(String name) {
            return this;
        }

        @Override
        public BodyInvoker withCallback(BodyExecutionCallback other) {
            callback = other;
            return this;
        }

        @Override
        public BodyExecution start() {
            BuildStepContext context = new BuildStepContext(inner, null);
            Running running = new Running();
            running.done = CompletableFuture.runAsync(
                    () -> {
                        running.thread = Thread.currentThread();
                        try {
                            body.run(context);
                            callback.onSuccess(context, null);
                        } catch (IOException | InterruptedException | RuntimeException e) {
                            callback.onFailure(context, e);
                        } finally {
                            running.thread = null;
                        }
                    },
                    Computer.threadPoolForRemoting);
            return running;
        }
    }

    /** A block at work. */
    private static final class Running extends BodyExecution {
        private static final long serialVersionUID = 1L;

        private transient volatile Thread thread;
        private transient volatile CompletableFuture<Void> done;

        @Override
        public Collection<StepExecution> getCurrentExecutions() {
            return List.of();
        }

        @Override
        public boolean cancel(Throwable cause) {
            Thread running = thread;
            if (running != null) {
                running.interrupt();
            }
            return running != null;
        }

        @Override
        public boolean cancel(boolean mayInterrupt) {
            return cancel(new FlowInterruptedException(Result.ABORTED));
        }

        @Override
        public boolean isCancelled() {
            return false;
        }

        @Override
        public boolean isDone() {
            return done.isDone();
        }

        @Override
        public Object get() throws InterruptedException, ExecutionException {
            return done.get();
        }

        @Override
        public Object get(long time, TimeUnit unit) throws InterruptedException, ExecutionException, TimeoutException {
            return done.get(time, unit);
        }
    }
}
