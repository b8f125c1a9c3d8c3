package io.jenkins.plugins.llmos.plugin;

import static org.junit.jupiter.api.Assertions.assertAll;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.openqa.selenium.By;
import org.openqa.selenium.Keys;
import org.openqa.selenium.WebElement;

/** Every page and form in a browser. */
class PagesIT {
    private static final String SCRIPT = FilledPages.SCRIPT;
    /** As strict as Jenkins' own parts of a page allow. */
    private static final String POLICY =
            "default-src 'self'; script-src 'self'; style-src 'self' 'unsafe-inline'; img-src 'self' data:";
    /** What is ours of a page; Jenkins' own scripts give styles to the parts of its forms. */
    private static final String OURS = ":not(form, form *)";

    /** Pages whose pictures are in the documentation. */
    private static final Set<String> DOCUMENTED = Set.of("fleet", "privacy");

    private static final String CONFIGURATION = FilledPages.CONFIGURATION;

    @RegisterExtension
    static final JenkinsServer JENKINS = new JenkinsServer();

    /** A sentence, or a part of one, that nobody has translated. */
    private static final Pattern ENGLISH = Pattern.compile("\\b[a-z]{2,} [a-z]{2,} [a-z]{2,}\\b");

    private static Browser browser;
    private static String report;

    @BeforeAll
    static void fill() throws Exception {
        browser = Browser.startOrSkip("en-GB");
        assertEquals("", JENKINS.script("""
                hudson.util.PluginServletFilter.addFilter(new jakarta.servlet.Filter() {
                    void init(jakarta.servlet.FilterConfig config) {}
                    void destroy() {}
                    void doFilter(jakarta.servlet.ServletRequest q, jakarta.servlet.ServletResponse a, jakarta.servlet.FilterChain c) {
                        a.setHeader('Content-Security-Policy', "%s")
                        c.doFilter(q, a)
                    }
                })
                null
                """.formatted(POLICY)));
        FilledPages.fill(JENKINS, """
                llmosDeploy(model: 'model', name: 'visits', stage: 'staging')
                writeFile file: 'seen.csv', text: rows.replace('79,237', '80,240')
                llmosReport(model: 'model', data: 'seen.csv', public: true, groups: ['%s'], output: 'report')
                """.formatted(SCRIPT));
        Matcher link = Pattern.compile("href=\"(report/[^\"]+/)\"").matcher(JENKINS.get("job/train/1/llmos/"));
        assertTrue(link.find());
        report = "job/train/1/llmos/" + link.group(1);
        JENKINS.post("job/train/llmos-retrain/judge", "json", "{}");
    }

    @AfterAll
    static void close() {
        if (browser != null) {
            browser.close();
        }
    }

    static Stream<Map.Entry<String, String>> pages() {
        return Stream.of(
                Map.entry("fleet", "llmos/"),
                Map.entry("whatif", "llmos/whatif/?pool=default&days=1"),
                Map.entry("privacy", "llmos/privacy/"),
                Map.entry("configuration", CONFIGURATION),
                Map.entry("build", "job/train/1/llmos/"),
                Map.entry("report", report),
                Map.entry("trend", "job/train/llmos/"),
                Map.entry("retrain", "job/train/llmos-retrain/"),
                Map.entry("models", "llmos-models/"));
    }

    @ParameterizedTest
    @MethodSource("pages")
    void everyPageIsAccessibleQuietInertAndNarrow(Map.Entry<String, String> page) throws Exception {
        browser.width(1280);
        browser.open(JENKINS.uri(page.getValue()).toString());
        browser.find("#main-panel");
        browser.picture(page.getKey());
        if (DOCUMENTED.contains(page.getKey())) {
            browser.documentation(page.getKey(), SCRIPT);
        }
        assertAll(
                () -> assertEquals(List.of(), browser.keyboard(), "keyboard"),
                () -> assertEquals(List.of(), browser.accessibility(), "axe"),
                () -> assertEquals(List.of(), browser.errors(), "console"),
                () -> assertNull(browser.run("return window.pwned"), "markup is alive"),
                () -> assertEquals(
                        0L,
                        browser.run("return document.querySelectorAll('#main-panel [style]" + OURS
                                + ", #main-panel [onclick]" + OURS + "').length"),
                        "inline styles or handlers"));
        browser.width(400);
        long wide = wider();
        // Jenkins' own header fits itself to the window a moment later.
        for (int i = 0; i < 20 && wide > 1; i++) {
            Thread.sleep(200);
            wide = wider();
        }
        browser.picture(page.getKey() + "-narrow");
        browser.width(1280);
        assertTrue(wide <= 1, page.getKey() + " is wider than the window by " + wide);
        browser.dark();
        browser.picture(page.getKey() + "-dark");
        assertEquals(List.of(), browser.accessibility(), "axe in the dark");
    }

