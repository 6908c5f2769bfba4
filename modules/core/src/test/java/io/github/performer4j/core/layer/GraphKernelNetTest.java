package io.github.performer4j.core.layer;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.github.performer4j.core.TensorAssert;
import io.github.performer4j.core.attention.AttentionOptions;
import io.github.performer4j.core.base.GraphRuntime;
import io.github.performer4j.core.feature.FeatureMap;
import io.github.performer4j.core.graph.GraphArrays;
import io.github.performer4j.core.sides.SidesOnKernels;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.util.List;
import org.deeplearning4j.nn.conf.ComputationGraphConfiguration;
import org.deeplearning4j.nn.conf.dropout.Dropout;
import org.deeplearning4j.nn.conf.layers.misc.FrozenLayerWithBackprop;
import org.deeplearning4j.nn.graph.ComputationGraph;
import org.deeplearning4j.util.ModelSerializer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.dataset.api.MultiDataSet;
import org.nd4j.linalg.learning.config.Adam;
import org.nd4j.linalg.learning.config.Sgd;

/** Layers over graphs in a net: gradients, padding, batches as one block-diagonal graph, and what Deeplearning4j does around nets. */
class GraphKernelNetTest {
    private static final AttentionOptions LINEAR =
            AttentionOptions.defaults().withHeads(2).withFeatures(6).withFeatureMap(FeatureMap.named("relu"));

    private static ComputationGraph net(DataType type) {
        return GraphNet.net(LINEAR, 0.1, type, new Adam(1e-2));
    }

    /** Central differences of the score, the weights of lengths among the parameters. */
    @ParameterizedTest
    @ValueSource(strings = {"relu", "positive", "hyperbolic", "elu-plus-one", "aderf"})
    void theGradientIsThatOfTheScore(String map) {
        FeatureMap features = FeatureMap.named(map);
        boolean stabilised =
                map.equals("positive") || map.equals("hyperbolic"); // beside whose stabiliser ε is a constant
        AttentionOptions o = LINEAR.withFeatureMap(stabilised ? features.withoutEpsilon() : features)
                .withGate(map.equals("relu"));
        ComputationGraph net = GraphNet.net(o, 0, DataType.DOUBLE, new Sgd(0.1));
        MultiDataSet data = GraphNet.data(DataType.DOUBLE, 1);
        Nets.Feed feed = Nets.feed(net, data);
        assertThat(net.paramTable()).containsKeys("attention_modulation", "block_modulation");
        if (map.equals("aderf")) { // its frame is fitted to queries and keys, and no gradient flows through that
            new GradientCheck(net, feed, 3).directions(9, List.of("block_modulation", "block_Wv", "block_Wo", "out_W"));
        } else {
            new GradientCheck(net, feed, 3).directions(9);
        }
    }

    /** A batch as one block-diagonal graph has the outputs of the batch of padded graphs, and of each alone. */
    @ParameterizedTest
    @ValueSource(strings = {"relu", "positive", "hyperbolic"})
    void batchesArePaddedOrBlockDiagonal(String map) {
        AttentionOptions options = LINEAR.withFeatureMap(FeatureMap.named(map));
        ComputationGraph net = GraphNet.net(options, 0.1, DataType.DOUBLE, new Adam(1e-2));
        INDArray padded = GraphNet.output(net, GraphNet.padded(DataType.DOUBLE, 1));
        INDArray block = GraphNet.output(net, GraphNet.block(DataType.DOUBLE, 1));
        int node = 0;
        for (int b = 0; b < GraphNet.NODES.length; b++) {
            GraphArrays alone = GraphArrays.of(
                    List.<double[][]>of(GraphNet.features(1).get(b)),
                    List.of(GraphNet.factors().get(b)),
                    DataType.DOUBLE);
            INDArray single = net.output(alone.inputs())[0];
            for (int i = 0; i < GraphNet.NODES[b]; i++) {
                INDArray expected = padded.slice(b).slice(i).dup();
                TensorAssert.assertClose("block", block.slice(0).slice(node++).dup(), expected);
                TensorAssert.assertClose("alone", single.slice(0).slice(i).dup(), expected);
            }
        }
    }

