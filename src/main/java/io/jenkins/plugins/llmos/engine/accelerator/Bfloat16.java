package io.jenkins.plugins.llmos.engine.accelerator;

import io.jenkins.plugins.llmos.engine.InvalidInputException;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Whether hardware multiplies in bfloat16 by itself; elsewhere that is done number by number, many times slower. */
public final class Bfloat16 {
    private static final Path PROCESSORS = Path.of("/proc/cpuinfo");

    /** AVX-512's and AMX' of x86, and that of ARM. */
    private static final List<String> FLAGS = List.of("avx512_bf16", "amx_bf16", "bf16");

    /** Lists the abilities of one processor; on ARM the line is called {@code Features}. */
    private static final Pattern ABILITIES = Pattern.compile("(?m)^(?:flags|Features)\\s*:(.*)$");

    private static final int LEAST_CAPABILITY = 8;

    private Bfloat16() {}

    /**
     * Refuses this machine's processor if it does not have it.
     *
     * @throws InvalidInputException if so, or if that is not known
     */
    public static void requireOfProcessor() {
        String text = null;
        try {
            text = Files.readString(PROCESSORS, StandardCharsets.ISO_8859_1);
        } catch (IOException unknown) {
            // Only Linux has that file.
        }
        requireOfProcessor(text);
    }

    /** @param cpuinfo what {@code /proc/cpuinfo} says, null where it cannot be read */
    static void requireOfProcessor(String cpuinfo) {
        if (cpuinfo == null) {
            throw new InvalidInputException("llmosTrain's argument 'precision' is 'bf16', but whether this machine's"
                    + " processor multiplies in bfloat16 is known from Linux' /proc/cpuinfo alone, which cannot be read"
                    + " here. Leave it out, which trains in 32-bit floats, or train under Linux.");
        }
        Matcher abilities = ABILITIES.matcher(cpuinfo);
        // All that a training may be moved to must have it.
        boolean any = false;
        boolean all = true;
        while (abilities.find()) {
            any = true;
            all &= Arrays.stream(abilities.group(1).split("\\s+")).anyMatch(FLAGS::contains);
        }
        if (!any || !all) {
            throw new InvalidInputException("llmosTrain's argument 'precision' is 'bf16', but this machine's processor"
                    + " does not multiply in bfloat16: /proc/cpuinfo has none of avx512_bf16, amx_bf16 (x86) and bf16"
                    + " (ARM). Leave it out, which trains in 32-bit floats, or train on a machine that has one of them,"
                    + " or an NVIDIA GPU of compute capability 8.0 or more.");
        }
    }

    /**
     * Refuses a GPU that does not have it.
     *
     * @param capability its compute capability as CUDA says it, major and minor digit without a dot, such as {@code 75}
     * @throws InvalidInputException if so
     */
    public static void requireOfGpu(String capability) {
        int digits = Integer.parseInt(capability);
        if (digits / 10 < LEAST_CAPABILITY) {
            throw new InvalidInputException("llmosTrain's argument 'precision' is 'bf16', but this machine's GPU has"
                    + " compute capability " + digits / 10 + "." + digits % 10 + "; NVIDIA's multiply in bfloat16 from"
                    + " 8.0 on. Leave it out, which trains in 32-bit floats, or train on a newer one.");
        }
    }
}
