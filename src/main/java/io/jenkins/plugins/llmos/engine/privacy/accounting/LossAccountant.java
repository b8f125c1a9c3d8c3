package io.jenkins.plugins.llmos.engine.privacy.accounting;

import io.jenkins.plugins.llmos.engine.privacy.PrivacyEvent;
import java.util.List;
import java.util.function.ToDoubleFunction;
import java.util.stream.LongStream;

/**
 * Privacy-loss distributions, the tight accountant: the loss of one application is put on a grid by {@link LossGrid} and
 * composed by {@link ComposedLoss}, once for a record removed and once for one added; the larger figure counts. Every
 * rounding is upwards, so that ε is an upper bound.
 *
 * <p>The grid's interval is 1e-4, as is usual, or the least doubling of it for which the window is short enough to answer
 * in well under a second. Of many different mechanisms, each of which needs a transform, the grid is as wide as the
 * variance allows; that costs less than a thousandth of ε. Where losses are so small that the interval is coarse beside them (ε in the hundredths over very
 * many steps), the Rényi figure can be the lower of two upper bounds; then it is the answer.
 */
public final class LossAccountant implements Accountant {
    private static final double INTERVAL = 1e-4;
    private static final int MOST_POINTS = 1 << 18;
    private static final int LEAST_POINTS = 1 << 8;

    /** Probability, as part of δ, that may be counted as an infinite loss for being far out. */
    private static final double LEFT_OUT = 1e-7;

    /** Tilted probability beyond either end of the window, which comes round at the other. */
    private static final double ROUND_AGAIN = 1e-9;

    private static final int TRIES = 4;

    /** With more mechanisms than this a grid need not be finer than {@link #WIDENED} asks for. */
    private static final int FEW = 8;

    /** Part of the composed loss's variance by which a wider grid may raise it. */
    private static final double WIDENED = 8e-4;

    /** A part of δ that is nothing but rounding. */
    private static final double LEAST_LEFT = 1e-12;

    private final RenyiAccountant renyi = new RenyiAccountant();

    @Override
    public String name() {
        return "pld";
    }

    @Override
    public double epsilon(PrivacyEvent event, double delta) {
        Accountant.requireDelta(delta);
        List<Part> parts = Part.of(event);
        if (parts.isEmpty()) {
            return 0;
        }
        double left = delta - Part.failure(parts);
        if (left <= LEAST_LEFT * delta) {
            return Math.min(mostLoss(parts, delta), renyi.epsilon(event, delta));
        }
        double epsilon = epsilon(parts, true, delta, left);
        if (!parts.stream().allMatch(PrivacyLoss::symmetric)) {
            epsilon = Math.max(epsilon, epsilon(parts, false, delta, left));
        }
        return Math.min(Math.min(epsilon, mostLoss(parts, delta)), renyi.epsilon(event, delta));
    }

    @Override
    public double delta(PrivacyEvent event, double epsilon) {
        Accountant.requireEpsilon(epsilon, 0);
        List<Part> parts = Part.of(event);
        if (parts.isEmpty()) {
            return 0;
        }
        double delta = delta(parts, true, epsilon);
        if (!parts.stream().allMatch(PrivacyLoss::symmetric)) {
            delta = Math.max(delta, delta(parts, false, epsilon));
        }
        return Math.min(delta, renyi.delta(event, epsilon));
    }

    /** The largest loss there is, if none is infinite with more probability than δ, up to rounding. */
    private static double mostLoss(List<Part> parts, double delta) {
        double most = 0;
        for (Part part : parts) {
            PrivacyLoss loss = PrivacyLoss.of(part, true, 0.5);
            most += loss.bounded() ? part.count() * loss.most() : Double.POSITIVE_INFINITY;
        }
        return Part.failure(parts) <= delta * (1 + LEAST_LEFT) ? most : Double.POSITIVE_INFINITY;
    }

