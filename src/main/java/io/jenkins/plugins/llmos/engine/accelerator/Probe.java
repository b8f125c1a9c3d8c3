package io.jenkins.plugins.llmos.engine.accelerator;

import java.util.List;

/** Finds the devices of one vendor on this machine. */
public interface Probe {
    /**
     * What a probe found.
     *
     * @param devices what there is, by index; unhealthy devices too
     * @param problems what went wrong, a sentence each, for people; empty if the vendor's tool is simply not installed
     */
    record Finding(List<Device> devices, List<String> problems) {
        public Finding {
            devices = List.copyOf(devices);
            problems = List.copyOf(problems);
        }

        /** Nothing, for a reason. */
        static Finding problem(String sentence) {
            return new Finding(List.of(), List.of(sentence));
        }
    }

    /** Looks; it never fails and never takes much longer than the time-out it was given. */
    Finding look();
}
