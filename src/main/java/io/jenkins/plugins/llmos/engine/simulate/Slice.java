package io.jenkins.plugins.llmos.engine.simulate;

import java.util.List;

/** Devices held by a job for one run; times in nanoseconds. */
public record Slice(int job, int machine, List<Integer> devices, long start, long end, boolean yielded) {}
