/** {@code llmosPrivatize}, and the privacy ledger that the controller keeps. */
package io.jenkins.plugins.llmos.plugin.privacy;
