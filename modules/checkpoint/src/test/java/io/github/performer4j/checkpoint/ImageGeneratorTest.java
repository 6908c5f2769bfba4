package io.github.performer4j.checkpoint;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.github.performer4j.core.model.PerformerConfig;
import io.github.performer4j.core.task.PixelModel;
import io.github.performer4j.data.read.Framing;
import io.github.performer4j.data.token.ByteTokenizer;
import io.github.performer4j.data.token.Specials;
import io.github.performer4j.kernels.math.CounterRandom;
import java.util.Arrays;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;

/** Images by the state of what was drawn are those of passes over all of it. */
class ImageGeneratorTest {
    private static final int[] GIVEN = {7, 255, 0};
    private static final int VALUES = 3 * 7;

    private static PerformerModel model(String positions) {
        ByteTokenizer bytes = new ByteTokenizer();
        PerformerConfig config = Samples.config(Framing.START, bytes.size(), 8);
        if (positions.equals("none")) {
            config = config.with(Map.of("embedding.positions", "none", "attention.decay", "selective"));
        }
        return Samples.model(new PixelModel(3, 7, 1), Framing.START, bytes, config, 5);
    }

    /** Draws value i from a pass of the whole net over the tokens before it that the model sees. */
    private static int drawn(PerformerModel model, int[] image, int i, Sampling sampling, int k) {
        int[] ids = new int[i + 1];
        ids[0] = Framing.START.head(model.info().tokenizer());
        for (int j = 0; j < i; j++) {
            ids[j + 1] = Specials.FIRST_SYMBOL + image[j];
        }
        boolean whole = model.info().reach() > VALUES;
        int[] seen = whole ? ids : Arrays.copyOfRange(ids, Math.max(0, ids.length - Samples.MAX_TOKENS), ids.length);
        INDArray tokens = Nd4j.createFromArray(new int[][] {seen}).castTo(DataType.FLOAT); // [1,T]
        INDArray output = model.net().output(tokens)[0]; // [1,T,V]
        double[] levels = new double[256];
        for (int level = 0; level < levels.length; level++) {
            levels[level] = output.getDouble(0, seen.length - 1, Specials.FIRST_SYMBOL + level);
        }
        return Sampler.draw(levels, sampling, CounterRandom.of(11, k, i));
    }

    /** With a state that has no end, and with positions that end before the image does. */
    @ParameterizedTest
    @ValueSource(strings = {"none", "learned"})
    void valuesAreThoseOfWholePasses(String positions) {
        PerformerModel model = model(positions);
        Sampling sampling = new Sampling(0.9, 0, 1, 0, 1);
        int[][] images = new ImageGenerator(model).generate(2, GIVEN, sampling, 11);
        assertThat(images[0]).isNotEqualTo(images[1]);
        for (int k = 0; k < 2; k++) {
            assertThat(images[k]).hasSize(VALUES).startsWith(GIVEN);
            for (int i = GIVEN.length; i < VALUES; i++) {
                assertThat(images[k][i])
                        .as("image %d, value %d", k, i)
                        .isEqualTo(drawn(model, images[k], i, sampling, k));
            }
        }
        assertThat(new ImageGenerator(model).generate(1, GIVEN, sampling, 11)[0])
                .isEqualTo(images[0]);
    }

    @Test
    void onlyImagesAreDrawn() {
        assertThatThrownBy(() -> new ImageGenerator(Samples.causal(1)))
                .hasMessage("generating images needs a model of task pixels; task=causal-lm");
        assertThatThrownBy(() ->
                        new ImageGenerator(model("none")).generate(1, new int[VALUES + 1], Sampling.defaults(), 1))
                .hasMessageContaining("no more given than it has; count=1, given=22, values=21");
    }
}
