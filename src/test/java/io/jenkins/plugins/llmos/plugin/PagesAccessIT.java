package io.jenkins.plugins.llmos.plugin;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.google.gson.JsonObject;
import com.google.gson.JsonParser;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** What lies beside the pages: the remote API, metrics and commands, and who may see and change what. */
class PagesAccessIT {
    private static final String POOL = "io.jenkins.plugins.llmos.plugin.schedule.Pool";

    private static final String CONFIGURATION = FilledPages.CONFIGURATION;

    @RegisterExtension
    static final JenkinsServer JENKINS = new JenkinsServer();

    @BeforeAll
    static void fill() throws Exception {
        FilledPages.fill(JENKINS, "");
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
