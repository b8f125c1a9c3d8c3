package io.jenkins.plugins.llmos.engine.train;

import io.jenkins.plugins.llmos.engine.InvalidInputException;
import io.jenkins.plugins.llmos.engine.privacy.access.Sensitivity;
import io.jenkins.plugins.llmos.engine.train.data.FeatureSchema;
import io.jenkins.plugins.llmos.engine.util.FileAccess;
import java.nio.file.Path;
import java.util.List;

/**
 * The last good model, from whose parameters a training may begin. Its rows are then encoded as that model's were (same means,
 * categories and words), for its parameters mean nothing otherwise.
 */
final class WarmStart {
    private final Path folder;
    private final ModelCard card;
    private String refused;

    private WarmStart(Path folder, ModelCard card, String refused) {
        this.folder = folder;
        this.card = card;
        this.refused = refused;
    }

    /**
     * Looks for the model that its host has put beside the training, else for that in the output folder.
     *
     * @return null if there is none, or none is wanted
     */
    static WarmStart find(FileAccess access, TrainSpec spec, ControlFolder control) {
        if (!spec.warmStart()) {
            return null;
        }
        for (Path folder : List.of(control.warm(), spec.output())) {
            ModelCard card = ModelFolder.cardIfAny(access, folder);
            if (card != null) {
                return new WarmStart(folder, card, refusal(spec, card));
            }
        }
        return null;
    }

    /** Why a training must not begin from a model, empty if it may. */
    private static String refusal(TrainSpec spec, ModelCard card) {
        ModelSpec model = card.spec().model();
        if (spec.privacy() != null
                && (card.spec().privacy() == null || !card.spec().privacy().isPrivate())) {
            return "it was trained without privacy, so a private training that began from it would keep nothing secret";
        }
        if (!model.kind().equals(spec.model().kind())
                || !model.hidden().equals(spec.model().hidden())
                || !model.channels().equals(spec.model().channels())
                || model.embedding() != spec.model().embedding()) {
            return "it is a model of another shape";
        }
        return "";
    }

    /** How rows are to be encoded, null if the training does not begin from it. */
    FeatureSchema schema() {
        return refused.isEmpty() ? card.schema() : null;
    }

    /** Of what begins from it, at the least. */
    Sensitivity sensitivity() {
        return Sensitivity.of(card.spec().sensitivity());
    }

    /** Gives a network its parameters, unless its rows turned out to be others. */
    void begin(FileAccess access, Network network) {
        if (!refused.isEmpty()) {
            return;
        }
        refused = network.schema().equals(card.schema()) ? "" : network.schema().differsFrom(card.schema());
        if (!refused.isEmpty()) {
            return;
        }
        try (Network earlier = ModelFolder.read(access, folder)) {
            network.setParameters(earlier.parameters());
        } catch (InvalidInputException | IllegalArgumentException e) {
            refused = e.getMessage();
        }
    }

    /** Whether the training began from it. */
    boolean isUsed() {
        return refused.isEmpty();
    }

    /** What to tell people. */
    String words() {
        return refused.isEmpty()
                ? "Begins from the model of " + card.created() + ", and encodes rows as it does."
                : "Begins anew, not from the model of " + card.created() + ": " + refused + ".";
    }
}
