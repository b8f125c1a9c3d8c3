package io.jenkins.plugins.llmos.engine.privacy.audit;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.jenkins.plugins.llmos.engine.InvalidInputException;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.stream.IntStream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ChainedLogTest {
    @TempDir
    private Path folder;

    private Path file;
    private Path head;

    @BeforeEach
    void name() {
        file = folder.resolve("log");
        head = folder.resolve("log.head");
    }

    private ChainedLog log() {
        return new ChainedLog(file, "The log", Duration.ofSeconds(30));
    }

    private void append(String... records) {
        try (ChainedLog.Session s = log().open()) {
            Arrays.stream(records).forEach(s::append);
        }
    }

    /** A crash cuts what was being written; nothing that was acknowledged before is lost, and the rest is kept aside. */
    @Test
    void aRecordCutAtAnyByteIsSetAside() throws IOException {
        append("one", "zwei €");
        byte[] before = Files.readAllBytes(file);
        byte[] headBefore = Files.readAllBytes(head);
        append("three");
        byte[] after = Files.readAllBytes(file);
        for (int cut = before.length; cut < after.length; cut++) {
            clear();
            Files.write(file, Arrays.copyOf(after, cut));
            Files.write(head, headBefore);
            try (ChainedLog.Session s = log().open()) {
                assertEquals(List.of("one", "zwei €"), s.records());
                assertEquals(cut == before.length ? 0 : 1, s.repairs().size());
                s.append("four");
            }
            if (cut > before.length) {
                byte[] aside = Files.readAllBytes(folder.resolve("log.damaged-1"));
                assertTrue(Arrays.equals(aside, Arrays.copyOfRange(after, before.length, cut)), "at " + cut);
            }
            assertEquals(List.of("one", "zwei €", "four"), log().read());
        }
    }

    /** No crash loses what an append has returned for. If it is lost all the same, this shows. */
    @Test
    void nothingAcknowledgedIsEverLost() throws IOException {
        append("one", "two", "three");
        byte[] whole = Files.readAllBytes(file);
        byte[] last = Files.readAllBytes(head);
        int secondEnds = new String(whole, StandardCharsets.UTF_8).indexOf("two\n") + 4;
        for (int cut = 0; cut < whole.length; cut++) {
            clear();
            Files.write(file, Arrays.copyOf(whole, cut));
            Files.write(head, last);
            if (cut < secondEnds) {
                String message = assertThrows(InvalidInputException.class, () -> log().read())
                        .getMessage();
                assertTrue(message.contains("at least 3 were written"), message);
                assertEquals(cut, Files.size(file), "nothing may change");
            } else {
                assertEquals(List.of("one", "two", "three"), log().read(), "cut at " + cut);
                assertTrue(Arrays.equals(whole, Files.readAllBytes(file)));
            }
        }
    }

    @Test
    void damageInTheMiddleIsRefused() throws IOException {
        append("one", "two", "three");
        byte[] whole = Files.readAllBytes(file);
        int lastLine = new String(whole, StandardCharsets.UTF_8).indexOf("two\n") + 4;
        for (int at = 0; at < lastLine; at += 7) {
            byte[] damaged = whole.clone();
            damaged[at] ^= 1;
            Files.write(file, damaged);
            assertThrows(InvalidInputException.class, () -> log().read(), "at " + at);
            assertTrue(Arrays.equals(damaged, Files.readAllBytes(file)));
        }
        byte[] damaged = whole.clone();
        damaged[lastLine + 3] ^= 1;
        Files.write(file, damaged);
        assertEquals(List.of("one", "two", "three"), log().read(), "the last record has a copy");
        assertTrue(Files.exists(folder.resolve("log.damaged-1")));
    }

    private void clear() throws IOException {
        try (var all = Files.list(folder)) {
            for (Path p : all.toList()) {
                Files.delete(p);
            }
        }
    }

    @Test
    void threadsTakeTurns() {
        CompletableFuture.allOf(IntStream.range(0, 4)
                        .mapToObj(t -> CompletableFuture.runAsync(() -> {
                            for (int i = 0; i < 10; i++) {
                                append(t + "-" + i);
                            }
                        }))
                        .toArray(CompletableFuture[]::new))
                .join();
        assertEquals(40, log().read().size());
    }

    @Test
    void anInterruptedThreadStillRecords() {
        Thread.currentThread().interrupt();
        append("one");
        assertTrue(Thread.interrupted(), "the interruption is kept");
        assertEquals(List.of("one"), log().read());
    }

    /** A process that appends as fast as it can and says what it was told is on the disk. */
    public static final class Writer {
        private Writer() {}

        public static void main(String[] args) {
            ChainedLog log = new ChainedLog(Path.of(args[0]), "The log", Duration.ofSeconds(30));
            for (int i = 0; ; i++) {
                String record = args[1] + "-" + i + "-" + "x".repeat(i % 300);
                try (ChainedLog.Session s = log.open()) {
                    s.append(record);
                }
                System.out.println(record);
            }
        }
    }

    private Process writer(Path said) throws IOException {
        return new ProcessBuilder(
                        Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                        "-cp",
                        System.getProperty("java.class.path"),
                        "-XX:TieredStopAtLevel=1",
                        Writer.class.getName(),
                        file.toString(),
                        said.getFileName().toString())
                .redirectOutput(said.toFile())
                .start();
    }

    @Test
    void killedProcessesLoseNothingTheySaidWasWritten() throws Exception {
        Set<String> said = new HashSet<>();
        for (int round = 0; round < 3; round++) {
            Path a = folder.resolve("a" + round);
            Path b = folder.resolve("b" + round);
            Process first = writer(a);
            Process second = writer(b);
            long deadline = System.nanoTime() + Duration.ofSeconds(60).toNanos();
            while ((said(a).size() < 5 + round || said(b).size() < 5 + round) && System.nanoTime() < deadline) {
                Thread.sleep(5);
            }
            first.destroyForcibly().waitFor();
            second.destroyForcibly().waitFor();
            said.addAll(said(a));
            said.addAll(said(b));
        }
        assertTrue(said.size() >= 36, said.size() + " said");
        said.removeAll(log().read());
        assertEquals(Set.of(), said, "said but not recorded");
    }

    /** Lines that were said whole. */
    private static List<String> said(Path by) throws IOException {
        String text = Files.exists(by) ? Files.readString(by) : "";
        return text.substring(0, text.lastIndexOf('\n') + 1).lines().toList();
    }

    @Test
    void whoeverWaitsTooLongIsToldWhoHoldsIt() throws Exception {
        Process holder = new ProcessBuilder(
                        Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                        "-cp",
                        System.getProperty("java.class.path"),
                        Holder.class.getName(),
                        file.toString())
                .start();
        try (BufferedReader out =
                new BufferedReader(new InputStreamReader(holder.getInputStream(), StandardCharsets.UTF_8))) {
            assertEquals("held", out.readLine());
            ChainedLog impatient = new ChainedLog(file, "The log", Duration.ofMillis(50));
            String message =
                    assertThrows(InvalidInputException.class, impatient::read).getMessage();
            assertTrue(message.contains("held by another process (process " + holder.pid() + ")"), message);
        } finally {
            holder.destroyForcibly().waitFor();
        }
        assertEquals(List.of("held"), log().read());
    }

    /** A process that keeps the log to itself. */
    public static final class Holder {
        private Holder() {}

        public static void main(String[] args) throws Exception {
            try (ChainedLog.Session s = new ChainedLog(Path.of(args[0]), "The log", Duration.ofSeconds(30)).open()) {
                s.append("held");
                System.out.println("held");
                Thread.sleep(60_000);
            }
        }
    }

    @Test
    void theAuditLogTellsWhoDidWhat() {
        AuditLog audit = new AuditLog(folder);
        audit.record("ada", "decrypt", "reviews.csv", Map.of("key", "k1"), "job #3");
        AuditLog.Entry e = audit.entries().get(0);
        assertEquals(
                List.of("ada", "decrypt", "reviews.csv", "job #3"), List.of(e.who(), e.what(), e.subject(), e.build()));
        assertEquals(Map.of("key", "k1"), e.details());
        assertFalse(audit.entries().size() > 1);
    }
}
