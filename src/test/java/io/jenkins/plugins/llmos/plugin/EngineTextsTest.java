package io.jenkins.plugins.llmos.plugin;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.jenkins.plugins.llmos.engine.InvalidInputException;
import io.jenkins.plugins.llmos.engine.accelerator.Demand;
import io.jenkins.plugins.llmos.engine.accelerator.Energy;
import io.jenkins.plugins.llmos.engine.privacy.ledger.Budget;
import io.jenkins.plugins.llmos.engine.retrain.RetrainRule;
import io.jenkins.plugins.llmos.engine.schedule.JobPattern;
import io.jenkins.plugins.llmos.engine.schedule.Policies;
import io.jenkins.plugins.llmos.engine.schedule.PoolSettings;
import io.jenkins.plugins.llmos.engine.schedule.ScheduleArguments;
import io.jenkins.plugins.llmos.engine.train.TrainSpec;
import io.jenkins.plugins.llmos.engine.util.Units;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** What the engine says, in Chinese: the sentences that it says today, not copies of them. */
class EngineTextsTest {
    private static String chinese(String english) {
        return EngineTexts.in(Locale.SIMPLIFIED_CHINESE, english);
    }

    private static String demand(Map<String, ?> arguments) {
        return EngineTexts.in(Locale.SIMPLIFIED_CHINESE, Demand.from(arguments).toString(), EngineTexts.DEMAND);
    }

    static Stream<Runnable> mistakes() {
        Map<String, Object> training = Map.of("data", "data.csv", "target", "label", "output", "model");
        return Stream.of(
                () -> Units.duration("maxWait", "soon"),
                () -> Units.bytes("memory", "lots"),
                () -> Policies.check("sjff"),
                () -> Policies.check("nothing of the kind"),
                () -> PoolSettings.from(Map.of("fit", "loose")),
                () -> PoolSettings.from(Map.of("quantum", "0s")),
                () -> PoolSettings.from(Map.of("lasThresholds", "5m,3m")),
                () -> JobPattern.of(" "),
                () -> new Budget(0, 1e-5),
                () -> new Budget(1, 1),
                () -> ScheduleArguments.read(Map.of("gpus", 2, "gpuShare", 0.5), "key", "job"),
                () -> ScheduleArguments.read(Map.of("gpus", 0, "gpuModel", "H100"), "key", "job"),
                () -> ScheduleArguments.read(Map.of("gpus", "many"), "key", "job"),
                () -> ScheduleArguments.read(Map.of("priority", "high"), "key", "job"),
                () -> ScheduleArguments.read(Map.of("estimate", "long"), "key", "job"),
                () -> ScheduleArguments.read(Map.of("gpu", 1), "key", "job"),
                () -> TrainSpec.from(Map.of(), Path.of("")),
                () -> TrainSpec.from(with(training, "epochs", 0), Path.of("")),
                () -> TrainSpec.from(with(training, "learningRate", -1), Path.of("")),
                () -> TrainSpec.from(with(training, "optimizer", "adm"), Path.of("")),
                () -> RetrainRule.from(Map.of("drift", -1)),
                () -> RetrainRule.from(Map.of("minNewRows", "few")),
                () -> RetrainRule.from(Map.of("statistic", "ks")));
    }

    private static Map<String, Object> with(Map<String, Object> arguments, String name, Object value) {
        Map<String, Object> all = new java.util.HashMap<>(arguments);
        all.put(name, value);
        return all;
    }

    @ParameterizedTest
    @MethodSource("mistakes")
    void whatIsWrongIsSaidInChinese(Runnable mistake) {
        String english = assertThrows(InvalidInputException.class, mistake::run).getMessage();
        String said = chinese(english);
        assertTrue(
                Stream.of(said.split("。|？")).allMatch(s -> s.codePoints().anyMatch(Character::isIdeographic)),
                english + " -> " + said);
        assertTrue(!said.contains(" must ") && !said.contains(" is '"), english + " -> " + said);
        assertEquals(english, EngineTexts.in(Locale.ENGLISH, english));
    }

    @Test
    void demandsAndEnergyAreSaidInChinese() {
        assertEquals(
                "2 个设备，每个显存不少于 16G，型号为 H100 或 A100，4.0 个 CPU",
                demand(Map.of("gpus", 2, "gpuMemory", "16G", "gpuModel", List.of("H100", "A100"), "cpus", 4)));
        assertEquals("0.5 个设备", demand(Map.of("gpuShare", 0.5)));
        assertEquals(
                "0.010 kWh（设备 0.010，处理器未知，测量了 60 秒中的 30 秒）",
                chinese(new Energy(36_000.0, null, 30, 60, List.of()).words()));
        assertEquals(
                "设备池 default 中没有在线代理具备 9 个设备；现有 agent 上 4 个 H100",
                chinese("no agent of pool default that is online has 9 devices; there is 4 x H100 on agent"));
        assertEquals(
                "无法判断新增行和漂移：其数据已加密，因此没有保留其分布。",
                chinese("New rows and drift cannot be judged: its data were encrypted, so nothing of how they are"
                        + " distributed was kept."));
        assertEquals("新增 60 行（至少需要 50 行）", chinese("60 new rows (at least 50 are waited for)"));
        assertEquals(
                "'size' 发生漂移：新增行 的 PSI 5.20（下限 0.5）",
                chinese("'size' has drifted: PSI 5.20 over the new rows (at least 0.5)"));
    }

    /** Whoever calls a job or a value so. */
    @Test
    void whatIsSomebodysStaysAsItIs() {
        assertEquals("没有名为“text or number”的策略。", chinese("There is no policy 'text or number'."));
        assertEquals(
                "llmosTrain 的参数“epochs”的值是“one”；应为不小于 1 的整数。",
                chinese("llmosTrain's argument 'epochs' is 'one'; it must be a whole number from 1 up."));
        assertEquals("存有数据的机器 the new rows 不在线。", chinese("The machine the new rows, which has the data, is away."));
    }

    @Test
    void whatIsNotKnownStaysAsItIs() {
        assertEquals("Take this or that, with 4 CPUs.", chinese("Take this or that, with 4 CPUs."));
        assertEquals("Something new.", chinese("Something new."));
        assertEquals(null, chinese(null));
    }
}
