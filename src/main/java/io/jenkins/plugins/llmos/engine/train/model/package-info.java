/**
 * Layers whose activations and output gradients can be reached from outside, and the models made of them. Every layer
 * with parameters is a {@link io.jenkins.plugins.llmos.engine.train.model.TappedLayer}.
 */
package io.jenkins.plugins.llmos.engine.train.model;
