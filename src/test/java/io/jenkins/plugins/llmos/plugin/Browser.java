package io.jenkins.plugins.llmos.plugin;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.logging.Level;
import java.util.logging.Logger;
import org.junit.jupiter.api.Assumptions;
import org.openqa.selenium.By;
import org.openqa.selenium.Keys;
import org.openqa.selenium.OutputType;
import org.openqa.selenium.WebElement;
import org.openqa.selenium.chrome.ChromeDriver;
import org.openqa.selenium.chrome.ChromeDriverService;
import org.openqa.selenium.chrome.ChromeOptions;
import org.openqa.selenium.interactions.Actions;
import org.openqa.selenium.logging.LogType;
import org.openqa.selenium.logging.LoggingPreferences;

/** A headless Chromium of the operating system, driven as a person would; nothing is downloaded. */
final class Browser implements AutoCloseable {
    private static final Path SCREENSHOTS = Path.of("target", "screenshots");
    private static final String AXE = "/META-INF/resources/webjars/axe-core/4.6.3/axe.min.js";
    /** Kept, since a logger that nobody refers to forgets its level; it warns of DevTools that are not used here. */
    private static final Logger SELENIUM = Logger.getLogger("org.openqa.selenium");

    /** Jenkins' own colours, as a dark theme has them. */
    private static final Map<String, String> DARK = Map.ofEntries(
            Map.entry("--background", "#14141f"),
            Map.entry("--text-color", "#f2f2f5"),
            Map.entry("--text-color-secondary", "#a3a3b3"),
            Map.entry("--link-color", "#6db3ff"),
            Map.entry("--table-background", "#22222e"),
            Map.entry("--table-header-foreground", "#f2f2f5"),
            Map.entry("--table-body-background", "#191926"),
            Map.entry("--table-body-foreground", "#f2f2f5"),
            Map.entry("--input-color", "#191926"),
            Map.entry("--accent-color", "#3d8bff"));

    private static final Duration LONGEST_LOAD = Duration.ofMinutes(2);
    private static final int MOST_TABS = 200;

    private final ChromeDriver driver;

    private Browser(ChromeDriver driver) {
        this.driver = driver;
    }

    /**
     * Starts one, or skips the tests of the calling class and says so in one line.
     *
     * @param language such as {@code en-GB}
     */
    static Browser startOrSkip(String language) {
        Path program = first("CHROMIUM", "/usr/bin/chromium", "/usr/bin/chromium-browser", "/usr/bin/google-chrome");
        Path driver = first("CHROMEDRIVER", "/usr/bin/chromedriver", "/usr/lib/chromium-browser/chromedriver");
        if (program == null || driver == null) {
            String skipped = "Skipped, since there is no Chromium with its driver; install the packages chromium and"
                    + " chromium-driver, or set CHROMIUM and CHROMEDRIVER.";
            System.out.println(skipped);
            Assumptions.abort(skipped);
        }
        SELENIUM.setLevel(Level.SEVERE);
        ChromeOptions options = new ChromeOptions();
        options.setBinary(program.toString());
        options.addArguments(
                "--headless=new",
                "--no-sandbox",
                "--disable-gpu",
                "--disable-dev-shm-usage",
                "--disable-background-networking",
                "--force-prefers-reduced-motion",
                "--accept-lang=" + language,
                "--window-size=1280,1000");
        options.setExperimentalOption("prefs", Map.of("intl.accept_languages", language));
        LoggingPreferences logs = new LoggingPreferences();
        logs.enable(LogType.BROWSER, Level.ALL);
        options.setCapability("goog:loggingPrefs", logs);
        ChromeDriverService service = new ChromeDriverService.Builder()
                .usingDriverExecutable(driver.toFile())
                .usingAnyFreePort()
                .build();
        ChromeDriver started = new ChromeDriver(service, options);
        started.manage().timeouts().pageLoadTimeout(LONGEST_LOAD).scriptTimeout(LONGEST_LOAD);
        return new Browser(started);
    }

