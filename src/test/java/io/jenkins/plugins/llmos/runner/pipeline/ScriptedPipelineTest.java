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

/** Scripted Pipelines do what they do in Jenkins. */
class ScriptedPipelineTest {
    @TempDir
    private Path workspace;

    private Pipelines pipelines;

    @BeforeEach
    void makePipelines() {
        pipelines = new Pipelines(workspace);
    }

    private void succeeds(String script) throws Exception {
        PipelineRun.Outcome outcome = pipelines.run(script);
        assertEquals(Result.SUCCESS, outcome.result(), pipelines::log);
    }

    private void fails(String script, String... said) throws Exception {
        PipelineRun.Outcome outcome = pipelines.run(script);
        assertEquals(Result.FAILURE, outcome.result(), pipelines::log);
        for (String s : said) {
            assertTrue(pipelines.log().contains(s), () -> "'" + s + "' is not in:\n" + pipelines.log());
        }
        assertFalse(pipelines.log().contains("\tat "), "a stack trace is shown");
        assertFalse(pipelines.log().contains("llmos.runner"), "our own classes are shown");
    }

    @Test
    void everydayStepsWork() throws Exception {
        succeeds("""
                def twice(x) { return x * 2 }
                node('any label') {
                  stage('S') {
                    assert twice(4) == 8
                    sh 'echo from shell > out.txt'
                    assert readFile('out.txt') == 'from shell\\n'
                    assert sh(script: 'echo a; echo b >&2', returnStdout: true).trim() == 'a'
                    assert sh(script: 'exit 3', returnStatus: true) == 3
                    assert env.STAGE_NAME == 'S' && STAGE_NAME == 'S'
                    withEnv(['A=1', 'B=$A-2', 'PATH+X=/first']) {
                      assert env.A == '1' && A == '1'
                      assert sh(script: 'echo $PATH', returnStdout: true).startsWith('/first:')
                    }
                    assert env.A == null
                    env.G = 5
                    assert env.G == '5'
                    dir('d') {
                      assert pwd().endsWith('/d')
                      writeFile file: 'deep/f.txt', text: 'x'
                      assert fileExists('deep/f.txt') && !fileExists('nope')
                      stash name: 's', includes: '**/*.txt', excludes: 'nothing'
                      archiveArtifacts artifacts: '**', excludes: '*.bin'
                      deleteDir()
                    }
                    assert !fileExists('d')
                    dir('e') { unstash 's' }
                    assert readFile('e/deep/f.txt') == 'x'
                    int tries = 0
                    retry(3) { if (++tries < 3) { error 'again' } }
                    assert tries == 3
                    int polls = 0
                    waitUntil(initialRecurrencePeriod: 10) { ++polls == 2 }
                    sleep time: 10, unit: 'MILLISECONDS'
                    assert isUnix()
                    assert currentBuild.number == 1 && env.BUILD_NUMBER == '1' && BUILD_TAG == 'jenkins-test-1'
                    assert currentBuild.result == null && currentBuild.currentResult == 'SUCCESS'
                  }
                }
                """);
        assertTrue(Files.exists(workspace.resolve(".llmos/runs/test/1/archive/deep/f.txt")));
        assertTrue(pipelines.log().contains("+ echo from shell"), "sh traces its commands");
    }

    @Test
    void branchesRunAtTheSameTimeEachWithItsOwnContext() throws Exception {
        succeeds("""
                node {
                  def started = System.currentTimeMillis()
                  def r = parallel(
                    a: { withEnv(['X=a']) { dir('a') { sleep 1; assert env.X == 'a' && pwd().endsWith('/a'); echo X; 1 } } },
                    b: { withEnv(['X=b']) { dir('b') { sleep 1; assert env.X == 'b' && pwd().endsWith('/b'); echo X; 2 } } })
                  assert r == [a: 1, b: 2]
                  assert System.currentTimeMillis() - started < 1900
                  assert !pwd().endsWith('/a') && env.X == null
                }
                """);
        assertTrue(pipelines.lines().contains("[a] a") && pipelines.lines().contains("[b] b"), pipelines::log);
    }

    @Test
    void failFastEndsTheOtherBranches() throws Exception {
        long before = System.nanoTime();
        fails(
                "node { parallel(slow: { sh 'sleep 30' }, quick: { sleep 1; error 'boom' }, failFast: true) }",
                "test.Jenkinsfile, line 1: boom",
                "[slow] sh is ended: Branch 'quick' failed.");
        assertTrue(System.nanoTime() - before < 10e9);
    }

