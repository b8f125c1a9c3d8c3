package io.jenkins.plugins.llmos.engine.privacy.accounting;

import io.jenkins.plugins.llmos.engine.InvalidInputException;
import io.jenkins.plugins.llmos.engine.privacy.PrivacyEvent;
import io.jenkins.plugins.llmos.engine.privacy.PrivacyEvent.Composed;
import io.jenkins.plugins.llmos.engine.privacy.PrivacyEvent.Gaussian;
import io.jenkins.plugins.llmos.engine.privacy.PrivacyEvent.Laplace;
import io.jenkins.plugins.llmos.engine.privacy.PrivacyEvent.PoissonSampled;
import io.jenkins.plugins.llmos.engine.privacy.PrivacyEvent.SelfComposed;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * One mechanism, how it is sampled and how often it is applied. Every event an accountant can read is a list of these.
 *
 * @param mechanism noise, or an (ε, δ) event
 * @param q probability that a record is in the sample; 1 where there is no sampling
 * @param count applications, from 1 to {@link PrivacyEvent#MAX_COUNT}
 */
record Part(PrivacyEvent mechanism, double q, long count) {
    /**
     * Takes an event apart. Composition forgets order, so equal parts are counted together, and normal noises without
     * sampling are one: releases with σ₁ and σ₂ tell as much as one with 1/σ² = 1/σ₁² + 1/σ₂².
     *
     * @throws InvalidInputException if the event samples what no accountant can read, or counts too much
     */
    static List<Part> of(PrivacyEvent event) {
        Map<Part, Long> counts = new LinkedHashMap<>();
        collect(event, 1, counts);
        double precision = 0;
        List<Part> parts = new ArrayList<>();
        for (Map.Entry<Part, Long> e : counts.entrySet()) {
            Part p = e.getKey();
            if (p.q == 1 && p.mechanism instanceof Gaussian g) {
                precision += e.getValue() / g.sigma() / g.sigma();
            } else {
                parts.add(new Part(p.mechanism, p.q, e.getValue()));
            }
        }
        if (precision > 0) {
            parts.add(0, new Part(new Gaussian(1 / Math.sqrt(precision)), 1, 1));
        }
        return parts;
    }

    /**
     * The probability that an (ε, δ) event among the parts fails.
     *
     * @return from 0 to less than 1
     */
    static double failure(List<Part> parts) {
        double log = 0;
        for (Part part : parts) {
            if (part.mechanism instanceof PrivacyEvent.ApproximateDp a) {
                log += part.count * Math.log1p(-a.delta());
            }
        }
        return -Math.expm1(log);
    }

    private static void collect(PrivacyEvent event, long times, Map<Part, Long> counts) {
        if (event instanceof SelfComposed s) {
            collect(s.event(), limited(times * s.count()), counts);
        } else if (event instanceof Composed c) {
            c.events().forEach(e -> collect(e, times, counts));
        } else if (event instanceof PoissonSampled s) {
            List<Part> inner = of(s.event());
            if (inner.size() > 1 || (inner.size() == 1 && inner.get(0).count > 1)) {
                throw new InvalidInputException("The event " + event
                        + " applies several mechanisms to one sample, which accountants read only where all of them"
                        + " are Gaussian and sample no further. Sample for each mechanism anew.");
            }
            if (!inner.isEmpty()
                    && s.q() < 1
                    && !(inner.get(0).mechanism instanceof Gaussian || inner.get(0).mechanism instanceof Laplace)) {
                throw new InvalidInputException("The event " + event
                        + " samples a mechanism that accountants read without sampling only. Sampled may be Gaussian and"
                        + " Laplace noise; leave the sampling out, which costs more and is always right.");
            }
            inner.forEach(p -> add(new Part(p.mechanism, p.q * s.q(), 1), times, counts));
        } else {
            add(new Part(event, 1, 1), times, counts);
        }
    }

    private static void add(Part part, long times, Map<Part, Long> counts) {
        if (part.q > 0) {
            counts.merge(part, times, (a, b) -> limited(a + b));
        }
    }

    private static long limited(long count) {
        if (count < 0 || count > PrivacyEvent.MAX_COUNT) {
            throw new InvalidInputException("An event applies a mechanism more than " + PrivacyEvent.MAX_COUNT
                    + " times, which is more than accountants read. Compose fewer.");
        }
        return count;
    }
}
