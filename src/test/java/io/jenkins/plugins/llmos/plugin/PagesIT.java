package io.jenkins.plugins.llmos.plugin;

import static org.junit.jupiter.api.Assertions.assertAll;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.google.gson.JsonArray;
import com.google.gson.JsonObject;
import com.google.gson.JsonParser;
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

/** Every page and form in a browser, and what lies beside them: the remote API, metrics, commands and permissions. */
class PagesIT {
    private static final String SCRIPT = "<script>window.pwned = 1</script>";
    /** As strict as Jenkins' own parts of a page allow. */
    private static final String POLICY =
            "default-src 'self'; script-src 'self'; style-src 'self' 'unsafe-inline'; img-src 'self' data:";
    /** What is ours of a page; Jenkins' own scripts give styles to the parts of its forms. */
    private static final String OURS = ":not(form, form *)";

    /** Pages whose pictures are in the documentation. */
    private static final Set<String> DOCUMENTED = Set.of("fleet", "privacy");

    private static final String POOL = "io.jenkins.plugins.llmos.plugin.schedule.Pool";

    private static final String CONFIGURATION = "manage/llmos-configuration/";

    @RegisterExtension
    static final JenkinsServer JENKINS = new JenkinsServer();

    private static Browser browser;
    private static String report;

    /** A private training with a report, one block that runs, two that wait and one that cannot start, with markup wherever it can be. */
    @BeforeAll
    static void fill() throws Exception {
        browser = Browser.startOrSkip("en-GB");
        assertEquals("", JENKINS.script("""
                def loader = Jenkins.get().pluginManager.uberClassLoader
                def make = { name -> loader.loadClass('io.jenkins.plugins.llmos.plugin.' + name).getDeclaredConstructor().newInstance() }
                def devices = make('agents.DeclaredDevices')
                devices.count = 4
                devices.model = 'H100 %1$s'
                devices.memory = '80G'
                def property = make('agents.DevicesProperty')
                property.declared = [devices]
                Jenkins.get().numExecutors = 4
                Jenkins.get().nodeProperties.replaceBy([property])
                def budget = make('privacy.DataSetBudget')
                budget.dataSet = 'visits %1$s'
                budget.epsilon = 8
                budget.delta = 1e-5
                jenkins.model.GlobalConfiguration.all().find { it.class.name.endsWith('PrivacyConfiguration') }.budgets = [budget]
                try {
                    Jenkins.get().addNode(new hudson.slaves.DumbSlave('%1$s', '/', new hudson.slaves.JNLPLauncher()))
                    println 'Jenkins takes agents of any name, so the names of agents must be looked at here, too'
                } catch (hudson.model.Failure unsafe) {}
                hudson.util.PluginServletFilter.addFilter(new jakarta.servlet.Filter() {
                    void init(jakarta.servlet.FilterConfig config) {}
                    void destroy() {}
                    void doFilter(jakarta.servlet.ServletRequest q, jakarta.servlet.ServletResponse a, jakarta.servlet.FilterChain c) {
                        a.setHeader('Content-Security-Policy', "%2$s")
                        c.doFilter(q, a)
                    }
                })
                null
                """.formatted(SCRIPT, POLICY)));
        String trains = """
                properties([pipelineTriggers([llmosRetrain(schedule: '@yearly', data: '*.csv', minNewRows: 10)])])
                llmosSchedule(gpus: 2, estimate: '1m') { node {
                    def rows = 'size,"%1$s",label\\n'
                    for (int i = 0; i < 80; i++) { rows += "${i},${i * 3},${i %% 2 == 0 ? 'up' : 'down'}\\n" }
                    writeFile file: 'data.csv', text: rows
                    llmosPrivatize(dataset: 'visits %1$s', epsilon: 2, delta: 1e-6) {
                        llmosTrain(data: 'data.csv', target: 'label', model: 'logistic', epochs: 3, output: 'model', name: 'model %1$s')
                    }
                    llmosDeploy(model: 'model', name: 'visits', stage: 'staging')
                    writeFile file: 'seen.csv', text: rows.replace('79,237', '80,240')
                    llmosReport(model: 'model', data: 'seen.csv', public: true, groups: ['%1$s'], output: 'report')
                } }
                """.formatted(SCRIPT);
        assertEquals("SUCCESS", JENKINS.run("train", trains), () -> Trainers.quietly(JENKINS, "train"));
        Matcher link = Pattern.compile("href=\"(report/[^\"]+/)\"").matcher(JENKINS.get("job/train/1/llmos/"));
        assertTrue(link.find());
        report = "job/train/1/llmos/" + link.group(1);
        JENKINS.begin("holds", "llmosSchedule(gpus: 3, estimate: '2h') { node { sleep 3000 } }");
        JENKINS.awaitLog("holds", "llmosSchedule holds");
        JENKINS.begin(
                "waits",
                "currentBuild.displayName = '" + SCRIPT
                        + "'; llmosSchedule(gpus: 4, estimate: '3h') { node { sleep 3000 } }");
        JENKINS.begin("secret", "llmosSchedule(gpus: 4, estimate: '4h', priority: -1) { node { sleep 3000 } }");
        JENKINS.begin("never", "llmosSchedule(gpus: 9) { node { sleep 3000 } }");
        JENKINS.script("Jenkins.get().getItem('never').displayName = '" + SCRIPT + "'");
        JENKINS.post("job/train/llmos-retrain/judge", "json", "{}");
        JenkinsServer.await(() -> queue().size() == 3);
    }