    @Test
    void aTimeoutEndsWhatRunsAndCanBeRetried() throws Exception {
        succeeds("""
                node {
                  int n = 0
                  retry(2) { n++; timeout(time: 300, unit: 'MILLISECONDS') { if (n == 1) { sh 'sleep 30' } } }
                  assert n == 2
                  try { timeout(time: 200, unit: 'MILLISECONDS') { sleep 30 } } catch (e) { echo "caught $e.message" }
                  sh 'echo afterwards all is normal'
                }
                """);
        assertTrue(pipelines.log().contains("caught The timeout of 0.2s has been exceeded."), pipelines::log);
        assertEquals(
                Result.ABORTED,
                pipelines
                        .run("timeout(time: 100, unit: 'MILLISECONDS') { sleep 30 }")
                        .result());
    }

    @Test
    void errorsCanBeToleratedAndResultsOnlyWorsen() throws Exception {
        PipelineRun.Outcome outcome = pipelines.run("""
                catchError(buildResult: 'UNSTABLE', message: 'tolerated') { error 'x' }
                assert currentBuild.currentResult == 'UNSTABLE'
                currentBuild.result = 'SUCCESS'
                assert currentBuild.result == 'UNSTABLE'
                warnError('warned') { error 'y' }
                unstable 'hm'
                """);
        assertEquals(Result.UNSTABLE, outcome.result(), pipelines::log);
        fails("catchError { error 'x' }\necho 'goes on'", "ERROR: x", "goes on");
    }

    @Test
    void parametersComeFromTheCommandLine() throws Exception {
        assertEquals(
                Result.SUCCESS,
                pipelines
                        .run("assert params.N == '3' && N == '3' && env.N == '3'", Map.of("N", "3"))
                        .result(),
                pipelines::log);
    }

    @Test
    void propertiesDeclareParameters() throws Exception {
        succeeds("properties([buildDiscarder(logRotator(numToKeepStr: '5')),"
                + " parameters([booleanParam(name: 'B', defaultValue: true)])])\nassert params.B == true");
    }

    @Test
    void anUnknownStepIsNamedWithItsLineAndItsNeighbours() throws Exception {
        fails(
                "node {\n  stage('a') {\n    ecko 'x'\n  }\n}",
                "test.Jenkinsfile, line 3: there is no step 'ecko'. Did you mean 'echo'?",
                "3 | ecko 'x'");
    }

    @Test
    void scriptErrorsPointAtTheScript() throws Exception {
        fails("def x = null\nx.foo()", "line 2", "Cannot invoke method foo() on null object");
        fails(
                "node {\n  echo envv.X\n}",
                "line 2",
                "there is no variable or property 'envv' here. Did you mean 'env'?");
        fails("node {\n  'text'.frob(1)\n}", "line 2", "there is no method 'frob' on String that takes (Integer).");
        fails("assert 1 == 2", "line 1", "assert 1 == 2");
        fails("node {\n  if (\n}", "line 3", "unexpected token");
        fails("import hudson.model.Foo\necho 'x'", "line 1", "they do not exist here");
    }

    @Test
    void aBodyThatCallsAMissingMethodRunsOnce() throws Exception {
        fails("node { dir('d') { echo 'once'\n'x'.nope() } }", "line 2");
        assertEquals(1, pipelines.lines().stream().filter("once"::equals).count());
    }

    @Test
    void wrongArgumentsAreNamed() throws Exception {
        fails(
                "node { sh script: 'ls', returnStdot: true }",
                "sh has no argument 'returnStdot'. Did you mean 'returnStdout'?");
        fails("echo 42", "echo's argument 'message' must be text, but is Integer 42");
        fails("node { sh() }", "sh needs the argument 'script'.");
        fails("stage('x', 'y') { }", "stage takes one argument without a name, name");
        fails("dir('x') { }", "dir needs a workspace. Put it inside of node");
        fails("retry(0) { }", "retry's argument 'count' is '0'");
        fails("sleep time: 1, unit: 'SECOND'", "Did you mean 'SECONDS'?");
        fails("node { bat 'dir' }", "bat runs Windows commands; on this machine use sh.");
        fails("node { unstash 'x' }", "There is no stash 'x'");
        fails("node { archiveArtifacts 'nope/**' }", "allowEmptyArchive: true");
    }

    @Test
    void theWorkspaceItselfIsNotDeleted() throws Exception {
        Files.writeString(workspace.resolve("mine.txt"), "precious");
        succeeds("node { deleteDir(); cleanWs() }");
        assertTrue(Files.exists(workspace.resolve("mine.txt")));
    }
}
