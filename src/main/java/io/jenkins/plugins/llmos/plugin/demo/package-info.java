/** What {@code llmos jenkins} needs in the Jenkins that it starts; without effect in any other. */
package io.jenkins.plugins.llmos.plugin.demo;
