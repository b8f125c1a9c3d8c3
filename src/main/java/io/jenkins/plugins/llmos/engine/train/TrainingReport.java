package io.jenkins.plugins.llmos.engine.train;

import io.jenkins.plugins.llmos.engine.report.HtmlPage;
import io.jenkins.plugins.llmos.engine.report.HtmlTable;
import io.jenkins.plugins.llmos.engine.report.Style;
import io.jenkins.plugins.llmos.engine.report.Words;
import io.jenkins.plugins.llmos.engine.util.Json;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** What is worth keeping of a training that has ended, in files that a browser shows. */
public final class TrainingReport {
    private static final String PAGE = "report.html";
    private static final String STYLE = "style.css";
    private static final String LOG = "trainer.log";
    private static final int POINTS = 400;

    /** The file with the events that curves are drawn of. */
    public static final String CURVES = "curves.json";

    private TrainingReport() {}

    /**
     * Writes {@code report.html} with its {@code style.css} and what its curves are drawn of; of a training that is done
     * also its model card and the profile of its data, of another one
     * what its process wrote.
     *
     * @param control of the training
     * @param folder to write to, made if need be
     * @param facts to show first, in their order
     * @param words of the page's language
     * @return the names of the files
     * @throws IOException if they cannot be written
     */
    public static List<String> write(ControlFolder control, Path folder, Map<String, String> facts, Words words)
            throws IOException {
        TrainSpec spec = control.readSpec();
        List<TrainingEvent> events = TrainingCurves.read(control);
        TrainingEvent last = events.isEmpty() ? null : events.get(events.size() - 1);
        boolean done = last != null && last.type() == TrainingEvent.Type.DONE;
        HtmlPage page = new HtmlPage(spec.name(), words);
        Map<String, String> shown = new LinkedHashMap<>(facts);
        shown.put(
                words.text("training.outcome"),
                done
                        ? words.text("training.done")
                        : last == null || last.message() == null ? words.text("training.failed") : last.message());
        page.facts(shown);
        if (done) {
            page.heading(words.text("training.result"));
            page.table(table(last.result(), words));
        }
        TrainingCurves.of(Map.of(spec.name(), events), words).forEach(page::figure);
        List<TrainingEvent> drawn = TrainingCurves.thinned(events, POINTS);
        page.heading(words.text("training.arguments"));
        page.preformatted(Json.pretty(spec));

        Files.createDirectories(folder);
        List<String> names = new ArrayList<>(List.of(PAGE, STYLE));
        page.write(folder.resolve(PAGE), STYLE);
        Files.writeString(folder.resolve(STYLE), Style.css());
        if (!drawn.isEmpty()) {
            Files.writeString(folder.resolve(CURVES), Json.line(drawn));
            names.add(CURVES);
        }
        if (done) {
            for (String file : List.of(ModelFolder.CARD, ModelFolder.PROFILE)) {
                keep(spec.output().resolve(file), folder.resolve(file), names);
            }
        } else {
            keep(control.log(), folder.resolve(LOG), names);
        }
        return names;
    }

    private static void keep(Path file, Path as, List<String> names) throws IOException {
        if (Files.isRegularFile(file)) {
            Files.copy(file, as, StandardCopyOption.REPLACE_EXISTING);
            names.add(as.getFileName().toString());
        }
    }

    private static HtmlTable table(Map<String, Object> values, Words words) {
        HtmlTable table =
                new HtmlTable(words.text("training.returned"), List.of(words.text("name"), words.text("report.value")));
        values.forEach((name, value) -> table.row(name, String.valueOf(value)));
        return table;
    }
}
