package io.jenkins.plugins.llmos.engine.util;

import com.google.gson.Gson;
import com.google.gson.GsonBuilder;
import com.google.gson.JsonParseException;
import com.google.gson.ToNumberPolicy;
import com.google.gson.TypeAdapter;
import com.google.gson.stream.JsonReader;
import com.google.gson.stream.JsonWriter;
import io.jenkins.plugins.llmos.engine.InvalidInputException;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** The one configuration of JSON: records by their components, durations in seconds, instants in ISO 8601. */
public final class Json {
    private static final Gson COMPACT = base().create();
    private static final Gson PRETTY = base().setPrettyPrinting().create();

    /** Where a text stops being what it should be, as Gson says it. */
    private static final Pattern PLACE = Pattern.compile("at line \\d+ column \\d+");

    private Json() {}

    private static GsonBuilder base() {
        return new GsonBuilder()
                .disableHtmlEscaping()
                .setObjectToNumberStrategy(ToNumberPolicy.LONG_OR_DOUBLE)
                .serializeSpecialFloatingPointValues()
                .setObjectToNumberStrategy(ToNumberPolicy.LONG_OR_DOUBLE)
                .registerTypeAdapter(Duration.class, new DurationAdapter().nullSafe())
                .registerTypeAdapter(Instant.class, new InstantAdapter().nullSafe())
                .registerTypeHierarchyAdapter(Path.class, new PathAdapter().nullSafe());
    }

    /** One line, for event streams. */
    public static String line(Object value) {
        return COMPACT.toJson(value);
    }

    /** Indented, for files that people read. */
    public static String pretty(Object value) {
        return PRETTY.toJson(value) + "\n";
    }

    /**
     * Reads a value.
     *
     * @throws JsonParseException if the text is not JSON or not of that type
     */
    public static <T> T parse(String text, Class<T> type) {
        T value = COMPACT.fromJson(text, type);
        if (value == null) {
            throw new JsonParseException("empty document");
        }
        return value;
    }

    /**
     * Reads a file.
     *
     * @param what what the file is, named in the error
     * @throws InvalidInputException if the file is missing, unreadable or not of that type
     */
    public static <T> T read(String what, Path file, Class<T> type) {
        return read(FileAccess.PLAIN, what, file, type);
    }

    /** The same of a file that may be encrypted. */
    public static <T> T read(FileAccess access, String what, Path file, Class<T> type) {
        try {
            return parse(access.readText(file), type);
        } catch (IOException e) {
            throw new InvalidInputException(what + " " + file + " cannot be read: " + e.getMessage() + ".", e);
        } catch (RuntimeException e) {
            throw new InvalidInputException(what + " " + file + " is damaged: " + why(e) + ".", e);
        }
    }

    /** Gson passes on whatever a record's constructor throws, in an exception of no particular type. */
    private static String why(RuntimeException e) {
        for (Throwable cause = e; cause != null; cause = cause.getCause()) {
            if (cause instanceof InvalidInputException) {
                return cause.getMessage().replaceFirst("\\.$", "");
            }
        }
        Matcher place = PLACE.matcher(String.valueOf(e.getMessage()));
        return "it is not the JSON that belongs there" + (place.find() ? ", " + place.group() : "");
    }

    private static final class DurationAdapter extends TypeAdapter<Duration> {
        @Override
        public void write(JsonWriter out, Duration value) throws IOException {
            out.value(value.toNanos() / 1e9);
        }

        @Override
        public Duration read(JsonReader in) throws IOException {
            return Duration.ofNanos(Math.round(in.nextDouble() * 1e9));
        }
    }

    private static final class InstantAdapter extends TypeAdapter<Instant> {
        @Override
        public void write(JsonWriter out, Instant value) throws IOException {
            out.value(value.toString());
        }

        @Override
        public Instant read(JsonReader in) throws IOException {
            return Instant.parse(in.nextString());
        }
    }

    private static final class PathAdapter extends TypeAdapter<Path> {
        @Override
        public void write(JsonWriter out, Path value) throws IOException {
            out.value(value.toString());
        }

        @Override
        public Path read(JsonReader in) throws IOException {
            return Path.of(in.nextString());
        }
    }
}
