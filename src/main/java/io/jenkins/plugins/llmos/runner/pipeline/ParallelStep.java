package io.jenkins.plugins.llmos.runner.pipeline;

import groovy.lang.Closure;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.concurrent.atomic.AtomicReference;

/** {@code parallel}: each branch on a thread of its own. */
final class ParallelStep {
    private ParallelStep() {}

    static StepDefinition definition() {
        return new StepDefinition("parallel", null, null, StepDefinition.Body.NONE, false, ParallelStep::run);
    }

    private static Object run(StepCall call) throws Exception {
        Map<String, Callable<Object>> branches = new LinkedHashMap<>();
        boolean failFast = false;
        for (Map.Entry<String, Object> e : call.values().entrySet()) {
            if (e.getValue() instanceof Closure<?> c) {
                branches.put(e.getKey(), () -> c.call());
            } else if (e.getKey().equals("failFast")) {
                failFast = call.flag("failFast");
            } else {
                throw new StepFailure("parallel takes branches such as name: { … } and failFast: true; '" + e.getKey()
                        + "' is neither.");
            }
        }
        if (branches.isEmpty()) {
            throw new StepFailure("parallel needs at least one branch: parallel(first: { … }, second: { … }).");
        }
        return run(call.build(), call.strand(), branches, failFast);
    }

    /** Runs branches, waits for all of them, and throws the first failure with the others suppressed in it. */
    static Map<String, Object> run(Build build, Strand strand, Map<String, Callable<Object>> branches, boolean failFast)
            throws Exception {
        Context block = strand.context().block();
        Map<String, Object> results = new LinkedHashMap<>();
        branches.keySet().forEach(name -> results.put(name, null));
        AtomicReference<Throwable> first = new AtomicReference<>();
        return strand.within(block, () -> {
            List<Thread> threads = new ArrayList<>();
            branches.forEach((name, body) -> {
                Context inside = block.inBranch(name);
                threads.add(build.strands().start("branch " + name, inside, () -> {
                    try {
                        Object result = body.call();
                        synchronized (results) {
                            results.put(name, result);
                        }
                    } catch (Throwable t) {
                        failed(build, inside, name, t, first, failFast ? block : null);
                    }
                }));
            });
            threads.forEach(ParallelStep::join);
            Throwable failure = first.get();
            if (failure instanceof Error e) {
                throw e;
            }
            if (failure instanceof Exception e) {
                throw e;
            }
            return results;
        });
    }

    private static void failed(
            Build build,
            Context inside,
            String name,
            Throwable thrown,
            AtomicReference<Throwable> first,
            Context cancelled) {
        if (Interruption.in(thrown) == null) {
            build.log(inside, "Failed: " + ScriptFailure.messageOf(thrown));
        }
        if (!first.compareAndSet(null, thrown)) {
            if (first.get() != thrown) {
                first.get().addSuppressed(thrown);
            }
        } else if (cancelled != null) {
            build.strands()
                    .cancel(
                            cancelled,
                            new Interruption.Reason(Interruption.Kind.FAILED_FAST, "Branch '" + name + "' failed."));
        }
    }

    /** Branches see interruptions themselves; the strand that waits for them has nothing to leave. */
    private static void join(Thread thread) {
        boolean interrupted = false;
        while (true) {
            try {
                thread.join();
                break;
            } catch (InterruptedException e) {
                interrupted = true;
            }
        }
        if (interrupted) {
            Thread.currentThread().interrupt();
        }
    }
}
