package io.jenkins.plugins.llmos.engine.train.data;

import io.jenkins.plugins.llmos.engine.InvalidInputException;
import io.jenkins.plugins.llmos.engine.train.DataSpec;
import io.jenkins.plugins.llmos.engine.train.ModelSpec;
import io.jenkins.plugins.llmos.engine.train.language.BytePairTrainer;
import io.jenkins.plugins.llmos.engine.train.language.Documents;
import io.jenkins.plugins.llmos.engine.train.language.GptConfig;
import io.jenkins.plugins.llmos.engine.train.language.GptFiles;
import io.jenkins.plugins.llmos.engine.train.language.LanguageSpec;
import io.jenkins.plugins.llmos.engine.train.language.TextTokenizer;
import io.jenkins.plugins.llmos.engine.util.FileAccess;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import java.util.function.Consumer;
import java.util.stream.Stream;

/**
 * Prepares text for a language model, in memory. Documents are drawn into the parts; where they are few they are first cut
 * into passages of about equal length at the ends of lines, of which neighbours of the same part stay together. The tokenizer
 * learns from the training part alone. Each part is cut into sequences for itself.
 */
final class TextPreparation {
    /** Passages to draw the parts from, about, where documents are fewer. */
    private static final int LEAST_PASSAGES = 100;

    private final DataSpec data;
    private final LanguageSpec language;
    private final FileAccess access;
    private final double dropout;
    private String tokenizer;
    private FeatureSchema schema;
    private Split split;
    private List<int[]> rows;

    TextPreparation(DataSpec data, ModelSpec model, FileAccess access) {
        this.data = data;
        this.language = model.language();
        this.dropout = model.dropout();
        this.access = access;
    }

    /**
     * Reads and cuts everything.
     *
     * @param seed of the parts
     * @throws InvalidInputException if the text, the tokenizer or the checkpoint cannot be used
     */
    void prepare(long seed) {
        List<List<List<String>>> parts = language.unit() == null
                ? parts(
                                data.path(),
                                Documents.read(access, data.path(), language.text()),
                                data.test(),
                                data.validation(),
                                seed)
                        .stream()
                        .map(List::of)
                        .toList()
                : units(
                        data.path(),
                        List.copyOf(Documents.byUnit(access, data.path(), language.text(), language.unit())),
                        data.test(),
                        data.validation(),
                        seed);
        try (TextTokenizer tokens =
                tokenizer(parts.get(0).stream().flatMap(List::stream).toList())) {
            GptConfig config = config(tokens);
            int context = language.base() == null ? config.context() : language.contextWithin(config.context());
            int[] counts = new int[3];
            rows = new ArrayList<>();
            for (int p = 0; p < counts.length; p++) {
                int before = rows.size();
                for (List<String> texts : parts.get(p)) {
                    List<int[]> cut = sequences(
                            texts.stream().map(tokens::encode).toList(),
                            context,
                            config.endOfText(),
                            config.vocabulary(),
                            language.packing());
                    if (language.unit() == null) {
                        rows.addAll(cut);
                    } else {
                        rows.add(row(cut, language.unitSequences(), config.vocabulary(), seed));
                    }
                }
                counts[p] = rows.size() - before;
            }
            int perRow = language.unit() == null ? 1 : language.unitSequences();
            split = Split.consecutive(counts[0], counts[1], counts[2]);
            schema = FeatureSchema.ofText(language.text(), perRow * (context + 1), config.withSequences(perRow));
            tokenizer = tokens.json();
        }
    }

    /** Divides units, each a list of documents, into training, validation and test. */
    static List<List<List<String>>> units(
            Path file, List<List<String>> units, double test, double validation, long seed) {
        Split split = Split.ofPassages(file, units.size(), test, validation, seed);
        return Stream.of(split.train(), split.validation(), split.test())
                .map(part -> Arrays.stream(part).mapToObj(units::get).toList())
                .toList();
    }

    /**
     * Joins at most so many sequences of a unit to a row. Of more some are drawn, by what they are alone, so that a unit more
     * or less changes nothing in the rows of the others.
     *
     * @param none fills a row of fewer
     */
    static int[] row(List<int[]> sequences, int most, int none, long seed) {
        List<int[]> taken = new ArrayList<>(sequences);
        if (taken.size() > most) {
            int content = 1;
            for (int[] sequence : sequences) {
                content = 31 * content + Arrays.hashCode(sequence);
            }
            Collections.shuffle(taken, new Random(seed ^ content));
        }
        int length = taken.get(0).length;
        int[] row = new int[most * length];
        Arrays.fill(row, none);
        for (int i = 0; i < Math.min(most, taken.size()); i++) {
            System.arraycopy(taken.get(i), 0, row, i * length, length);
        }
        return row;
    }

