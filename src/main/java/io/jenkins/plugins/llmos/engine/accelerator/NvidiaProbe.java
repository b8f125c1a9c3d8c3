package io.jenkins.plugins.llmos.engine.accelerator;

import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * NVIDIA GPUs and MIG slices, by {@code nvidia-smi}. Where a GPU is cut into slices, the slices are the devices and the
 * GPU is not; the indexes are then positions in the list, so a host had better name devices by UUID.
 */
public final class NvidiaProbe implements Probe {
    private static final String FIELDS = "index,uuid,name,memory.total,mig.mode.current,power.draw";
    private static final String ECC = ",ecc.errors.uncorrected.volatile.total";
    private static final String STATE = ",temperature.gpu,memory.used";
    /** Fields up to the ECC errors, which tell whether a device is fit, and all of them. */
    private static final int FITNESS = 7;

    private static final int MOST = 9;
    private static final long MIB = 1L << 20;
    private static final Pattern CUDA = Pattern.compile("CUDA Version\\s*:\\s*(\\d+\\.\\d+)");
    private static final Pattern GPU = Pattern.compile("GPU (\\d+): (.+?) \\(UUID: ([^)\\s]+)\\)\\s*");
    private static final Pattern SLICE = Pattern.compile("\\s+MIG (\\S+)\\s+Device\\s+(\\d+): \\(UUID: ([^)]+)\\)\\s*");
    private static final Pattern PROFILE = Pattern.compile("(?:\\d+c\\.)?\\d+g\\.(\\d+)gb.*");

    private final String tool;
    private final Duration timeout;

    /** @param tool the program, usually {@code nvidia-smi}; it is called up to three times */
    public NvidiaProbe(String tool, Duration timeout) {
        this.tool = tool;
        this.timeout = timeout;
    }

    @Override
    public Finding look() {
        Optional<Command.Result> query = query(FIELDS + ECC + STATE);
        // drivers that are older than a field reject the whole query
        if (query.isPresent() && query.get().output().contains("is not a valid field")) {
            query = query("index,uuid,name,memory.total");
        }
        if (query.isEmpty()) {
            return new Finding(List.of(), List.of());
        }
        Command.Result result = query.get();
        if (result.timedOut()) {
            return Finding.problem(tool + " did not answer within " + timeout.toMillis() + " ms and was ended.");
        }
        Finding found = parse(result.output());
        if (found.devices().isEmpty()) {
            return Finding.problem(tool + " lists no GPU (exit status " + result.status() + "): " + result.firstLine());
        }
        if (!mig(result.output())) {
            return found;
        }
        Optional<Command.Result> list = Command.run(List.of(tool, "-L"), timeout);
        if (list.isEmpty() || list.get().timedOut()) {
            return Finding.problem(tool + " -L did not answer, so the MIG slices are not known.");
        }
        return withSlices(found, result.output(), list.get().output());
    }

    /** The CUDA version that this machine's driver supports, such as {@code 12.4}; empty if there is none. */
    public static String cudaVersion() {
        return Command.run(List.of("nvidia-smi"), Duration.ofSeconds(10))
                .map(r -> CUDA.matcher(r.output()))
                .filter(Matcher::find)
                .map(m -> m.group(1))
                .orElse("");
    }

    private Optional<Command.Result> query(String fields) {
        return Command.run(List.of(tool, "--query-gpu=" + fields, "--format=csv,noheader,nounits"), timeout);
    }

    /** Reads the answer to the query: one GPU a line. Lines that are not such are reported, not guessed at. */
    static Finding parse(String csv) {
        List<Device> devices = new ArrayList<>();
        List<Reading> readings = new ArrayList<>();
        List<String> problems = new ArrayList<>();
        for (String line : csv.lines().toList()) {
            String[] f = line.split(",", -1);
            for (int i = 0; i < f.length; i++) {
                f[i] = f[i].strip();
            }
            if (f.length < 4 || f.length > MOST || !f[0].matches("\\d{1,4}")) {
                if (!line.isBlank()) {
                    problems.add("nvidia-smi wrote a line that is not a GPU: " + shortened(line));
                }
                continue;
            }
            int index = Integer.parseInt(f[0]);
            String wrong = wrong(Arrays.copyOf(f, Math.min(f.length, FITNESS)));
            if (wrong != null) {
                problems.add("GPU " + index + " is in error: " + wrong + ". It is given to no job.");
            }
            int seen = index;
            if (devices.stream().anyMatch(d -> d.index() == seen)) {
                problems.add("nvidia-smi lists GPU " + index + " twice; the first counts.");
                continue;
            }
            devices.add(new Device(
                    index,
                    f[1].startsWith("GPU-") ? f[1] : "",
                    f[2].startsWith("[") ? "unknown NVIDIA GPU" : f[2],
                    Math.round(number(f[3], 0)) * MIB,
                    "",
                    wrong == null ? Health.OK : Health.ERROR,
                    DeviceKind.NVIDIA,
                    f.length > 5 ? number(f[5], Double.NaN) : Double.NaN));
            if (f.length == MOST) {
                double used = number(f[8], -1);
                readings.add(new Reading(index, number(f[7], Double.NaN), used < 0 ? -1 : Math.round(used) * MIB));
            }
        }
        return new Finding(devices, problems, readings);
    }

