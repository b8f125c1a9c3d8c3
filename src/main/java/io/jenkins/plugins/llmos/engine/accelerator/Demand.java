package io.jenkins.plugins.llmos.engine.accelerator;

import io.jenkins.plugins.llmos.engine.InvalidInputException;
import io.jenkins.plugins.llmos.engine.util.Suggestions;
import io.jenkins.plugins.llmos.engine.util.Units;
import java.math.BigDecimal;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/**
 * What a job asks for. All its devices come from one machine at once, or it waits.
 *
 * @param gpus whole devices, 0 or more; 1 if it asks for a share
 * @param gpuMemoryBytes least memory of each device, 0 for any; for a share, of the share
 * @param gpuModels acceptable models in order of preference, each matched as a part of the device's name without
 *     regard to case; empty for any
 * @param shareMilli thousandths of one device: 1,000 for whole devices, 1 to 999 for a share
 * @param cpuMilli thousandths of a CPU core
 * @param memoryBytes host memory
 * @param diskBytes disk
 * @param label one of the machine's labels, empty for any machine
 */
public record Demand(
        int gpus,
        long gpuMemoryBytes,
        List<String> gpuModels,
        int shareMilli,
        long cpuMilli,
        long memoryBytes,
        long diskBytes,
        String label) {
    /** A share of a whole device. */
    public static final int WHOLE = 1000;

    /** The arguments that {@link #from} reads. */
    public static final List<String> ARGUMENTS =
            List.of("gpus", "gpuMemory", "gpuModel", "gpuShare", "cpus", "memory", "disk");

    /** @throws IllegalArgumentException if an amount is negative or a share is out of its range */
    public Demand {
        gpuModels = List.copyOf(gpuModels);
        if (gpus < 0 || gpuMemoryBytes < 0 || cpuMilli < 0 || memoryBytes < 0 || diskBytes < 0) {
            throw new IllegalArgumentException("a demand has a negative amount");
        }
        if (shareMilli < 1 || shareMilli > WHOLE || (shareMilli < WHOLE && gpus != 1)) {
            throw new IllegalArgumentException("a share of " + shareMilli + " thousandths of " + gpus + " devices");
        }
    }

    /** A demand that any machine may meet. */
    public Demand(
            int gpus,
            long gpuMemoryBytes,
            List<String> gpuModels,
            int shareMilli,
            long cpuMilli,
            long memoryBytes,
            long diskBytes) {
        this(gpus, gpuMemoryBytes, gpuModels, shareMilli, cpuMilli, memoryBytes, diskBytes, "");
    }

    /** Whole devices of any model. */
    public static Demand ofDevices(int gpus) {
        return new Demand(gpus, 0, List.of(), WHOLE, 0, 0, 0);
    }

    /** The same devices, with host resources. */
    public Demand withHost(long cpu, long memory, long disk) {
        return new Demand(gpus, gpuMemoryBytes, gpuModels, shareMilli, cpu, memory, disk, label);
    }

    /** The same on a machine that has a label; empty for any machine. */
    public Demand withLabel(String value) {
        return new Demand(gpus, gpuMemoryBytes, gpuModels, shareMilli, cpuMilli, memoryBytes, diskBytes, value);
    }

    /** Whether it asks for a part of a device. */
    public boolean fractional() {
        return shareMilli < WHOLE;
    }

    /** Whether it asks for no device at all. */
    public boolean hostOnly() {
        return gpus == 0;
    }

    /** Whether a device is of an acceptable model and large enough; its load is not looked at. */
    public boolean accepts(Device device) {
        return gpuMemoryBytes * WHOLE <= device.memoryBytes() * (double) shareMilli && preference(device) >= 0;
    }

    /** The position of the first acceptable model that the device matches, 0 if any will do, −1 if none matches. */
    public int preference(Device device) {
        if (gpuModels.isEmpty()) {
            return 0;
        }
        String model = device.model().toLowerCase(Locale.ROOT);
        for (int i = 0; i < gpuModels.size(); i++) {
            if (model.contains(gpuModels.get(i).toLowerCase(Locale.ROOT))) {
                return i;
            }
        }
        return -1;
    }

    /** Whether a machine has the label asked for. */
    public boolean admits(Machine machine) {
        return label.isEmpty() || machine.labels().contains(label);
    }

    /** Whether an empty machine has the label, takes jobs, and has the CPUs, memory and disk. */
    public boolean fitsHost(Machine machine) {
        return admits(machine)
                && machine.jobs() > 0
                && cpuMilli <= machine.cpuMilli()
                && memoryBytes <= machine.memoryBytes()
                && diskBytes <= machine.diskBytes();
    }

    /**
     * Reads a user's arguments.
     *
     * @param args any of {@link #ARGUMENTS}: {@code gpus} (whole number, default 1), {@code gpuMemory}, {@code memory}
     *     and {@code disk} (such as {@code 16G}; a bare number is bytes), {@code gpuModel} (a list, or text with
     *     {@code |} between alternatives), {@code gpuShare} (above 0 up to 1), {@code cpus} (a number, fractions
     *     allowed)
     * @throws InvalidInputException if an argument is unknown or has a wrong value
     */
    public static Demand from(Map<String, ?> args) {
        int gpus = 1;
        int share = WHOLE;
        long gpuMemory = 0;
        long memory = 0;
        long disk = 0;
        long cpu = 0;
        List<String> models = List.of();
        for (Map.Entry<String, ?> arg : args.entrySet()) {
            String name = arg.getKey();
            Object value = arg.getValue();
            if (value == null) {
                throw new InvalidInputException(name + " has no value. Leave it out, or give it one.");
            }
            switch (name) {
                case "gpus" ->
                    gpus = (int) milli(name, value, WHOLE, 1_000_000L * WHOLE, "a whole number such as 2") / WHOLE;
                case "gpuMemory" -> gpuMemory = bytes(name, value);
                case "gpuModel" -> models = models(value);
                case "gpuShare" -> share = (int) milli(name, value, 1, WHOLE, "a number above 0 up to 1, such as 0.5");
                case "cpus" -> cpu = milli(name, value, 1, 1_000_000L * WHOLE, "a number such as 4 or 0.5");
                case "memory" -> memory = bytes(name, value);
                case "disk" -> disk = bytes(name, value);
                default ->
                    throw new InvalidInputException("'" + name + "' is not something a job can ask for. "
                            + Suggestions.sentence(name, ARGUMENTS));
            }
        }
        if (share < WHOLE && gpus != 1) {
            throw new InvalidInputException("gpuShare asks for a part of one device, but gpus is " + gpus
                    + ". Ask for gpus: 1 with a share, or for whole devices without one.");
        }
        if (gpus == 0 && (gpuMemory > 0 || !models.isEmpty())) {
            throw new InvalidInputException("gpus is 0, but gpuMemory or gpuModel says what the device must be like."
                    + " Ask for at least one device, or leave those out.");
        }
        return new Demand(gpus, gpuMemory, models, share, cpu, memory, disk);
    }

    /** Reads a number into thousandths; {@code step} 1,000 means a whole number from 0, step 1 a fraction above 0. */
    private static long milli(String name, Object value, int step, long most, String right) {
        BigDecimal number;
        try {
            number = new BigDecimal(value.toString().strip()).movePointRight(3);
        } catch (NumberFormatException e) {
            throw new InvalidInputException(
                    name + " is '" + value + "', which is not a number. It takes " + right + ".", e);
        }
        boolean whole = step == 1 || number.remainder(BigDecimal.valueOf(step)).signum() == 0;
        if (number.signum() < 0
                || (step == 1 && number.signum() == 0)
                || !whole
                || number.compareTo(BigDecimal.valueOf(most)) > 0) {
            throw new InvalidInputException(name + " is " + value + ". It takes " + right + ".");
        }
        return Math.max(step == 1 ? 1 : 0, number.longValue());
    }

    private static long bytes(String name, Object value) {
        return Units.bytes(name, value.toString());
    }

    private static List<String> models(Object value) {
        List<String> result = new ArrayList<>();
        Collection<?> parts =
                value instanceof Collection<?> c ? c : List.of(value.toString().split("\\|", -1));
        for (Object part : parts) {
            String model = String.valueOf(part).strip();
            if (model.isEmpty()) {
                throw new InvalidInputException(
                        "gpuModel is '" + value
                                + "', in which a model is empty. Write it like 'H100' or 'H100|A100', the preferred one first.");
            }
            result.add(model);
        }
        if (result.isEmpty()) {
            throw new InvalidInputException("gpuModel is an empty list. Leave it out to accept any model.");
        }
        return result;
    }

    @Override
    public String toString() {
        StringBuilder text = new StringBuilder();
        text.append(fractional() ? shareMilli / 1000.0 + " of a device" : gpus + (gpus == 1 ? " device" : " devices"));
        if (gpuMemoryBytes > 0) {
            text.append(" with ").append(Units.formatBytes(gpuMemoryBytes));
        }
        if (!gpuModels.isEmpty()) {
            text.append(" of model ").append(String.join(" or ", gpuModels));
        }
        if (cpuMilli > 0) {
            text.append(", ").append(cpuMilli / 1000.0).append(" CPUs");
        }
        if (memoryBytes > 0) {
            text.append(", ").append(Units.formatBytes(memoryBytes)).append(" memory");
        }
        if (diskBytes > 0) {
            text.append(", ").append(Units.formatBytes(diskBytes)).append(" disk");
        }
        if (!label.isEmpty()) {
            text.append(" on an agent with label ").append(label);
        }
        return text.toString();
    }
}
