/** What devices the agents have: probing, overriding by an administrator, labels. */
package io.jenkins.plugins.llmos.plugin.agents;
