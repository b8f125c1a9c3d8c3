package io.jenkins.plugins.llmos.engine.accelerator;

import static org.junit.jupiter.api.Assertions.assertDoesNotThrow;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.jenkins.plugins.llmos.engine.InvalidInputException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class Bfloat16Test {
    private static final String EPYC = """
            processor\t: %d
            vendor_id\t: AuthenticAMD
            model name\t: AMD EPYC
            flags\t\t: fpu sse4_1 avx2 fma avx512f avx512bw avx512_vnni %s avx512vbmi
            bugs\t\t: sysret_ss_attrs
            """;

    private static final String NEOVERSE = """
            processor\t: 0
            BogoMIPS\t: 2100.00
            Features\t: fp asimd aes crc32 atomics fphp asimdhp sve %s
            CPU implementer\t: 0x41
            """;

    @ParameterizedTest
    @ValueSource(strings = {"avx512_bf16", "amx_bf16 amx_tile"})
    void takesProcessorsOfX86ThatHaveIt(String flags) {
        assertDoesNotThrow(
                () -> Bfloat16.requireOfProcessor(EPYC.formatted(0, flags) + "\n" + EPYC.formatted(1, flags)));
    }

    @Test
    void takesProcessorsOfArmThatHaveIt() {
        assertDoesNotThrow(() -> Bfloat16.requireOfProcessor(NEOVERSE.formatted("svebf16 i8mm bf16")));
    }

    @Test
    void refusesAProcessorThatLacksItAndSaysWhatToDo() {
        for (String cpuinfo : new String[] {EPYC.formatted(0, "avx512_fp16"), NEOVERSE.formatted("i8mm"), "", "x"}) {
            String message = refusal(() -> Bfloat16.requireOfProcessor(cpuinfo));
            assertTrue(
                    message.contains("has none of avx512_bf16, amx_bf16 (x86) and bf16 (ARM). Leave it out"), message);
            assertEquals(1, message.lines().count());
        }
    }

    @Test
    void refusesAMachineOneOfWhoseProcessorsLacksIt() {
        refusal(() -> Bfloat16.requireOfProcessor(EPYC.formatted(0, "avx512_bf16") + "\n" + EPYC.formatted(1, "vaes")));
    }

    @Test
    void refusesAProcessorThatItCannotAsk() {
        String message = refusal(() -> Bfloat16.requireOfProcessor(null));
        assertTrue(message.contains("cannot be read here"), message);
    }

    @Test
    void knowsGpusByTheirComputeCapability() {
        for (String capability : new String[] {"80", "86", "89", "90", "100", "120"}) {
            assertDoesNotThrow(() -> Bfloat16.requireOfGpu(capability));
        }
        for (String capability : new String[] {"61", "70", "75"}) {
            String message = refusal(() -> Bfloat16.requireOfGpu(capability));
            assertTrue(
                    message.contains("capability " + capability.charAt(0) + "." + capability.charAt(1) + ";"), message);
        }
    }

    private static String refusal(Runnable check) {
        return assertThrows(InvalidInputException.class, check::run).getMessage();
    }
}
