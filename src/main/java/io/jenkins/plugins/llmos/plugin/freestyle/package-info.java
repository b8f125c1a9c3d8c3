/** The steps of LLMOS as build steps of jobs that are no Pipelines. */
package io.jenkins.plugins.llmos.plugin.freestyle;
