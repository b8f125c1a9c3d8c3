package io.jenkins.plugins.llmos.plugin;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.CleanupMode;
import org.junit.jupiter.api.io.TempDir;

/** {@code llmosReport} in a real Jenkins. */
class ReportStepIT {
    @RegisterExtension
    static final JenkinsServer JENKINS = new JenkinsServer();

    @Test
    void judgesAModelOnAnAgentAndKeepsTheReport(@TempDir(cleanup = CleanupMode.NEVER) Path folder) throws Exception {
        JENKINS.agent("judges", folder);
        String pipeline = """
            pipeline {
                agent { label 'judges' }
                stages {
                    stage('train') {
                        steps {
                            writeFile file: 'rows.csv', text: 'x,group,kind\\n' + ('1,u,a\\n2,v,b\\n3,u,a\\n4,v,b\\n' * 40)
                            llmosTrain data: 'rows.csv', target: 'kind', model: 'logistic', test: 0.5, epochs: 1, output: 'model'
                            script {
                                def r = llmosReport(model: 'model', groups: ['group'], gate: [loss: '<= 100'], examples: 1)
                                echo "judged: ${r.calibrationError >= 0} ${r.fairnessGap >= 0} in ${r.output}"
                            }
                            llmosReport model: 'model', gate: [loss: '<= 0.0001']
                        }
                    }
                }
            }
            """;
        assertEquals("FAILURE", JENKINS.run("judged", pipeline), () -> Trainers.quietly(JENKINS, "judged"));
        String log = JENKINS.log("judged");
        assertTrue(log.contains("judged: true true in " + folder.resolve("workspace/judged/model")), log);
        assertTrue(log.contains("does not pass its gate: loss is"), log);
        String page = JENKINS.get("job/judged/1/llmos/");
        assertTrue(page.contains("../artifact/llmos/model-report/report.html"), page);
        String report = JENKINS.get("job/judged/1/artifact/llmos/model-report/report.html");
        assertTrue(report.contains("Confusion matrix") && report.contains("href=\"style.css\""), report);
        assertTrue(page.contains("href=\"report/model-report/\""), page);
        String shown = JENKINS.get("job/judged/1/llmos/report/model-report/", "en");
        assertTrue(shown.contains("Confusion matrix") && shown.contains("Groups by group"), shown);
        String chinese = JENKINS.get("job/judged/1/llmos/report/model-report/", "zh-CN");
        assertTrue(chinese.contains("混淆矩阵") && chinese.contains("rows.csv 中留作测试的 80 行"), chinese);
        assertTrue(JENKINS.get("job/judged/1/artifact/llmos/model-report-2/report.json")
                .contains("\"holds\": false"));
    }

    @Test
    void saysWhatIsWrongWithItsArguments() throws Exception {
        assertEquals("FAILURE", JENKINS.run("wrong", "node { llmosReport(model: 'nowhere') }"));
        assertTrue(
                JENKINS.log("wrong").contains("nowhere, which does not exist"),
                () -> Trainers.quietly(JENKINS, "wrong"));
        assertEquals("FAILURE", JENKINS.run("gate", "node { llmosReport(model: 'm', gate: [accuracy: 'good']) }"));
        assertTrue(JENKINS.log("gate").contains("it must be a comparison"), () -> Trainers.quietly(JENKINS, "gate"));
    }
}