    /** What makes a GPU unfit, or null. A value that is just not offered, [N/A], is no fault. */
    private static String wrong(String[] fields) {
        for (String field : fields) {
            String t = field.toLowerCase(Locale.ROOT);
            if (t.contains("unknown error")
                    || t.contains("is lost")
                    || t.contains("err!")
                    || t.contains("reset required")) {
                return field.replaceAll("[\\[\\]]", "");
            }
        }
        if (number(fields[3], -1) <= 0 && !notOffered(fields[3])) {
            return "its memory is '" + fields[3] + "'";
        }
        if (fields.length > 6 && number(fields[6], 0) > 0) {
            return fields[6] + " uncorrected memory errors";
        }
        return null;
    }

    private static boolean notOffered(String field) {
        return field.contains("N/A") || field.contains("Not Supported");
    }

    private static double number(String text, double otherwise) {
        return text.matches("\\d{1,15}(\\.\\d+)?") ? Double.parseDouble(text) : otherwise;
    }

    private static boolean mig(String csv) {
        return csv.lines().map(l -> l.split(",", -1)).anyMatch(NvidiaProbe::migOn);
    }

    private static boolean migOn(String[] fields) {
        return fields.length > 4 && fields[4].strip().equals("Enabled");
    }

    /** Puts the slices in the place of the GPUs that are cut. */
    static Finding withSlices(Finding gpus, String csv, String list) {
        Map<Integer, Boolean> cut = new HashMap<>();
        csv.lines().map(l -> l.split(",", -1)).filter(NvidiaProbe::migOn).forEach(f -> {
            if (f[0].strip().matches("\\d{1,4}")) {
                cut.put(Integer.parseInt(f[0].strip()), true);
            }
        });
        List<String> problems = new ArrayList<>(gpus.problems());
        Map<Integer, List<Device>> slices = new HashMap<>();
        int current = -1;
        for (String line : list.lines().toList()) {
            Matcher gpu = GPU.matcher(line);
            Matcher slice = SLICE.matcher(line);
            if (gpu.matches()) {
                current = Integer.parseInt(gpu.group(1));
            } else if (slice.matches() && current >= 0) {
                slices.computeIfAbsent(current, k -> new ArrayList<>()).add(slice(gpus, current, slice));
            } else if (!line.isBlank()) {
                problems.add("nvidia-smi -L wrote a line that is not understood: " + shortened(line));
            }
        }
        List<Device> devices = new ArrayList<>();
        for (Device gpu : gpus.devices()) {
            if (!cut.containsKey(gpu.index())) {
                devices.add(gpu);
            } else if (slices.containsKey(gpu.index())) {
                devices.addAll(slices.get(gpu.index()));
            } else {
                problems.add("GPU " + gpu.index() + " has MIG switched on but no slices, so there is nothing on it to"
                        + " give to a job.");
            }
        }
        List<Device> numbered = new ArrayList<>();
        for (Device d : devices) {
            numbered.add(new Device(
                    numbered.size(),
                    d.uuid(),
                    d.model(),
                    d.memoryBytes(),
                    d.migProfile(),
                    d.health(),
                    d.kind(),
                    d.powerWatts()));
        }
        return new Finding(numbered, problems);
    }

    private static Device slice(Finding gpus, int index, Matcher slice) {
        Optional<Device> gpu =
                gpus.devices().stream().filter(d -> d.index() == index).findFirst();
        Matcher profile = PROFILE.matcher(slice.group(1));
        long memory = profile.matches() ? Long.parseLong(profile.group(1)) * 1024 * MIB : 0;
        return new Device(
                index,
                slice.group(3),
                gpu.map(Device::model).orElse("unknown NVIDIA GPU"),
                memory,
                slice.group(1),
                gpu.map(Device::health).orElse(Health.ERROR),
                DeviceKind.NVIDIA,
                Double.NaN);
    }

    private static String shortened(String line) {
        String text = line.strip().replaceAll("\\p{Cntrl}", "?");
        return text.length() > 120 ? text.substring(0, 120) + "…" : text;
    }
}
