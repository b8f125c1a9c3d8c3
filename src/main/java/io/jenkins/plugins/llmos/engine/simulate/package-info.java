/** Replays traces of jobs through the scheduler, and reports how they fared. */
package io.jenkins.plugins.llmos.engine.simulate;
