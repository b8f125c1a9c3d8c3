package io.jenkins.plugins.llmos.plugin;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.sun.source.tree.BinaryTree;
import com.sun.source.tree.CompilationUnitTree;
import com.sun.source.tree.ConditionalExpressionTree;
import com.sun.source.tree.ExpressionTree;
import com.sun.source.tree.IdentifierTree;
import com.sun.source.tree.LiteralTree;
import com.sun.source.tree.MemberSelectTree;
import com.sun.source.tree.MethodInvocationTree;
import com.sun.source.tree.NewClassTree;
import com.sun.source.tree.ParenthesizedTree;
import com.sun.source.tree.Tree;
import com.sun.source.tree.VariableTree;
import com.sun.source.util.JavacTask;
import com.sun.source.util.TreeScanner;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeSet;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import javax.tools.JavaCompiler;
import javax.tools.StandardJavaFileManager;
import javax.tools.ToolProvider;
import org.junit.jupiter.api.Test;

/** The sentences of the engine that forms and pages show, read from its sources, each of which must be known in Chinese. */
class EngineSentencesTest {
    private static final Path ENGINE = Path.of("src/main/java/io/jenkins/plugins/llmos/engine");

    /** Whose complaints reach no form and no page, but the command line, programs that ask a server, or a build's log alone. */
    private static final List<String> NOT_SHOWN = List.of(
            "(serve|simulate|simulate/trace|synthetic|train/script)/.*",
            "accelerator/LocalMachine",
            "privacy/attack/.*",
            "privacy/encryption/(Encryption|EncryptionKey|KeyReference)",
            "report/HtmlPage",
            "schedule/DevicePool",
            "train/(CanaryTraining|LabelledRows|Network|ShadowTraining)",
            "train/language/AdapterMerge",
            // of llmosPredict and llmosReport, which end a build and leave nothing that a page shows
            "train/(BatchPrediction|HelperProcess|Predictor|TextGenerator)",
            "train/data/(InstanceEncoder|PredictionReader)",
            "train/inspect/(JudgedRows|Reporter|ReportPage)",
            "train/language/Generator");

    /** What is called with a sentence, besides the constructor of exceptions for users, and which argument that is. */
    private static final Map<String, Integer> TOLD =
            Map.of("problems.add", 0, "remarks.add", 0, "Finding.problem", 0, "fail", 2, "told.add", 0);

    /** What stands for what is somebody's. */
    private static final String SOMETHING = "X7";

    private static final Pattern ENGLISH = Pattern.compile("[a-z]{2,} [a-z]+ [a-z]{2,}");
    private static final int MOST = 64;

    @Test
    void everySentenceThatIsShownIsKnownInChinese() throws IOException {
        TreeSet<String> unknown = new TreeSet<>();
        List<String> all = sentences();
        assertTrue(all.size() > 200, all.size() + " sentences");
        all.removeIf(SOMETHING::equals);
        for (String english : all) {
            String chinese = EngineTexts.in(Locale.SIMPLIFIED_CHINESE, english);
            // examples in code and commands are the same in every language
            String words = chinese.replaceAll("\\[[^]]*]|\\([^)]*\\)|\"[^\"]*\"|'[^']*'|llmos [a-z ]+", "");
            if (chinese.codePoints().noneMatch(Character::isIdeographic)
                    || ENGLISH.matcher(words).find()) {
                unknown.add(english + " -> " + chinese);
            }
        }
        assertEquals("", String.join("\n", unknown));
    }

    private static List<String> sentences() throws IOException {
        List<Path> files;
        try (Stream<Path> walk = Files.walk(ENGINE)) {
            files = walk.filter(f -> f.toString().endsWith(".java"))
                    .filter(f -> NOT_SHOWN.stream().noneMatch(s -> ENGINE.relativize(f)
                            .toString()
                            .replace('\\', '/')
                            .matches(s + "\\.java")))
                    .sorted()
                    .toList();
        }
        List<String> sentences = new ArrayList<>();
        JavaCompiler compiler = ToolProvider.getSystemJavaCompiler();
        try (StandardJavaFileManager manager = compiler.getStandardFileManager(null, null, null)) {
            JavacTask task = (JavacTask) compiler.getTask(
                    null, manager, null, List.of("-proc:none"), null, manager.getJavaFileObjectsFromPaths(files));
            for (CompilationUnitTree unit : task.parse()) {
                Reader reader = new Reader();
                unit.accept(reader.constants, null);
                unit.accept(reader, sentences);
            }
        }
        return sentences;
    }

