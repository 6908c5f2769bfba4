package io.github.performer4j.core.layer;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.performer4j.core.Samples;
import io.github.performer4j.core.TensorAssert;
import io.github.performer4j.core.attention.AttentionOptions;
import io.github.performer4j.core.base.FusedRuntime;
import io.github.performer4j.core.base.GraphLayer;
import io.github.performer4j.core.base.GraphRuntime;
import io.github.performer4j.core.feature.FeatureMap;
import java.util.LinkedHashMap;
import java.util.Map;
import org.deeplearning4j.nn.conf.NeuralNetConfiguration;
import org.deeplearning4j.nn.conf.RNNFormat;
import org.deeplearning4j.nn.conf.dropout.Dropout;
import org.deeplearning4j.nn.conf.inputs.InputType;
import org.deeplearning4j.nn.conf.layers.RnnOutputLayer;
import org.deeplearning4j.nn.conf.layers.misc.FrozenLayerWithBackprop;
import org.deeplearning4j.nn.gradient.Gradient;
import org.deeplearning4j.nn.multilayer.MultiLayerNetwork;
import org.deeplearning4j.nn.workspace.LayerWorkspaceMgr;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.nd4j.common.primitives.Pair;
import org.nd4j.linalg.activations.Activation;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.learning.config.Sgd;
import org.nd4j.linalg.lossfunctions.LossFunctions.LossFunction;

/** Deeplearning4j's {@code dropOut}: entries of a layer's input, kept with the probability that it names, at places that seed, layer and step name. */
class InputDropoutTest {
    private static final int B = 3;
    private static final int T = 7;
    private static final int E = 6;
    private static final double KEPT = 0.7;

    private static MultiLayerNetwork net(DataType type, RNNFormat format, GraphLayer layer, boolean frozen) {
        layer.setIDropout(new Dropout(KEPT));
        MultiLayerNetwork net = new MultiLayerNetwork(new NeuralNetConfiguration.Builder()
                .seed(13)
                .dataType(type)
                .updater(new Sgd(0.1))
                .list()
                .layer(frozen ? new FrozenLayerWithBackprop(layer) : layer)
                .layer(new RnnOutputLayer.Builder(LossFunction.MSE)
                        .activation(Activation.IDENTITY)
                        .nOut(2)
                        .dataFormat(format)
                        .build())
                .setInputType(InputType.recurrent(E, T, format))
                .build());
        net.init();
        INDArray values = Samples.gaussian(DataType.FLOAT, 31, 0.3, net.params().shape());
        net.setParams(values.castTo(type));
        return net;
    }

    private static PerformerBlockLayer block() {
        return new PerformerBlockLayer.Builder()
                .attention(AttentionOptions.defaults()
                        .withHeads(2)
                        .withFeatures(5)
                        .withFeatureMap(FeatureMap.named("relu")))
                .hidden(5)
                .build();
    }

    private static INDArray sequence(DataType type, RNNFormat format, long seed, int width) {
        INDArray x = Samples.gaussian(DataType.FLOAT, seed, 1, B, T, width).castTo(type);
        return format == RNNFormat.NCW ? x.permute(0, 2, 1).dup('c') : x;
    }

    /** Positions that add nothing show what is dropped: 30% of the entries, the others divided by 0.7. */
    @ParameterizedTest
    @EnumSource(RNNFormat.class)
    void theShareThatIsNamedIsKept(RNNFormat format) {
        PositionLayer none = new PositionLayer.Builder()
                .kind(PositionLayer.Kind.NONE)
                .tokens(1000)
                .build();
        MultiLayerNetwork net = net(DataType.FLOAT, format, none, false);
        INDArray ones = Samples.gaussian(DataType.FLOAT, 3, 0, 20, 50, E).addi(1);
        INDArray x = format == RNNFormat.NCW ? ones.permute(0, 2, 1).dup('c') : ones;
        INDArray out = net.feedForward(x, true).get(1);
        double kept = 0;
        for (float value : out.dup('c').data().asFloat()) {
            assertThat(value == 0 || Math.abs(value - 1 / KEPT) < 1e-6).isTrue();
            kept += value == 0 ? 0 : 1.0 / x.length();
        }
        assertThat(kept).isBetween(KEPT - 0.02, KEPT + 0.02);
        TensorAssert.assertIdentical("inference", net.feedForward(x, false).get(1), x);
    }

