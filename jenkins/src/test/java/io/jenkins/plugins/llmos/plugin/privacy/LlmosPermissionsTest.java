package io.jenkins.plugins.llmos.plugin.privacy;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import hudson.model.Item;
import hudson.model.User;
import hudson.security.ACL;
import hudson.security.GlobalMatrixAuthorizationStrategy;
import hudson.security.Permission;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;
import jenkins.model.Jenkins;
import org.jenkinsci.plugins.matrixauth.AuthorizationType;
import org.jenkinsci.plugins.matrixauth.PermissionEntry;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.jvnet.hudson.test.JenkinsRule;
import org.jvnet.hudson.test.MockAuthorizationStrategy;
import org.jvnet.hudson.test.junit.jupiter.WithJenkins;

/** Who has the permissions of LLMOS, as Jenkins sees it, and what of it the matrix and the side panel show. */
@WithJenkins
class LlmosPermissionsTest {
    private static final List<Permission> ALL = List.of(
            LlmosPermissions.TRAIN,
            LlmosPermissions.USE_MODEL,
            LlmosPermissions.USE_RESTRICTED,
            LlmosPermissions.DEPLOY,
            LlmosPermissions.MANAGE_BUDGETS);

    private static JenkinsRule jenkins;

    @BeforeAll
    static void start(JenkinsRule rule) {
        jenkins = rule;
        jenkins.jenkins.setSecurityRealm(jenkins.createDummySecurityRealm());
    }

    private static Set<String> of(String user) {
        return ALL.stream()
                .filter(p -> Jenkins.get()
                        .getACL()
                        .hasPermission2(User.getById(user, true).impersonate2(), p))
                .map(p -> p.name)
                .collect(Collectors.toSet());
    }

    @Test
    void buildersTrainAndUseModelsAndTheRestIsGrantedByName() {
        jenkins.jenkins.setAuthorizationStrategy(new MockAuthorizationStrategy()
                .grant(Jenkins.READ, Item.READ)
                .everywhere()
                .to("reader", "builder", "steward", "keeper")
                .grant(Item.BUILD)
                .everywhere()
                .to("builder")
                .grant(LlmosPermissions.MANAGE_BUDGETS)
                .everywhere()
                .to("steward")
                .grant(LlmosPermissions.USE_RESTRICTED)
                .everywhere()
                .to("keeper")
                .grant(Jenkins.ADMINISTER)
                .everywhere()
                .to("admin"));
        assertEquals(Set.of(), of("reader"));
        assertEquals(Set.of("Train", "UseModel"), of("builder"));
        assertEquals(Set.of("ManageBudgets"), of("steward"));
        assertEquals(Set.of("UseRestricted"), of("keeper"));
        assertEquals(Set.of("Train", "UseModel", "UseRestricted", "Deploy", "ManageBudgets"), of("admin"));
        assertEquals(
                5,
                ALL.stream()
                        .filter(p -> Jenkins.get().getACL().hasPermission2(ACL.SYSTEM2, p))
                        .count());
    }

    @Test
    void theBudgetsAreLinkedForThoseAloneWhoManageThem() throws Exception {
        jenkins.jenkins.setAuthorizationStrategy(new MockAuthorizationStrategy()
                .grant(Jenkins.READ)
                .everywhere()
                .to("reader", "steward")
                .grant(LlmosPermissions.MANAGE_BUDGETS)
                .everywhere()
                .to("steward"));
        try (JenkinsRule.WebClient browser = jenkins.createWebClient()) {
            assertFalse(browser.login("reader")
                    .goTo("llmos/")
                    .getWebResponse()
                    .getContentAsString()
                    .contains("/llmos/privacy/"));
            assertTrue(browser.login("steward")
                    .goTo("llmos/")
                    .getWebResponse()
                    .getContentAsString()
                    .contains("/llmos/privacy/"));
        }
    }

    @Test
    void theMatrixKeepsThem() {
        GlobalMatrixAuthorizationStrategy matrix = new GlobalMatrixAuthorizationStrategy();
        PermissionEntry steward = new PermissionEntry(AuthorizationType.USER, "steward");
        matrix.add(LlmosPermissions.MANAGE_BUDGETS, steward);
        matrix.add(LlmosPermissions.USE_RESTRICTED, steward);
        matrix.add(LlmosPermissions.TRAIN, steward);
        String written = Jenkins.XSTREAM2.toXML(matrix);
        var read = (GlobalMatrixAuthorizationStrategy) Jenkins.XSTREAM2.fromXML(written);
        assertEquals(
                Set.of("Train", "UseRestricted", "ManageBudgets"),
                ALL.stream()
                        .filter(p -> read.hasExplicitPermission(steward, p))
                        .map(p -> p.name)
                        .collect(Collectors.toSet()),
                written);
    }
}
