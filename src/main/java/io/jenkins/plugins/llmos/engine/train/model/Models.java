package io.jenkins.plugins.llmos.engine.train.model;

import ai.djl.ndarray.NDList;
import ai.djl.ndarray.types.Shape;
import ai.djl.nn.Activation;
import ai.djl.nn.Block;
import ai.djl.nn.Blocks;
import ai.djl.nn.LambdaBlock;
import ai.djl.nn.Parameter;
import ai.djl.nn.SequentialBlock;
import ai.djl.nn.norm.Dropout;
import ai.djl.nn.pooling.Pool;
import ai.djl.training.initializer.NormalInitializer;
import ai.djl.training.initializer.XavierInitializer;
import ai.djl.training.initializer.XavierInitializer.FactorType;
import ai.djl.training.initializer.XavierInitializer.RandomType;
import io.jenkins.plugins.llmos.engine.InvalidInputException;
import io.jenkins.plugins.llmos.engine.train.ModelSpec;
import io.jenkins.plugins.llmos.engine.train.data.FeatureSchema;
import io.jenkins.plugins.llmos.engine.train.language.Gpt;
import java.util.ArrayList;
import java.util.List;

/** Builds the models that a {@link ModelSpec} names. Every model takes (batch, {@code schema.width()}). */
public final class Models {
    private static final int KERNEL = 3;

    private Models() {}

    /** Width of a model's output: one number for regression, one for each predicted token, a logit for each class otherwise. */
    public static int outputs(FeatureSchema schema) {
        return switch (schema.task()) {
            case REGRESSION -> 1;
            case BINARY, MULTICLASS -> schema.classes();
            case LANGUAGE -> schema.predictedTokens();
        };
    }

    /**
     * Builds a model without parameter values; weights of ReLU layers are to be drawn as He, Zhang, Ren, Sun, "Delving Deep
     * into Rectifiers", ICCV 2015, equation 10, say.
     *
     * @throws InvalidInputException if the model cannot read the columns that the data have
     */
    public static Block create(ModelSpec spec, FeatureSchema schema) {
        if (schema.language() != null) {
            return new Gpt(schema.language());
        }
        requireFit(spec, schema);
        SequentialBlock model = new SequentialBlock();
        if (spec.isOfPairs() || spec.kind().equals("retrieval")) {
            model.add(special(spec, schema));
            model.setInitializer(new XavierInitializer(RandomType.GAUSSIAN, FactorType.IN, 2), Parameter.Type.WEIGHT);
            model.setInitializer(new NormalInitializer(0.1f), Models::isEmbedding);
            return model;
        }
        if (spec.kind().equals("scattering")) {
            model.add(image(schema)).add(new Scattering());
        } else if (spec.kind().equals("cnn")) {
            model.add(image(schema));
            for (int filters : spec.channels()) {
                model.add(new Convolution2d(filters, KERNEL));
                model.add(Activation.reluBlock());
                model.add(Pool.maxPool2dBlock(new Shape(2, 2), new Shape(2, 2)));
            }
            model.add(Blocks.batchFlattenBlock());
        } else if (spec.kind().equals("text")) {
            model.add(new EmbeddingBag(schema.denseWidth(), schema.vocabularySize(), spec.embedding()));
        }
        if (!spec.kind().equals("logistic")) {
            for (int width : spec.hidden()) {
                model.add(new Dense(width));
                model.add(Activation.reluBlock());
                if (spec.dropout() > 0) {
                    model.add(Dropout.builder().optRate((float) spec.dropout()).build());
                }
            }
        }
        model.add(new Dense(outputs(schema)));
        model.setInitializer(new XavierInitializer(RandomType.GAUSSIAN, FactorType.IN, 2), Parameter.Type.WEIGHT);
        model.setInitializer(new NormalInitializer(0.1f), Models::isEmbedding);
        return model;
    }

    /** Rows as (batch, channels, height, width). */
    private static Block image(FeatureSchema schema) {
        int[] shape = schema.sampleShape();
        return new LambdaBlock(
                in -> new NDList(in.singletonOrThrow().reshape(-1, shape[0], shape[1], shape[2])), "image");
    }

