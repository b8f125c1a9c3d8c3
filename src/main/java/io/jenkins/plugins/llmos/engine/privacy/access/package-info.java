/** Who may do what with models and data: sensitivities, rights, and the rule that joins them. Hosts know who has a right. */
package io.jenkins.plugins.llmos.engine.privacy.access;
