package io.jenkins.plugins.llmos.engine.privacy.release;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.jenkins.plugins.llmos.engine.InvalidInputException;
import io.jenkins.plugins.llmos.engine.privacy.ledger.DataContents;
import io.jenkins.plugins.llmos.engine.util.FileAccess;
import io.jenkins.plugins.llmos.engine.util.Json;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ReleaseTest {
    private static final List<Object> EVERYTHING = List.of(
            Map.of("count", true),
            Map.of("sum", "visits", "lower", 0, "upper", 20, "integer", true),
            Map.of("sum", "age", "lower", -7.5, "upper", 110),
            Map.of("mean", "age", "lower", 0, "upper", 110, "weight", 2),
            Map.of("histogram", "city", "categories", List.of("A", "B")),
            Map.of("histogram", "age", "bins", List.of(0, 18, 65, 110)),
            Map.of("quantile", "age", "q", 0.25, "lower", 0, "upper", 110));

    @TempDir
    private Path folder;

    private Path data;

    @BeforeEach
    void makeData() throws IOException {
        data = folder.resolve("visits.csv");
        Random random = new Random(5);
        StringBuilder csv = new StringBuilder("age,visits,city\n");
        for (int i = 0; i < 4000; i++) {
            csv.append(String.format(
                    java.util.Locale.ROOT, "%.2f,%d,%s%n", 20 + 60 * random.nextDouble(), i % 5, "AABC".charAt(i % 4)));
        }
        Files.writeString(data, csv);
    }

    private Map<String, Object> arguments(double epsilon, String mechanism) {
        return new LinkedHashMap<>(Map.of(
                "data",
                "visits.csv",
                "release",
                EVERYTHING,
                "epsilon",
                epsilon,
                "delta",
                1e-6,
                "mechanism",
                mechanism));
    }

    private List<Map<String, Object>> release(Map<String, Object> arguments, long seed) {
        ReleasePlan plan = ReleasePlan.of(ReleaseRequest.from(arguments, folder));
        @SuppressWarnings("unchecked")
        List<Map<String, Object>> releases = (List<Map<String, Object>>) Release.compute(
                        plan, DataContents.read(List.of(data)), FileAccess.PLAIN, UniformIntegers.forTests(seed))
                .get("releases");
        return releases;
    }

    private static double number(Map<?, ?> r, String name) {
        return ((Number) r.get(name)).doubleValue();
    }

    private static void covers(Map<?, ?> r, double truth) {
        assertTrue(number(r, "low") <= number(r, "value") && number(r, "value") <= number(r, "high"), r::toString);
        assertEquals(truth, number(r, "value"), 3 * (number(r, "high") - number(r, "low")), r::toString);
    }

    @Test
    void valuesAreNearTheTruth() throws IOException {
        double sum = Files.readAllLines(data).stream()
                .skip(1)
                .mapToDouble(l -> Double.parseDouble(l.substring(0, l.indexOf(','))))
                .sum();
        for (String mechanism : List.of("laplace", "gaussian")) {
            List<Map<String, Object>> r = release(arguments(7, mechanism), 3);
            covers(r.get(0), 4000);
            covers(r.get(1), 8000);
            covers(r.get(2), sum);
            covers(r.get(3), sum / 4000);
            List<?> cities = (List<?>) r.get(4).get("bins");
            covers((Map<?, ?>) cities.get(0), 2000);
            covers((Map<?, ?>) cities.get(2), 1000);
            assertEquals("other", ((Map<?, ?>) cities.get(2)).get("bin"));
            List<?> ages = (List<?>) r.get(5).get("bins");
            covers((Map<?, ?>) ages.get(0), 0);
            assertEquals("[18.0, 65.0)", ((Map<?, ?>) ages.get(1)).get("bin"));
            assertEquals(35, number(r.get(6), "value"), 2);
        }
    }

    @Test
    void intervalsCoverAsOftenAsTheySay() {
        Map<String, Object> arguments = new LinkedHashMap<>(Map.of(
                "data",
                "visits.csv",
                "epsilon",
                0.5,
                "release",
                List.of(Map.of("sum", "visits", "lower", 0, "upper", 4))));
        int covered = 0;
        int rounds = 200;
        for (int i = 0; i < rounds; i++) {
            Map<String, Object> r = release(arguments, i).get(0);
            covered += number(r, "low") <= 8000 && 8000 <= number(r, "high") ? 1 : 0;
        }
        assertTrue(covered >= rounds * 0.95 - 5 * Math.sqrt(rounds * 0.95 * 0.05), covered + " of " + rounds);
    }

    @Test
    void noReleaseCostsMoreThanWasAsked() {
        for (String mechanism : List.of("laplace", "gaussian")) {
            for (double epsilon : new double[] {0.1, 1, 8}) {
                ReleasePlan plan = ReleasePlan.of(ReleaseRequest.from(arguments(epsilon, mechanism), folder));
                assertTrue(plan.epsilon() <= epsilon * (1 + 1e-9), mechanism + " " + plan.epsilon());
                assertTrue(plan.epsilon() > epsilon * 0.5, mechanism + " " + plan.epsilon());
            }
        }
    }

    /** One more row changes what noise is added to by at most the sensitivity, whatever the rows are. */
    @Property(tries = 100)
    void oneRecordChangesLittle(@ForAll long seed) {
        ReleasePlan plan = ReleasePlan.of(
                ReleaseRequest.from(Map.of("data", "x.csv", "release", EVERYTHING, "epsilon", 1), Path.of("")));
        List<String> header = List.of("age", "visits", "city");
        Random random = new Random(seed);
        for (ReleasePlan.Noise n : plan.noises()) {
            Statistic without = new Statistic(n, header);
            Statistic with = new Statistic(n, header);
            for (int i = random.nextInt(50); i >= 0; i--) {
                String field = field(random);
                without.accept(field);
                with.accept(field);
            }
            with.accept(field(random));
            long[] a = without.exact();
            long[] b = with.exact();
            int changed = 0;
            for (int i = 0; i < a.length; i++) {
                long change = Math.abs(a[i] - b[i]);
                changed += change > 0 ? 1 : 0;
                if (!n.parts().isEmpty()) {
                    long most = n.parts().get(Math.min(i, n.parts().size() - 1)).sensitivity();
                    assertTrue(change <= most, n.query() + ": " + change);
                }
            }
            assertTrue(n.query().kind() != Query.Kind.HISTOGRAM || changed <= 1);
        }
    }

    private static String field(Random random) {
        return switch (random.nextInt(6)) {
            case 0 -> "";
            case 1 -> "A";
            case 2 -> "-1e300";
            case 3 -> "1e99";
            case 4 -> Integer.toString(random.nextInt(40) - 20);
            default -> Double.toString(random.nextGaussian() * 100);
        };
    }

    @Property(tries = 50)
    void oneRecordChangesAQuantilesChoiceLittle(@ForAll long seed) {
        Query query = Query.from(1, Map.of("quantile", "x", "q", 0.9, "lower", -1, "upper", 1));
        Random random = new Random(seed);
        Quantiles without = new Quantiles(query);
        Quantiles with = new Quantiles(query);
        List<Double> values = new ArrayList<>();
        for (int i = 0; i < 30; i++) {
            values.add(random.nextBoolean() ? random.nextGaussian() : random.nextInt(5) / 4.0);
        }
        values.forEach(without::accept);
        values.forEach(with::accept);
        with.accept(random.nextGaussian());
        long[] a = without.utilities();
        long[] b = with.utilities();
        for (int i = 0; i < a.length; i++) {
            assertTrue(Math.abs(a[i] - b[i]) <= with.sensitivity());
        }
    }

    @Test
    void outputsAreWholeAndHoldNothingElse() throws IOException {
        Map<String, Object> arguments = arguments(1, "laplace");
        arguments.put("output", "out/release.csv");
        ReleasePlan plan = ReleasePlan.of(ReleaseRequest.from(arguments, folder));
        Release.run(plan, DataContents.read(List.of(data)), FileAccess.PLAIN);
        List<String> lines = Files.readAllLines(folder.resolve("out/release.csv"));
        assertEquals("statistic,column,bin,value,low,high,epsilon,delta", lines.get(0));
        assertEquals(13, lines.size());
        arguments.put("output", "out/release.json");
        Release.run(
                ReleasePlan.of(ReleaseRequest.from(arguments, folder)),
                DataContents.read(List.of(data)),
                FileAccess.PLAIN);
        assertEquals(
                7,
                ((List<?>) Json.read("it", folder.resolve("out/release.json"), Map.class)
                                .get("releases"))
                        .size());
        refused("exists already", arguments);
        assertFalse(Files.exists(folder.resolve("out/release.json.tmp")));
    }

    private void refused(String words, Map<String, Object> arguments) {
        String message = assertThrows(InvalidInputException.class, () -> ReleaseRequest.from(arguments, folder)
                        .check(FileAccess.PLAIN))
                .getMessage();
        assertTrue(message.contains(words), message);
    }

    @Test
    void wrongRequestsAreRefused() throws IOException {
        Map<String, Object> wrong = arguments(1, "laplace");
        wrong.put("release", List.of(Map.of("mean", "age")));
        refused("needs the bounds", wrong);
        wrong.put("release", List.of(Map.of("mean", "aeg", "lower", 0, "upper", 1)));
        refused("no column 'aeg'", wrong);
        wrong.put("release", List.of(Map.of("mean", "age", "lower", 1, "upper", 1)));
        refused("lower must be less", wrong);
        wrong.put("release", List.of(Map.of("median", "age")));
        refused("must name one statistic", wrong);
        wrong.put("release", List.of());
        refused("needs a block", wrong);
        refused("ε is 0.0", arguments(0, "laplace"));
        refused("too little", arguments(1e-6, "laplace"));
        Files.delete(data);
        refused("does not exist", arguments(1, "laplace"));
    }
}
