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
import org.openqa.selenium.Dimension;
import org.openqa.selenium.OutputType;
import org.openqa.selenium.WebElement;
import org.openqa.selenium.chrome.ChromeDriver;
import org.openqa.selenium.chrome.ChromeDriverService;
import org.openqa.selenium.chrome.ChromeOptions;
import org.openqa.selenium.logging.LogType;
import org.openqa.selenium.logging.LoggingPreferences;

/** A headless Chromium of the operating system, driven as a person would; nothing is downloaded. */
final class Browser implements AutoCloseable {
    private static final Path SCREENSHOTS = Path.of("target", "screenshots");
    private static final String AXE = "/META-INF/resources/webjars/axe-core/4.6.3/axe.min.js";
    /** Kept, since a logger that nobody refers to forgets its level; it warns of DevTools that are not used here. */
    private static final Logger SELENIUM = Logger.getLogger("org.openqa.selenium");

    private static final Duration LONGEST_LOAD = Duration.ofMinutes(2);

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

    String title() {
        return driver.getTitle();
    }

    String text() {
        return driver.findElement(By.tagName("body")).getText();
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

    void width(int pixels) {
        driver.manage().window().setSize(new Dimension(pixels, 1000));
    }

    /** Serious and critical findings of axe-core about the part of the page that is ours, a sentence each. */
    @SuppressWarnings("unchecked")
    List<String> accessibility() throws IOException {
        try (InputStream in = Browser.class.getResourceAsStream(AXE)) {
            driver.executeScript(new String(in.readAllBytes(), StandardCharsets.UTF_8));
        }
        return (List<String>) driver.executeAsyncScript("""
                const done = arguments[arguments.length - 1];
                axe.run('#main-panel', {resultTypes: ['violations']}).then(r => done(r.violations
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

    @Override
    public void close() {
        driver.quit();
    }
}
