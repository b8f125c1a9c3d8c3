/** Files that only grow and show when they were changed, and the audit log, which is one. */
package io.jenkins.plugins.llmos.engine.privacy.audit;
