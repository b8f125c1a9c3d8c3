/** Encryption and access in Jenkins: keys from credentials, permissions of the user a build runs as, the audit log. */
package io.jenkins.plugins.llmos.plugin.privacy;
