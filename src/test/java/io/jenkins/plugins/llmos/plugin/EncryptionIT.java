package io.jenkins.plugins.llmos.plugin;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.CleanupMode;
import org.junit.jupiter.api.io.TempDir;

/** Keys from credentials, and the permissions of the user that a build runs as. */
class EncryptionIT {
    private static final String CLEAR = "17,4242,secretlabel";

    @RegisterExtension
    static final JenkinsServer JENKINS = new JenkinsServer();

    private static final PrintedKey KEY = new PrintedKey();
    private static final String SECRET = KEY.secret();

    @TempDir(cleanup = CleanupMode.NEVER)
    static Path folder;

    /** Builds whose job is called bob's run as bob, who may do everything but what is restricted. */
    @BeforeAll
    static void configure() throws Exception {
        JENKINS.agent("vault", folder);
        KEY.store(JENKINS);
        String answer = JENKINS.script("""
            import com.cloudbees.plugins.credentials.*
            import com.cloudbees.plugins.credentials.domains.Domain
            import com.cloudbees.plugins.credentials.impl.UsernamePasswordCredentialsImpl
            import hudson.security.*
            import hudson.util.Secret
            import jenkins.security.*
            import org.jenkinsci.plugins.plaincredentials.impl.StringCredentialsImpl
            def store = SystemCredentialsProvider.instance.store
            store.addCredentials(Domain.global(),
                new UsernamePasswordCredentialsImpl(CredentialsScope.GLOBAL, 'login', '', 'someone', 'password'))
            store.addCredentials(Domain.global(),
                new StringCredentialsImpl(CredentialsScope.GLOBAL, 'short', '', Secret.fromString('c2hvcnQ=')))
            def realm = new HudsonPrivateSecurityRealm(false)
            Jenkins.get().securityRealm = realm
            realm.createAccount('bob', 'bob-password-1')
            def restricted = Permission.fromId(
                'io.jenkins.plugins.llmos.plugin.privacy.LlmosPermissions.UseRestricted')
            class Strategy extends AuthorizationStrategy {
                Permission without
                ACL getRootACL() {
                    def missing = without
                    new ACL() {
                        boolean hasPermission2(org.springframework.security.core.Authentication a, Permission p) {
                            a.name != 'bob' || (p != missing && p != Jenkins.ADMINISTER)
                        }
                    }
                }
                Collection<String> getGroups() { [] }
            }
            Jenkins.get().authorizationStrategy = new Strategy(without: restricted)
            class AsBob extends QueueItemAuthenticator {
                org.springframework.security.core.Authentication authenticate2(Queue.Task task) {
                    task.name.startsWith('bob') ? hudson.model.User.getById('bob', true).impersonate2() : null
                }
            }
            QueueItemAuthenticatorConfiguration.get().authenticators.add(new AsBob())
            println PermissionGroup.all.find { it.id == 'LLMOS' }*.name
            """.replace("Queue.Task", "hudson.model.Queue.Task"));
        assertTrue(answer.endsWith("[Deploy, ManageBudgets, Train, UseModel, UseRestricted]"), answer);
    }

    /** However a script comes by a key: its log has none, from its use on, and neither have those of other builds. */
    @Test
    void keysInLogsAreMasked() throws Exception {
        String uses = """
                node('vault') {
                    writeFile file: 'a.txt', text: 'clear'
                    llmosPrivatize(encrypt: 'a.txt', key: 'model-key')
                    %s
                }
                """;
        assertEquals("SUCCESS", JENKINS.run("prints", uses.formatted(KEY.steps())), () -> quietly("prints"));
        assertEquals("SUCCESS", JENKINS.run("prints-too", "node('vault') {" + KEY.steps() + "}"));
        for (String job : new String[] {"prints", "prints-too"}) {
            String log = JENKINS.log(job);
            KEY.assertHidden(log);
            assertTrue(log.contains("given: ") && log.split("\\*{4}", -1).length > 4, log);
        }
    }