    @AfterAll
    static void close() {
        if (browser != null) {
            browser.close();
        }
    }

    private static JsonArray queue() throws Exception {
        return JsonParser.parseString(JENKINS.get("llmos/api/json?tree=queue[build,rank]"))
                .getAsJsonObject()
                .getAsJsonArray("queue");
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
        Object wide = browser.run("return document.documentElement.scrollWidth - window.innerWidth");
        browser.picture(page.getKey() + "-narrow");
        browser.width(1280);
        assertTrue(((Number) wide).intValue() <= 1, page.getKey() + " is wider than the window by " + wide);
        browser.dark();
        browser.picture(page.getKey() + "-dark");
        assertEquals(List.of(), browser.accessibility(), "axe in the dark");
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
        assertTrue(text.contains("size (NUMERIC), " + SCRIPT + " (NUMERIC)"), text);
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
    }

    @Test
    void pagesSpeakChinese() throws Exception {
        try (Browser chinese = Browser.startOrSkip("zh-CN")) {
            List<String> english = new ArrayList<>();
            for (Map.Entry<String, String> page : pages().toList()) {
                chinese.open(JENKINS.uri(page.getValue()).toString());
                WebElement panel = chinese.find("#main-panel");
                chinese.picture(page.getKey() + "-zh");
                String heading = panel.findElement(By.tagName("h1")).getText();
                if (heading.codePoints().noneMatch(Character::isIdeographic) && !heading.equals("LLMOS")) {
                    english.add(page.getKey() + ": " + heading);
                }
                assertEquals(List.of(), chinese.errors());
            }
            assertEquals(List.of(), english);
        }
    }

    @Test
    void theRemoteApiTellsWhatPagesShow() throws Exception {
        JsonObject all = JsonParser.parseString(JENKINS.get("llmos/api/json")).getAsJsonObject();
        JsonObject device = all.getAsJsonArray("agents")
                .get(0)
                .getAsJsonObject()
                .getAsJsonArray("devices")
                .get(0)
                .getAsJsonObject();
        assertEquals("HELD", device.get("state").getAsString());
        assertEquals(
                "holds #1",
                device.getAsJsonArray("holders")
                        .get(0)
                        .getAsJsonObject()
                        .get("build")
                        .getAsString());
        assertEquals(
                "{\"_class\":\"io.jenkins.plugins.llmos.plugin.pages.LlmosPage$Remote\",\"pools\":[{\"name\":\"default\",\"waiting\":3}]}",
                JENKINS.get("llmos/api/json?tree=pools[name,waiting]"));
        String xml = JENKINS.get("llmos/api/xml?xpath=//pool/policy");
        assertEquals("<policy>srtf</policy>", xml);
        String metrics = JENKINS.get("llmos/metrics");
        assertTrue(metrics.contains("llmos_jobs_waiting{pool=\"default\"} 3\n"), metrics);
        assertTrue(metrics.contains("llmos_jobs_ended_total{pool=\"default\",outcome=\"completed\"} "), metrics);
        assertTrue(metrics.lines().allMatch(l -> l.startsWith("# ") || l.matches("[a-z_]+\\{.*} [0-9.e+-]+")), metrics);
    }