    private static Path first(String variable, String... usual) {
        List<String> candidates = new ArrayList<>();
        if (System.getenv(variable) != null) {
            candidates.add(System.getenv(variable));
        }
        candidates.addAll(List.of(usual));
        return candidates.stream()
                .map(Path::of)
                .filter(Files::isExecutable)
                .findFirst()
                .orElse(null);
    }

    /** Opens a page and forgets what earlier ones wrote to the console. */
    void open(String url) {
        driver.manage().logs().get(LogType.BROWSER);
        driver.get(url);
    }

    String url() {
        return driver.getCurrentUrl();
    }

    String title() {
        return driver.getTitle();
    }

    /** What can be read on the page; nothing while it is being replaced by another. */
    String text() {
        return String.valueOf(driver.executeScript("return document.body ? document.body.innerText : ''"));
    }

    /** The first of its kind, as soon as there is one. */
    WebElement find(String css) throws Exception {
        JenkinsServer.await(LONGEST_LOAD, () -> !all(css).isEmpty());
        return all(css).get(0);
    }

    List<WebElement> all(String css) {
        return driver.findElements(By.cssSelector(css));
    }

    /** Waits until the page says something. */
    void await(String text) throws Exception {
        try {
            JenkinsServer.await(LONGEST_LOAD, () -> text().contains(text));
        } catch (AssertionError e) {
            throw new AssertionError("'" + text + "' is not on the page, which says: " + text(), e);
        }
    }

    /** Clicks, wherever on the page it is. */
    void click(WebElement element) {
        driver.executeScript("arguments[0].scrollIntoView({block: 'center'})", element);
        element.click();
    }

    Object run(String script, Object... arguments) {
        return driver.executeScript(script, arguments);
    }

    /** How wide the page is, also less than a window can be. */
    void width(int pixels) {
        driver.executeCdpCommand(
                "Emulation.setDeviceMetricsOverride",
                Map.of("width", pixels, "height", 1000, "deviceScaleFactor", 1, "mobile", false));
    }

    /**
     * Has the page as with the plugin Dark Theme, which sets an attribute and Jenkins' own colours; with those of a style
     * sheet of such a plugin, if {@code -Dllmos.it.theme=FILE} names one.
     */
    void dark() throws IOException {
        String theme = System.getProperty("llmos.it.theme");
        driver.executeScript("""
                const root = document.documentElement;
                root.setAttribute('data-theme', 'dark');
                if (arguments[1]) {
                    const sheet = document.createElement('style');
                    sheet.textContent = arguments[1];
                    document.head.append(sheet);
                    return;
                }
                root.style.setProperty('color-scheme', 'dark');
                for (const [name, value] of Object.entries(arguments[0])) { root.style.setProperty(name, value); }
                """, DARK, theme == null ? "" : Files.readString(Path.of(theme)));
    }

    /** Presses keys, one after another. */
    void keys(CharSequence... keys) {
        new Actions(driver).sendKeys(keys).perform();
    }

    /** Gives the keyboard to what is just before our part of the page, so that Tab goes into that. */
    void skipToContent() {
        driver.executeScript("""
                const panel = document.querySelector('#main-panel');
                [...document.querySelectorAll('a[href], button, input, select, textarea, summary')]
                    .filter(e => e.tabIndex === 0 && !e.disabled && e.checkVisibility()
                        && e.compareDocumentPosition(panel) === Node.DOCUMENT_POSITION_FOLLOWING)
                    .at(-1).focus();
                """);
    }

    /** Presses Tab until something that a selector names has the keyboard. */
    void tabTo(String css) {
        for (int i = 0; i < MOST_TABS; i++) {
            keys(Keys.TAB);
            if (Boolean.TRUE.equals(run("return document.activeElement.matches(arguments[0])", css))) {
                return;
            }
        }
        throw new AssertionError("Tab does not reach " + css);
    }

