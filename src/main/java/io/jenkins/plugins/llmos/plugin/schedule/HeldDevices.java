package io.jenkins.plugins.llmos.plugin.schedule;

import hudson.model.Computer;
import hudson.model.Run;
import hudson.remoting.VirtualChannel;
import io.jenkins.plugins.llmos.engine.accelerator.Energy;
import io.jenkins.plugins.llmos.engine.accelerator.EnergyMeter;
import io.jenkins.plugins.llmos.engine.accelerator.PowerReading;
import io.jenkins.plugins.llmos.engine.schedule.Allocation;
import io.jenkins.plugins.llmos.engine.util.Json;
import java.io.IOException;
import java.time.Duration;
import java.time.Instant;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import java.util.logging.Level;
import java.util.logging.Logger;
import jenkins.security.MasterToSlaveCallable;

/**
 * Shows on builds what they hold and held, and measures its energy: the agent is asked for its power when devices are given,
 * from time to time, and when they are given back. Nothing of this is done in the callers' threads.
 */
final class HeldDevices {
    private static final Logger LOGGER = Logger.getLogger(HeldDevices.class.getName());
    private static final Duration BETWEEN = Duration.ofSeconds(15);

    private static final Map<Allocation, HeldDevices> HELD = new ConcurrentHashMap<>();

    private final Allocation allocation;
    private final Instant since = Instant.now();
    private final EnergyMeter meter;

    private HeldDevices(Allocation allocation) {
        this.allocation = allocation;
        meter = new EnergyMeter(
                allocation.devices().stream().map(PowerReading::name).toList());
    }

    /** A block has got its devices. */
    static void hold(Block block, Allocation allocation) {
        HeldDevices held = new HeldDevices(allocation);
        if (HELD.putIfAbsent(allocation, held) != null) {
            return;
        }
        Computer.threadPoolForRemoting.execute(() -> {
            Run<?, ?> run = block.isBuild() ? null : Run.fromExternalizableId(block.owner);
            if (run != null) {
                DevicesAction.hold(run, allocation);
            }
            held.round();
        });
    }

    /** A block has given its devices back. */
    static void release(Block block, Allocation allocation) {
        HeldDevices held = HELD.remove(allocation);
        if (held == null) {
            return;
        }
        Computer.threadPoolForRemoting.execute(() -> {
            held.read();
            Run<?, ?> run = Run.fromExternalizableId(block.owner);
            if (run != null) {
                Energy energy = held.total();
                DevicesAction.release(run, allocation, energy.kilowattHours(), energy.words());
            }
        });
    }

    /** Measures no more, as Jenkins ends. */
    static void end() {
        HELD.clear();
    }

    private void round() {
        if (HELD.get(allocation) == this) {
            read();
            CompletableFuture.delayedExecutor(BETWEEN.toSeconds(), TimeUnit.SECONDS, Computer.threadPoolForRemoting)
                    .execute(this::round);
        }
    }

    private synchronized void read() {
        Computer computer = Places.computer(allocation.machine());
        VirtualChannel channel = computer == null ? null : computer.getChannel();
        if (channel == null) {
            return;
        }
        try {
            meter.add(Json.parse(channel.call(new ReadPower()), PowerReading.class));
        } catch (IOException | RuntimeException e) {
            LOGGER.log(Level.FINE, e, () -> "The power of " + allocation.machine() + " cannot be read now");
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    /** What was measured, over all the time that the devices were held. */
    private synchronized Energy total() {
        Energy energy = meter.total();
        double seconds = Duration.between(since, Instant.now()).toMillis() / 1e3;
        return new Energy(
                energy.devices(),
                energy.processors(),
                energy.measured(),
                Math.max(seconds, energy.measured()),
                energy.problems());
    }

    /** Reads the power of the machine it runs on. */
    private static final class ReadPower extends MasterToSlaveCallable<String, RuntimeException> {
        private static final long serialVersionUID = 1L;

        @Override
        public String call() {
            return Json.line(PowerReading.take());
        }
    }
}