    @Test
    void commandsPrintTablesAndJson() throws Exception {
        String queue = JENKINS.command("llmos-queue");
        assertTrue(
                queue.lines().anyMatch(l -> l.matches("holds #1 +default +holds 0, 1, 2 of \\(built-in\\).*")), queue);
        String fleet = JENKINS.command("llmos-fleet", "--json");
        assertEquals(1, JsonParser.parseString(fleet).getAsJsonArray().size(), fleet);
    }

    /** What somebody who is not logged in gets, a reader, who may configure jobs and train, and an administrator. */
    private static final String ACCESS = """
            llmos/,                        403, 200, 200, 200
            llmos/api/json,                403, 200, 200, 200
            llmos/api/xml,                 403, 200, 200, 200
            llmos/metrics,                 403, 200, 200, 200
            llmos-models/,                 403, 200, 200, 200
            llmos/whatif/,                 403, 403, 403, 200
            llmos/privacy/,                403, 403, 200, 200
            manage/llmos-configuration/,   403, 403, 403, 200
            job/train/1/llmos/,            403, 200, 200, 200
            job/train/llmos/,              403, 200, 200, 200
            job/train/llmos-retrain/,      403, 200, 200, 200
            job/secret/1/llmos/,           403, 404, 200, 200
            """;

    @Test
    void everyAddressAsksForItsPermission() throws Exception {
        secured(() -> {
            List<JenkinsServer.Visitor> visitors =
                    List.of(JENKINS.visitor("reader"), JENKINS.visitor("configurer"), JENKINS.visitor("admin"));
            List<String> rows = new ArrayList<>();
            for (String expected : ACCESS.lines().toList()) {
                String path = expected.substring(0, expected.indexOf(','));
                List<String> row = new ArrayList<>(List.of(path, String.valueOf(JENKINS.status(path))));
                for (JenkinsServer.Visitor visitor : visitors) {
                    row.add(String.valueOf(visitor.get(path).statusCode()));
                }
                rows.add(String.join(", ", row));
            }
            assertEquals(ACCESS.lines().map(l -> l.replaceAll(", +", ", ")).toList(), rows);
        });
    }

    @Test
    void namesOfHiddenJobsAreShownToNobodyElse() throws Exception {
        secured(() -> {
            for (String path : List.of("llmos/", "llmos/api/json", "llmos/metrics")) {
                String seen = JENKINS.visitor("reader").get(path).body();
                assertFalse(seen.contains("secret"), path + ": " + seen);
            }
            assertTrue(
                    JENKINS.visitor("configurer").get("llmos/api/json").body().contains("secret"));
        });
    }

    /** Who may train must know which data sets there are and what is left of them, and nobody's name besides. */
    @Test
    void whoSpentABudgetIsShownToThoseAloneWhoManageBudgets() throws Exception {
        secured(() -> {
            String trains = JENKINS.visitor("configurer").get("llmos/privacy/").body();
            assertTrue(trains.contains("visits &lt;script") && trains.contains("in one use"), trains);
            String manages = JENKINS.visitor("admin").get("llmos/privacy/").body();
            for (String mark : List.of("llmos-audit", "name=\"dataSet\"", "train #1")) {
                assertFalse(trains.contains(mark), mark);
                assertTrue(manages.contains(mark), mark);
            }
        });
    }