    private static long wider() {
        return ((Number) browser.run("return document.documentElement.scrollWidth - window.innerWidth")).longValue();
    }

    @Test
    void pagesWorkWithTheKeyboard() throws Exception {
        browser.width(1280);
        browser.open(JENKINS.uri("llmos/").toString());
        browser.find("details summary");
        browser.skipToContent();
        browser.tabTo("[aria-labelledby='llmos-pools']");
        browser.tabTo("summary");
        browser.keys(Keys.ENTER);
        assertTrue(browser.find("details table caption").isDisplayed());

        browser.open(JENKINS.uri("llmos/whatif/").toString());
        browser.find("#llmos-days");
        browser.skipToContent();
        browser.tabTo("#llmos-days");
        Object days = browser.run("return document.activeElement.value");
        browser.keys(Keys.ARROW_DOWN);
        Object more = browser.run("return document.activeElement.value");
        assertNotEquals(days, more);
        browser.tabTo("button");
        browser.keys(Keys.ENTER);
        JenkinsServer.await(() -> browser.url().endsWith("days=" + more));

        browser.open(JENKINS.uri("job/train/llmos-retrain/").toString());
        browser.find("#main-panel button");
        browser.run("window.old = true");
        browser.skipToContent();
        browser.tabTo("button");
        browser.keys(Keys.SPACE);
        JenkinsServer.await(
                () -> Boolean.TRUE.equals(browser.run("return !window.old && document.readyState === 'complete'")));
    }

    @Test
    void theFleetShowsWhoHoldsAndWhoWaits() throws Exception {
        browser.open(JENKINS.uri("llmos/").toString());
        String text = browser.text();
        assertTrue(text.contains("H100 " + SCRIPT), text);
        assertTrue(text.contains("holds #1") && text.contains("waits " + SCRIPT), text);
        assertTrue(text.contains("no agent of pool default that is online has 9 devices"), text);
        assertTrue(text.contains("3 of 4"), text);
        browser.click(browser.find("details summary"));
        assertTrue(browser.find("details table caption").isDisplayed());
    }

    @Test
    void theBuildShowsItsTrainingAndItsDevices() throws Exception {
        browser.open(JENKINS.uri("job/train/1/llmos/").toString());
        String text = browser.text();
        assertTrue(text.contains("model " + SCRIPT) && text.contains("Model card of"), text);
        assertTrue(text.contains("size (numeric), " + SCRIPT + " (numeric)"), text);
        assertTrue(text.contains("ε spent") && text.contains("Timeline of attempts"), text);
        assertTrue(text.contains("2 devices") && text.contains("done"), text);
        browser.open(JENKINS.uri("llmos/privacy/").toString());
        text = browser.text();
        assertTrue(text.contains("visits " + SCRIPT) && text.contains("in one use") && text.contains("reserve"), text);
    }

    /** The tool's answer is one that was recorded, with the fields that the probe asks for. */
    @Test
    void theBuildShowsTheEnergyOfItsDevices(@TempDir Path folder) throws Exception {
        Path tool = folder.resolve("nvidia-smi");
        Files.writeString(tool, """
                #!/bin/sh
                echo '0, GPU-8a5c, NVIDIA L4, 23034, [N/A], 36.21, 0, 44, 512'
                """);
        Files.setPosixFilePermissions(tool, PosixFilePermissions.fromString("rwxr-xr-x"));
        try {
            JENKINS.script("Jenkins.get().addNode(new hudson.slaves.DumbSlave('metered', '" + folder
                    + "', new hudson.slaves.JNLPLauncher()))");
            JENKINS.connect("metered", folder, Map.of("PATH", folder + ":" + System.getenv("PATH")));
            String pipeline = "llmosSchedule(gpuModel: 'L4', estimate: '5s') { node('metered') { sleep 1 } }";
            assertEquals("SUCCESS", JENKINS.run("metered", pipeline), () -> Trainers.quietly(JENKINS, "metered"));
            JenkinsServer.await(() -> JENKINS.get("job/metered/1/llmos/").contains(" kWh (devices 0.0000"));
            browser.open(JENKINS.uri("job/metered/1/llmos/").toString());
            assertTrue(browser.text().contains("metered, NVIDIA L4 0: 0.0000"), browser.text());
            browser.picture("energy");
            browser.documentation("energy");
        } finally {
            JENKINS.script("Jenkins.get().removeNode(Jenkins.get().getNode('metered'))");
        }
    }

