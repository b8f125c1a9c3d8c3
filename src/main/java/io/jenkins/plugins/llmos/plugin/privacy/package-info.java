/**
 * {@code llmosPrivatize}: the privacy ledger that the controller keeps, and encryption and access in Jenkins: keys from
 * credentials, permissions of the user a build runs as, the audit log.
 */
package io.jenkins.plugins.llmos.plugin.privacy;
