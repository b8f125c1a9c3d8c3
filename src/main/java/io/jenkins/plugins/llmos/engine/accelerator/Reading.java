package io.jenkins.plugins.llmos.engine.accelerator;

/**
 * How a device was when it was probed.
 *
 * @param index of the device on its machine
 * @param celsius temperature of the chip; NaN if the tool does not say
 * @param memoryUsedBytes device memory in use, by whomever; −1 if the tool does not say
 */
public record Reading(int index, double celsius, long memoryUsedBytes) {
    /** The same of a device that is counted from another index. */
    Reading at(int value) {
        return new Reading(value, celsius, memoryUsedBytes);
    }
}
