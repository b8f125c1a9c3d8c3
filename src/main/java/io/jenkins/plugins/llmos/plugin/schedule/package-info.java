/** {@code llmosSchedule}: builds wait for devices under a pool's policy, without an executor, and hold what they get. */
package io.jenkins.plugins.llmos.plugin.schedule;
