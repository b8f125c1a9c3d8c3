package io.jenkins.plugins.llmos.runner.pipeline;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Declarative Pipelines do what they do in Jenkins, and are checked before anything runs. */
class DeclarativePipelineTest {
    @TempDir
    private Path workspace;

    private Pipelines pipelines;

    @BeforeEach
    void makePipelines() {
        pipelines = new Pipelines(workspace);
    }

    private static String stage(String content) {
        return "pipeline {\n  agent any\n  stages {\n    stage('S') {\n" + content + "\n    }\n  }\n}\n";
    }

    private void refused(String script, String... said) throws Exception {
        assertEquals(Result.FAILURE, pipelines.run("echo 'begun'\n" + script).result(), pipelines::log);
        assertFalse(pipelines.lines().contains("begun"), "something ran");
        for (String s : said) {
            assertTrue(pipelines.log().contains(s), () -> "'" + s + "' is not in:\n" + pipelines.log());
        }
    }

    @Test
    void theFeatureTourWorks() throws Exception {
        String script = Files.readString(Path.of("test-jenkinsfiles/declarative-features.Jenkinsfile"));
        PipelineRun.Outcome outcome = pipelines.run(script, Map.of("NAME", "there"));
        assertEquals(Result.SUCCESS, outcome.result(), pipelines::log);
        assertTrue(
                pipelines.inOrder(
                        "the trigger cron does not act here",
                        "hello from test! there, red, Variables",
                        "in the shell: hello from test! there",
                        "Stage 'Skipped' is skipped: its when does not hold.",
                        "squares [1, 4, 9]",
                        "files came and went",
                        "the first try fails",
                        "the second try works",
                        "this is caught",
                        "result SUCCESS",
                        "all is well",
                        "at the very end"),
                pipelines::log);
        assertTrue(pipelines.inOrder("[right] one after", "[right] the other"), pipelines::log);
        assertFalse(pipelines.log().contains("never said"));
    }

    @Test
    void aFailureSkipsTheRestAndPostRunsInJenkinsOrder() throws Exception {
        PipelineRun.Outcome outcome = pipelines.run("""
                pipeline {
                  agent any
                  stages {
                    stage('One') {
                      steps { error 'broken' }
                      post {
                        failure { echo 'stage failed' }
                        success { echo 'no' }
                      }
                    }
                    stage('Two') { steps { echo 'no' } }
                  }
                  post {
                    cleanup { echo 'p4' }
                    unsuccessful { echo 'p3' }
                    failure { echo 'p2' }
                    success { echo 'no' }
                    always { echo 'p1' }
                  }
                }
                """);
        assertEquals(Result.FAILURE, outcome.result());
        assertTrue(
                pipelines.inOrder(
                        "stage failed",
                        "Stage 'Two' is skipped because an earlier one failed.",
                        "p1",
                        "p2",
                        "p3",
                        "p4",
                        "line 5: broken"),
                pipelines::log);
        assertFalse(pipelines.lines().contains("no"));
    }

    @Test
    void changedComparesWithTheRunBefore() throws Exception {
        String script = stage("steps { script { if (params.BREAK == 'yes') { error 'x' } } }\n"
                + "post { changed { echo 'changed' }\nfixed { echo 'fixed' }\nregression { echo 'regressed' } }");
        pipelines.run(script);
        assertTrue(pipelines.lines().contains("changed"), pipelines::log);
        pipelines.run(script);
        assertFalse(pipelines.lines().contains("changed"), pipelines::log);
        pipelines.run(script, Map.of("BREAK", "yes"));
        assertTrue(pipelines.inOrder("changed", "regressed"), pipelines::log);
        pipelines.run(script);
        assertTrue(pipelines.inOrder("changed", "fixed"), pipelines::log);
    }

    @Test
    void parametersAreTypedAndChecked() throws Exception {
        String script = """
                pipeline {
                  agent any
                  parameters {
                    string(name: 'A', defaultValue: 'x')
                    booleanParam(name: 'B', defaultValue: true)
                    choice(name: 'C', choices: 'p\\nq')
                  }
                  stages {
                    stage('S') {
                      steps {
                        script {
                          assert params.B instanceof Boolean
                          echo "${params.A} ${params.B} ${params.C}"
                        }
                      }
                    }
                  }
                }
                """;
        assertEquals(Result.SUCCESS, pipelines.run(script).result(), pipelines::log);
        assertTrue(pipelines.lines().contains("x true p"), pipelines::log);
        pipelines.run(script, Map.of("A", "y", "B", "false", "C", "q"));
        assertTrue(pipelines.lines().contains("y false q"), pipelines::log);
        assertTrue(pipelines.run(script, Map.of("C", "r")).wrongUsage(), pipelines::log);
        assertTrue(pipelines.run(script, Map.of("AA", "r")).wrongUsage(), pipelines::log);
        assertTrue(pipelines.log().contains("The Jenkinsfile has no parameter 'AA'. Did you mean 'A'"), pipelines::log);
    }

    @Test
    void noAgentMeansNoWorkspace() throws Exception {
        pipelines.run("pipeline { agent none\nstages { stage('S') { steps { sh 'ls' } } } }");
        assertTrue(pipelines.log().contains("sh needs a workspace."), pipelines::log);
    }

    @Test
    void anAgentMayHoldDevices() throws Exception {
        assertEquals(
                Result.SUCCESS,
                pipelines
                        .run(stage("agent { llmos { gpus 1; label 'x'; estimate '20m' } }\n"
                                + "steps { sh 'echo device $LLMOS_DEVICES attempt $LLMOS_ATTEMPT' }"))
                        .result(),
                pipelines::log);
        assertTrue(pipelines.lines().contains("device 0 attempt 1"), pipelines::log);
    }

    @Test
    void structureIsCheckedBeforeAnythingRuns() throws Exception {
        refused(stage("stepz { echo 'x' }"), "unknown directive 'stepz' in stage. Did you mean 'steps'", "| stepz {");
        refused(stage("steps { def x = 1 }"), "expected a step. Groovy code such as if, def and assignments");
        refused(stage("steps { 'a'.trim() }"), "go in a script { … } block");
        refused(stage("steps { ecko 'x' }"), "there is no step 'ecko'. Did you mean 'echo'?");
        refused(stage("steps { dir('x') { ecko 'x' } }"), "there is no step 'ecko'");
        refused(stage("steps { }"), "steps has no steps");
        refused(stage("environment { A = '1' }"), "a stage needs one of steps, stages and parallel; this one has none");
        refused(stage("steps { echo 'x' }\npost { allways { echo 'x' } }"), "Did you mean 'always'");
        refused(stage("steps { echo 'x' }\nwhen { brunch 'x' }"), "Did you mean 'branch'");
        refused(stage("agent { docker 'x' }\nsteps { echo 'x' }"), "needs containers, which the runner does not start");
        refused(stage("agent { llmos { gpu 1 } }\nsteps { echo 'x' }"), "Did you mean 'gpus'");
        refused("pipeline { stages { stage('S') { steps { echo 'x' } } } }", "pipeline needs agent");
        refused("pipeline { agent any }", "pipeline needs stages");
        refused(
                "pipeline { agent any\nstages { stage('S') { steps { echo 'x' } }\nstage('S') { steps { echo 'x' } } } }",
                "two stages are called 'S'");
        refused(stage("steps { echo 'x' }\nsteps { echo 'y' }"), "more than one steps");
    }

    @Test
    void severalErrorsAreToldAtOnce() throws Exception {
        refused(stage("stepz { echo 'x' }\nenviroment { A = 1 }"), "'stepz'", "'enviroment'");
    }
}
