package io.jenkins.plugins.llmos.engine.accelerator;

import com.google.gson.JsonElement;
import com.google.gson.JsonObject;
import com.google.gson.JsonParseException;
import io.jenkins.plugins.llmos.engine.util.Json;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/** AMD GPUs, by {@code rocm-smi --json}. */
public final class RocmProbe implements Probe {
    private final String tool;
    private final Duration timeout;

    /** @param tool the program, usually {@code rocm-smi} */
    public RocmProbe(String tool, Duration timeout) {
        this.tool = tool;
        this.timeout = timeout;
    }

    @Override
    public Finding look() {
        Optional<Command.Result> result = Command.run(
                List.of(
                        tool,
                        "--showproductname",
                        "--showmeminfo",
                        "vram",
                        "--showuniqueid",
                        "--showpower",
                        "--showtemp",
                        "--json"),
                timeout);
        if (result.isEmpty()) {
            return new Finding(List.of(), List.of());
        }
        if (result.get().timedOut()) {
            return Finding.problem(tool + " did not answer within " + timeout.toMillis() + " ms and was ended.");
        }
        Finding found = parse(result.get().output());
        if (found.devices().isEmpty() && found.problems().isEmpty()) {
            return Finding.problem(tool + " lists no GPU (exit status "
                    + result.get().status() + "): " + result.get().firstLine());
        }
        return found;
    }

    /** Reads the tool's answer; some versions write warnings before the JSON, and the keys differ in case. */
    static Finding parse(String output) {
        int brace = output.indexOf('{');
        JsonObject cards;
        try {
            cards = Json.parse(brace < 0 ? "" : output.substring(brace), JsonObject.class);
        } catch (JsonParseException e) {
            String line = output.lines()
                    .map(String::strip)
                    .filter(l -> !l.isEmpty())
                    .findFirst()
                    .orElse("nothing");
            return Finding.problem(
                    "rocm-smi did not write JSON but: " + (line.length() > 120 ? line.substring(0, 120) + "…" : line));
        }
        List<Device> devices = new ArrayList<>();
        List<String> problems = new ArrayList<>();
        List<Reading> readings = new ArrayList<>();
        for (Map.Entry<String, JsonElement> card : cards.entrySet()) {
            if (card.getKey().matches("card\\d{1,4}") && card.getValue().isJsonObject()) {
                int index = Integer.parseInt(card.getKey().substring(4));
                Map<String, String> fields = fields(card.getValue().getAsJsonObject());
                devices.add(device(index, fields, problems));
                readings.add(reading(index, fields));
            }
        }
        devices.sort(Comparator.comparingInt(Device::index));
        return new Finding(devices, problems, readings);
    }

    private static Map<String, String> fields(JsonObject card) {
        Map<String, String> fields = new TreeMap<>();
        card.entrySet().forEach(e -> {
            if (e.getValue().isJsonPrimitive()) {
                String value = e.getValue().getAsString().strip();
                if (!value.isEmpty() && !value.equals("N/A")) {
                    fields.put(e.getKey().toLowerCase(Locale.ROOT), value);
                }
            }
        });
        return fields;
    }

    private static Reading reading(int index, Map<String, String> fields) {
        String used = fields.getOrDefault("vram total used memory (b)", "");
        // cards name their sensors differently; the hottest is the one that matters
        double celsius = fields.entrySet().stream()
                .filter(f -> f.getKey().startsWith("temperature (sensor"))
                .filter(f -> f.getValue().matches("\\d{1,3}(\\.\\d+)?"))
                .mapToDouble(f -> Double.parseDouble(f.getValue()))
                .max()
                .orElse(Double.NaN);
        return new Reading(index, celsius, used.matches("\\d{1,18}") ? Long.parseLong(used) : -1);
    }

    private static Device device(int index, Map<String, String> fields, List<String> problems) {
        String memory = fields.getOrDefault("vram total memory (b)", "");
        boolean known = memory.matches("\\d{1,18}");
        if (!known) {
            problems.add("GPU " + index + " is in error: rocm-smi does not tell its memory. It is given to no job.");
        }
        String model = "unknown AMD GPU";
        for (String key : List.of("card series", "device name", "card model", "card sku")) {
            String value = fields.get(key);
            // some versions put a PCI number where the name should be
            if (value != null && !value.startsWith("0x")) {
                model = value;
                break;
            }
        }
        double power = Double.NaN;
        for (Map.Entry<String, String> field : fields.entrySet()) {
            if (field.getKey().contains("graphics package power")
                    && field.getValue().matches("\\d{1,6}(\\.\\d+)?")) {
                power = Double.parseDouble(field.getValue());
            }
        }
        return new Device(
                index,
                fields.getOrDefault("unique id", ""),
                model,
                known ? Long.parseLong(memory) : 0,
                "",
                known ? Health.OK : Health.ERROR,
                DeviceKind.AMD,
                power);
    }
}
