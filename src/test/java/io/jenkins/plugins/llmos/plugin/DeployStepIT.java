package io.jenkins.plugins.llmos.plugin;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** From a training to what is in production and predicts, in a real Jenkins. */
class DeployStepIT {
    private static final String REGISTRY = "io.jenkins.plugins.llmos.plugin.registry.ModelArtifacts.registry()";

    @RegisterExtension
    static final JenkinsServer JENKINS = new JenkinsServer();

    @Test
    void aModelIsDeployedPromotedUsedAndRolledBack() throws Exception {
        String pipeline = """
            node {
                llmosTrain(%1$s, model: 'logistic', epochs: 2, batch: 256, output: 'two')
                llmosTrain(%1$s, model: 'logistic', epochs: 1, batch: 256, output: 'one')
                def staged = llmosDeploy(model: 'two', name: 'digits', stage: 'staging', gate: [accuracy: '>= 0.5'])
                echo "staged ${staged.version}"
                llmosDeploy(model: 'digits@staging', name: 'digits', stage: 'production')
                llmosDeploy(model: 'one', name: 'digits', stage: 'production')
                try {
                    llmosDeploy(model: 'one', name: 'digits', stage: 'staging', gate: [epsilon: '<= 3'])
                } catch (Exception e) {
                    echo "refused: ${e.message}"
                }
                echo "back at ${llmosDeploy(name: 'digits', stage: 'production', rollback: true).version}"
                def used = llmosPredict(model: 'digits@production', %1$s, output: 'out.csv')
                echo "predicted ${used.rows}: ${used.accuracy > 0.5}"
            }
            """.formatted(Trainers.DATA);
        assertEquals("SUCCESS", JENKINS.run("deploy", pipeline), () -> Trainers.quietly(JENKINS, "deploy"));
        String log = JENKINS.log("deploy");
        assertTrue(log.contains("staged 1"), log);
        assertTrue(log.contains("refused: The model one does not pass its gate"), log);
        assertTrue(log.contains("back at 1"), log);
        assertTrue(log.contains("predicted 10000: true"), log);
        assertEquals(
                "true,2",
                JENKINS.script("def b = Jenkins.get().getItemByFullName('deploy').getBuildByNumber(1);def f ="
                                + " b.artifacts.find { it.relativePath.startsWith('llmos/models/digits') };print([b.keepLog && f"
                                + " != null && b.getAction(hudson.tasks.Fingerprinter.FingerprintAction) != null,"
                                + REGISTRY + ".versions('digits').size()].join(','))")
                        .strip());

        // A version whose artifacts were changed is not used.
        JENKINS.script("def b = Jenkins.get().getItemByFullName('deploy').getBuildByNumber(1);new File(b.artifactsDir,"
                + " 'llmos/models').eachFileRecurse { if (it.name == 'model.safetensors') it.text = 'x' }");
        assertEquals(
                "FAILURE",
                JENKINS.run(
                        "changed",
                        "node { llmosPredict(model: 'digits@production', data: 'x.csv', output: 'out.csv') }"));
        assertTrue(JENKINS.log("changed").contains("model.safetensors was changed"), JENKINS.log("changed"));
        assertFalse(JENKINS.log("changed").contains("\tat "));
    }
}
