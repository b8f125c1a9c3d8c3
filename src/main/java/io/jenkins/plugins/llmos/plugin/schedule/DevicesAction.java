package io.jenkins.plugins.llmos.plugin.schedule;

import hudson.model.BuildBadgeAction;
import hudson.model.Run;
import io.jenkins.plugins.llmos.engine.accelerator.Energy;
import io.jenkins.plugins.llmos.engine.schedule.Allocation;
import io.jenkins.plugins.llmos.plugin.EngineTexts;
import io.jenkins.plugins.llmos.plugin.Texts;
import java.io.IOException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.TreeSet;
import java.util.logging.Level;
import java.util.logging.Logger;

/** The devices that a build has held: its badge, and what the column of a view shows. */
public final class DevicesAction implements BuildBadgeAction {
    private static final Logger LOGGER = Logger.getLogger(DevicesAction.class.getName());

    private final List<Held> held = new ArrayList<>();

    private DevicesAction() {}

    /** Devices held once. */
    public static final class Held {
        private final String machine;
        private final String devices;
        private final int count;
        private final long since;
        private long until;
        private Double kilowattHours;
        private String energy;

        private Held(Allocation allocation) {
            machine = allocation.machine();
            devices = names(allocation);
            count = allocation.devices().size();
            since = allocation.since().toEpochMilli();
        }

        public String getMachine() {
            return machine;
        }

        /** Models with their indexes. */
        public String getDevices() {
            return devices;
        }

        public int getCount() {
            return count;
        }

        public Instant getSince() {
            return Instant.ofEpochMilli(since);
        }

        /** When they were given back, null while they are held. */
        public Instant getUntil() {
            return until == 0 ? null : Instant.ofEpochMilli(until);
        }

        /** Energy that they took, null where it could not be measured. */
        public Double getKilowattHours() {
            return kilowattHours;
        }

        /** The energy for people, or why it is not known; null while they are held. */
        public String getEnergy() {
            return energy;
        }
    }

    private static String names(Allocation allocation) {
        return allocation.devices().isEmpty()
                ? Texts.of("devices.none")
                : String.join(
                        ", ",
                        allocation.devices().stream()
                                .map(d -> d.model() + " " + d.index())
                                .toList());
    }

    /** What is held, for people. */
    static String words(Allocation allocation) {
        return Texts.of("devices.on", names(allocation), EngineTexts.place(allocation.machine()));
    }

    /** A build holds devices from now on. */
    static void hold(Run<?, ?> run, Allocation allocation) {
        synchronized (run) {
            DevicesAction action = run.getAction(DevicesAction.class);
            if (action == null) {
                action = new DevicesAction();
                run.addAction(action);
            }
            action.add(new Held(allocation));
        }
    }

    /** Once only, as a controller that starts again finds what is held still. */
    private synchronized void add(Held other) {
        if (held.stream().noneMatch(h -> h.since == other.since && h.machine.equals(other.machine))) {
            held.add(other);
        }
    }

    /**
     * A build has given devices back.
     *
     * @param kilowattHours see {@link Held#getKilowattHours}
     * @param energy see {@link Held#getEnergy}
     */
    static void release(Run<?, ?> run, Allocation allocation, Double kilowattHours, String energy) {
        hold(run, allocation);
        run.getAction(DevicesAction.class).end(allocation, kilowattHours, energy);
        try {
            synchronized (run) {
                run.save();
            }
        } catch (IOException e) {
            LOGGER.log(Level.WARNING, e, () -> "What " + run.getExternalizableId() + " has held cannot be kept");
        }
    }

    private synchronized void end(Allocation allocation, Double kilowattHours, String energy) {
        for (Held one : held) {
            if (one.since == allocation.since().toEpochMilli() && one.machine.equals(allocation.machine())) {
                one.until = System.currentTimeMillis();
                one.kilowattHours = kilowattHours;
                one.energy = energy;
            }
        }
    }

    /** In the order in which they were held. */
    public synchronized List<Held> getHeld() {
        return List.copyOf(held);
    }

    /** All of it in one line. */
    public synchronized String getSummary() {
        TreeSet<String> all = new TreeSet<>();
        held.forEach(h -> all.add(Texts.of("devices.on", h.devices, EngineTexts.place(h.machine))));
        Double energy = getKilowattHours();
        return String.join("; ", all) + (energy == null ? "" : ", " + Energy.words(energy));
    }

    /** Energy of all of it, null if none of it could be measured. */
    public synchronized Double getKilowattHours() {
        double sum = 0;
        boolean known = false;
        for (Held one : held) {
            if (one.kilowattHours != null) {
                sum += one.kilowattHours;
                known = true;
            }
        }
        return known ? sum : null;
    }

    @Override
    public String getIconFileName() {
        return null;
    }

    @Override
    public String getDisplayName() {
        return Texts.of("devices.title");
    }

    @Override
    public String getUrlName() {
        return null;
    }
}
