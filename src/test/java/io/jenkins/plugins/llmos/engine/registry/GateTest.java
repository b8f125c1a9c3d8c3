package io.jenkins.plugins.llmos.engine.registry;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.List;
import java.util.Map;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.DoubleRange;
import org.junit.jupiter.api.Test;

class GateTest {
    private static final String CARD = """
        {"format": 1, "seed": 42, "spec": {"epochs": 3},
         "metrics": {"accuracy": 0.9, "auc": NaN},
         "result": {"accuracy": 0.8, "epsilon": 2.5, "name": "x"},
         "report": {"fairness": {"sex": {"gap": 0.02, "rate": 0.5}, "age": {"gap": 0.3, "rate": 0.5}},
                    "calibration": {"ece": 0.01}}}
        """;

    private static List<String> check(String figure, String rule) {
        return check(CARD, figure, rule);
    }

    private static List<String> check(String card, String figure, String rule) {
        return Deployment.check(
                DeployRequest.from(Map.of("model", "m", "name", "m", "gate", Map.of(figure, rule))), card);
    }

    private static String refusal(String figure, String rule) {
        return assertThrows(GateException.class, () -> check(figure, rule)).getMessage();
    }

    @Test
    void figuresAreFoundWhereverTheCardHasThem() {
        assertEquals(List.of("accuracy 0.9 >= 0.9"), check("accuracy", ">= 0.9"));
        assertEquals(List.of("epsilon 2.5 <= 3"), check("epsilon", "≤3"));
        assertEquals(List.of("ece 0.01 < 0.05"), check("ece", " < 5e-2 "));
        assertEquals(List.of("rate 0.5 == 0.5"), check("rate", "== 0.5"));
        assertEquals(List.of("report.fairness.sex.gap 0.02 <= 0.1"), check("report.fairness.sex.gap", "<= 0.1"));
        assertEquals(List.of("age.gap 0.3 > 0.1"), check("age.gap", "> 0.1"));
    }

    @Test
    void whatCannotBeCheckedFails() {
        assertTrue(refusal("gap", "<= 0.1").contains("report.fairness.sex.gap, report.fairness.age.gap"));
        assertTrue(refusal("acuracy", ">= 0.1").contains("Did you mean 'accuracy'?"));
        assertTrue(refusal("auc", ">= 0").contains("auc NaN"));
        assertTrue(refusal("epochs", ">= 1").contains("no figure of that name"));
        assertTrue(refusal("accuracy", "> 0.9").contains("accuracy is 0.9, not > 0.9"));
    }

    @Test
    void aCheckpointFromElsewhereHasNoFigures() {
        assertTrue(assertThrows(GateException.class, () -> check(null, "accuracy", ">= 0"))
                .getMessage()
                .contains("has no card"));
    }

    @Property(tries = 200)
    void aGateHoldsExactlyWhereItsComparisonDoes(
            @ForAll @DoubleRange(min = -1e6, max = 1e6) double value,
            @ForAll @DoubleRange(min = -1e6, max = 1e6) double bound) {
        String card = "{\"metrics\": {\"x\": " + value + "}}";
        Map<String, Boolean> rules = Map.of(
                ">=",
                value >= bound,
                "<=",
                value <= bound,
                ">",
                value > bound,
                "<",
                value < bound,
                "==",
                value == bound);
        rules.forEach((sign, holds) -> {
            if (holds) {
                assertEquals(1, check(card, "x", sign + bound).size());
            } else {
                assertThrows(GateException.class, () -> check(card, "x", sign + bound));
            }
        });
    }
}
