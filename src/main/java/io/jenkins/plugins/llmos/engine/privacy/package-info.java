/**
 * Differential privacy: what was done to the data, as events, and what it costs. Everywhere in this room two data sets
 * are neighbours if one is the other with one record added or removed.
 */
package io.jenkins.plugins.llmos.engine.privacy;
