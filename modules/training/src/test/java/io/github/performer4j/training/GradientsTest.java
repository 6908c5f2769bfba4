package io.github.performer4j.training;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.github.performer4j.kernels.CounterRandom;
import org.junit.jupiter.api.Test;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;

class GradientsTest {
    private static float[] random(int n) {
        CounterRandom random = CounterRandom.of(11);
        float[] values = new float[n];
        for (int i = 0; i < n; i++) {
            values[i] = (float) random.nextDouble();
        }
        return values;
    }

    @Test
    void theNormOfManyFloatsIsRight() {
        float[] values = random(2_000_003);
        double sum = 0;
        for (float value : values) {
            sum += (double) value * value;
        }
        assertThat(Gradients.norm(Nd4j.createFromArray(values)) / Math.sqrt(sum))
                .isCloseTo(1, within(1e-6));
        assertThat(Gradients.norm(Nd4j.createFromArray(values).reshape(1, -1)) / Math.sqrt(sum))
                .isCloseTo(1, within(1e-6));
    }

    @Test
    void whatIsNotFiniteShows() {
        for (float odd : new float[] {Float.NaN, Float.POSITIVE_INFINITY, Float.NEGATIVE_INFINITY}) {
            for (int at : new int[] {0, 50, 1002}) {
                INDArray array = Nd4j.createFromArray(random(1003));
                array.putScalar(at, odd);
                assertThat(Gradients.norm(array)).as("%s at %d", odd, at).isNotFinite();
                assertThat(Gradients.norm(array.castTo(DataType.DOUBLE))).isNotFinite();
            }
        }
    }

    @Test
    void clippingOnlyShortens() {
        INDArray array = Nd4j.createFromArray(new float[] {3, 0, -4});
        assertThat(Gradients.clip(array, 0)).isEqualTo(5);
        assertThat(Gradients.clip(array, 6)).isEqualTo(5);
        assertThat(array.toFloatVector()).containsExactly(3, 0, -4);
        assertThat(Gradients.clip(array, 2.5)).isEqualTo(5);
        assertThat(array.toFloatVector()).containsExactly(1.5f, 0, -2);
    }
}
