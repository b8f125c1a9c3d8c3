package io.jenkins.plugins.llmos.engine.train.language;

import ai.djl.huggingface.tokenizers.HuggingFaceTokenizer;
import com.google.gson.JsonElement;
import com.google.gson.JsonObject;
import com.google.gson.JsonParseException;
import com.google.gson.JsonParser;
import io.jenkins.plugins.llmos.engine.InvalidInputException;
import io.jenkins.plugins.llmos.engine.util.FileAccess;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Map;
import java.util.stream.IntStream;

/** A {@code tokenizer.json} of Hugging Face, run by their library. */
public final class TextTokenizer implements AutoCloseable {
    /** The token that stands between documents. */
    public static final String END_OF_TEXT = "<|endoftext|>";

    /** Characters that are encoded at once, about: the library keeps much more of a text than its ids. */
    private static final int PART = 1 << 20;

    private final String json;
    private final HuggingFaceTokenizer tokenizer;
    private final int size;
    private final int endOfText;

    private TextTokenizer(String json, HuggingFaceTokenizer tokenizer, int size, int endOfText) {
        this.json = json;
        this.tokenizer = tokenizer;
        this.size = size;
        this.endOfText = endOfText;
    }

    /**
     * Reads a file.
     *
     * @throws InvalidInputException if it is missing or no tokenizer
     */
    public static TextTokenizer read(Path file) {
        return read(FileAccess.PLAIN, file);
    }

    /** The same of a file that may be encrypted. */
    public static TextTokenizer read(FileAccess access, Path file) {
        try {
            return of(access.readText(file), file.toString());
        } catch (IOException e) {
            throw new InvalidInputException(
                    "The tokenizer " + file + " cannot be read: " + e.getMessage()
                            + ". Name a tokenizer.json of Hugging Face.",
                    e);
        }
    }

    /**
     * A tokenizer from its text.
     *
     * @param where it is from, named in errors
     * @throws InvalidInputException if it is none
     */
    public static TextTokenizer of(String json, String where) {
        int size = 0;
        int end = -1;
        try {
            JsonObject object = JsonParser.parseString(json).getAsJsonObject();
            for (Map.Entry<String, JsonElement> token :
                    object.getAsJsonObject("model").getAsJsonObject("vocab").entrySet()) {
                size = Math.max(size, token.getValue().getAsInt() + 1);
                end = token.getKey().equals(END_OF_TEXT) ? token.getValue().getAsInt() : end;
            }
            if (object.has("added_tokens")) {
                for (JsonElement token : object.getAsJsonArray("added_tokens")) {
                    int id = token.getAsJsonObject().get("id").getAsInt();
                    size = Math.max(size, id + 1);
                    end = token.getAsJsonObject().get("content").getAsString().equals(END_OF_TEXT) ? id : end;
                }
            }
        } catch (JsonParseException
                | IllegalStateException
                | NullPointerException
                | ClassCastException
                | NumberFormatException
                | UnsupportedOperationException e) {
            throw new InvalidInputException("The tokenizer " + where + " is no tokenizer.json of Hugging Face.", e);
        }
        try {
            Map<String, String> options =
                    Map.of("addSpecialTokens", "false", "truncation", "false", "padding", "false");
            return new TextTokenizer(
                    json,
                    HuggingFaceTokenizer.newInstance(
                            new ByteArrayInputStream(json.getBytes(StandardCharsets.UTF_8)), options),
                    size,
                    end);
        } catch (IOException | RuntimeException e) {
            throw new InvalidInputException("The tokenizer " + where + " cannot be used: " + e.getMessage() + ".", e);
        }
    }

    /** The text of {@code tokenizer.json}. */
    public String json() {
        return json;
    }

    /** One more than the highest id. */
    public int size() {
        return size;
    }

    /** Id of the token between documents, −1 if there is none. */
    public int endOfText() {
        return endOfText;
    }

    /** The ids of a text, of any length; unpaired surrogates, which no encoding has, count as question marks. */
    public int[] encode(String text) {
        String valid = new String(text.getBytes(StandardCharsets.UTF_8), StandardCharsets.UTF_8);
        IntStream.Builder all = IntStream.builder();
        for (int from = 0; from < valid.length(); ) {
            int to = end(valid, from);
            for (long id :
                    tokenizer.encode(valid.substring(from, to), false, false).getIds()) {
                all.add((int) id);
            }
            from = to;
        }
        return all.build().toArray();
    }

    /** Where a part ends: at the end of a line between two letters, which no token of GPT-2 reaches across. */
    private static int end(String text, int from) {
        for (int at = from + PART; at < text.length(); at++) {
            if (text.charAt(at - 1) == '\n'
                    && Character.isLetter(text.charAt(at))
                    && Character.isLetter(text.charAt(at - 2))) {
                return at;
            }
        }
        return text.length();
    }

    /** The text of ids, without special tokens; an incomplete character becomes U+FFFD. */
    public String decode(int[] ids) {
        long[] all = new long[ids.length];
        for (int i = 0; i < ids.length; i++) {
            all[i] = ids[i];
        }
        return tokenizer.decode(all, true);
    }

    @Override
    public void close() {
        tokenizer.close();
    }
}
