/**
 * Training: what to train ({@link io.jenkins.plugins.llmos.engine.train.TrainSpec}), on what data, with which model and
 * optimiser, in a process of its own that can be asked to leave and goes on later where it was.
 */
package io.jenkins.plugins.llmos.engine.train;
