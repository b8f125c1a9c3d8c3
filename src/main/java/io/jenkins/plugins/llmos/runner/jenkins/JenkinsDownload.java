package io.jenkins.plugins.llmos.runner.jenkins;

import com.google.gson.JsonElement;
import com.google.gson.JsonObject;
import com.google.gson.JsonParseException;
import com.google.gson.JsonParser;
import io.jenkins.plugins.llmos.engine.InvalidInputException;
import io.jenkins.plugins.llmos.engine.util.Hashes;
import java.io.IOException;
import java.io.PrintStream;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Base64;
import java.util.Deque;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * Downloads the current LTS line of Jenkins and the Pipeline plugins. What to download, and its SHA-256, is in the one index
 * that Jenkins' own update site has for that line; a file that does not agree is not kept.
 */
final class JenkinsDownload {
    private static final String INDEX = "stable/update-center.actual.json";
    private static final List<String> WANTED = List.of("workflow-aggregator", "timestamper");
    private static final Duration LONGEST_CONNECT = Duration.ofSeconds(20);
    private static final Duration LONGEST = Duration.ofMinutes(20);
    private static final String INSTEAD = " Set JENKINS_WAR to a jenkins.war and JENKINS_PLUGINS to a folder with the"
            + " Pipeline plugins, or JENKINS_UC to a mirror of Jenkins' update site.";

    private final URI site;
    private final PrintStream out;
    private final HttpClient http = HttpClient.newBuilder()
            .followRedirects(HttpClient.Redirect.NORMAL)
            .connectTimeout(LONGEST_CONNECT)
            .build();

    /**
     * @param site of updates, ending in a slash
     * @param out told of each file
     */
    JenkinsDownload(URI site, PrintStream out) {
        this.site = site;
        this.out = out;
    }

    /**
     * Downloads what is wanted. The folder of plugins appears when all of them are there.
     *
     * @param war where to put Jenkins, or null for not at all
     * @param plugins new folder to put the plugins into, or null for not at all
     * @throws InvalidInputException if something cannot be downloaded or is not what the index says
     */
    void into(Path war, Path plugins) {
        JsonObject index = index();
        try {
            if (war != null) {
                fetch(index.getAsJsonObject("core"), "Jenkins", war);
            }
            if (plugins != null) {
                Files.createDirectories(plugins.toAbsolutePath().getParent());
                // Kept when a download fails, so that the next one goes on from there.
                Path beside = plugins.resolveSibling(plugins.getFileName() + ".part");
                Files.createDirectories(beside);
                for (Map.Entry<String, JsonObject> plugin :
                        closure(index.getAsJsonObject("plugins")).entrySet()) {
                    fetch(plugin.getValue(), plugin.getKey(), beside.resolve(plugin.getKey() + ".jpi"));
                }
                Files.move(beside, plugins, StandardCopyOption.ATOMIC_MOVE);
            }
        } catch (IOException e) {
            throw new InvalidInputException("Jenkins cannot be downloaded: " + e.getMessage() + "." + INSTEAD, e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new InvalidInputException("The download was interrupted.", e);
        } catch (ClassCastException | NullPointerException | IllegalStateException | IllegalArgumentException e) {
            throw strange(e);
        }
    }

    private InvalidInputException strange(RuntimeException e) {
        return new InvalidInputException(
                "The index " + site.resolve(INDEX) + " is not one of a Jenkins update site." + INSTEAD, e);
    }

    private JsonObject index() {
        URI uri = site.resolve(INDEX);
        try {
            HttpResponse<String> answer =
                    http.send(HttpRequest.newBuilder(uri).timeout(LONGEST).build(), BodyHandlers.ofString());
            if (answer.statusCode() != 200) {
                throw new InvalidInputException(
                        "Jenkins cannot be downloaded: " + uri + " answers " + answer.statusCode() + "." + INSTEAD);
            }
            return JsonParser.parseString(answer.body()).getAsJsonObject();
        } catch (IOException e) {
            throw new InvalidInputException(
                    "Jenkins is not on this machine and cannot be downloaded, since " + uri + " cannot be reached (" + e
                            + ")." + INSTEAD,
                    e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new InvalidInputException("The download was interrupted.", e);
        } catch (JsonParseException | IllegalStateException e) {
            throw strange(e);
        }
    }

    /** The wanted plugins and all that they cannot do without. */
    private static Map<String, JsonObject> closure(JsonObject all) {
        Map<String, JsonObject> found = new LinkedHashMap<>();
        Deque<String> open = new ArrayDeque<>(WANTED);
        while (!open.isEmpty()) {
            String name = open.remove();
            if (found.containsKey(name)) {
                continue;
            }
            JsonObject plugin = all.getAsJsonObject(name);
            if (plugin == null) {
                throw new InvalidInputException("The update site has no plugin '" + name + "'." + INSTEAD);
            }
            found.put(name, plugin);
            for (JsonElement d : plugin.getAsJsonArray("dependencies")) {
                JsonObject dependency = d.getAsJsonObject();
                if (!dependency.get("optional").getAsBoolean()) {
                    open.add(dependency.get("name").getAsString());
                }
            }
        }
        return found;
    }

    /** @param entry with a {@code url} and a {@code sha256} in Base64 */
    private void fetch(JsonObject entry, String what, Path file) throws IOException, InterruptedException {
        String expected = HexFormat.of()
                .formatHex(Base64.getDecoder().decode(entry.get("sha256").getAsString()));
        if (Files.exists(file) && Hashes.sha256(file).equals(expected)) {
            return;
        }
        URI uri = site.resolve(entry.get("url").getAsString());
        out.println("downloading " + what + " " + entry.get("version").getAsString() + " from " + uri);
        Files.createDirectories(file.toAbsolutePath().getParent());
        Path beside = file.resolveSibling(file.getFileName() + ".part");
        try {
            HttpResponse<Path> answer =
                    http.send(HttpRequest.newBuilder(uri).timeout(LONGEST).build(), BodyHandlers.ofFile(beside));
            if (answer.statusCode() != 200) {
                throw new IOException(uri + " answers " + answer.statusCode());
            }
            String actual = Hashes.sha256(beside);
            if (!actual.equals(expected)) {
                throw new IOException(uri + " has the SHA-256 " + actual + " and not " + expected
                        + " as the update site says; it is not kept");
            }
            Files.move(beside, file, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
        } catch (IOException e) {
            throw e.getMessage() != null && e.getMessage().startsWith(uri.toString())
                    ? e
                    : new IOException(uri + " could not be read to its end (" + e.getMessage() + ")", e);
        } finally {
            Files.deleteIfExists(beside);
        }
    }
}
