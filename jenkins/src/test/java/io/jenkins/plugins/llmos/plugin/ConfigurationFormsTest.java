package io.jenkins.plugins.llmos.plugin;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotSame;
import static org.junit.jupiter.api.Assertions.assertTrue;

import hudson.slaves.DumbSlave;
import hudson.slaves.NodeProperty;
import io.jenkins.plugins.llmos.plugin.agents.DeclaredDevices;
import io.jenkins.plugins.llmos.plugin.agents.DevicesProperty;
import io.jenkins.plugins.llmos.plugin.privacy.DataSetBudget;
import io.jenkins.plugins.llmos.plugin.privacy.PrivacyConfiguration;
import io.jenkins.plugins.llmos.plugin.schedule.LlmosConfiguration;
import io.jenkins.plugins.llmos.plugin.schedule.Pool;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import jenkins.model.GlobalConfiguration;
import org.htmlunit.html.HtmlForm;
import org.htmlunit.html.HtmlPage;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.jvnet.hudson.test.JenkinsRule;
import org.jvnet.hudson.test.junit.jupiter.WithJenkins;

/** What the page of LLMOS and the forms of agents show is what comes back from them. */
@WithJenkins
class ConfigurationFormsTest {
    private static JenkinsRule jenkins;

    @BeforeAll
    static void start(JenkinsRule rule) {
        jenkins = rule;
    }

    private static LlmosConfiguration llmos() {
        return GlobalConfiguration.all().get(LlmosConfiguration.class);
    }

    /** Saves the page of LLMOS as it is shown. */
    private static void saveAsShown() throws Exception {
        try (JenkinsRule.WebClient browser = jenkins.createWebClient()) {
            jenkins.submit(browser.goTo("manage/llmos-configuration/").getFormByName("config"));
        }
    }

    private static Pool pool(String name, String label) {
        Pool pool = new Pool();
        pool.setName(name);
        pool.setLabel(label);
        return pool;
    }

    private static List<String> fields(Pool p) {
        return List.of(
                p.getName(),
                p.getLabel(),
                p.getPolicy(),
                p.getMaxWait(),
                p.getFit(),
                p.getQuantum(),
                p.getPreemptionCost(),
                p.getMinimumRun());
    }

    @Test
    void pools() throws Exception {
        Pool slow = pool("slow", "cpu || old");
        slow.setPolicy("rr");
        slow.setMaxWait("3h");
        slow.setFit("strict");
        slow.setQuantum("90s");
        slow.setPreemptionCost("10s");
        slow.setMinimumRun("1m");
        Pool usual = pool("usual", "");
        llmos().setPools(List.of(slow, usual));
        llmos().setAgentTimeout("7m");
        List<List<String>> before = List.of(fields(slow), fields(usual));

        saveAsShown();

        assertNotSame(slow, llmos().getPools().get(0));
        List<List<String>> after =
                llmos().getPools().stream().map(ConfigurationFormsTest::fields).toList();
        assertEquals(before.get(0), after.get(0));
        // where nobody chose the form chooses, and chooses what holds anyway
        assertEquals(List.of("usual", "", "srtf", "12h", "skip", "", "", ""), after.get(1));
        assertEquals("7m", llmos().getAgentTimeout());

        LlmosConfiguration onDisk = new LlmosConfiguration();
        assertEquals(
                after,
                onDisk.getPools().stream().map(ConfigurationFormsTest::fields).toList());
        assertEquals("7m", onDisk.getAgentTimeout());
    }

    @Test
    void noPoolsStayNone() throws Exception {
        llmos().setPools(List.of());
        saveAsShown();
        assertTrue(llmos().getPools().isEmpty());
    }

    @Test
    void theFormSaysWhatIsWrongWithADuration() throws Exception {
        Pool.DescriptorImpl form = (Pool.DescriptorImpl) jenkins.jenkins.getDescriptorOrDie(Pool.class);
        String message = form.doCheckQuantum("soon").getMessage();
        assertTrue(message.contains("quantum") && message.contains("soon"), message);
        assertEquals(hudson.util.FormValidation.Kind.OK, form.doCheckQuantum("30s").kind);
    }

    @Test
    void savingThePageLeavesTheLedgerAlone() throws Exception {
        DataSetBudget budget = new DataSetBudget();
        budget.setDataSet("visits");
        budget.setEpsilon(3);
        budget.setDelta(1e-5);
        GlobalConfiguration.all().get(PrivacyConfiguration.class).setBudgets(List.of(budget));
        Path audit = jenkins.jenkins.getRootDir().toPath().resolve("llmos/privacy/audit.jsonl");
        String before = Files.readString(audit);
        saveAsShown();
        assertEquals(before, Files.readString(audit));
    }

    @Test
    void devicesOfAnAgent() throws Exception {
        DumbSlave agent = Machines.agent(
                jenkins,
                "form",
                "",
                1,
                Machines.devices(2, "NVIDIA H100 80GB HBM3", "80G"),
                Machines.devices(1, "simulated", ""));
        DevicesProperty before = agent.getNodeProperty(DevicesProperty.class);
        before.setHidden("1, GPU-5");
        before.setCpuSlots(3);

        DevicesProperty after = jenkins.configRoundtrip(agent).getNodeProperty(DevicesProperty.class);

        assertNotSame(before, after);
        assertEquals("1, GPU-5", after.getHidden());
        assertEquals(3, after.getCpuSlots());
        assertEquals(
                List.of("2 NVIDIA H100 80GB HBM3 80G", "1 simulated "),
                after.getDeclared().stream()
                        .map(d -> d.getCount() + " " + d.getModel() + " " + d.getMemory())
                        .toList());
    }

    @Test
    void devicesAreDeclaredInTheForm() throws Exception {
        DumbSlave agent = jenkins.createSlave("empty", "", null);
        agent.getNodeProperties().add((NodeProperty) new DevicesProperty());
        try (JenkinsRule.WebClient browser = jenkins.createWebClient()) {
            HtmlPage page = browser.goTo("computer/empty/configure");
            HtmlForm form = page.getFormByName("config");
            form.getInputByName("_.hidden").setValue("all");
            form.getInputByName("_.cpuSlots").setValue("2");
            jenkins.submit(form);
        }
        DevicesProperty filled = jenkins.jenkins.getNode("empty").getNodeProperty(DevicesProperty.class);
        assertEquals("all", filled.getHidden());
        assertEquals(2, filled.getCpuSlots());
        assertEquals(List.<DeclaredDevices>of(), filled.getDeclared());
    }
}
