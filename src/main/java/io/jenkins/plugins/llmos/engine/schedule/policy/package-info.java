/** The policies, one file each; a class placed here is found by its {@code name()} without being listed anywhere. */
package io.jenkins.plugins.llmos.engine.schedule.policy;
