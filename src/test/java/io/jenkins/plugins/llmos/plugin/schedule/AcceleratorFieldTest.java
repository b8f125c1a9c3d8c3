package io.jenkins.plugins.llmos.plugin.schedule;

import static org.junit.jupiter.api.Assertions.assertAll;
import static org.junit.jupiter.api.Assertions.assertEquals;

import java.lang.reflect.Field;
import java.lang.reflect.Method;
import java.lang.reflect.Modifier;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;
import org.kohsuke.stapler.DataBoundSetter;

class AcceleratorFieldTest {
    private static Map<String, Class<?>> fields() throws IllegalAccessException {
        Map<String, Class<?>> fields = new TreeMap<>();
        for (Field constant : AcceleratorField.class.getDeclaredFields()) {
            if (Modifier.isStatic(constant.getModifiers()) && constant.get(null) instanceof AcceleratorField<?> field) {
                fields.put(field.name(), field.type());
            }
        }
        return fields;
    }

    /** The fields of a form, as Stapler and structs find them. */
    private static Map<String, Class<?>> setters(Class<?> form) {
        Map<String, Class<?>> setters = new TreeMap<>();
        Arrays.stream(form.getDeclaredMethods())
                .filter(m -> m.isAnnotationPresent(DataBoundSetter.class))
                .forEach(m -> setters.put(name(m), m.getParameterTypes()[0]));
        return setters;
    }

    private static String name(Method setter) {
        return Character.toLowerCase(setter.getName().charAt(3))
                + setter.getName().substring(4);
    }

    @Test
    void allFormsHaveTheSameFields() throws IllegalAccessException {
        Map<String, Class<?>> all = fields();
        Map<String, Class<?>> ofAJob = new TreeMap<>(all);
        ofAJob.remove("preemptible");
        Map<String, Class<?>> ofAnAgent = new TreeMap<>(all);
        ofAnAgent.put("label", String.class);
        assertAll(
                () -> assertEquals(all, setters(ScheduleStep.class)),
                () -> assertEquals(ofAJob, setters(AcceleratorsProperty.class)),
                () -> assertEquals(ofAnAgent, setters(LlmosAgent.class)));
    }

    @Test
    void whatNobodyFilledInIsNotGiven() {
        Map<String, Object> arguments = new LinkedHashMap<>();
        AcceleratorField.GPUS.put(2, arguments);
        AcceleratorField.GPU_MODEL.put("H100", arguments);
        AcceleratorField.PREEMPTIBLE.put(false, arguments);
        assertEquals(Map.of("gpus", 2, "gpuModel", "H100", "preemptible", false), arguments);
        AcceleratorField.GPUS.put(null, arguments);
        AcceleratorField.GPU_MODEL.put(" ", arguments);
        AcceleratorField.PREEMPTIBLE.put(true, arguments);
        assertEquals(Map.of(), arguments);
    }
}