    @Test
    void jsonZipAndCloneContinueBitByBit() throws IOException {
        ComputationGraph net = net(DataType.FLOAT);
        ComputationGraph cloned = net.clone(); // before the first step: M2.1's clones forget the net's count of steps
        for (int i = 0; i < 3; i++) {
            cloned.fit(GraphNet.data(DataType.FLOAT, i));
            net.fit(GraphNet.data(DataType.FLOAT, i));
        }
        String json = net.getConfiguration().toJson();
        assertThat(ComputationGraphConfiguration.fromJson(json).toJson()).isEqualTo(json);
        ByteArrayOutputStream zip = new ByteArrayOutputStream();
        ModelSerializer.writeModel(net, zip, true);
        ComputationGraph restored =
                ModelSerializer.restoreComputationGraph(new ByteArrayInputStream(zip.toByteArray()), true);
        GraphKernelBlockLayer block = (GraphKernelBlockLayer) ((GraphRuntime) restored.getLayer("block")).definition();
        assertThat(block.getModulation()).containsExactly(1.0, 0.7, 0.3, 0.1);
        for (int i = 3; i < 6; i++) {
            for (ComputationGraph each : List.of(net, restored, cloned)) {
                each.fit(GraphNet.data(DataType.FLOAT, i));
            }
        }
        TensorAssert.assertIdentical("restored", restored.params(), net.params());
        TensorAssert.assertIdentical("cloned", cloned.params(), net.params());
    }

    /** f begins as the block says, or as diffusion, of the first head with λ = ½ and of the last with 4: f_l = (λ/2)^l/l!. */
    @Test
    void theWeightsOfLengthsBeginAsIsSaid() {
        ComputationGraph net = net(DataType.DOUBLE);
        net.init();
        ComputationGraph fresh = new ComputationGraph(net.getConfiguration());
        fresh.init();
        for (int h = 0; h < 2; h++) {
            for (int l = 0; l < 4; l++) {
                double given = List.of(1, 0.7, 0.3, 0.1).get(l).doubleValue();
                double factorial = List.of(1, 1, 2, 6).get(l);
                assertThat(Math.exp(fresh.getParam("block_modulation").getDouble(h, l)))
                        .isCloseTo(given, within(1e-12));
                assertThat(Math.exp(fresh.getParam("attention_modulation").getDouble(h, l)))
                        .isCloseTo(Math.pow(h == 0 ? 0.25 : 2, l) / factorial, within(1e-12));
            }
        }
    }

    @Test
    void gradientsGoThroughAFrozenLayer() {
        ComputationGraph frozen = GraphNet.net(LINEAR, 0, DataType.FLOAT, new Sgd(0.02), FrozenLayerWithBackprop::new);
        ComputationGraph plain = GraphNet.net(LINEAR, 0, DataType.FLOAT, new Sgd(0.02));
        INDArray embedding = plain.getLayer("embedding").params().dup();
        INDArray attention = plain.getLayer("attention").params().dup();
        frozen.fit(GraphNet.data(DataType.FLOAT, 1));
        plain.fit(GraphNet.data(DataType.FLOAT, 1));
        assertThat(plain.getLayer("embedding").params().distance2(embedding)).isGreaterThan(1e-4);
        TensorAssert.assertClose(
                "embedding",
                frozen.getLayer("embedding").params(),
                plain.getLayer("embedding").params());
        TensorAssert.assertIdentical("attention", frozen.getLayer("attention").params(), attention);
    }

    /** Weights of lengths do not decay, and Deeplearning4j's dropOut leaves the graph's entries alone: dropped, they would name other nodes. */
    @Test
    void dropOutLeavesTheGraphAlone() {
        ComputationGraph net = net(DataType.FLOAT);
        GraphKernelAttentionLayer layer =
                (GraphKernelAttentionLayer) ((GraphRuntime) net.getLayer("attention")).definition();
        layer.setIDropout(new Dropout(0.5));
        ComputationGraph dropping = new ComputationGraph(net.getConfiguration());
        dropping.init(net.params(), true);
        INDArray[] inputs = GraphNet.padded(DataType.FLOAT, 1).inputs();
        INDArray out = dropping.feedForward(inputs, true).get("attention");
        TensorAssert.assertFinite("out", out);
        assertThat(out.distance2(net.feedForward(inputs, false).get("attention")))
                .isGreaterThan(0.1);
        assertThat(layer.getLayerParams().isWeightParam("modulation")).isFalse();
    }

    /** The kernels in float32 take the step that the graph takes in float64. */
    @ParameterizedTest
    @ValueSource(strings = {"relu", "positive", "elu-plus-one"})
    void kernelsTakeTheStepOfTheGraph(String map) {
        AttentionOptions options = LINEAR.withFeatureMap(FeatureMap.named(map)).withGate(map.equals("relu"));
        ComputationGraph graph = GraphNet.net(options, 0, DataType.DOUBLE, new Sgd(0.1));
        ComputationGraph kernels = GraphNet.net(options, 0, DataType.FLOAT, new Sgd(0.1));
        assertThat(kernels.getLayer("block")).isInstanceOf(SidesOnKernels.class);
        kernels.setParams(graph.params().castTo(DataType.FLOAT));
        graph.fit(GraphNet.data(DataType.DOUBLE, 1));
        kernels.fit(GraphNet.data(DataType.FLOAT, 1));
        TensorAssert.assertClose("step", kernels.params(), graph.params().castTo(DataType.FLOAT));
    }
}