    /**
     * What is wrong for those who use the keyboard alone, a line each: controls of our part of the page that Tab does not
     * reach in their order, or that look the same with the keyboard as without. Help buttons, which are Jenkins' own, have
     * another place in the order.
     */
    List<String> keyboard() {
        skipToContent();
        long controls = ((Number) run("""
                const quiet = document.createElement('style');
                quiet.textContent = '* { transition: none !important; animation: none !important }';
                document.head.append(quiet);
                window.llmosLook = e => [e, e.parentElement, e.nextElementSibling].filter(x => x).map(x => [null, '::before', '::after']
                    .map(part => getComputedStyle(x, part)).map(s => [s.outlineStyle === 'none' ? '' : s.outline, s.boxShadow,
                        s.borderColor, s.backgroundColor, s.opacity, s.textDecorationLine].join()).join()).join();
                window.llmosControls = [...document.querySelectorAll('#main-panel :is(a[href], button, input, select, textarea, summary, [tabindex])')]
                    .filter(e => e.tabIndex >= 0 && !e.disabled && e.type !== 'hidden' && e.checkVisibility()
                        && !e.matches('.jenkins-help-button'))
                    .map(e => ({control: e, look: window.llmosLook(e)}));
                return window.llmosControls.length;
                """)).longValue();
        List<String> wrong = new ArrayList<>();
        for (long i = 0; i < controls; i++) {
            keys(Keys.TAB);
            String problem = (String) run("""
                    const {control, look} = window.llmosControls[arguments[0]];
                    const name = e => e.outerHTML.substring(0, 160);
                    if (document.activeElement !== control) {
                        const reached = document.activeElement;
                        control.focus();
                        return 'Tab reaches ' + name(reached) + ' and not ' + name(control);
                    }
                    return window.llmosLook(control) === look ? 'the focus does not show on ' + name(control) : '';
                    """, i);
            if (!problem.isEmpty()) {
                wrong.add(problem);
            }
        }
        run("document.activeElement.blur(); scrollTo(0, 0)");
        return wrong;
    }

    /** What has the keyboard. */
    WebElement focused() {
        return driver.switchTo().activeElement();
    }

    /**
     * Serious and critical findings of axe-core about the part of the page that is ours, a sentence each. The buttons of
     * help are Jenkins' own; each has a {@code tabindex} that axe complains of.
     */
    @SuppressWarnings("unchecked")
    List<String> accessibility() throws IOException {
        try (InputStream in = Browser.class.getResourceAsStream(AXE)) {
            driver.executeScript(new String(in.readAllBytes(), StandardCharsets.UTF_8));
        }
        return (List<String>) driver.executeAsyncScript("""
                const done = arguments[arguments.length - 1];
                axe.run({include: ['#main-panel'], exclude: ['.jenkins-help-button']}, {resultTypes: ['violations']}).then(r => done(r.violations
                    .filter(v => v.impact === 'serious' || v.impact === 'critical')
                    .map(v => v.id + ': ' + v.nodes.map(n => n.html.substring(0, 200)).join(' | '))));
                """);
    }

    /** What went wrong on the page, as its console says. */
    List<String> errors() {
        return driver.manage().logs().get(LogType.BROWSER).getAll().stream()
                .filter(e -> e.getLevel().intValue() >= Level.SEVERE.intValue())
                .map(e -> e.getLevel() + " " + e.getMessage())
                .toList();
    }

    /** Keeps a picture of the window under {@code target/screenshots}. */
    void picture(String name) throws IOException {
        Files.createDirectories(SCREENSHOTS);
        Files.write(SCREENSHOTS.resolve(name + ".png"), driver.getScreenshotAs(OutputType.BYTES));
    }

    /**
     * Writes a picture of the page's upper part for the documentation, if that is asked for by {@code -Dllmos.docs.write=true}.
     *
     * @param name of the file in {@code docs/images}
     * @param without what is to be left out of names
     */
    void documentation(String name, String... without) throws IOException {
        if (Boolean.getBoolean("llmos.docs.write")) {
            driver.executeScript("""
                    const texts = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
                    while (texts.nextNode()) {
                        for (const part of arguments[0]) {
                            texts.currentNode.data = texts.currentNode.data.replaceAll(' ' + part, '').replaceAll(part, 'nightly');
                        }
                    }
                    """, List.of(without));
            Files.write(Path.of("docs", "images", name + ".png"), driver.getScreenshotAs(OutputType.BYTES));
            driver.navigate().refresh();
        }
    }

    @Override
    public void close() {
        driver.quit();
    }
}