    @Test
    void keysInLogsOfJobsThatAreNoPipelinesAreMasked() throws Exception {
        assertEquals("", JENKINS.script("""
                def job = Jenkins.get().createProject(hudson.model.FreeStyleProject, 'prints-freely')
                job.assignedLabel = hudson.model.Label.parseExpression('vault')
                def type = Jenkins.get().pluginManager.uberClassLoader.loadClass(
                    'io.jenkins.plugins.llmos.plugin.freestyle.PrivatizeBuilder')
                def encrypts = type.getDeclaredConstructor().newInstance()
                encrypts.encrypt = 'a.txt'
                encrypts.key = 'model-key'
                job.buildersList.add(new hudson.tasks.Shell('echo clear > a.txt'))
                job.buildersList.add(encrypts)
                job.buildersList.add(new hudson.tasks.Shell('%s; rm key.txt'))
                job.scheduleBuild2(0).waitForStart()
                null
                """.formatted(KEY.shell())));
        assertEquals("SUCCESS", JENKINS.end("prints-freely"), () -> quietly("prints-freely"));
        String log = JENKINS.log("prints-freely");
        assertTrue(log.contains("Encrypted 1 file of 'a.txt'"), log);
        KEY.assertHidden(log);
    }

    private static boolean isOnTheAgent(String text) throws Exception {
        try (Stream<Path> files = Files.walk(folder)) {
            for (Path file : (Iterable<Path>) files.filter(Files::isRegularFile)::iterator) {
                if (new String(Files.readAllBytes(file), StandardCharsets.ISO_8859_1).contains(text)) {
                    return true;
                }
            }
        }
        return false;
    }

    @Test
    void trainsEncryptedAndRefusesWhoMayNot() throws Exception {
        setBudget("sealed", 2);
        String pipeline = """
            node('vault') {
                def rows = 'size,price,label\\n'
                for (int i = 0; i < 60; i++) { rows += "${i},${i * 3},${i % 2 == 0 ? 'up' : 'secretlabel'}\\n" }
                writeFile file: 'data.csv', text: rows + '17,4242,secretlabel\\n'
                llmosPrivatize(encrypt: 'data.csv', key: 'model-key', sensitivity: 'restricted')
                def r = llmosTrain(data: 'data.csv', target: 'label', epochs: 2, output: 'model', key: 'model-key',
                    checkpointSteps: 1)
                echo "trained ${r.epochs} epochs"
                def s = llmosPrivatize(data: 'data.csv', dataset: 'sealed', epsilon: 1, release: [[count: true]],
                    key: 'model-key')
                echo "counted ${s.releases[0].value > 30}"
            }
            """;
        assertEquals("SUCCESS", JENKINS.run("crypt", pipeline), () -> quietly("crypt"));
        String log = JENKINS.log("crypt");
        assertTrue(log.contains("Encrypted 1 file of 'data.csv' with the key "), log);
        assertTrue(log.contains("trained 2 epochs"), log);
        assertTrue(log.contains("counted true"), log);
        assertFalse(log.contains(SECRET), "the key is in the log");
        assertTrue(SECRET.length() < 100, "found the secret part of the key");
        assertFalse(isOnTheAgent(SECRET), "the key is on the agent's disk");
        assertFalse(isOnTheAgent(CLEAR), "the data are on the agent's disk in the clear");

        String decrypt = """
            node('vault') { dir('%s') {
                llmosPrivatize(decrypt: 'data.csv', key: 'model-key', output: 'out', job: 'crypt')
                echo readFile('out/data.csv').contains('4242') ? 'decrypted' : 'not decrypted'
            } }
            """.formatted(folder.resolve("workspace/crypt"));
        assertEquals("FAILURE", JENKINS.run("bob-decrypts", decrypt));
        String refused = JENKINS.log("bob-decrypts");
        assertTrue(
                refused.contains(
                        "ERROR: The user 'bob', as whom this build runs, lacks the permission LLMOS/UseRestricted"),
                refused);
        assertFalse(refused.contains("\tat "), refused);
        String train = """
            node('vault') { dir('%s') {
                llmosTrain(data: 'data.csv', target: 'label', epochs: 2, output: 'stolen', key: 'model-key')
            } }
            """.formatted(folder.resolve("workspace/crypt"));
        assertEquals("FAILURE", JENKINS.run("bob-trains", train));
        assertTrue(JENKINS.log("bob-trains").contains("lacks the permission LLMOS/UseRestricted"));
        String count = train.replaceAll(
                "llmosTrain\\(.*\\)",
                "llmosPrivatize(data: 'data.csv', dataset: 'sealed', epsilon: 1, release: [[count: true]], key:"
                        + " 'model-key')");
        assertEquals("FAILURE", JENKINS.run("bob-counts", count));
        assertTrue(JENKINS.log("bob-counts").contains("lacks the permission LLMOS/UseRestricted"));
        assertFalse(Files.exists(folder.resolve("workspace/crypt/out")));

        assertEquals("SUCCESS", JENKINS.run("decrypts", decrypt), () -> quietly("decrypts"));
        assertTrue(JENKINS.log("decrypts").lines().anyMatch("decrypted"::equals));

        String audit = JENKINS.script("print new File(Jenkins.get().rootDir, 'llmos/privacy/audit.jsonl').text");
        assertEquals(
                7,
                audit.lines()
                        .filter(l -> l.matches(".*\"build\":\"(crypt|bob-decrypts|bob-trains|decrypts) #1\".*"))
                        .count(),
                audit);
        assertTrue(audit.contains("\"who\":\"bob\",\"what\":\"refuse\""), audit);
        assertFalse(audit.contains(SECRET));
    }

