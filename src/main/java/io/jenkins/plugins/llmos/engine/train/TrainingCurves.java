package io.jenkins.plugins.llmos.engine.train;

import io.jenkins.plugins.llmos.engine.report.Axis;
import io.jenkins.plugins.llmos.engine.report.Figure;
import io.jenkins.plugins.llmos.engine.report.LineChart;
import io.jenkins.plugins.llmos.engine.report.Quantity;
import io.jenkins.plugins.llmos.engine.report.Series;
import io.jenkins.plugins.llmos.engine.report.Words;
import java.io.IOException;
import java.nio.file.Files;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Function;

/** The losses and the accuracy of trainings over their optimiser steps, as their events tell them. */
public final class TrainingCurves {
    private TrainingCurves() {}

    /**
     * All events of a training, of earlier attempts too.
     *
     * @return none if it has not told anything yet
     * @throws IOException if the events cannot be read
     */
    public static List<TrainingEvent> read(ControlFolder control) throws IOException {
        List<TrainingEvent> events = new ArrayList<>();
        if (Files.exists(control.events())) {
            EventTail tail = new EventTail(control.events(), 0);
            long before;
            do {
                before = tail.position();
                events.addAll(tail.next());
            } while (tail.position() > before);
        }
        return events;
    }

    /**
     * The curves that there is something to draw for. Steps made twice, since the training went back to a checkpoint, are
     * drawn once.
     *
     * @param events of each training by its name, in the order of the map
     */
    public static List<Figure> of(Map<String, List<TrainingEvent>> events) {
        return of(events, Words.ENGLISH);
    }

    /** The same in a language. */
    public static List<Figure> of(Map<String, List<TrainingEvent>> events, Words words) {
        List<Figure> figures = new ArrayList<>();
        for (Curve curve : Curve.values()) {
            List<Series> series = new ArrayList<>();
            events.forEach((name, all) -> {
                Series s = curve.series(name, all);
                if (s.size() > 1) {
                    series.add(s);
                }
            });
            if (!series.isEmpty()) {
                String title = words.text("curve." + curve.key);
                figures.add(LineChart.of(
                        title,
                        words.text("curve.description", title),
                        Axis.of(words.text("curve.step")),
                        Axis.of(words.text("curve." + curve.axis), curve.quantity),
                        series));
            }
        }
        return figures;
    }

    /**
     * Those events that the curves are made of, at most so many of each type, evenly spread, and the last.
     *
     * @param most of one type, at least 2
     */
    public static List<TrainingEvent> thinned(List<TrainingEvent> events, int most) {
        Map<TrainingEvent.Type, List<TrainingEvent>> byType = new LinkedHashMap<>();
        for (TrainingEvent e : events) {
            if (Curve.uses(e.type())) {
                byType.computeIfAbsent(e.type(), t -> new ArrayList<>()).add(e);
            }
        }
        List<TrainingEvent> kept = new ArrayList<>();
        for (List<TrainingEvent> all : byType.values()) {
            int n = Math.min(most, all.size());
            for (int i = 0; i < n; i++) {
                kept.add(all.get(n == 1 ? 0 : (int) ((long) i * (all.size() - 1) / (n - 1))));
            }
        }
        return kept;
    }

    /** What is drawn. Its functions keep nothing. */
    @SuppressWarnings("ImmutableEnumChecker")
    private enum Curve {
        LOSS("loss", "lossAxis", Quantity.NUMBER, TrainingEvent.Type.STEP, TrainingEvent::loss),
        VALIDATION(
                "validationLoss", "lossAxis", Quantity.NUMBER, TrainingEvent.Type.EPOCH, TrainingEvent::validationLoss),
        ACCURACY("accuracy", "accuracyAxis", Quantity.SHARE, TrainingEvent.Type.EPOCH, metric("accuracy")),
        PERPLEXITY("perplexity", "perplexityAxis", Quantity.NUMBER, TrainingEvent.Type.EPOCH, metric("perplexity")),
        EPSILON("epsilon", "epsilonAxis", Quantity.NUMBER, TrainingEvent.Type.EPOCH, TrainingEvent::epsilon);

        private final String key;
        private final String axis;
        private final Quantity quantity;
        private final TrainingEvent.Type type;
        private final Function<TrainingEvent, Double> value;

        Curve(
                String key,
                String axis,
                Quantity quantity,
                TrainingEvent.Type type,
                Function<TrainingEvent, Double> value) {
            this.key = key;
            this.axis = axis;
            this.quantity = quantity;
            this.type = type;
            this.value = value;
        }

        private static Function<TrainingEvent, Double> metric(String name) {
            return e -> e.metrics() == null ? null : e.metrics().get(name);
        }

        static boolean uses(TrainingEvent.Type type) {
            return type == TrainingEvent.Type.STEP || type == TrainingEvent.Type.EPOCH;
        }

        Series series(String name, List<TrainingEvent> all) {
            List<Double> x = new ArrayList<>();
            List<Double> y = new ArrayList<>();
            double last = -1;
            for (TrainingEvent e : all) {
                Double v = value.apply(e);
                if (e.type() == type && e.step() != null && v != null && e.step() > last) {
                    last = e.step();
                    x.add(last);
                    y.add(v);
                }
            }
            return Series.of(name, x, y);
        }
    }
}
