/** The registry of models in Jenkins: files among the artifacts of builds, versions and stages on the controller. */
package io.jenkins.plugins.llmos.plugin.registry;
