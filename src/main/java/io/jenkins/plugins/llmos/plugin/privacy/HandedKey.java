package io.jenkins.plugins.llmos.plugin.privacy;

import io.jenkins.plugins.llmos.engine.privacy.access.Sensitivity;
import io.jenkins.plugins.llmos.engine.privacy.encryption.EncryptionKey;
import io.jenkins.plugins.llmos.engine.privacy.encryption.Origin;
import io.jenkins.plugins.llmos.engine.privacy.encryption.Vault;
import java.io.Serializable;

/** A key on its way over the channel to an agent's memory. Never a field of anything that Jenkins keeps. */
public final class HandedKey implements Serializable {
    private static final long serialVersionUID = 1L;

    private final String secret;
    private final String job;
    private final String build;
    private final Sensitivity sensitivity;

    HandedKey(EncryptionKey key, Origin origin, Sensitivity sensitivity) {
        this.secret = key.secret();
        this.job = origin.job();
        this.build = origin.build();
        this.sensitivity = sensitivity;
    }

    EncryptionKey key() {
        return EncryptionKey.parse(secret, "the controller");
    }

    Origin origin() {
        return new Origin(job, build);
    }

    /** What a trainer reads and writes with. */
    public Vault vault() {
        return new Vault(key(), origin(), sensitivity);
    }

    @Override
    public String toString() {
        return key().toString();
    }
}
