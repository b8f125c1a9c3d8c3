package io.jenkins.plugins.llmos.runner;

import io.jenkins.plugins.llmos.engine.InvalidInputException;
import io.jenkins.plugins.llmos.engine.train.TrainSpec;
import io.jenkins.plugins.llmos.runner.pipeline.LedgerFolder;
import io.jenkins.plugins.llmos.runner.pipeline.PipelineRun;
import io.jenkins.plugins.llmos.runner.pipeline.PoolOptions;
import io.jenkins.plugins.llmos.runner.pipeline.RegistryFolder;
import io.jenkins.plugins.llmos.runner.pipeline.RunOptions;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Unmatched;

/** {@code llmos train}: one training with the arguments of {@code llmosTrain}, without a Jenkinsfile. */
@Command(
        name = "train",
        mixinStandardHelpOptions = true,
        customSynopsis = "@|bold llmos train|@ [@|yellow --resume|@[=NUMBER]] @|yellow --ARGUMENT|@ VALUE...",
        header = "Train one model with the arguments of the step llmosTrain, without a Jenkinsfile.",
        description = {
            "",
            "Each argument is written --name value, --name=value or name=value; lists with commas, types as"
                    + " column:type with commas.",
            ""
        },
        footerHeading = "%nArguments (docs/llmosTrain.md explains them):%n",
        footer = {
            "  data        data, labels, target, features, exclude, types, test,",
            "              validation, maxTokens, vocabulary",
            "  model       model (logistic, mlp, cnn, text, gpt, factorization, irt,",
            "              retrieval), hidden, channels, embedding, dropout, user, item",
            "  language    text, context, layers, heads, width, packing, tokenizer,",
            "              from, lora (rank:8,alpha:16,targets:all)",
            "  optimiser   optimizer (gd, sgd, adam, adamw), learningRate, momentum,",
            "              nesterov, beta1, beta2, weightDecay, schedule (constant,",
            "              cosine, step), warmup, stepEpochs, stepFactor, clipNorm",
            "  training    name, epochs, batch, seed, patience, minDelta,",
            "              checkpointEvery, checkpointSteps, warmStart",
            "  output      output, overwrite, sensitivity (public, internal,",
            "              restricted), key (file:PATH, env:NAME)",
            "  privacy     privacy (dataset:NAME,epsilon:3,delta:1e-5 and clip,",
            "              clipping, microBatch, public)",
            "",
            "Example: llmos train --data resources/digits/digits-images-idx3-ubyte.gz",
            "           --labels resources/digits/digits-labels-idx1-ubyte.gz",
            "           --model mlp --epochs 3 --output model"
        },
        exitCodeListHeading = "%nExit status:%n",
        exitCodeList = {"0:success", "1:the training failed or was ended", "2:wrong usage"})
final class TrainCommand implements Callable<Integer> {
    /** Arguments that are maps. */
    private static final Set<String> MAPS = Set.of("types", "privacy", "lora", "gate");

    @Option(
            names = "--resume",
            arity = "0..1",
            paramLabel = "NUMBER",
            fallbackValue = "0",
            description = "Go on with the last unfinished training, or with the numbered one, by the same arguments.")
    private Integer resume;

    @Unmatched
    private List<String> words = new ArrayList<>();

    @Override
    public Integer call() {
        Map<String, Object> arguments = arguments(words);
        Path here = Path.of("").toAbsolutePath();
        TrainSpec spec = TrainSpec.from(arguments, here);
        spec.requireInputs();
        if (resume == null) {
            spec.requireFreeOutput();
        }
        RunOptions options = new RunOptions(
                Path.of("train"),
                here,
                Map.of(),
                PoolOptions.standard(),
                LedgerFolder.standard(),
                RegistryFolder.standard(),
                resume != null,
                resume == null ? 0 : resume);
        return new RunSession("llmos train " + String.join(" ", words))
                .run(console -> PipelineRun.ofTraining(options, arguments, console));
    }

    /** @throws InvalidInputException if a word is neither a name nor a value */
    static Map<String, Object> arguments(List<String> words) {
        Map<String, Object> arguments = new LinkedHashMap<>();
        for (int i = 0; i < words.size(); i++) {
            String word = words.get(i);
            boolean option = word.startsWith("--");
            int equals = word.indexOf('=');
            String name;
            String value;
            if (equals > 0) {
                name = word.substring(option ? 2 : 0, equals);
                value = word.substring(equals + 1);
            } else if (option) {
                name = word.substring(2);
                boolean last = i + 1 == words.size();
                value = last || words.get(i + 1).startsWith("--") ? "true" : words.get(++i);
            } else {
                throw new InvalidInputException("'" + word + "' stands where an argument's name is expected. Write"
                        + " --epochs 3 or epochs=3; llmos train --help lists the arguments.");
            }
            arguments.put(name, MAPS.contains(name) ? types(name, value) : value);
        }
        return arguments;
    }

    private static Map<String, String> types(String name, String value) {
        Map<String, String> types = new LinkedHashMap<>();
        for (String part : value.split(",", -1)) {
            int colon = part.lastIndexOf(':');
            if (colon < 1) {
                throw new InvalidInputException(
                        "--" + name + " is '" + value + "'; write it like --types age:numeric,city:categorical.");
            }
            types.put(
                    part.substring(0, colon).strip(), part.substring(colon + 1).strip());
        }
        return types;
    }
}
