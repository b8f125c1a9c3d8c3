package io.jenkins.plugins.llmos.runner.jenkins;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.google.gson.Gson;
import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import io.jenkins.plugins.llmos.engine.InvalidInputException;
import io.jenkins.plugins.llmos.engine.util.Hashes;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.io.PrintStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Base64;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeSet;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Where Jenkins comes from, against an update site of our own. */
class JenkinsFilesTest {
    private static final String INDEX = "/stable/update-center.actual.json";

    @TempDir
    private Path cache;

    private HttpServer server;
    private final Map<String, byte[]> files = new LinkedHashMap<>();
    private final Map<String, Object> plugins = new LinkedHashMap<>();
    private final Map<String, Object> index = new LinkedHashMap<>();
    private final List<String> asked = new ArrayList<>();
    /** Sent only in part, though announced whole. */
    private String cut = "";

    @BeforeEach
    void serve() throws IOException {
        server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        server.createContext("/", this::answer);
        server.start();
        index.put("core", entry("jenkins.war", "the war"));
        index.put("plugins", plugins);
        plugin("workflow-aggregator", "workflow-job:false", "extra:true");
        plugin("workflow-job", "workflow-api:false");
        plugin("workflow-api", "workflow-job:false");
        plugin("timestamper");
        plugin("extra");
    }

    @AfterEach
    void stop() {
        server.stop(0);
    }

    private void answer(HttpExchange exchange) throws IOException {
        String path = exchange.getRequestURI().getPath();
        asked.add(path);
        byte[] body = path.equals(INDEX)
                ? new Gson().toJson(index).getBytes(StandardCharsets.UTF_8)
                : files.get(path.substring(1));
        if (body == null) {
            exchange.sendResponseHeaders(404, -1);
            exchange.close();
            return;
        }
        exchange.sendResponseHeaders(200, body.length);
        OutputStream out = exchange.getResponseBody();
        if (path.substring(1).equals(cut)) {
            out.write(body, 0, body.length / 2);
            out.flush();
            throw new IOException("at which the server closes the connection");
        }
        out.write(body);
        out.close();
    }

    private Map<String, Object> entry(String file, String content) {
        byte[] bytes = content.getBytes(StandardCharsets.UTF_8);
        files.put(file, bytes);
        String sha256 = Base64.getEncoder().encodeToString(HexFormat.of().parseHex(Hashes.sha256(bytes)));
        Map<String, Object> entry = new LinkedHashMap<>();
        entry.put("url", "http://127.0.0.1:" + server.getAddress().getPort() + "/" + file);
        entry.put("sha256", sha256);
        entry.put("version", "1");
        return entry;
    }

    private void plugin(String name, String... dependencies) {
        Map<String, Object> entry = entry(name + ".hpi", "plugin " + name);
        List<Map<String, Object>> list = new ArrayList<>();
        for (String d : dependencies) {
            String[] parts = d.split(":", 2);
            list.add(Map.of("name", parts[0], "optional", Boolean.parseBoolean(parts[1]), "version", "1"));
        }
        entry.put("dependencies", list);
        plugins.put(name, entry);
    }

    private JenkinsFiles find() {
        String site = "http://127.0.0.1:" + server.getAddress().getPort();
        PrintStream out = new PrintStream(new ByteArrayOutputStream(), true, StandardCharsets.UTF_8);
        return JenkinsFiles.find(null, null, Map.of("XDG_CACHE_HOME", cache.toString(), "JENKINS_UC", site), out);
    }

    private String refusal() {
        return assertThrows(InvalidInputException.class, this::find).getMessage();
    }

    private Path folder() {
        return cache.resolve("llmos/jenkins");
    }

    @Test
    void downloadsTheWarAndThePluginsWithAllTheyNeedOnce() throws IOException {
        JenkinsFiles found = find();
        assertEquals("the war", Files.readString(found.war()));
        TreeSet<String> names = new TreeSet<>();
        found.plugins().forEach(p -> names.add(p.getFileName().toString()));
        assertEquals(
                List.of("timestamper.jpi", "workflow-aggregator.jpi", "workflow-api.jpi", "workflow-job.jpi"),
                List.copyOf(names));
        asked.clear();
        find();
        assertEquals(List.of(), asked);
    }

    @Test
    void doesNotKeepWhatIsNotWhatTheIndexSays() {
        files.put("jenkins.war", "another war".getBytes(StandardCharsets.UTF_8));
        assertTrue(refusal().contains("/jenkins.war has the SHA-256 "), this::refusal);
        assertFalse(Files.exists(folder().resolve("jenkins.war")));
        assertFalse(Files.exists(folder().resolve("jenkins.war.part")));
    }

    @Test
    void doesNotKeepHalfAFileAndGoesOnTheNextTime() throws IOException {
        cut = "workflow-api.hpi";
        String message = refusal();
        assertTrue(message.contains("/workflow-api.hpi could not be read to its end"), message);
        assertFalse(Files.exists(folder().resolve("plugins")));
        cut = "";
        asked.clear();
        assertEquals(4, find().plugins().size());
        assertFalse(asked.contains("/workflow-job.hpi"), asked::toString);
    }

    @Test
    void saysWhatToSetWhereThereIsNoNetwork() {
        server.stop(0);
        String message = refusal();
        assertTrue(message.contains("cannot be reached") && message.contains("Set JENKINS_WAR"), message);
    }

    @Test
    void namesAPluginThatTheSiteLacks() {
        plugins.remove("workflow-api");
        assertTrue(refusal().contains("no plugin 'workflow-api'"), this::refusal);
    }

    @Test
    void saysThatAnIndexIsNone() {
        index.clear();
        assertTrue(refusal().contains("is not one of a Jenkins update site"), this::refusal);
    }

    @Test
    void whatIsNamedIsNotDownloaded() {
        Path war = cache.resolve("none.war");
        InvalidInputException e =
                assertThrows(InvalidInputException.class, () -> JenkinsFiles.find(war, null, Map.of(), System.out));
        assertTrue(e.getMessage().startsWith("There is no " + war), e.getMessage());
    }

    @Test
    void aFolderOfSomeoneElseIsLeftAlone() throws IOException {
        Path home = Files.createDirectories(cache.resolve("home"));
        Files.writeString(home.resolve("thesis.txt"), "years of work");
        Path own = Files.writeString(cache.resolve("llmos.hpi"), "hpi");
        assertThrows(InvalidInputException.class, () -> new JenkinsHome(home).prepare(List.of(), own));
        try (var left = Files.list(home)) {
            assertEquals(1, left.count());
        }
        JenkinsHome fresh = new JenkinsHome(cache.resolve("fresh"));
        fresh.prepare(List.of(), own);
        fresh.prepare(List.of(), own);
        assertTrue(Files.exists(fresh.path().resolve("plugins/llmos.jpi")));
        assertTrue(Files.exists(fresh.path().resolve("init.groovy.d/llmos.groovy")));
    }
}
