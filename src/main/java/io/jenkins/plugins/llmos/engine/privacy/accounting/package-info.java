/**
 * Accountants: readers of events that say which (ε, δ) they cost, and calibration over them. Every figure is an upper
 * bound for neighbours that differ by one record added or removed.
 */
package io.jenkins.plugins.llmos.engine.privacy.accounting;
