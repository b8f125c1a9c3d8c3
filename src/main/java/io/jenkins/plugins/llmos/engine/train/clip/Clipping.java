package io.jenkins.plugins.llmos.engine.train.clip;

import java.util.List;
import java.util.Locale;

/** How a sample's gradient is made to have a norm of at most C. */
public enum Clipping {
    /** Times min(1, C/‖g‖) (Abadi et al., "Deep Learning with Differential Privacy", CCS 2016, algorithm 1). */
    FLAT {
        @Override
        public double factor(double norm, double clip) {
            return norm > clip ? clip / norm : 1;
        }
    },
    /**
     * Times C/(‖g‖ + 0.01): every gradient about as long as every other, so that C and the learning rate need not be tuned
     * together (AUTO-S; Bu, Wang, Zha, Karypis, "Automatic Clipping: Differentially Private Deep Learning Made Easier and
     * Stronger", NeurIPS 2023, equation 4.1).
     */
    AUTOMATIC {
        @Override
        public double factor(double norm, double clip) {
            return clip / (norm + STABILITY);
        }
    };

    /** Names, as arguments give them. */
    public static final List<String> NAMES = List.of("flat", "automatic");

    private static final double STABILITY = 0.01;

    /**
     * What to multiply a gradient with.
     *
     * @param norm of the gradient, finite, from 0 up
     * @param clip C, above 0
     */
    public abstract double factor(double norm, double clip);

    /** @param name one of {@link #NAMES} */
    public static Clipping named(String name) {
        return valueOf(name.toUpperCase(Locale.ROOT));
    }
}