    /** @param left δ less the probability that a part fails */
    private static double epsilon(List<Part> parts, boolean removed, double delta, double left) {
        Direction direction = new Direction(parts, removed, left);
        double logDelta = Math.log(left);
        ToDoubleFunction<LossSketch> tilt = sketch -> sketch.tiltOfDelta(logDelta);
        ComposedLoss.Answer answer = null;
        for (int t = 0; t < TRIES; t++) {
            ComposedLoss composed = direction.compose(tilt, logDelta);
            answer = composed.answer(delta, Math.max(0, composed.least()));
            if (answer.sharp() && (answer.within() || answer.epsilon() == 0)) {
                break;
            }
            double about = answer.epsilon();
            tilt = sketch -> sketch.tiltOfMean(about);
        }
        return answer.epsilon();
    }

    private static double delta(List<Part> parts, boolean removed, double epsilon) {
        Direction direction = new Direction(parts, removed, 1e-30);
        double tilt = direction.sketch.tiltOfMean(epsilon);
        LossSketch.Cumulant k = direction.sketch.at(tilt);
        double spread = tilt * (1 + tilt) * Math.sqrt(2 * Math.PI * k.variance());
        double guess = k.value() - tilt * epsilon - Math.log(Math.max(1, spread));
        if (epsilon >= direction.sketch.most()) {
            return direction.infinite();
        }
        return direction
                .compose(sketch -> sketch.tiltOfMean(epsilon), Math.min(-1, guess))
                .answer(1, epsilon)
                .delta();
    }

    /** One of the two directions, on a grid that is wide enough for the δ asked for. */
    private static final class Direction {
        private final List<PrivacyLoss> losses;
        private final long[] counts;
        private double interval = INTERVAL;
        private LossSketch sketch;
        private List<LossGrid> grids = List.of();

        Direction(List<Part> parts, boolean removed, double delta) {
            counts = parts.stream().mapToLong(Part::count).toArray();
            long total = parts.stream().mapToLong(Part::count).sum();
            double tail = delta * 1e-9 / total;
            losses = parts.stream().map(p -> PrivacyLoss.of(p, removed, tail)).toList();
            double widest =
                    losses.stream().mapToDouble(l -> l.most() - l.least()).max().orElseThrow();
            widen(widest / MOST_POINTS);
            if (losses.size() > FEW) {
                double variance = sketch.at(0).variance();
                double most = Math.min(4 * widest / LEAST_POINTS, Math.sqrt(4 * WIDENED * variance / total));
                if (most >= 2 * interval) {
                    widen(most / 2);
                }
            }
        }

        double infinite() {
            double log = 0;
            for (int i = 0; i < counts.length; i++) {
                log += counts[i] * Math.log1p(-losses.get(i).infinite());
            }
            return -Math.expm1(log);
        }

        /** A wider grid adds up to a quarter of its interval squared to the variance of each application. */
        private int mostPoints() {
            double added = LongStream.of(counts).sum() * interval * interval;
            return added <= 1e-3 * sketch.at(0).variance() ? MOST_POINTS : 4 * MOST_POINTS;
        }

        private void widen(double least) {
            while (interval < least) {
                interval *= 2;
            }
            sketch = new LossSketch(losses, counts, interval);
            grids = List.of();
        }

        ComposedLoss compose(ToDoubleFunction<LossSketch> chooseTilt, double logDelta) {
            double tilt;
            double top;
            double bottom;
            double tailTilt;
            double logLeft = logDelta + Math.log(LEFT_OUT);
            while (true) {
                tilt = chooseTilt.applyAsDouble(sketch);
                tailTilt = sketch.tiltOfTail(tilt, logLeft, Math.log(ROUND_AGAIN));
                top = Math.min(sketch.most(), sketch.at(tailTilt).mean());
                bottom = sketch.lowEnd(tilt, Math.log(ROUND_AGAIN));
                double points = (top - bottom) / interval + 3;
                if (points <= mostPoints()) {
                    break;
                }
                widen(Math.max(2, points / mostPoints()) * interval);
            }
            long first = (long) Math.floor(bottom / interval) - 1;
            long needed = (long) Math.ceil(top / interval) + 2 - first;
            int size = LEAST_POINTS;
            while (size < needed) {
                size *= 2;
            }
            if (grids.isEmpty()) {
                grids = losses.stream().map(l -> l.onGrid(interval)).toList();
            }
            return new ComposedLoss(grids, counts, tilt, tailTilt, first, size, sketch.most(), logLeft + Math.log(1.1));
        }
    }
}