    @Test
    void poolsAreConfiguredInTheForm() throws Exception {
        browser.width(1280);
        browser.open(JENKINS.uri(CONFIGURATION).toString());
        browser.find("button[name='Submit']");
        browser.skipToContent();
        browser.tabTo(".repeatable-add");
        browser.keys(Keys.ENTER);
        WebElement name = browser.find("input[name='_.name']");
        name.clear();
        name.sendKeys("spare");
        WebElement label = browser.find("input[name='_.label']");
        label.sendKeys("spare && (");
        WebElement wait = browser.find("input[name='_.maxWait']");
        browser.click(wait);
        browser.await("is not a label expression");
        label.clear();
        label.sendKeys("spare");
        wait.clear();
        wait.sendKeys("soon");
        browser.click(label);
        browser.await("No agent has the label 'spare' yet");
        browser.await("maxWait is 'soon'");
        assertEquals(List.of(), browser.accessibility());
        browser.picture("configuration-checks");
        wait.clear();
        wait.sendKeys("2h");
        browser.tabTo("button[name='Submit']");
        browser.keys(Keys.SPACE);
        JenkinsServer.await(() -> configured().equals("[spare spare 2h]"));
        assertEquals(List.of(), browser.errors());

        browser.open(JENKINS.uri(CONFIGURATION).toString());
        browser.click(browser.find(".repeatable-delete"));
        JenkinsServer.await(() -> browser.all("input[name='_.maxWait']").isEmpty());
        browser.click(browser.find("button[name='Submit']"));
        JenkinsServer.await(() -> configured().equals("[]"));
    }

    private static String configured() throws Exception {
        return JENKINS.script(
                "print jenkins.model.GlobalConfiguration.all().find { it.class.name.endsWith('LlmosConfiguration') }"
                        + ".pools.collect { it.name + ' ' + it.label + ' ' + it.maxWait }");
    }

    @Test
    void budgetsAreSetInTheForm() throws Exception {
        browser.open(JENKINS.uri("llmos/privacy/").toString());
        browser.find("input[name='dataSet']");
        browser.skipToContent();
        browser.tabTo("input[name='dataSet']");
        browser.keys("letters", Keys.TAB, "3", Keys.TAB, "1e-6", Keys.TAB, Keys.ENTER);
        browser.await("ε 3 at δ 1.0e-6");
        browser.open(JENKINS.uri(FilledPages.CONFIGURATION).toString());
        browser.await("letters: ε 3, δ 1.0e-6");
    }

    @Test
    void pagesSpeakChinese() throws Exception {
        try (Browser chinese = Browser.startOrSkip("zh-CN")) {
            List<String> english = new ArrayList<>();
            for (Map.Entry<String, String> page : pages().toList()) {
                chinese.open(JENKINS.uri(page.getValue()).toString());
                WebElement panel = chinese.find("#main-panel");
                chinese.picture(page.getKey() + "-zh");
                panel.getText()
                        .lines()
                        .filter(l -> ENGLISH.matcher(l).find() || l.contains("(built-in)"))
                        .forEach(l -> english.add(page.getKey() + ": " + l));
                String heading = panel.findElement(By.tagName("h1")).getText();
                if (heading.codePoints().noneMatch(Character::isIdeographic) && !heading.equals("LLMOS")) {
                    english.add(page.getKey() + ": " + heading);
                }
                assertEquals(List.of(), chinese.errors());
            }
            assertEquals(List.of(), english);
        }
    }
}
