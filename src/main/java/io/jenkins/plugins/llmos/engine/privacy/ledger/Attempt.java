package io.jenkins.plugins.llmos.engine.privacy.ledger;

/**
 * One of the attempts at a training.
 *
 * @param id tells it from the others, the same when the attempt asks again
 * @param continues the attempt whose checkpoint and count of released steps this one has, all of it; null if none
 */
public record Attempt(String id, String continues) {}