    /** Takes a permission of LLMOS from bob in place of the one that he lacked. */
    private static void without(String permission) throws Exception {
        JENKINS.script("Jenkins.get().authorizationStrategy.without = hudson.security.Permission.fromId("
                + "'io.jenkins.plugins.llmos.plugin.privacy.LlmosPermissions." + permission + "')");
    }

    @Test
    void whatABuildMayDoIsWhatItsUserMay() throws Exception {
        setBudget("rows", 5);
        String pipeline = """
            node('vault') {
                def rows = 'size,price,label\\n'
                for (int i = 0; i < 60; i++) { rows += "${i},${i * 3},${i %% 2 == 0 ? 'up' : 'down'}\\n" }
                writeFile file: 'data.csv', text: rows
                def train = { llmosTrain(data: 'data.csv', target: 'label', epochs: 2, overwrite: true, output: 'model') }
                %s
                llmosPrivatize(encrypt: 'data.csv', key: 'model-key', output: 'safe')
                llmosPrivatize(decrypt: 'safe/data.csv', key: 'model-key', output: 'clear')
            }
            """;
        String trains = "llmosPrivatize(dataset: 'rows', epsilon: 2, delta: 1e-4, clip: 1.0) { train() }";
        try {
            without("Train");
            assertEquals("FAILURE", JENKINS.run("bob-untrained", pipeline.formatted(trains)));
            String log = JENKINS.log("bob-untrained");
            assertTrue(log.contains("lacks the permission LLMOS/Train"), log);
            assertTrue(log.contains("it was given back"), log);
            assertFalse(log.contains("\tat "), log);
            without("UseModel");
            assertEquals("FAILURE", JENKINS.run("bob-modelless", pipeline.formatted("")));
            assertTrue(JENKINS.log("bob-modelless").contains("lacks the permission LLMOS/UseModel"));
        } finally {
            without("UseRestricted");
        }
        assertEquals("SUCCESS", JENKINS.run("bob-may", pipeline.formatted(trains)), () -> quietly("bob-may"));
    }

    @Test
    void whoMayDeployMovesStages() throws Exception {
        String pipeline = """
            node('vault') {
                def rows = 'size,label\\n'
                for (int i = 0; i < 60; i++) { rows += "${i},${i % 2 == 0 ? 'up' : 'down'}\\n" }
                writeFile file: 'stairs.csv', text: rows
                llmosTrain(data: 'stairs.csv', target: 'label', model: 'logistic', epochs: 1, output: 'stairs',
                    overwrite: true)
                echo "registered ${llmosDeploy(model: 'stairs', name: 'stairs').name}"
                llmosDeploy(model: 'stairs@1', name: 'stairs', stage: 'production')
            }
            """;
        JenkinsServer.Visitor bob = JENKINS.visitor("bob");
        try {
            without("Deploy");
            assertEquals("FAILURE", JENKINS.run("bob-deploys", pipeline));
            String log = JENKINS.log("bob-deploys");
            assertTrue(log.contains("registered stairs"), log);
            assertTrue(
                    log.contains("lacks the permission LLMOS/Deploy, which moving the stage 'stairs@production' needs"),
                    log);
            assertFalse(log.contains("\tat "), log);
            assertFalse(bob.get("llmos-models/").body().contains("<div>production</div>"));
            assertEquals(
                    403,
                    bob.post("llmos-models/rollback", "name=stairs&stage=production")
                            .statusCode());
        } finally {
            without("UseRestricted");
        }
        assertEquals("SUCCESS", JENKINS.run("bob-may-deploy", pipeline), () -> quietly("bob-may-deploy"));
        assertTrue(bob.get("llmos-models/").body().contains("<div>production</div>"));
    }

