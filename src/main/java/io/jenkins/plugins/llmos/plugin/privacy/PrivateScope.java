package io.jenkins.plugins.llmos.plugin.privacy;

import io.jenkins.plugins.llmos.engine.privacy.ledger.Origin;
import io.jenkins.plugins.llmos.engine.privacy.ledger.PrivacyLedger;
import io.jenkins.plugins.llmos.engine.privacy.ledger.PrivateBlock;
import java.io.Serializable;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * What an {@code llmosPrivatize} around a step has reserved; the steps in its block find it in their context. It names the
 * reservation, all else is in the ledger.
 */
public final class PrivateScope implements Serializable {
    private static final long serialVersionUID = 1L;

    private final String reservation;
    private final double epsilon;
    private final double delta;
    private final String dataSet;
    private final LinkedHashMap<String, Object> settings;

    PrivateScope(PrivateBlock block, Map<String, Object> settings) {
        this.reservation = block.reservation().id();
        this.epsilon = block.reservation().share().epsilon();
        this.delta = block.reservation().share().delta();
        this.dataSet = block.reservation().dataSet();
        this.settings = new LinkedHashMap<>(settings);
    }

    String reservation() {
        return reservation;
    }

    /** The arguments of a training in the block; needs no disk. */
    Map<String, Object> arguments(Map<String, Object> given) {
        return PrivateBlock.arguments(given, settings, dataSet, epsilon, delta);
    }

    /** The block as the ledger has it now. */
    PrivateBlock block(Origin origin) {
        PrivacyLedger ledger = ControllerLedger.get();
        return PrivateBlock.of(ledger, origin, ledger.reservation(reservation), settings);
    }
}