    /** Finds what exceptions for users are made with, and remarks. */
    private static final class Reader extends TreeScanner<Void, List<String>> {
        private final Map<String, String> texts = new HashMap<>();
        private final TreeScanner<Void, Void> constants = new TreeScanner<>() {
            @Override
            public Void visitVariable(VariableTree variable, Void nothing) {
                if (variable.getInitializer() instanceof LiteralTree literal
                        && literal.getValue() instanceof String text) {
                    texts.put(variable.getName().toString(), text);
                }
                return super.visitVariable(variable, null);
            }
        };

        @Override
        public Void visitNewClass(NewClassTree made, List<String> sentences) {
            if (made.getIdentifier().toString().equals("InvalidInputException")) {
                sentences.addAll(variants(made.getArguments().get(0)));
            }
            return super.visitNewClass(made, sentences);
        }

        @Override
        public Void visitMethodInvocation(MethodInvocationTree call, List<String> sentences) {
            Integer told = TOLD.get(call.getMethodSelect().toString());
            if (told != null && told < call.getArguments().size()) {
                sentences.addAll(variants(call.getArguments().get(told)));
            }
            return super.visitMethodInvocation(call, sentences);
        }

        /** All that an expression may say. */
        private List<String> variants(ExpressionTree said) {
            if (said instanceof LiteralTree literal) {
                return List.of(String.valueOf(literal.getValue()));
            }
            if (said instanceof ParenthesizedTree inner) {
                return variants(inner.getExpression());
            }
            if (said instanceof ConditionalExpressionTree either) {
                List<String> both = new ArrayList<>(variants(either.getTrueExpression()));
                both.addAll(variants(either.getFalseExpression()));
                return both;
            }
            if (said instanceof BinaryTree sum && sum.getKind() == Tree.Kind.PLUS) {
                List<String> sums = new ArrayList<>();
                for (String left : variants(sum.getLeftOperand())) {
                    variants(sum.getRightOperand()).forEach(right -> sums.add(left + right));
                }
                return sums.subList(0, Math.min(MOST, sums.size()));
            }
            if (said instanceof IdentifierTree name && name.getName().contentEquals("right")) {
                return List.of("a whole number such as 2", "name the one that holds the text: text: '…'");
            }
            if (said instanceof IdentifierTree name && name.getName().contentEquals("after")) {
                return List.of("", " after row 3 (line 4)");
            }
            if (said instanceof IdentifierTree name) {
                return List.of(texts.getOrDefault(name.getName().toString(), SOMETHING));
            }
            return said instanceof MethodInvocationTree call ? answers(call) : List.of(SOMETHING);
        }

        private List<String> answers(MethodInvocationTree call) {
            String method = call.getMethodSelect().toString();
            if (method.equals("Suggestions.sentence")) {
                return List.of("Did you mean 'X7'?", "Did you mean 'X7' or 'X8'?", "Known are: X7, X8.");
            }
            if (method.equals("instead")) {
                return List.of("", "Use LLMOS' own Dense in its place. ");
            }
            if (method.endsWith(".formatted") && call.getMethodSelect() instanceof MemberSelectTree of) {
                return formatted(of.getExpression());
            }
            return method.equals("String.format")
                    ? formatted(call.getArguments().get(call.getArguments().get(0) instanceof LiteralTree ? 0 : 1))
                    : List.of(SOMETHING);
        }

        private List<String> formatted(ExpressionTree format) {
            return variants(format).stream()
                    .map(f -> f.replaceAll("%[-+,.\\d]*[sdfg]", SOMETHING).replace("%%", "%"))
                    .toList();
        }
    }
}
