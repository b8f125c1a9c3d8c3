/** The embedded way in: the command line, which runs Jenkinsfiles with no Jenkins. */
package io.jenkins.plugins.llmos.runner;
