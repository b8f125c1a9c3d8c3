/**
 * Clipped sums of per-sample gradients at about the price of one backward pass, for any composition of
 * {@link io.jenkins.plugins.llmos.engine.train.model.TappedLayer}s.
 */
package io.jenkins.plugins.llmos.engine.train.clip;
