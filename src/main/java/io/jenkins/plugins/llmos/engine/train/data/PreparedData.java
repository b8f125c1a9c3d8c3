package io.jenkins.plugins.llmos.engine.train.data;

import io.jenkins.plugins.llmos.engine.InvalidInputException;
import io.jenkins.plugins.llmos.engine.privacy.encryption.Vault;
import io.jenkins.plugins.llmos.engine.train.DataSpec;
import io.jenkins.plugins.llmos.engine.train.TrainSpec;
import io.jenkins.plugins.llmos.engine.train.language.GptFiles;
import io.jenkins.plugins.llmos.engine.train.language.LanguageSpec;
import io.jenkins.plugins.llmos.engine.util.FileAccess;
import io.jenkins.plugins.llmos.engine.util.Hashes;
import io.jenkins.plugins.llmos.engine.util.Json;
import java.nio.FloatBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.Consumer;
import java.util.stream.Stream;

/**
 * The data of one training: split, with a schema fitted on the training part, encoded and ready to be read in any order.
 * The same specification, seed and file contents give the same rows, bit for bit. Not for use by several threads at once.
 */
public final class PreparedData implements AutoCloseable {
    /** Encoded rows up to this many bytes, or a quarter of the heap if that is less, stay in memory. */
    private static final long MEMORY = 256L << 20;

    private final FeatureSchema schema;
    private final String fingerprint;
    private final Split split;
    private final int rows;
    private final RowFormat format;
    private final RowStore store;
    private final float[] decoded;
    private final String identity;
    private final String tokenizer;
    /** Targets of rows in place of their own, NaN for their own; null if all have theirs. */
    private final float[] targets;

    private PreparedData(
            FeatureSchema schema,
            String fingerprint,
            Split split,
            int rows,
            RowFormat format,
            RowStore store,
            FeatureSchema earlier) {
        // A training that goes on with rows encoded in another way would go wrong without a word.
        this(
                schema,
                fingerprint,
                schema.equals(earlier)
                        ? fingerprint + Hashes.sha256(Json.line(schema).getBytes(StandardCharsets.UTF_8))
                        : fingerprint,
                null,
                split,
                rows,
                format,
                store,
                null);
    }

    private static FeatureSchema chosen(FeatureSchema fitted, FeatureSchema earlier) {
        return earlier != null && fitted.differsFrom(earlier).isEmpty() ? earlier : fitted;
    }

    private PreparedData(
            FeatureSchema schema,
            String fingerprint,
            String identity,
            String tokenizer,
            Split split,
            int rows,
            RowFormat format,
            RowStore store,
            float[] targets) {
        this.schema = schema;
        this.fingerprint = fingerprint;
        this.identity = identity;
        this.tokenizer = tokenizer;
        this.split = split;
        this.rows = rows;
        this.format = format;
        this.store = store;
        this.decoded = new float[format.width()];
        this.targets = targets;
    }

    /**
     * What encoded rows depend on; a change of the encoding changes {@code version}.
     *
     * @param earlier SHA-256 of the encoding that was to be kept, null for none
     * @param types sorted, as the order of an immutable map differs from process to process
     */
    private record Key(
            int version,
            String fingerprint,
            long seed,
            String target,
            List<String> features,
            List<String> exclude,
            Map<String, String> types,
            double test,
            double validation,
            int maxTokens,
            int vocabulary,
            String earlier) {
        private static final int VERSION = 1;
    }

    /**
     * Reads, checks, splits and encodes the data.
     *
     * @param access how files are read and written
     * @param spec which data
     * @param seed of the split
     * @param cacheFolder where the encoded rows go when they are too many for the memory; used by one training at a time,
     *     created when needed. A later call with the same data, specification and seed takes them from there
     * @throws InvalidInputException if the data cannot be used; the message says what was wrong, in which file, row and
     *     column, and what would be right
     */
    public static PreparedData prepare(FileAccess access, DataSpec spec, long seed, Path cacheFolder) {
        return prepare(access, spec, seed, cacheFolder, memory());
    }

