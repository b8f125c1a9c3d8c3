/** Jobs, policies, placement, preemption and estimates: who gets which devices, and when. */
package io.jenkins.plugins.llmos.engine.schedule;
