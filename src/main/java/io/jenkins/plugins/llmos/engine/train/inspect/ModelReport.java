package io.jenkins.plugins.llmos.engine.train.inspect;

import com.google.gson.JsonObject;
import com.google.gson.JsonParseException;
import io.jenkins.plugins.llmos.engine.report.Note;
import io.jenkins.plugins.llmos.engine.report.Quantity;
import io.jenkins.plugins.llmos.engine.train.TrainSpec;
import io.jenkins.plugins.llmos.engine.util.Json;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;

/**
 * What a report says of a model, as {@code report.json} in its folder holds it. What does not apply to a model is null or
 * empty.
 *
 * @param format version of this layout
 * @param model what the model is called
 * @param training identity of the training that made the model, the same as in its card
 * @param created when
 * @param kind of the model
 * @param task what it predicts
 * @param rows where the rows are from that it was judged by
 * @param count how many rows these are
 * @param data SHA-256 of the training's data if the rows are from there, otherwise null
 * @param metrics all figures by name, flat, for gates; {@code docs/llmosReport.md} lists them
 * @param gate how the conditions were met that were asked for
 * @param confusion of classes
 * @param calibration of classes
 * @param fairness for each column that was asked for
 * @param importance of columns, by dealing out their values anew
 * @param attributions mean size of what columns or words add to the predictions
 * @param examples rows that are explained one by one
 * @param texts that a language model made
 * @param items how hard each exercise is, of {@code irt} with one ability, the hardest first; otherwise empty
 * @param quality what in the rows may mislead
 * @param privacy what is promised, empty for an ordinary training
 * @param energy what the training's meter read, empty if there was none
 * @param result what the training returned
 * @param arguments of the training
 * @param trainedOn SHA-256 of the data of the training
 */
public record ModelReport(
        int format,
        String model,
        String training,
        Instant created,
        String kind,
        String task,
        Note rows,
        int count,
        String data,
        Map<String, Double> metrics,
        List<Gate.Verdict> gate,
        ConfusionMatrix confusion,
        Calibration calibration,
        List<Fairness> fairness,
        List<PermutationImportance.Importance> importance,
        List<Weight> attributions,
        List<Example> examples,
        List<Text> texts,
        List<Item> items,
        List<Note> quality,
        Map<String, Object> privacy,
        Map<String, Object> energy,
        Map<String, Object> result,
        TrainSpec arguments,
        String trainedOn) {
    /** The version that this program writes. In the first one sentences were texts in English, not notes. */
    public static final int FORMAT = 2;

    /** Members that reports have had in every version. */
    private static final Set<String> MEMBERS = Set.of("format", "model", "training", "created", "task", "metrics");

    private static final List<String> FOREMOST = List.of(
            "accuracy",
            "auc",
            "rmse",
            "r2",
            "perplexity",
            "ndcg10",
            "recall1",
            "mrr",
            "calibrationError",
            "fairnessGap",
            "epsilon");

    /** Names of the files of a report. */
    public static final List<String> FILES = List.of("report.html", "style.css", "report.json");

    /** The one of them that has the whole report, to be shown in any language. */
    public static final String JSON = "report.json";

    /** The one of them that people read. */
    public static final String PAGE = "report.html";

    /**
     * How much something adds to predictions.
     *
     * @param name of a column, or a word
     * @param towards class that it speaks for, null where it has none
     * @param weight mean size of what it adds, or for a word what it adds all together
     * @param count how often a word occurs, 0 for a column
     */
    public record Weight(String name, String towards, double weight, int count) {}

    /**
     * One row, explained.
     *
     * @param row its place among the rows, from 1
     * @param truth its class or value
     * @param said what the model says
     * @param value the probability of that, or the value
     * @param baseline the same of the baseline
     * @param parts what its columns or words add, in their order
     * @param pixels what each pixel adds, row by row, of images with one channel; otherwise empty
     * @param width of the image, otherwise 0
     * @param gap how far the parts are from adding up to value less baseline
     */
    public record Example(
            int row,
            String truth,
            String said,
            double value,
            double baseline,
            List<Part> parts,
            List<Double> pixels,
            int width,
            double gap) {}

    /**
     * What a column or a word adds.
     *
     * @param name of the column, or the word
     * @param value of the column, empty for a word
     * @param adds to the value
     */
    public record Part(String name, String value, double adds) {}

    /**
     * What a language model made of a prompt.
     *
     * @param prompt given
     * @param text made
     */
    public record Text(String prompt, String text) {}

    /**
     * An exercise.
     *
     * @param name of it
     * @param difficulty ability with which one in two solves it; an average learner's is about 0
     * @param discrimination how much more often those solve it who are a little more able, above 0
     */
    public record Item(String name, double difficulty, double discrimination) {}

    /** Whether a text is a report, of this version or another. */
    static boolean isReport(String text) {
        try {
            return Json.parse(text, JsonObject.class).keySet().containsAll(MEMBERS);
        } catch (JsonParseException e) {
            return false;
        }
    }

    /** The foremost figures in one line. */
    public String summary() {
        return metrics.entrySet().stream()
                .filter(m -> FOREMOST.contains(m.getKey()))
                .map(m -> m.getKey() + " " + Quantity.NUMBER.format(m.getValue()))
                .collect(Collectors.joining(", "));
    }

    /** What {@code llmosReport} returns: all metrics by name, and {@code output}, the folder of the report. */
    public Map<String, Object> returned(String output) {
        Map<String, Object> returned = new LinkedHashMap<>(metrics);
        returned.put("output", output);
        return returned;
    }

    /** Why the model does not pass its gate, null if it does. */
    public String complaint() {
        String complaint = Gate.complaint(gate);
        return complaint == null ? null : "The model does not pass its gate: " + complaint;
    }
}
