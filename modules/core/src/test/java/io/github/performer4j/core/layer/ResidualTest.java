package io.github.performer4j.core.layer;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.github.performer4j.core.Samples;
import io.github.performer4j.core.attention.AttentionOptions;
import io.github.performer4j.core.feature.FeatureMap;
import io.github.performer4j.core.model.PerformerConfig;
import io.github.performer4j.core.task.MaskedLanguageModel;
import java.util.Map;
import org.deeplearning4j.nn.conf.NeuralNetConfiguration;
import org.deeplearning4j.nn.conf.RNNFormat;
import org.deeplearning4j.nn.conf.inputs.InputType;
import org.deeplearning4j.nn.conf.layers.RnnOutputLayer;
import org.deeplearning4j.nn.graph.ComputationGraph;
import org.deeplearning4j.nn.multilayer.MultiLayerNetwork;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.learning.config.Adam;

/** ScaleNorm, ReZero and token shift in blocks and models; {@link ProgramTest} holds kernels equal to the graph. */
class ResidualTest {
    private static final int E = 7;
    private static final int T = 5;

    private static PerformerBlockLayer.Builder block(boolean causal) {
        return new PerformerBlockLayer.Builder()
                .attention(AttentionOptions.defaults()
                        .withHeads(1)
                        .withFeatures(6)
                        .withCausal(causal)
                        .withFeatureMap(FeatureMap.named("positive").withoutEpsilon()))
                .hidden(11);
    }

    private static MultiLayerNetwork net(org.deeplearning4j.nn.conf.layers.Layer layer, DataType type) {
        MultiLayerNetwork net = new MultiLayerNetwork(new NeuralNetConfiguration.Builder()
                .seed(13)
                .dataType(type)
                .list()
                .layer(layer)
                .layer(new RnnOutputLayer.Builder()
                        .nOut(2)
                        .dataFormat(RNNFormat.NWC)
                        .build())
                .setInputType(InputType.recurrent(E, T, RNNFormat.NWC))
                .build());
        net.init();
        return net;
    }

    /** g x/|x| with g = √E at first, whatever the length of x. */
    @Test
    void scaleNormGivesRowsOfOneLength() {
        MultiLayerNetwork net = net(
                new LayerNormLayer.Builder().kind(NormKind.SCALE).epsilon(1e-12).build(), DataType.DOUBLE);
        assertThat(net.getLayer(0).getParam("gain").length()).isOne();
        INDArray x = Samples.gaussian(DataType.DOUBLE, 3, 20, 2, T, E);
        INDArray y = net.feedForward(x, false).get(1);
        for (int t = 0; t < T; t++) {
            INDArray row = y.slice(1).slice(t);
            INDArray wanted = x.slice(1)
                    .slice(t)
                    .mul(Math.sqrt(E) / x.slice(1).slice(t).norm2Number().doubleValue());
            assertThat(row.sub(wanted).amaxNumber().doubleValue()).isLessThan(1e-10);
        }
    }

    @Test
    void rezeroBeginsAsTheIdentity() {
        MultiLayerNetwork net = net(block(false).rezero(true).build(), DataType.DOUBLE);
        assertThat(net.getLayer(0).paramTable())
                .containsKeys("alpha1", "alpha2")
                .doesNotContainKeys("gain1", "gain2");
        INDArray x = Samples.gaussian(DataType.DOUBLE, 3, 1, 2, T, E);
        assertThat(net.feedForward(x, false).get(1)).isEqualTo(x);
    }

    @ParameterizedTest
    @CsvSource({"false,false,SCALE", "true,false,LAYER", "false,true,SCALE", "true,true,SCALE"})
    void theGradientIsThatOfTheScore(boolean causal, boolean rezero, NormKind norm) {
        MultiLayerNetwork net = Nets.roughen(
                net(block(causal).rezero(rezero).norm(norm).tokenShift(true).build(), DataType.DOUBLE));
        INDArray x = Samples.gaussian(DataType.DOUBLE, 3, 1, 2, T, E);
        INDArray labels = Nets.oneHot(Samples.ids(DataType.DOUBLE, 7, 2, 2, T), 2)
                .permute(0, 2, 1)
                .dup('c');
        INDArray mask = Samples.mask(DataType.DOUBLE, "11111", "10110");
        GradientCheck check = new GradientCheck(net, Nets.feed(net, x, labels, mask, mask), 2);
        check.directions(3);
        check.entries(60, 5);
    }

    /** Causal: a later token changes no earlier row; the row behind it is changed by the shift, whatever attention does. */
    @Test
    void causalShiftsLookBackOnly() {
        MultiLayerNetwork net = Nets.roughen(net(block(true).tokenShift(true).build(), DataType.DOUBLE));
        INDArray x = Samples.gaussian(DataType.DOUBLE, 3, 1, 1, T, E);
        INDArray before = net.feedForward(x, false).get(1).dup();
        x.putScalar(new int[] {0, 3, 6}, 9);
        INDArray after = net.feedForward(x, false).get(1);
        for (int t = 0; t < T; t++) {
            double moved = after.slice(0)
                    .slice(t)
                    .sub(before.slice(0).slice(t))
                    .amaxNumber()
                    .doubleValue();
            assertThat(moved > 1e-12).as("row %s", t).isEqualTo(t >= 3);
        }
    }

    @Test
    void modelsHaveThem() {
        PerformerConfig config =
                Nets.config().with(Map.of("norm.placement", "rezero", "norm.kind", "scale", "tokenShift", true));
        assertThat(config.hiddenVertex()).isEqualTo("final-norm");
        ComputationGraph net = new ComputationGraph(config.graph(new MaskedLanguageModel(), new Adam(), 0, 1));
        net.init();
        assertThat(net.getLayer("final-norm").getParam("gain").length()).isOne();
        assertThat(net.getLayer("block-0").getParam("alpha2").getDouble(0)).isCloseTo(0, within(0.0));
        assertThat(net.getLayer("block-0").paramTable()).doesNotContainKey("gain1");
    }
}
