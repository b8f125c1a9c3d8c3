package io.jenkins.plugins.llmos.plugin.schedule;

import java.util.Map;

/**
 * A field of the forms that ask for accelerators, each of which is an argument of {@code llmosSchedule}. Stapler and structs
 * look for the setters of a field in a class and in those above it, never in interfaces, and the forms' classes have nothing
 * in common above them; so each has setters of its own, which keep what they are given by this.
 *
 * @param name of the engine's argument
 * @param type of its values
 * @param usual what it says where it is not given, null if that is not for the form to know
 */
record AcceleratorField<T>(String name, Class<T> type, T usual) {
    static final AcceleratorField<Integer> GPUS = new AcceleratorField<>("gpus", Integer.class, null);
    static final AcceleratorField<String> GPU_MEMORY = new AcceleratorField<>("gpuMemory", String.class, null);
    static final AcceleratorField<String> GPU_MODEL = new AcceleratorField<>("gpuModel", String.class, null);
    static final AcceleratorField<Double> GPU_SHARE = new AcceleratorField<>("gpuShare", Double.class, null);
    static final AcceleratorField<Double> CPUS = new AcceleratorField<>("cpus", Double.class, null);
    static final AcceleratorField<String> MEMORY = new AcceleratorField<>("memory", String.class, null);
    static final AcceleratorField<String> DISK = new AcceleratorField<>("disk", String.class, null);
    static final AcceleratorField<String> ESTIMATE = new AcceleratorField<>("estimate", String.class, null);
    static final AcceleratorField<Integer> PRIORITY = new AcceleratorField<>("priority", Integer.class, null);
    static final AcceleratorField<Boolean> PREEMPTIBLE = new AcceleratorField<>("preemptible", Boolean.class, true);
    static final AcceleratorField<String> POOL = new AcceleratorField<>("pool", String.class, null);

    /** What it says among arguments; null if it was not given. */
    T of(Map<String, Object> arguments) {
        return type.cast(arguments.get(name));
    }

    /** Puts what it says among arguments. Forms send fields that nobody filled in, too; those are not given. */
    void put(T value, Map<String, Object> arguments) {
        if (value == null || value.equals(usual) || (value instanceof String text && text.isBlank())) {
            arguments.remove(name);
        } else {
            arguments.put(name, value);
        }
    }
}
