package io.jenkins.plugins.llmos.engine.report;

import static org.junit.jupiter.api.Assertions.assertEquals;

import org.junit.jupiter.api.Test;

class PrometheusTextTest {
    @Test
    void valuesOfLabelsAreEscaped() {
        String text = new PrometheusText()
                .gauge("held", "Whether it is \\ held")
                .sample(1, "model", "a \"b\" \\ c\nd", "device", "0")
                .counter("all", "All of them")
                .sample(0.25)
                .toString();
        assertEquals("""
                # HELP held Whether it is \\\\ held
                # TYPE held gauge
                held{model="a \\"b\\" \\\\ c\\nd",device="0"} 1
                # HELP all All of them
                # TYPE all counter
                all 0.250000
                """, text);
    }
}
