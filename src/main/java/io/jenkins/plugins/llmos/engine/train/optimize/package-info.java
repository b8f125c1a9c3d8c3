/** DJL's optimisers with their state in reach, so that a checkpoint can carry it, and the schedules of learning rates. */
package io.jenkins.plugins.llmos.engine.train.optimize;
