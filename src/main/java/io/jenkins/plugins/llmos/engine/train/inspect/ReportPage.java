package io.jenkins.plugins.llmos.engine.train.inspect;

import io.jenkins.plugins.llmos.engine.InvalidInputException;
import io.jenkins.plugins.llmos.engine.privacy.encryption.Vault;
import io.jenkins.plugins.llmos.engine.report.HtmlPage;
import io.jenkins.plugins.llmos.engine.report.HtmlTable;
import io.jenkins.plugins.llmos.engine.report.Quantity;
import io.jenkins.plugins.llmos.engine.report.Style;
import io.jenkins.plugins.llmos.engine.report.Words;
import io.jenkins.plugins.llmos.engine.util.FileAccess;
import io.jenkins.plugins.llmos.engine.util.Json;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.UnaryOperator;
import java.util.stream.Collectors;

/** A report as a page that people read. */
public final class ReportPage {
    private static final String STYLE = "style.css";

    /** Units of privacy that are no columns. */
    private static final Set<Object> UNITS = Set.of("row", "sequence");

    private final ModelReport report;
    private final Words words;
    private final UnaryOperator<String> sentences;
    private final HtmlPage page;

    private ReportPage(ModelReport report, Words words, UnaryOperator<String> sentences) {
        this.report = report;
        this.words = words;
        this.sentences = sentences;
        this.page = new HtmlPage(words.text("report.title", report.model()), words);
    }

    /**
     * The page of a report in a language.
     *
     * @param sentences says in that language what the training said in English
     */
    public static HtmlPage of(ModelReport report, Words words, UnaryOperator<String> sentences) {
        return new ReportPage(report, words, sentences).page();
    }

    /**
     * Finds out, before any work, whether a report may be written to a folder: in the place of one that this program wrote,
     * in this version or another, in the clear or with the same key, but of nothing else.
     *
     * @throws InvalidInputException if something else is there
     */
    static void requireFree(FileAccess access, Path folder) {
        Path json = folder.resolve(ModelReport.JSON);
        try {
            if (Files.exists(json)
                    && !ModelReport.isReport(readable(access, json).readText(json))) {
                throw new InvalidInputException(
                        json + " exists and is no report of llmosReport, so it is not overwritten."
                                + " Name another folder with output, or remove it.");
            }
            Path page = folder.resolve(ModelReport.PAGE);
            HtmlPage.checkWritable(readable(access, page), page);
            if (Files.exists(folder.resolve(STYLE)) && !Files.exists(page)) {
                throw new InvalidInputException(
                        folder.resolve(STYLE) + " exists without a report beside it, so it is not"
                                + " overwritten. Name another folder with output, or remove it.");
            }
        } catch (IOException e) {
            throw new InvalidInputException(
                    "What is in " + folder + " cannot be read, so no report is written there: " + e.getMessage()
                            + ". Name another folder with output, or remove it.",
                    e);
        }
    }

    /** How a file is read that was written in the clear or with the key. */
    private static FileAccess readable(FileAccess access, Path file) throws IOException {
        if (!Files.isRegularFile(file) || !Vault.isEncrypted(file)) {
            return FileAccess.PLAIN;
        }
        Vault.requireReadable(access, "The report", file);
        return access;
    }

    /** Writes {@code report.html} with its style and {@code report.json}. */
    static void write(FileAccess access, ModelReport report, Words words, Path folder) throws IOException {
        Files.createDirectories(folder);
        Files.writeString(folder.resolve(STYLE), Style.css());
        replace(
                access,
                folder,
                ModelReport.PAGE,
                of(report, words, UnaryOperator.identity()).html(STYLE));
        replace(access, folder, ModelReport.JSON, Json.pretty(report));
    }

    private static void replace(FileAccess access, Path folder, String name, String text) throws IOException {
        Path beside = folder.resolve(name + ".part");
        access.writeText(beside, name, text);
        Files.move(beside, folder.resolve(name), StandardCopyOption.REPLACE_EXISTING);
    }

    private HtmlPage page() {
        Map<String, String> facts = new LinkedHashMap<>();
        facts.put(
                words.text("report.model"),
                words.text("report.modelOf", report.model(), report.kind(), words.text("task." + report.task())));
        facts.put(words.text("report.judgedBy"), report.rows().in(words));
        facts.put(
                words.text("report.trainedOn"),
                report.arguments().data().path().getFileName() + ", SHA-256 " + report.trainedOn());
        facts.put(words.text("card.seed"), Long.toString(report.arguments().seed()));
        page.facts(facts);
        gate();
        metrics();
        new JudgementChapter(report, words, page).add();
        new ExplanationChapter(report, words, page).add();
        page.heading(words.text("report.rows"));
        if (report.quality().isEmpty()) {
            page.paragraph(words.text("report.rowsFine"));
        }
        page.list(report.quality().stream().map(note -> note.in(words)).toList());
        values("report.privacy", report.privacy());
        values("report.energy", report.energy());
        page.heading(words.text("report.training"));
        page.preformatted(Json.pretty(report.arguments()));
        return page;
    }

    private void gate() {
        if (report.gate().isEmpty()) {
            return;
        }
        page.heading(words.text("report.gate"));
        HtmlTable table = new HtmlTable(
                words.text("report.gateTable"),
                List.of(
                        words.text("report.metric"),
                        words.text("report.asked"),
                        words.text("report.is"),
                        words.text("report.passed")));
        for (Gate.Verdict v : report.gate()) {
            table.row(
                    words.namedFigure(v.metric()),
                    v.condition().replace(' ', '\u00a0'),
                    v.value() == null ? "—" : Quantity.NUMBER.format(v.value()),
                    words.text(v.holds() ? "report.yes" : "report.no"));
        }
        page.table(table);
    }

    private void metrics() {
        page.heading(words.text("report.metrics"));
        HtmlTable table = new HtmlTable(
                words.text("report.metricsTable"), List.of(words.text("report.metric"), words.text("report.value")));
        report.metrics().forEach((name, value) -> table.row(words.namedFigure(name), Quantity.NUMBER.format(value)));
        table.note(words.text("report.metricsNote"));
        page.table(table);
    }

    /** What the training returned of one kind, or that it returned nothing of it. */
    private void values(String key, Map<String, Object> values) {
        page.heading(words.text(key));
        if (values.isEmpty()) {
            page.paragraph(words.text(key + "None"));
            return;
        }
        HtmlTable table =
                new HtmlTable(words.text(key + "Table"), List.of(words.text("name"), words.text("report.value")));
        values.forEach((name, value) -> table.row(
                words.namedFigure(name),
                name.equals("unit") && UNITS.contains(value) ? words.text("report.unit." + value) : said(value)));
        page.table(table);
    }

    private String said(Object value) {
        if (value instanceof Boolean flag) {
            return words.text(flag ? "report.yes" : "report.no");
        }
        if (value instanceof List<?> all) {
            return all.stream().map(this::said).collect(Collectors.joining("; "));
        }
        return value instanceof Number n && !(value instanceof Long)
                ? Quantity.NUMBER.format(n.doubleValue())
                : sentences.apply(String.valueOf(value));
    }
}