    @Test
    void stateChangesByPostWithACrumbAlone() throws Exception {
        String budget = "dataSet=forged&epsilon=1&delta=1e-6";
        assertEquals(403, JENKINS.postWithoutCrumb("llmos/privacy/set", budget));
        assertEquals(403, JENKINS.postWithoutCrumb(CONFIGURATION + "configure", "json={}"));
        assertEquals(403, JENKINS.postWithoutCrumb("job/train/llmos-retrain/judge", "json={}"));
        assertEquals(403, JENKINS.postWithoutCrumb("llmos-models/rollback", "name=visits&stage=staging"));
        assertEquals(404, JENKINS.status("llmos/privacy/set?" + budget));
        assertEquals(404, JENKINS.status(CONFIGURATION + "configure"));
        assertEquals(404, JENKINS.status("job/train/llmos-retrain/judge"));
        assertEquals(404, JENKINS.status("llmos-models/rollback?name=visits&stage=staging"));
        secured(() -> {
            assertEquals(
                    403,
                    JENKINS.visitor("configurer")
                            .post("llmos/privacy/set", budget)
                            .statusCode());
            assertEquals(
                    403,
                    JENKINS.visitor("configurer")
                            .post(CONFIGURATION + "configure", "json={}")
                            .statusCode());
            assertEquals(
                    403,
                    JENKINS.visitor("configurer")
                            .post("descriptorByName/" + POOL + "/checkLabel", "value=x")
                            .statusCode());
            assertEquals(
                    403,
                    JENKINS.visitor("configurer")
                            .post("llmos-models/rollback", "name=visits&stage=staging")
                            .statusCode());
            assertEquals(
                    403,
                    JENKINS.visitor("reader")
                            .post("job/train/llmos-retrain/judge", "json={}")
                            .statusCode());
        });
        assertFalse(JENKINS.get("llmos/privacy/").contains("forged"));
    }

    /** What is asked of a Jenkins where users may do different things. */
    private interface Asking {
        void run() throws Exception;
    }

    /** Only the harness itself, which is told by its header, may do everything without a login meanwhile. */
    private static void secured(Asking asking) throws Exception {
        String problem = JENKINS.script("""
                import hudson.security.*
                class Matrix extends AuthorizationStrategy {
                    ACL getRootACL() { acl('') }
                    ACL getACL(hudson.model.Job job) { acl(job.name) }
                    ACL acl(String job) {
                        def train = 'io.jenkins.plugins.llmos.plugin.privacy.LlmosPermissions.Train'
                        def reading = ['hudson.model.Hudson.Read', 'hudson.model.Item.Discover', 'hudson.model.Item.Read']
                        def configuring = reading + ['hudson.model.Item.Configure', 'hudson.model.Item.Build', train]
                        new ACL() {
                            boolean hasPermission2(org.springframework.security.core.Authentication a, Permission p) {
                                if (a == ACL.SYSTEM2 || a.name == 'admin') return true
                                def request = org.kohsuke.stapler.Stapler.currentRequest2
                                if (a.name == 'anonymous') return request?.requestURI == '/scriptText'
                                if (a.name == 'reader') return job != 'secret' && p.id in reading
                                a.name == 'configurer' && p.id in configuring
                            }
                        }
                    }
                    Collection<String> getGroups() { [] }
                }
                def realm = new HudsonPrivateSecurityRealm(false)
                Jenkins.get().securityRealm = realm
                ['reader', 'configurer', 'admin'].each { realm.createAccount(it, it + '-password-1') }
                Jenkins.get().authorizationStrategy = new Matrix()
                null
                """);
        assertEquals("", problem);
        try {
            asking.run();
        } finally {
            JENKINS.script("""
                    Jenkins.get().authorizationStrategy = new hudson.security.AuthorizationStrategy.Unsecured()
                    Jenkins.get().securityRealm = hudson.security.SecurityRealm.NO_AUTHENTICATION
                    """);
        }
    }
}
