/** Devices, machines and fleets; what a job may demand of them; the probes that find the devices of a machine. */
package io.jenkins.plugins.llmos.engine.accelerator;
