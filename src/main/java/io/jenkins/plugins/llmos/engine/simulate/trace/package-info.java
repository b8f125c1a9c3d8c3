/** Readers of traces of jobs and of machines, one format a file. */
package io.jenkins.plugins.llmos.engine.simulate.trace;