    /**
     * Reads, checks, splits and encodes the data of a training, which for a language model are sequences of tokens.
     *
     * @param cacheFolder as above
     * @param earlier how the rows of an earlier training were encoded, to encode these in the same way if they can be; null for
     *     none
     * @throws InvalidInputException as above
     */
    public static PreparedData prepare(FileAccess access, TrainSpec spec, Path cacheFolder, FeatureSchema earlier) {
        return spec.model().language() == null
                ? prepare(access, spec.data(), spec.seed(), cacheFolder, memory(), earlier)
                : prepareText(access, spec);
    }

    /** The same with an encoding of its own. */
    public static PreparedData prepare(FileAccess access, TrainSpec spec, Path cacheFolder) {
        return prepare(access, spec, cacheFolder, null);
    }

    private static long memory() {
        return Math.min(MEMORY, Runtime.getRuntime().maxMemory() / 4);
    }

    private static PreparedData prepareText(FileAccess access, TrainSpec spec) {
        Path file = spec.data().path();
        Vault.requireReadable(access, "The data file", file);
        TextPreparation text = new TextPreparation(spec.data(), spec.model(), access);
        text.prepare(spec.seed());
        RowFormat format = new RowFormat(text.schema());
        RowStore.InMemory store = new RowStore.InMemory(text.rows(), format.bytes());
        text.encode(format, store::add);
        String fingerprint = DataFiles.sha256(access, file);
        StringBuilder identity = new StringBuilder(fingerprint);
        for (Path other : otherFiles(spec.model().language())) {
            identity.append(DataFiles.sha256(FileAccess.PLAIN, other));
        }
        return new PreparedData(
                text.schema(),
                fingerprint,
                identity.toString(),
                text.tokenizer(),
                text.split(),
                text.rows(),
                format,
                store,
                null);
    }

    private static List<Path> otherFiles(LanguageSpec language) {
        if (language.base() == null) {
            return language.tokenizer() == null ? List.of() : List.of(language.tokenizer());
        }
        return Stream.of(GptFiles.CONFIG, GptFiles.TOKENIZER, GptFiles.PARAMETERS)
                .map(language.base()::resolve)
                .toList();
    }

    /** The same of files as they are. */
    public static PreparedData prepare(DataSpec spec, long seed, Path cacheFolder) {
        return prepare(FileAccess.PLAIN, spec, seed, cacheFolder);
    }

    /**
     * The fingerprint that data would have, without preparing them.
     *
     * @param labels IDX labels of IDX images, otherwise null
     * @throws InvalidInputException if a file cannot be read
     */
    public static String fingerprint(FileAccess access, Path file, Path labels) {
        return labels == null ? DataFiles.sha256(access, file) : DataFiles.sha256(access, file, labels);
    }

    /** @param memory most bytes of encoded rows to keep in memory */
    static PreparedData prepare(FileAccess access, DataSpec spec, long seed, Path cacheFolder, long memory) {
        return prepare(access, spec, seed, cacheFolder, memory, null);
    }

    private static PreparedData prepare(
            FileAccess access, DataSpec spec, long seed, Path cacheFolder, long memory, FeatureSchema earlier) {
        boolean images = spec.labels() != null;
        Vault.requireReadable(access, "The data file", spec.path());
        if (images) {
            Vault.requireReadable(access, "The labels' file", spec.labels());
        }
        // Opened once before all else for the sake of its errors: no such file, empty, no gzip.
        if (images) {
            IdxFile.openImages(access, spec.path()).close();
        } else {
            CsvSource.open(access, spec.path()).close();
        }
        String fingerprint = fingerprint(access, spec.path(), spec.labels());
        String key = Json.line(new Key(
                Key.VERSION,
                fingerprint,
                seed,
                spec.target(),
                spec.features(),
                spec.exclude(),
                new TreeMap<>(spec.types()),
                spec.test(),
                spec.validation(),
                spec.maxTokens(),
                spec.vocabulary(),
                earlier == null ? null : Hashes.sha256(Json.line(earlier).getBytes(StandardCharsets.UTF_8))));
        EncodedFile.Found found = EncodedFile.find(access, cacheFolder, key);
        if (found != null) {
            boolean classes = found.schema().classes() > 0;
            Split split = CsvPreparation.split(
                    spec, found.rows(), classes ? found.schema().classes() : 1, classes ? found.classes() : null, seed);
            return new PreparedData(
                    found.schema(), fingerprint, split, found.rows(), found.format(), found.store(), earlier);
        }
        if (images) {
            IdxPreparation idx = new IdxPreparation(spec, access);
            Split split = idx.split(seed);
            FeatureSchema schema = chosen(idx.fit(split.train()), earlier);
            RowFormat format = new RowFormat(schema);
            RowStore store =
                    store(access, key, schema, format, idx.rows(), cacheFolder, memory, to -> idx.encode(format, to));
            return new PreparedData(schema, fingerprint, split, idx.rows(), format, store, earlier);
        }
        CsvPreparation csv = new CsvPreparation(spec, access);
        csv.scan();
        Split split = csv.split(seed);
        FeatureSchema schema = chosen(csv.fit(split.train()), earlier);
        RowFormat format = new RowFormat(schema);
        RowStore store = store(
                access, key, schema, format, csv.rows(), cacheFolder, memory, to -> csv.encode(schema, format, to));
        return new PreparedData(schema, fingerprint, split, csv.rows(), format, store, earlier);
    }

