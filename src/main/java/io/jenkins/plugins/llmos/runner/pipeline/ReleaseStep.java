package io.jenkins.plugins.llmos.runner.pipeline;

import io.jenkins.plugins.llmos.engine.InvalidInputException;

/** {@code llmosPrivatize} without a block: releases statistics of a file with noise. */
final class ReleaseStep {
    private ReleaseStep() {}

    static Object run(StepCall call) {
        throw new InvalidInputException("llmosPrivatize needs a block.");
    }
}
