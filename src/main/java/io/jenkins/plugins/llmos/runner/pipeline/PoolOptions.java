package io.jenkins.plugins.llmos.runner.pipeline;

import java.util.Map;

/**
 * How this machine's devices are shared.
 *
 * @param slots CPU slots where there is no GPU, at least 1
 * @param cpuOnly whether to use CPU slots even where there are GPUs
 * @param settings of the pool by name, such as {@code policy} and {@code quantum}
 */
public record PoolOptions(int slots, boolean cpuOnly, Map<String, String> settings) {
    public PoolOptions {
        settings = Map.copyOf(settings);
    }

    /** GPUs where there are some, else one slot; first come, first served. */
    public static PoolOptions standard() {
        return new PoolOptions(1, false, Map.of());
    }
}