    /**
     * Divides documents into training, validation and test.
     *
     * @return the texts of each part, in the order of the file
     */
    static List<List<String>> parts(Path file, List<String> documents, double test, double validation, long seed) {
        List<String> passages = new ArrayList<>();
        List<Integer> documentOf = new ArrayList<>();
        long length = documents.stream().mapToLong(String::length).sum();
        for (int d = 0; d < documents.size(); d++) {
            String document = documents.get(d);
            long share = documents.size() >= LEAST_PASSAGES ? 1 : LEAST_PASSAGES * (long) document.length() / length;
            for (String passage : passages(document, (int) Math.max(1, share))) {
                passages.add(passage);
                documentOf.add(d);
            }
        }
        Split split = Split.ofPassages(file, passages.size(), test, validation, seed);
        int[] partOf = new int[passages.size()];
        Arrays.stream(split.validation()).forEach(i -> partOf[i] = 1);
        Arrays.stream(split.test()).forEach(i -> partOf[i] = 2);
        List<List<String>> parts = List.of(new ArrayList<>(), new ArrayList<>(), new ArrayList<>());
        for (int i = 0; i < partOf.length; ) {
            StringBuilder text = new StringBuilder();
            int from = i;
            while (i < partOf.length
                    && partOf[i] == partOf[from]
                    && documentOf.get(i).equals(documentOf.get(from))) {
                text.append(passages.get(i++));
            }
            parts.get(partOf[from]).add(text.toString());
        }
        return parts;
    }

    /** Cuts a text into so many parts at most, which joined are the text again. */
    static List<String> passages(String text, int count) {
        List<String> passages = new ArrayList<>();
        int from = 0;
        for (int i = 1; i < count; i++) {
            int near = (int) ((long) text.length() * i / count);
            int at = cut(text, near, (int) ((long) text.length() * (i + 1) / count));
            if (at > from && at < text.length()) {
                passages.add(text.substring(from, at));
                from = at;
            }
        }
        passages.add(text.substring(from));
        return passages;
    }

    /** After the first line that ends there, else before the first space, else between two characters. */
    private static int cut(String text, int near, int limit) {
        for (int at = near; at < limit; at++) {
            if (text.charAt(at) == '\n') {
                return at + 1;
            }
        }
        for (int at = near; at < limit; at++) {
            if (Character.isWhitespace(text.charAt(at))) {
                return at;
            }
        }
        return near < text.length() && Character.isLowSurrogate(text.charAt(near)) ? near + 1 : near;
    }

    /**
     * Cuts documents into rows of context + 1 tokens, each beginning with the last token of the one before, so that every
     * token but the first of a row is predicted once. The token {@code end} stands before and after each document.
     *
     * @param none fills the last row of what is cut
     * @param packing whether a row may hold several documents
     */
    static List<int[]> sequences(List<int[]> documents, int context, int end, int none, boolean packing) {
        List<int[]> rows = new ArrayList<>();
        int[] stream = {end};
        if (packing) {
            int length = 1 + documents.stream().mapToInt(d -> d.length + 1).sum();
            stream = Arrays.copyOf(stream, length);
            int at = 1;
            for (int[] document : documents) {
                System.arraycopy(document, 0, stream, at, document.length);
                at += document.length;
                stream[at++] = end;
            }
            cut(stream, context, none, rows);
        } else {
            for (int[] document : documents) {
                int[] alone = new int[document.length + 2];
                System.arraycopy(document, 0, alone, 1, document.length);
                alone[0] = end;
                alone[document.length + 1] = end;
                cut(alone, context, none, rows);
            }
        }
        return rows;
    }

    private static void cut(int[] stream, int context, int none, List<int[]> rows) {
        for (int from = 0; from + 1 < stream.length; from += context) {
            int[] row = Arrays.copyOfRange(stream, from, from + context + 1);
            if (from + context + 1 > stream.length) {
                Arrays.fill(row, stream.length - from, row.length, none);
            }
            rows.add(row);
        }
    }

    private TextTokenizer tokenizer(List<String> training) {
        if (language.base() != null) {
            return TextTokenizer.read(language.base().resolve(GptFiles.TOKENIZER));
        }
        if (language.tokenizer() != null) {
            return TextTokenizer.read(language.tokenizer());
        }
        BytePairTrainer trainer = new BytePairTrainer();
        training.forEach(trainer::add);
        return TextTokenizer.of(trainer.train(data.vocabulary()), "trained on " + data.path());
    }

    private GptConfig config(TextTokenizer tokens) {
        if (language.base() == null) {
            if (tokens.endOfText() < 0) {
                throw new InvalidInputException("The tokenizer " + language.tokenizer() + " has no token "
                        + TextTokenizer.END_OF_TEXT + ", which stands between documents. Add it, or name another one.");
            }
            return new GptConfig(
                    tokens.size(),
                    language.contextWithin(Integer.MAX_VALUE),
                    language.width(),
                    language.layers(),
                    language.heads(),
                    4 * language.width(),
                    tokens.endOfText(),
                    dropout,
                    null);
        }
        GptConfig config = GptConfig.read(language.base().resolve(GptFiles.CONFIG));
        GptFiles.requireTokenizer(tokens, config, language.base());
        return config.with(language.lora(), dropout);
    }

    FeatureSchema schema() {
        return schema;
    }

    Split split() {
        return split;
    }

    int rows() {
        return rows.size();
    }

    /** The text of {@code tokenizer.json}. */
    String tokenizer() {
        return tokenizer;
    }

    /** Hands out every encoded row in order; the array is used again. */
    void encode(RowFormat format, Consumer<byte[]> to) {
        byte[] record = new byte[format.bytes()];
        for (int[] row : rows) {
            for (int i = 0; i < row.length; i++) {
                format.putWord(record, 0, i, row[i]);
            }
            to.accept(record);
        }
    }
}
