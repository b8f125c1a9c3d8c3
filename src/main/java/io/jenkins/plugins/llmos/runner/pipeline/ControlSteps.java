package io.jenkins.plugins.llmos.runner.pipeline;

import static io.jenkins.plugins.llmos.runner.pipeline.StepDefinition.around;
import static io.jenkins.plugins.llmos.runner.pipeline.StepDefinition.plain;

import io.jenkins.plugins.llmos.engine.util.Suggestions;
import io.jenkins.plugins.llmos.engine.util.Units;
import java.time.Duration;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.ScheduledFuture;
import java.util.concurrent.TimeUnit;

/** Steps that repeat, wait and bound time. */
final class ControlSteps {
    private static final List<String> UNITS =
            List.of("NANOSECONDS", "MICROSECONDS", "MILLISECONDS", "SECONDS", "MINUTES", "HOURS", "DAYS");

    private static final ScheduledExecutorService CLOCK = Executors.newSingleThreadScheduledExecutor(r -> {
        Thread t = new Thread(r, "timeouts");
        t.setDaemon(true);
        return t;
    });

    private ControlSteps() {}

    static List<StepDefinition> all() {
        return List.of(
                around("retry", List.of("count", "conditions"), ControlSteps::retry),
                around("timeout", List.of("time", "unit", "activity"), ControlSteps::timeout),
                plain("sleep", List.of("time", "unit"), ControlSteps::sleep),
                around("waitUntil", List.of("initialRecurrencePeriod", "quiet"), ControlSteps::waitUntil)
                        .positional(null));
    }

    /** Does something after a time, on a thread that must not be held up. */
    static void later(Duration delay, Runnable work) {
        ScheduledFuture<?> unused = CLOCK.schedule(work, delay.toMillis(), TimeUnit.MILLISECONDS);
    }

    private static Object retry(StepCall call) throws Exception {
        long count = call.arguments().whole("count", 1, 1, Integer.MAX_VALUE);
        return retry(
                call.build(),
                call.strand(),
                count,
                () -> call.body(call.context().block()));
    }

    /** What a retry runs. */
    interface Attempt {
        Object run() throws Exception;
    }

    static Object retry(Build build, Strand strand, long count, Attempt attempt) throws Exception {
        for (long left = count; ; left--) {
            try {
                return attempt.run();
            } catch (Exception | AssertionError e) {
                Interruption interruption = Interruption.in(e);
                // A timeout inside the body is a failure like any other; being asked to leave is not.
                boolean asked = interruption != null && interruption.reason().kind() != Interruption.Kind.TIMED_OUT;
                if (asked || left <= 1) {
                    throw e;
                }
                build.log(strand.context(), "ERROR: " + ScriptFailure.messageOf(e));
                build.log(strand.context(), "Retrying, " + (left - 1) + (left == 2 ? " try" : " tries") + " left.");
            }
        }
    }

    private static Object timeout(StepCall call) throws Exception {
        Duration limit = duration(call, "MINUTES");
        if (call.flag("activity")) {
            call.log(
                    "Note: timeout(activity: true) watches the log in Jenkins; the runner does not, and sets no limit.");
            return call.body(call.context().block());
        }
        return timeout(call.build(), call.strand(), limit, call::body);
    }

    /** A body that runs in a block of its own. */
    interface InBlock {
        Object run(Context block) throws Exception;
    }

    static Object timeout(Build build, Strand strand, Duration limit, InBlock body) throws Exception {
        Context block = strand.context().block();
        Interruption.Reason reason = new Interruption.Reason(
                Interruption.Kind.TIMED_OUT, "The timeout of " + Units.format(limit) + " has been exceeded.");
        ScheduledFuture<?> alarm = CLOCK.schedule(
                () -> {
                    build.log(block, reason.message());
                    build.strands().cancel(block, reason);
                },
                limit.toMillis(),
                TimeUnit.MILLISECONDS);
        try {
            return body.run(block);
        } finally {
            alarm.cancel(false);
        }
    }

    private static Object sleep(StepCall call) throws Exception {
        Thread.sleep(duration(call, "SECONDS").toMillis());
        return null;
    }

    static Duration duration(StepCall call, String standardUnit) throws StepFailure {
        double time =
                call.arguments().number("time", -1, io.jenkins.plugins.llmos.engine.util.Arguments.Range.NOT_NEGATIVE);
        if (time < 0) {
            throw new StepFailure("The step needs the argument 'time', such as time: 5, unit: 'MINUTES'.");
        }
        String unit =
                call.value("unit") == null ? standardUnit : call.value("unit").toString();
        if (!UNITS.contains(unit.toUpperCase(Locale.ROOT))) {
            throw new StepFailure("The unit '" + unit + "' is not known. " + Suggestions.sentence(unit, UNITS));
        }
        double nanos = time * TimeUnit.valueOf(unit.toUpperCase(Locale.ROOT)).toNanos(1);
        return Duration.ofNanos((long) Math.min(nanos, Long.MAX_VALUE / 2.0));
    }

    private static Object waitUntil(StepCall call) throws Exception {
        long pause = call.arguments().whole("initialRecurrencePeriod", 250, 1, 15_000);
        while (true) {
            Object met = call.body(call.context().block());
            if (!(met instanceof Boolean b)) {
                throw new StepFailure("The block of waitUntil must return true or false, but returned " + met + ".");
            }
            if (b) {
                return null;
            }
            call.strand().throwIfInterrupted();
            Thread.sleep(pause);
            pause = Math.min(15_000, pause * 6 / 5 + 1);
        }
    }
}
