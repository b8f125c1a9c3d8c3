package io.jenkins.plugins.llmos.engine.accelerator;

import java.util.List;

/** Finds the devices of one vendor on this machine. */
public interface Probe {
    /**
     * What a probe found.
     *
     * @param devices what there is, by index; unhealthy devices too
     * @param problems what went wrong, a sentence each, for people; empty if the vendor's tool is simply not installed
     * @param readings how devices are at the moment, of those of which it is known
     */
    record Finding(List<Device> devices, List<String> problems, List<Reading> readings) {
        public Finding {
            devices = List.copyOf(devices);
            problems = List.copyOf(problems);
            readings = List.copyOf(readings);
        }

        /** Devices of whose state nothing is known. */
        public Finding(List<Device> devices, List<String> problems) {
            this(devices, problems, List.of());
        }

        /** Nothing, for a reason. */
        static Finding problem(String sentence) {
            return new Finding(List.of(), List.of(sentence));
        }
    }

    /** Looks; it never fails and never takes much longer than the time-out it was given. */
    Finding look();
}
