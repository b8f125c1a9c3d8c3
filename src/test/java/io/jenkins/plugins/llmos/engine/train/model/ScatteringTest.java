package io.jenkins.plugins.llmos.engine.train.model;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.index.NDIndex;
import ai.djl.ndarray.types.DataType;
import ai.djl.ndarray.types.Shape;
import ai.djl.training.ParameterStore;
import io.jenkins.plugins.llmos.engine.InvalidInputException;
import io.jenkins.plugins.llmos.engine.train.ModelSpec;
import io.jenkins.plugins.llmos.engine.train.data.FeatureSchema;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** Features of images that nothing is learnt for. */
class ScatteringTest {
    private final NDManager manager = NDManager.newBaseManager();
    private final Scattering scattering = new Scattering();

    @AfterEach
    void close() {
        manager.close();
    }

    private NDArray features(NDArray images) {
        return features(images, false);
    }

    private NDArray features(NDArray images, boolean training) {
        return scattering
                .forward(new ParameterStore(manager, false), new NDList(images), training)
                .singletonOrThrow();
    }

    /** White strokes on black, straight up or across. */
    private NDArray stroke(boolean up, int place) {
        NDArray image = manager.zeros(new Shape(1, 1, 16, 16));
        image.set(new NDIndex(up ? ":, :, 2:14, {}" : ":, :, {}, 2:14", place), 1f);
        return image;
    }

    @Test
    void eachRowHasFeaturesOfItsOwn() {
        NDArray images = manager.randomUniform(0, 1, new Shape(300, 2, 13, 9), DataType.FLOAT32);
        NDArray all = features(images);
        assertEquals(new Shape(300, 2 * 81 * 3 * 2), all.getShape());
        assertArrayEquals(scattering.getOutputShapes(new Shape[] {images.getShape()}), new Shape[] {all.getShape()});
        for (int row : new int[] {0, 255, 256, 299}) {
            NDArray alone = features(images.get(new NDIndex("{}:{}", row, row + 1)));
            assertArrayEquals(
                    alone.toFloatArray(),
                    all.get(new NDIndex("{}:{}", row, row + 1)).toFloatArray(),
                    1e-4f);
        }
    }

    @Test
    void aTrainingSeesTheSameFeaturesWhateverTheBatchIsAndHoweverOften() {
        NDArray images = manager.randomUniform(0, 1, new Shape(12, 1, 13, 9), DataType.FLOAT32);
        float[] first = features(images.get(new NDIndex("3:9")), true).toFloatArray();
        float[] all = features(images, true).toFloatArray();
        int width = all.length / 12;
        assertArrayEquals(first, Arrays.copyOfRange(all, 3 * width, 9 * width));
        assertArrayEquals(all, features(images, true).toFloatArray());
        assertArrayEquals(features(images).toFloatArray(), all, 1e-4f);
    }

    @Test
    void whatHasNoRoomIsComputedAgain() {
        FeatureCache cache = new FeatureCache(2L * 3 * Float.BYTES);
        List<Float> computed = new ArrayList<>();
        for (float value : new float[] {1, 2, 1, 2, 1, 3}) {
            float[] features = cache.get(new float[] {value}, row -> {
                computed.add(row[0]);
                return new float[] {row[0], 2 * row[0]};
            });
            assertArrayEquals(new float[] {value, 2 * value}, features);
        }
        assertEquals(List.of(1f, 2f, 3f), computed);
        assertEquals(3f, cache.get(new float[] {3}, row -> row)[0]);
        assertEquals(6f, cache.get(new float[] {3}, row -> new float[] {6})[0]);
    }

    @Test
    void featuresAreOfTheShapeAndNotOfTheLight() {
        NDArray image = manager.randomUniform(-100, 100, new Shape(1, 1, 16, 16), DataType.FLOAT32);
        float[] seen = features(image).toFloatArray();
        assertArrayEquals(seen, features(image.mul(3).add(5)).toFloatArray(), 0.02f);
        double mean = 0;
        double square = 0;
        for (float x : seen) {
            mean += x / seen.length;
            square += (double) x * x / seen.length;
        }
        assertEquals(0, mean, 1e-4);
        assertEquals(1, square, 0.05);
    }

    @Test
    void directionsAreToldApartWhereverTheyAre() {
        NDArray here = features(stroke(true, 6));
        NDArray beside = features(stroke(true, 7));
        NDArray across = features(stroke(false, 6));
        double near = here.sub(beside).norm().getFloat();
        double far = here.sub(across).norm().getFloat();
        assertTrue(2 * near < far, near + " and " + far);
    }

    @Test
    void imagesThatCannotBeHalvedTwiceAreRefused() {
        FeatureSchema schema = new FeatureSchema(
                FeatureSchema.Task.BINARY,
                List.of(new FeatureSchema.Feature("image", FeatureSchema.Type.IMAGE, 0, 1, List.of(), 1, 3, 28)),
                "label",
                List.of("0", "1"),
                0,
                1,
                List.of(),
                0);
        String message = assertThrows(
                        InvalidInputException.class,
                        () -> Models.create(new ModelSpec("scattering", List.of(), List.of(), 1, 0), schema))
                .getMessage();
        assertTrue(message.contains("3 × 28 pixels") && message.contains("'mlp'"), message);
    }
}
