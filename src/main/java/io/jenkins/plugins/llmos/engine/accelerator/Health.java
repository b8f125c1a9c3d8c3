package io.jenkins.plugins.llmos.engine.accelerator;

/** Whether a device may be given to jobs. */
public enum Health {
    OK,
    /** The tool reports an error for it; it is listed but never given to a job. */
    ERROR
}
