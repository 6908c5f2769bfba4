package io.github.performer4j.training.step;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.github.performer4j.core.attention.AttentionOptions;
import io.github.performer4j.core.feature.FeatureMap;
import io.github.performer4j.core.feature.Statistics;
import io.github.performer4j.core.layer.PerformerAttentionLayer;
import io.github.performer4j.kernels.math.CounterRandom;
import java.util.List;
import org.deeplearning4j.nn.conf.NeuralNetConfiguration;
import org.deeplearning4j.nn.conf.RNNFormat;
import org.deeplearning4j.nn.conf.inputs.InputType;
import org.deeplearning4j.nn.conf.layers.BatchNormalization;
import org.deeplearning4j.nn.conf.layers.RnnOutputLayer;
import org.deeplearning4j.nn.graph.ComputationGraph;
import org.junit.jupiter.api.Test;
import org.nd4j.linalg.activations.Activation;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;
import org.nd4j.linalg.indexing.NDArrayIndex;
import org.nd4j.linalg.lossfunctions.LossFunctions.LossFunction;

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
        assertThat(Gradients.clip(array, List.of(), 0)).isEqualTo(5);
        assertThat(Gradients.clip(array, List.of(), 6)).isEqualTo(5);
        assertThat(array.toFloatVector()).containsExactly(3, 0, -4);
        assertThat(Gradients.clip(array, List.of(), 2.5)).isEqualTo(5);
        assertThat(array.toFloatVector()).containsExactly(1.5f, 0, -2);
    }

    @Test
    void stateIsNeitherMeasuredNorClipped() {
        INDArray array = Nd4j.createFromArray(new float[] {3, 0, -4, 100, 200});
        INDArray state = array.get(NDArrayIndex.interval(3, 5));
        assertThat(Gradients.clip(array, List.of(state), 2.5)).isEqualTo(5);
        assertThat(array.toFloatVector()).containsExactly(1.5f, 0, -2, 100, 200);
    }

    @Test
    void runningStatisticsAreState() {
        ComputationGraph net = new ComputationGraph(new NeuralNetConfiguration.Builder()
                .graphBuilder()
                .addInputs("x")
                .setInputTypes(InputType.recurrent(6, 5, RNNFormat.NWC))
                .addLayer(
                        "attention",
                        new PerformerAttentionLayer.Builder()
                                .attention(AttentionOptions.defaults()
                                        .withHeads(2)
                                        .withFeatureMap(FeatureMap.named("oprf"))
                                        .withStatistics(Statistics.RUNNING))
                                .build(),
                        "x")
                .addLayer("norm", new BatchNormalization.Builder().build(), "attention")
                .addLayer(
                        "out",
                        new RnnOutputLayer.Builder(LossFunction.MSE)
                                .activation(Activation.IDENTITY)
                                .nOut(1)
                                .dataFormat(RNNFormat.NWC)
                                .build(),
                        "norm")
                .setOutputs("out")
                .build());
        net.init();
        net.initGradientsView();
        assertThat(Gradients.state(net).stream().map(INDArray::length))
                .containsExactlyInAnyOrder(2L * 2 * (1 + 3 + 9), 6L, 6L);
    }
}
