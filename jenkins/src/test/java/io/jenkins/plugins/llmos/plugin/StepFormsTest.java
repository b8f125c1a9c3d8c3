package io.jenkins.plugins.llmos.plugin;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.jenkins.plugins.llmos.plugin.privacy.PrivatizeStep;
import io.jenkins.plugins.llmos.plugin.schedule.LlmosAgent;
import io.jenkins.plugins.llmos.plugin.schedule.ScheduleStep;
import java.util.List;
import java.util.Map;
import org.htmlunit.html.HtmlForm;
import org.htmlunit.html.HtmlInput;
import org.htmlunit.html.HtmlSelect;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.jvnet.hudson.test.JenkinsRule;
import org.jvnet.hudson.test.TestExtension;
import org.jvnet.hudson.test.junit.jupiter.WithJenkins;

/** Every field of the form of every step reaches the step, and what nobody filled in does not. */
@WithJenkins
class StepFormsTest {
    private static JenkinsRule jenkins;

    @TestExtension
    public static final class Holder extends FormHolder.DescriptorImpl {}

    @BeforeAll
    static void start(JenkinsRule rule) {
        jenkins = rule;
    }

    private static void fill(HtmlForm form, Map<String, String> fields) {
        fields.forEach((name, value) -> input(form, name).setValue(value));
    }

    /** The last one of that name: properties and triggers, some of which have such fields too, stand before the steps. */
    private static HtmlInput input(HtmlForm form, String name) {
        List<HtmlInput> all = form.getInputsByName("_." + name);
        return all.get(all.size() - 1);
    }

    private static void choose(HtmlForm form, String name, String value) {
        List<HtmlSelect> all = form.getSelectsByName("_." + name);
        all.get(all.size() - 1).setSelectedAttribute(value, true);
    }

    @Test
    void train() throws Exception {
        assertEquals(
                Map.ofEntries(
                        Map.entry("data", "a.csv"),
                        Map.entry("target", "y"),
                        Map.entry("model", "logistic"),
                        Map.entry("optimizer", "adam"),
                        Map.entry("learningRate", 0.5),
                        Map.entry("epochs", 3),
                        Map.entry("batch", 16),
                        Map.entry("output", "m"),
                        Map.entry("overwrite", true),
                        Map.entry("sensitivity", "internal"),
                        Map.entry("key", "model-key")),
                FormHolder.arguments(jenkins, new TrainStep(), form -> {
                    fill(
                            form,
                            Map.of(
                                    "data", "a.csv",
                                    "target", "y",
                                    "learningRate", "0.5",
                                    "epochs", "3",
                                    "batch", "16",
                                    "output", "m",
                                    "sensitivity", "internal",
                                    "key", "model-key"));
                    choose(form, "model", "logistic");
                    choose(form, "optimizer", "adam");
                    input(form, "overwrite").setChecked(true);
                }));
        assertEquals(
                Map.of("data", "images-idx3-ubyte.gz", "labels", "labels-idx1-ubyte.gz", "output", "m"),
                FormHolder.arguments(
                        jenkins,
                        new TrainStep(),
                        form -> fill(
                                form,
                                Map.of(
                                        "data",
                                        "images-idx3-ubyte.gz",
                                        "labels",
                                        "labels-idx1-ubyte.gz",
                                        "output",
                                        "m"))));
    }

    private static final Map<String, String> DEMAND = Map.of(
            "gpus", "2",
            "gpuMemory", "16G",
            "gpuModel", "H100",
            "cpus", "1.5",
            "memory", "8G",
            "disk", "20G",
            "estimate", "20m",
            "priority", "-3",
            "pool", "default");

    @Test
    void schedule() throws Exception {
        assertEquals(
                Map.of(
                        "gpus", 2,
                        "gpuMemory", "16G",
                        "gpuModel", "H100",
                        "cpus", 1.5,
                        "memory", "8G",
                        "disk", "20G",
                        "estimate", "20m",
                        "priority", -3,
                        "pool", "default",
                        "preemptible", false),
                FormHolder.arguments(jenkins, new ScheduleStep(), form -> {
                    fill(form, DEMAND);
                    input(form, "preemptible").setChecked(false);
                }));
        assertEquals(
                Map.of("gpuShare", 0.5),
                FormHolder.arguments(
                        jenkins, new ScheduleStep(), form -> fill(form, Map.of("gpus", "", "gpuShare", "0.5"))));
    }

