/**
 * Attacks on trained models, and the lower bounds of ε that follow from their success: what a privacy claim can be tested
 * by. A bound above the claim refutes it; one below proves nothing.
 */
package io.jenkins.plugins.llmos.engine.privacy.attack;
