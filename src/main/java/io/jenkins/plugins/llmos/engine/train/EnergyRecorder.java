package io.jenkins.plugins.llmos.engine.train;

import io.jenkins.plugins.llmos.engine.accelerator.Energy;
import io.jenkins.plugins.llmos.engine.accelerator.EnergyMeter;
import io.jenkins.plugins.llmos.engine.accelerator.PowerReading;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ScheduledThreadPoolExecutor;
import java.util.concurrent.TimeUnit;

/** Measures the energy that a training takes, on a thread beside it. */
final class EnergyRecorder implements AutoCloseable {
    /** Measures nothing. */
    static final EnergyRecorder NONE = new EnergyRecorder(null);

    private static final long BETWEEN_SECONDS = 10;

    private final ScheduledThreadPoolExecutor clock;
    private EnergyMeter meter;

    private EnergyRecorder(ScheduledThreadPoolExecutor clock) {
        this.clock = clock;
    }

    /** @param environment says which devices the training sees */
    static EnergyRecorder start(Map<String, String> environment) {
        ScheduledThreadPoolExecutor clock = new ScheduledThreadPoolExecutor(1, task -> {
            Thread thread = new Thread(task, "energy");
            thread.setDaemon(true);
            return thread;
        });
        EnergyRecorder recorder = new EnergyRecorder(clock);
        clock.execute(() -> recorder.begin(PowerReading.visible(environment)));
        var unused = clock.scheduleWithFixedDelay(recorder::read, 0, BETWEEN_SECONDS, TimeUnit.SECONDS);
        return recorder;
    }

    private synchronized void begin(List<String> devices) {
        meter = new EnergyMeter(devices);
    }

    /** The tools' answer is waited for without the lock. */
    private void read() {
        PowerReading reading = PowerReading.take();
        synchronized (this) {
            if (meter != null) {
                meter.add(reading);
            }
        }
    }

    /** What was measured up to the last reading, which is a few seconds old at most. */
    synchronized Energy soFar() {
        return meter == null ? Energy.NONE : meter.total();
    }

    /** What was measured up to now. */
    Energy total() {
        if (clock != null) {
            read();
        }
        return soFar();
    }

    @Override
    public void close() {
        if (clock != null) {
            clock.shutdownNow();
        }
    }
}
