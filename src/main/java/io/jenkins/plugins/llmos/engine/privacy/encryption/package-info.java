/**
 * Encryption of data, models and checkpoints at rest, with Google Tink: each file under a key of its own, that key wrapped
 * by the user's key. {@code docs/encryption.md} tells the layout, {@code docs/security.md} what it protects from whom.
 */
package io.jenkins.plugins.llmos.engine.privacy.encryption;