    @Test
    void aScheduleThatCannotBeIsToldInPlaceOfASnippet() {
        UnsupportedOperationException e = assertThrows(
                UnsupportedOperationException.class,
                () -> FormHolder.arguments(jenkins, new ScheduleStep(), form -> fill(form, Map.of("pool", "defalt"))));
        assertEquals("There is no pool 'defalt' of devices. Did you mean 'default'?", e.getMessage());
    }

    @Test
    void declarativeAgent() throws Exception {
        LlmosAgent filled = (LlmosAgent) FormHolder.submit(jenkins, new LlmosAgent(), form -> {
            fill(form, DEMAND);
            fill(form, Map.of("label", "linux && big"));
            input(form, "preemptible").setChecked(false);
        });
        LlmosAgent shownAgain = (LlmosAgent) FormHolder.submit(jenkins, filled, form -> {});
        for (LlmosAgent agent : new LlmosAgent[] {filled, shownAgain}) {
            assertEquals("linux && big", agent.getLabel());
            assertEquals(
                    Map.of(
                            "gpus", 2,
                            "gpuMemory", "16G",
                            "gpuModel", "H100",
                            "cpus", 1.5,
                            "memory", "8G",
                            "disk", "20G",
                            "estimate", "20m",
                            "priority", -3,
                            "pool", "default",
                            "preemptible", false),
                    agent.getArguments());
        }
    }

    @Test
    void privatizeATraining() throws Exception {
        assertEquals(
                Map.of(
                        "dataset",
                        "visits",
                        "epsilon",
                        3.0,
                        "delta",
                        1e-5,
                        "trainings",
                        2,
                        "clipping",
                        "automatic",
                        "clip",
                        0.7,
                        "microBatch",
                        64),
                FormHolder.arguments(
                        jenkins,
                        new PrivatizeStep(),
                        form -> fill(
                                form,
                                Map.of(
                                        "dataset", "visits",
                                        "epsilon", "3",
                                        "delta", "1e-5",
                                        "trainings", "2",
                                        "clipping", "automatic",
                                        "clip", "0.7",
                                        "microBatch", "64"))));
    }

    @Test
    void privatizeARelease() throws Exception {
        assertEquals(
                Map.of("data", "visits.csv", "epsilon", 0.5, "mechanism", "laplace", "output", "o", "overwrite", true),
                FormHolder.arguments(jenkins, new PrivatizeStep(), form -> {
                    fill(form, Map.of("data", "visits.csv", "epsilon", "0.5", "mechanism", "laplace", "output", "o"));
                    input(form, "overwrite").setChecked(true);
                }));
    }

    @Test
    void privatizeFiles() throws Exception {
        assertEquals(
                Map.of(
                        "encrypt", "data/**",
                        "excludes", "**/*.tmp",
                        "key", "k",
                        "sensitivity", "restricted",
                        "output", "safe"),
                FormHolder.arguments(
                        jenkins,
                        new PrivatizeStep(),
                        form -> fill(
                                form,
                                Map.of(
                                        "encrypt", "data/**",
                                        "excludes", "**/*.tmp",
                                        "key", "k",
                                        "sensitivity", "restricted",
                                        "output", "safe"))));
        assertEquals(
                Map.of("rotate", "safe/**", "key", "k", "newKey", "l"),
                FormHolder.arguments(
                        jenkins,
                        new PrivatizeStep(),
                        form -> fill(form, Map.of("rotate", "safe/**", "key", "k", "newKey", "l"))));
        assertEquals(
                Map.of("decrypt", "safe/**", "key", "k", "job", "make/it", "build", "7"),
                FormHolder.arguments(
                        jenkins,
                        new PrivatizeStep(),
                        form -> fill(form, Map.of("decrypt", "safe/**", "key", "k", "job", "make/it", "build", "7"))));
    }

    /** Of a title in parentheses Jelly would show nothing, since it takes what stands there for a message's arguments. */
    @Test
    void theTitlesOfKeysAreWhole() throws Exception {
        FormHolder.submit(
                jenkins,
                new PrivatizeStep(),
                form -> assertTrue(
                        form.asNormalizedText().contains("Credentials with the key"), form.asNormalizedText()));
    }
}
