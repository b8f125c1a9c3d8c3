/** Starts a Jenkins with the plugin in it: finds or downloads one, makes a home for it, runs it. */
package io.jenkins.plugins.llmos.runner.jenkins;