    /** Both engines drop the same entries, forward and backward, in both formats. */
    @ParameterizedTest
    @CsvSource({"NWC, false", "NWC, true", "NCW, false", "NCW, true"})
    void kernelsEqualTheGraph(RNNFormat format, boolean masked) {
        Map<String, INDArray> actual = pass(DataType.FLOAT, format, masked);
        pass(DataType.DOUBLE, format, masked)
                .forEach((name, expected) -> TensorAssert.assertClose(name, actual.get(name), expected));
    }

    private static Map<String, INDArray> pass(DataType type, RNNFormat format, boolean masked) {
        LayerWorkspaceMgr workspaces = LayerWorkspaceMgr.noWorkspaces();
        MultiLayerNetwork net = net(type, format, block(), false);
        net.initGradientsView();
        GraphRuntime layer = (GraphRuntime) net.getLayer(0);
        assertThat(layer instanceof FusedRuntime).isEqualTo(type == DataType.FLOAT);
        layer.setInput(sequence(type, format, 3, E), workspaces);
        layer.setMaskArray(masked ? Samples.mask(type, "1111100", "0110111", "1111111") : null);
        Map<String, INDArray> tensors = new LinkedHashMap<>();
        tensors.put("output", layer.activate(true, workspaces).dup('c'));
        Pair<Gradient, INDArray> gradients = layer.backpropGradient(sequence(type, format, 5, E), workspaces);
        tensors.put("input", gradients.getSecond().dup('c'));
        gradients.getFirst().gradientForVariable().forEach((name, g) -> tensors.put(name, g.dup('c')));
        return tensors;
    }

    /** Central differences through a layer below, dropped entries included. */
    @Test
    void theGradientIsThatOfTheScore() {
        MultiLayerNetwork net = new MultiLayerNetwork(new NeuralNetConfiguration.Builder()
                .seed(13)
                .dataType(DataType.DOUBLE)
                .updater(new Sgd(0.1))
                .miniBatch(false)
                .dropOut(KEPT)
                .list()
                .layer(new LayerNormLayer.Builder().width(E).build())
                .layer(block())
                .layer(new LanguageModelHeadLayer.Builder().vocabulary(5).build())
                .setInputType(InputType.recurrent(E, T, RNNFormat.NWC))
                .build());
        net.init();
        Nets.roughen(net);
        INDArray x = sequence(DataType.DOUBLE, RNNFormat.NWC, 3, E);
        INDArray y = Samples.ids(DataType.DOUBLE, 5, 5, B, T);
        GradientCheck check = new GradientCheck(net, Nets.feed(net, x, y, null, null), 1);
        check.entries(60, 7);
        check.directions(9);
    }

    @ParameterizedTest
    @ValueSource(booleans = {false, true})
    void frozenLayersDropNothing(boolean frozen) {
        MultiLayerNetwork net = net(DataType.FLOAT, RNNFormat.NWC, block(), frozen);
        INDArray x = sequence(DataType.FLOAT, RNNFormat.NWC, 3, E);
        INDArray training = net.feedForward(x, true).get(1).dup();
        assertThat(training.equals(net.feedForward(x, false).get(1))).isEqualTo(frozen);
        net.fit(x, sequence(DataType.FLOAT, RNNFormat.NWC, 5, 2));
    }

    /** Each step drops others; a step's parts too. */
    @Test
    void stepsDropDifferentEntries() {
        MultiLayerNetwork net = net(DataType.FLOAT, RNNFormat.NWC, block(), false);
        INDArray x = sequence(DataType.FLOAT, RNNFormat.NWC, 3, E);
        INDArray first = net.feedForward(x, true).get(1).dup();
        ((GraphRuntime) net.getLayer(0)).setMicroBatch(1);
        assertThat(net.feedForward(x, true).get(1)).isNotEqualTo(first);
        ((GraphRuntime) net.getLayer(0)).setMicroBatch(0);
        TensorAssert.assertIdentical("again", net.feedForward(x, true).get(1), first);
        net.getLayerWiseConfigurations().setIterationCount(1);
        net.getLayer(0).setIterationCount(1);
        assertThat(net.feedForward(x, true).get(1)).isNotEqualTo(first);
    }
}
