package io.jenkins.plugins.llmos.plugin;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.jenkins.plugins.llmos.engine.InvalidInputException;
import io.jenkins.plugins.llmos.engine.accelerator.Demand;
import io.jenkins.plugins.llmos.engine.accelerator.Energy;
import io.jenkins.plugins.llmos.engine.privacy.ledger.Budget;
import io.jenkins.plugins.llmos.engine.privacy.ledger.Origin;
import io.jenkins.plugins.llmos.engine.privacy.ledger.PrivacyLedger;
import io.jenkins.plugins.llmos.engine.retrain.RetrainRule;
import io.jenkins.plugins.llmos.engine.schedule.JobPattern;
import io.jenkins.plugins.llmos.engine.schedule.Policies;
import io.jenkins.plugins.llmos.engine.schedule.PoolSettings;
import io.jenkins.plugins.llmos.engine.schedule.ScheduleArguments;
import io.jenkins.plugins.llmos.engine.train.TrainSpec;
import io.jenkins.plugins.llmos.engine.train.inspect.Gate;
import io.jenkins.plugins.llmos.engine.util.Units;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.function.Executable;
import org.junit.jupiter.api.io.TempDir;
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

    /** What the ledger says on the page of a build, and of budgets. */
    @Test
    void theLedgersRefusalsAreSaidInChinese(@TempDir Path folder) throws IOException {
        PrivacyLedger ledger = new PrivacyLedger(folder);
        Origin origin = Origin.of("alice");
        String none = refusal(() -> ledger.reserve(origin, "a", "visits", new Budget(1, 1e-6), 1));
        assertTrue(none.startsWith("隐私账本 " + ledger.file() + " 中没有数据集“visits”的预算。"), none);
        ledger.setBudget(origin, "visits", new Budget(2, 1e-5));
        ledger.reserve(origin, "b", "visits", new Budget(1, 1e-6), 1);
        String less = refusal(() -> ledger.reserve(origin, "c", "visits", new Budget(9, 1e-6), 1));
        assertTrue(less.startsWith("数据集“visits”的隐私预算为 δ 1.0e-5 下的 ε 2.0，最多还剩 δ "), less);
        assertTrue(less.contains("有 1 项预留在结算前按全额计") && less.endsWith("没有消耗任何预算。"), less);
        Files.writeString(ledger.file(), "x\n" + Files.readString(ledger.file()));
        String damaged = refusal(ledger::accounts);
        assertTrue(damaged.startsWith("隐私账本 ") && damaged.contains("的第 1 行已损坏"), damaged);
    }

    private static String refusal(Executable asked) {
        return chinese(assertThrows(InvalidInputException.class, asked).getMessage());
    }

    @Test
    void reportsAndTheirGatesAreSaidInChinese() {
        assertEquals(
                "准确率 0.93，AUC 0.98，校准误差 0.021，ε 2.9",
                chinese("accuracy 0.93, auc 0.98, calibrationError 0.021, epsilon 2.9"));
        String all = "accuracy 1, auc 1, rmse 1, r2 1, perplexity 1, ndcg10 1, recall1 1, mrr 1, calibrationError 1,"
                + " fairnessGap 1, epsilon 1";
        assertEquals("准确率 1，AUC 1，均方根误差 1，决定系数 1，困惑度 1，NDCG@10 1，召回率@1 1，平均倒数排名 1，校准误差 1，公平性差距 1，ε 1", chinese(all));
        Gate gate = Gate.read("llmosReport", Map.of("acuracy", ">= 0.9"));
        String complaint = "The model does not pass its gate: ";
        assertEquals(
                "模型没有通过门槛：无法检查 acuracy >= 0.9：此模型没有指标“acuracy”。您是想写“accuracy”吗？",
                chinese(complaint + Gate.complaint(gate.judge(Map.of("accuracy", 0.8)))));
        assertEquals(
                "模型没有通过门槛：acuracy 为 0.8，不满足 >= 0.9。",
                chinese(complaint + Gate.complaint(gate.judge(Map.of("acuracy", 0.8)))));
        assertEquals(
                "增加或删去一个“author”的全部文本，其中至多学习 4 个、每个至多 32 个词元的序列",
                chinese("all text of one 'author' added or removed, of which at most 4 sequences of at most 32 tokens"
                        + " are learnt"));
        assertEquals("增加或删去一行训练数据", chinese("one training row added or removed"));
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
