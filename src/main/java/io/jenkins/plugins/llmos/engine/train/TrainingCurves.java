package io.jenkins.plugins.llmos.engine.train;

import io.jenkins.plugins.llmos.engine.report.Axis;
import io.jenkins.plugins.llmos.engine.report.Figure;
import io.jenkins.plugins.llmos.engine.report.LineChart;
import io.jenkins.plugins.llmos.engine.report.Quantity;
import io.jenkins.plugins.llmos.engine.report.Series;
import java.io.IOException;
import java.nio.file.Files;
import java.util.ArrayList;
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
        List<Figure> figures = new ArrayList<>();
        add(figures, events, "Training loss", Axis.of("loss"), TrainingEvent.Type.STEP, TrainingEvent::loss);
        add(
                figures,
                events,
                "Validation loss",
                Axis.of("loss"),
                TrainingEvent.Type.EPOCH,
                TrainingEvent::validationLoss);
        add(
                figures,
                events,
                "Validation accuracy",
                Axis.of("accuracy", Quantity.SHARE),
                TrainingEvent.Type.EPOCH,
                e -> e.metrics() == null ? null : e.metrics().get("accuracy"));
        add(
                figures,
                events,
                "Validation perplexity",
                Axis.of("perplexity"),
                TrainingEvent.Type.EPOCH,
                e -> e.metrics() == null ? null : e.metrics().get("perplexity"));
        return figures;
    }

    private static void add(
            List<Figure> figures,
            Map<String, List<TrainingEvent>> events,
            String title,
            Axis axis,
            TrainingEvent.Type type,
            Function<TrainingEvent, Double> value) {
        List<Series> series = new ArrayList<>();
        events.forEach((name, all) -> {
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
            if (x.size() > 1) {
                series.add(Series.of(name, x, y));
            }
        });
        if (!series.isEmpty()) {
            figures.add(LineChart.of(
                    title, title + " of each training over its optimiser steps.", Axis.of("step"), axis, series));
        }
    }
}