    private static Block special(ModelSpec spec, FeatureSchema schema) {
        if (spec.kind().equals("retrieval")) {
            return new AnswerRetrieval(schema.wordsOfLabels(), schema.vocabularySize(), spec.embedding());
        }
        int first = schema.features().get(0).denseWidth();
        Pairs.Place front = new Pairs.Place(0, first);
        Pairs.Place back = new Pairs.Place(first, schema.width());
        boolean userFirst = schema.features().get(0).name().equals(spec.user());
        Pairs.Place users = userFirst ? front : back;
        Pairs.Place items = userFirst ? back : front;
        return spec.kind().equals("irt")
                ? new ItemResponse(users, items, spec.embedding())
                : new MatrixFactorization(users, items, spec.embedding(), schema.classes() > 0);
    }

    private static boolean isEmbedding(Parameter parameter) {
        return parameter.getName().equals(EmbeddingTable.PARAMETER);
    }

    /** All layers of a model that a tap can be set on, in the order of the forward pass. */
    public static List<TappedLayer> tappedLayers(Block block) {
        List<TappedLayer> layers = new ArrayList<>();
        if (block instanceof TappedLayer layer) {
            layers.add(layer);
        }
        for (Block child : block.getChildren().values()) {
            layers.addAll(tappedLayers(child));
        }
        return layers;
    }

    private static void requireFit(ModelSpec spec, FeatureSchema schema) {
        if (spec.kind().equals("text") && schema.textColumns() == 0) {
            throw new InvalidInputException("The model 'text' needs a text column, and the data have none. Use 'mlp' or"
                    + " 'logistic', or declare a column as text: types: [review: 'text'].");
        }
        if (spec.kind().equals("retrieval") && (schema.textColumns() == 0 || schema.denseWidth() > 0)) {
            throw new InvalidInputException(
                    "The model 'retrieval' reads questions, so its columns must be text, and nothing else. Name them"
                            + " with features: ['question'], or declare them: types: [question: 'text'].");
        }
        if (spec.isOfPairs() && (spec.kind().equals("irt") ? schema.classes() != 2 : schema.classes() > 2)) {
            throw new InvalidInputException("The model '" + spec.kind() + "' predicts "
                    + (spec.kind().equals("irt") ? "one of two classes" : "a number or one of two classes")
                    + ", but the target '" + schema.target() + "' has "
                    + (schema.classes() == 0 ? "numbers" : schema.classes() + " classes") + ". "
                    + (spec.kind().equals("irt")
                            ? "Make it 1 where the exercise was solved and 0 where not."
                            : "Declare ratings a quantity: types: ['" + schema.target() + "': 'numeric']."));
        }
        if (!List.of("text", "retrieval").contains(spec.kind()) && schema.textColumns() > 0) {
            String columns = String.join(
                    ", ",
                    schema.features().stream()
                            .filter(f -> f.type() == FeatureSchema.Type.TEXT)
                            .map(f -> "'" + f.name() + "'")
                            .toList());
            throw new InvalidInputException("The model '" + spec.kind() + "' cannot read text, but column " + columns
                    + " holds text. Use the model 'text', or leave the column out: exclude: [" + columns + "].");
        }
        if (schema.width() == 0) {
            throw new InvalidInputException("The data have no column to learn from besides the target '"
                    + schema.target() + "'. Add one, or take fewer out with 'exclude' and 'features'.");
        }
        if (List.of("cnn", "scattering").contains(spec.kind())) {
            int[] shape = schema.sampleShape();
            int side = Math.min(shape[1], shape[2]);
            if (spec.kind().equals("scattering")) {
                if (side < Scattering.LEAST_SIDE) {
                    throw new InvalidInputException("The model 'scattering' halves an image twice, but these are only "
                            + shape[1] + " × " + shape[2] + " pixels. Use 'mlp' or 'logistic'.");
                }
            } else if (side >> spec.channels().size() == 0) {
                throw new InvalidInputException("The model 'cnn' halves an image once for each of its "
                        + spec.channels().size() + " convolutions, but these are only " + shape[1] + " × " + shape[2]
                        + " pixels. Give fewer channels, such as channels: [16].");
            }
        }
    }
}
