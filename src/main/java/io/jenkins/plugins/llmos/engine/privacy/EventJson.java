package io.jenkins.plugins.llmos.engine.privacy;

import io.jenkins.plugins.llmos.engine.InvalidInputException;
import io.jenkins.plugins.llmos.engine.privacy.PrivacyEvent.ApproximateDp;
import io.jenkins.plugins.llmos.engine.privacy.PrivacyEvent.Composed;
import io.jenkins.plugins.llmos.engine.privacy.PrivacyEvent.DiscreteGaussian;
import io.jenkins.plugins.llmos.engine.privacy.PrivacyEvent.DiscreteLaplace;
import io.jenkins.plugins.llmos.engine.privacy.PrivacyEvent.Gaussian;
import io.jenkins.plugins.llmos.engine.privacy.PrivacyEvent.Laplace;
import io.jenkins.plugins.llmos.engine.privacy.PrivacyEvent.PoissonSampled;
import io.jenkins.plugins.llmos.engine.privacy.PrivacyEvent.SelfComposed;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * Events as objects of JSON, each with its {@code type} and its record's components. Ledgers keep them for years: a type
 * or a component never changes its meaning; a new meaning gets a new type.
 */
public final class EventJson {
    private EventJson() {}

    /** The event as a map that {@link io.jenkins.plugins.llmos.engine.util.Json} writes. */
    public static Map<String, Object> write(PrivacyEvent event) {
        if (event instanceof Gaussian g) {
            return object("gaussian", "sigma", g.sigma());
        } else if (event instanceof Laplace l) {
            return object("laplace", "scale", l.scale());
        } else if (event instanceof DiscreteGaussian g) {
            return object("discrete-gaussian", "sigma", g.sigma(), "sensitivity", g.sensitivity());
        } else if (event instanceof DiscreteLaplace l) {
            return object("discrete-laplace", "scale", l.scale(), "sensitivity", l.sensitivity());
        } else if (event instanceof ApproximateDp a) {
            return object("approximate-dp", "epsilon", a.epsilon(), "delta", a.delta());
        } else if (event instanceof PoissonSampled s) {
            return object("poisson-sampled", "q", s.q(), "event", write(s.event()));
        } else if (event instanceof SelfComposed s) {
            return object("self-composed", "count", s.count(), "event", write(s.event()));
        } else if (event instanceof Composed c) {
            return object(
                    "composed",
                    "events",
                    c.events().stream().map(EventJson::write).toList());
        }
        throw new IllegalStateException("no JSON is known of " + event);
    }

    private static Map<String, Object> object(String type, Object... components) {
        Map<String, Object> object = new LinkedHashMap<>();
        object.put("type", type);
        for (int i = 0; i < components.length; i += 2) {
            object.put((String) components[i], components[i + 1]);
        }
        return object;
    }

    /**
     * Reads what {@link #write} wrote.
     *
     * @throws InvalidInputException if it is no event that this version knows
     */
    public static PrivacyEvent read(Map<?, ?> object) {
        String type = String.valueOf(object.get("type"));
        return switch (type) {
            case "gaussian" -> new Gaussian(number(object, "sigma"));
            case "laplace" -> new Laplace(number(object, "scale"));
            case "discrete-gaussian" ->
                new DiscreteGaussian(number(object, "sigma"), (long) number(object, "sensitivity"));
            case "discrete-laplace" ->
                new DiscreteLaplace(number(object, "scale"), (long) number(object, "sensitivity"));
            case "approximate-dp" -> new ApproximateDp(number(object, "epsilon"), number(object, "delta"));
            case "poisson-sampled" -> new PoissonSampled(number(object, "q"), inner(object));
            case "self-composed" -> new SelfComposed(inner(object), (long) number(object, "count"));
            case "composed" -> new Composed(events(object));
            default ->
                throw new InvalidInputException("A privacy event has the type '" + type
                        + "', which this version does not know. Was it written by a later one?");
        };
    }

    private static PrivacyEvent inner(Map<?, ?> object) {
        if (object.get("event") instanceof Map<?, ?> event) {
            return read(event);
        }
        throw incomplete(object, "event");
    }

    private static List<PrivacyEvent> events(Map<?, ?> object) {
        if (object.get("events") instanceof List<?> events) {
            return events.stream()
                    .map(e -> {
                        if (e instanceof Map<?, ?> event) {
                            return read(event);
                        }
                        throw incomplete(object, "events");
                    })
                    .toList();
        }
        throw incomplete(object, "events");
    }

    private static double number(Map<?, ?> object, String name) {
        if (object.get(name) instanceof Number n) {
            return n.doubleValue();
        }
        throw incomplete(object, name);
    }

    private static InvalidInputException incomplete(Map<?, ?> object, String name) {
        return new InvalidInputException(
                "A privacy event of the type '" + object.get("type") + "' lacks its '" + name + "'.");
    }
}
