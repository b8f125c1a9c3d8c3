package io.jenkins.plugins.llmos.engine.serve;

import com.google.gson.JsonElement;
import com.google.gson.JsonObject;
import com.google.gson.JsonParseException;
import com.google.gson.JsonParser;
import com.google.gson.Strictness;
import com.google.gson.stream.JsonReader;
import com.google.gson.stream.JsonToken;
import io.jenkins.plugins.llmos.engine.InvalidInputException;
import java.io.IOException;
import java.io.InputStream;
import java.io.StringReader;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** The body of a request: how it is read, and what JSON it is. */
final class RequestBody {
    /** Bytes of a body that is too long that are read nevertheless. */
    private static final int DISCARDED = 1 << 26;

    /** Bytes of a body that nobody asked for that are read to use the connection again. */
    private static final int UNREAD = 1 << 16;

    /** Where a text stops being JSON, as Gson says it. */
    private static final Pattern PLACE = Pattern.compile("at line \\d+ column \\d+");

    private RequestBody() {}

    /**
     * Reads a body.
     *
     * @param most bytes that it may have
     * @return null if it has more
     * @throws IOException if it breaks off or is no body
     */
    static byte[] read(InputStream in, int most) throws IOException {
        byte[] body = in.readNBytes(most + 1);
        if (body.length <= most) {
            return body;
        }
        // A client that still sends when the connection closes may not see the answer.
        skip(in, DISCARDED);
        return null;
    }

    /** Reads to the end what is left of a body, if it is not too much; the server closes the connection if it is. */
    static void discard(InputStream in) throws IOException {
        skip(in, UNREAD);
    }

    private static void skip(InputStream in, int most) throws IOException {
        byte[] buffer = new byte[1 << 13];
        for (int left = most; left > 0; ) {
            int count = in.read(buffer);
            if (count < 0) {
                return;
            }
            left -= count;
        }
    }

    /** @throws InvalidInputException if it is no JSON object, and where not */
    static JsonObject parse(byte[] body) {
        try {
            String text = StandardCharsets.UTF_8
                    .newDecoder()
                    .decode(ByteBuffer.wrap(body))
                    .toString();
            JsonReader reader = new JsonReader(new StringReader(text));
            // Otherwise Gson takes much for JSON that is none, such as NaN.
            reader.setStrictness(Strictness.STRICT);
            JsonElement json = JsonParser.parseReader(reader);
            if (json instanceof JsonObject object && reader.peek() == JsonToken.END_DOCUMENT) {
                return object;
            }
            throw new InvalidInputException("The request is no JSON object.");
        } catch (CharacterCodingException e) {
            throw new InvalidInputException("The request is not UTF-8 text.", e);
        } catch (JsonParseException | IOException | StackOverflowError e) {
            Matcher place = PLACE.matcher(String.valueOf(e.getMessage()));
            throw new InvalidInputException(
                    "The request is not JSON" + (place.find() ? " " + place.group() : "") + ".", e);
        }
    }
}