    private static RowStore store(
            FileAccess access,
            String key,
            FeatureSchema schema,
            RowFormat format,
            int rows,
            Path cacheFolder,
            long memory,
            Consumer<Consumer<byte[]>> encode) {
        if ((long) rows * format.bytes() <= memory) {
            RowStore.InMemory store = new RowStore.InMemory(rows, format.bytes());
            encode.accept(store::add);
            return store;
        }
        try (EncodedFile.Writer writer = new EncodedFile.Writer(access, cacheFolder, format.bytes())) {
            encode.accept(writer::add);
            return writer.finish(key, schema, format.bytes());
        }
    }

    /**
     * The same rows, of which others are trained on and some have other targets, to audit a training. The two share the rows,
     * so only one is to be closed.
     *
     * @param trainRows ascending, at least one
     * @param others targets by row, class indices or standardised values
     */
    public PreparedData with(int[] trainRows, Map<Integer, Float> others) {
        float[] changed = new float[rows];
        Arrays.fill(changed, Float.NaN);
        others.forEach((row, target) -> changed[row] = target);
        return new PreparedData(
                schema, fingerprint, identity, tokenizer, split.withTrain(trainRows), rows, format, store, changed);
    }

    public FeatureSchema schema() {
        return schema;
    }

    /** SHA-256, in hex, of the data file as it is stored, or was before it was encrypted; for IDX of the images' file followed by the labels' file. */
    public String fingerprint() {
        return fingerprint;
    }

    /** Changes with anything that the training reads: the data and, of a language model, the checkpoint it starts from. */
    public String identity() {
        return identity;
    }

    /** The text of a language model's {@code tokenizer.json}, otherwise null. */
    public String tokenizer() {
        return tokenizer;
    }

    /** Rows of all parts together. */
    public int rows() {
        return rows;
    }

    /** Rows to train on, numbered from 0 in the order of the file, ascending; at least one. */
    public int[] trainRows() {
        return split.train();
    }

    /** Rows for validation, ascending; empty only if {@code validation} is 0. */
    public int[] validationRows() {
        return split.validation();
    }

    /** Rows for the final test, ascending; empty only if {@code test} is 0. */
    public int[] testRows() {
        return split.test();
    }

    /** Whether the encoded rows are in a file, because they are too many for the memory. */
    public boolean isInFile() {
        return store instanceof RowStore.InFile;
    }

    /**
     * Gathers encoded rows.
     *
     * @param wanted row numbers
     * @param from first index of {@code wanted} to read
     * @param count how many
     * @param features takes {@code count * schema().width()} floats at its position, which advances
     * @param targets takes {@code count} floats at its position, which advances: class indices or standardised values
     * @throws java.io.UncheckedIOException if the encoded rows are in a file that has become unreadable
     */
    public void read(int[] wanted, int from, int count, FloatBuffer features, FloatBuffer targets) {
        for (int i = from; i < from + count; i++) {
            byte[] record = store.record(wanted[i]);
            int at = store.offset(wanted[i]);
            format.decode(record, at, decoded);
            features.put(decoded);
            float other = this.targets == null ? Float.NaN : this.targets[wanted[i]];
            targets.put(Float.isNaN(other) ? format.target(record, at) : other);
        }
    }

    @Override
    public void close() {
        store.close();
    }
}