    private static void setBudget(String dataSet, double epsilon) throws Exception {
        JENKINS.script(
                """
                import io.jenkins.plugins.llmos.plugin.privacy.*
                def budget = org.jenkinsci.plugins.structs.describable.DescribableModel.of(DataSetBudget)
                        .instantiate([dataSet: '%s', epsilon: %s, delta: 1e-4], hudson.model.TaskListener.NULL)
                GlobalConfiguration.all().get(PrivacyConfiguration).budgets = [budget]
                """.formatted(dataSet, epsilon).replace("GlobalConfiguration", "jenkins.model.GlobalConfiguration"));
    }

    @Test
    void whoManagesBudgetsSetsThem() throws Exception {
        setBudget("configured", 7);
        JenkinsServer.Visitor bob = JENKINS.visitor("bob");
        String form = "dataSet=visits&epsilon=%s&delta=1e-5";
        try {
            without("ManageBudgets");
            String seen = bob.get("llmos/privacy/").body();
            assertTrue(seen.contains("configured") && !seen.contains("llmos-audit") && !seen.contains("epsilon"), seen);
            assertEquals(403, bob.post("llmos/privacy/set", form.formatted("4")).statusCode());
            without("Train");
            assertTrue(bob.get("llmos/privacy/").body().contains("llmos-audit"));
        } finally {
            without("UseRestricted");
        }
        assertEquals(400, bob.post("llmos/privacy/set", form.formatted("none")).statusCode());
        assertEquals(404, bob.get("llmos/privacy/set?" + form.formatted("4")).statusCode());
        String page = bob.get("llmos/privacy/").body();
        assertTrue(page.contains("configured") && page.contains("ε 7 at δ 1.0e-4"), page);
        assertFalse(page.contains("visits"), page);
        assertEquals(302, bob.post("llmos/privacy/set", form.formatted("4")).statusCode());
        page = bob.get("llmos/privacy/").body();
        assertTrue(page.contains("visits") && page.contains("ε 4 at δ 1.0e-5"), page);
        setBudget("visits", 3);
        String budgets = JENKINS.script("""
            print jenkins.model.GlobalConfiguration.all()
                .get(io.jenkins.plugins.llmos.plugin.privacy.PrivacyConfiguration)
                .budgets.findAll { it.dataSet in ['configured', 'visits'] }.collect { it.dataSet + ' ' + it.epsilon }\
            """);
        assertEquals("[configured 7.0, visits 3.0]", budgets);
        String audit = JENKINS.script("print new File(Jenkins.get().rootDir, 'llmos/privacy/audit.jsonl').text");
        assertTrue(audit.contains("\"who\":\"bob\",\"what\":\"budget\",\"subject\":\"visits\""), audit);
    }

    @Test
    void unfitKeysAreToldInASentence() throws Exception {
        String pipeline = """
            node('vault') {
                writeFile file: 'a.txt', text: 'clear'
                for (key in ['none', 'login', 'short', 'env:KEY']) {
                    try {
                        llmosPrivatize(encrypt: 'a.txt', key: key)
                    } catch (e) {
                        echo "${key}: ${e.message}"
                    }
                }
                echo readFile('a.txt')
            }
            """;
        assertEquals("SUCCESS", JENKINS.run("keys", pipeline), () -> quietly("keys"));
        String log = JENKINS.log("keys");
        assertTrue(log.contains("none: There are no credentials 'none'"), log);
        assertTrue(log.contains("login: The credentials 'login' are of another kind than a key"), log);
        assertTrue(log.contains("short: The key from the credentials 'short' has 5 bytes instead of 32"), log);
        assertTrue(log.contains("env:KEY: In Jenkins the argument 'key' is the identifier of credentials"), log);
        assertTrue(log.lines().anyMatch("clear"::equals), log);
    }

    private static String quietly(String job) {
        try {
            return JENKINS.log(job);
        } catch (Exception e) {
            return e.toString();
        }
    }
}
