package io.github.performer4j.core.layer;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import io.github.performer4j.core.Samples;
import io.github.performer4j.core.TensorAssert;
import io.github.performer4j.core.attention.AttentionOptions;
import io.github.performer4j.core.feature.FeatureMap;
import io.github.performer4j.core.graph.GraphArrays;
import io.github.performer4j.kernels.mask.Tree;
import io.github.performer4j.kernels.mask.TreeMask;
import io.github.performer4j.kernels.math.CounterRandom;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.deeplearning4j.nn.conf.NeuralNetConfiguration;
import org.deeplearning4j.nn.conf.RNNFormat;
import org.deeplearning4j.nn.conf.inputs.InputType;
import org.deeplearning4j.nn.conf.layers.RnnOutputLayer;
import org.deeplearning4j.nn.graph.ComputationGraph;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;
import org.nd4j.linalg.learning.config.Adam;
import org.nd4j.linalg.learning.config.IUpdater;
import org.nd4j.linalg.learning.config.Sgd;

/** Layers over graphs read trees: equal to the dense form with e^{−λ dist} as a matrix, and trained with λ, as a graph and on kernels. */
class TreeLayerTest {
    private static final int E = 6;
    private static final int[] NODES = {11, 5, 1};
    private static final AttentionOptions LINEAR = AttentionOptions.defaults()
            .withHeads(2)
            .withFeatures(5)
            .withLearnedProjection(true)
            .withFeatureMap(FeatureMap.named("relu").withoutEpsilon());

    private static List<Tree> trees() {
        List<Tree> all = new ArrayList<>();
        for (int n : NODES) {
            CounterRandom random = CounterRandom.of(n);
            int[] parent = new int[n];
            double[] length = new double[n];
            for (int v = 0; v < n; v++) {
                parent[v] = v == 0 ? -1 : random.nextInt(v);
                length[v] = 1 + random.nextInt(3); // whole, so the same in float32
            }
            all.add(Tree.of(parent, length));
        }
        return all;
    }

    private static GraphArrays arrays(DataType type) {
        List<double[][]> features = new ArrayList<>();
        CounterRandom random = CounterRandom.of(1);
        for (int n : NODES) {
            double[][] rows = new double[n][E];
            for (double[] row : rows) {
                Arrays.setAll(row, i -> (float) random.nextGaussian());
            }
            features.add(rows);
        }
        return GraphArrays.ofTrees(features, trees(), type);
    }

    private static ComputationGraph net(AttentionOptions options, DataType type, IUpdater updater) {
        ComputationGraph net = new ComputationGraph(new NeuralNetConfiguration.Builder()
                .seed(13)
                .dataType(type)
                .updater(updater)
                .graphBuilder()
                .addInputs("nodes", "tree")
                .addVertex("first", new SidesVertex(), "nodes", "tree")
                .addLayer(
                        "attention",
                        new GraphKernelAttentionLayer.Builder()
                                .attention(options)
                                .build(),
                        "first")
                .addVertex("second", new SidesVertex(), "attention", "tree")
                .addLayer(
                        "block",
                        new GraphKernelBlockLayer.Builder()
                                .attention(options)
                                .modulation(0.3)
                                .hidden(7)
                                .build(),
                        "second")
                .addLayer(
                        "out",
                        new RnnOutputLayer.Builder()
                                .nOut(2)
                                .dataFormat(RNNFormat.NWC)
                                .build(),
                        "block")
                .setOutputs("out")
                .setInputTypes(
                        InputType.recurrent(E, -1, RNNFormat.NWC), InputType.recurrent(Tree.WIDTH, -1, RNNFormat.NWC))
                .build());
        net.init();
        return net;
    }

    private static org.nd4j.linalg.dataset.MultiDataSet data(DataType type) {
        GraphArrays arrays = arrays(type);
        INDArray labels = Nets.oneHot(Samples.ids(type, 7, 2, NODES.length, 11), 2)
                .permute(0, 2, 1)
                .dup('c');
        return new org.nd4j.linalg.dataset.MultiDataSet(
                arrays.inputs(), new INDArray[] {labels}, arrays.masks(), new INDArray[] {arrays.nodeMask()});
    }

    private static INDArray attended(ComputationGraph net, GraphArrays arrays) {
        net.setLayerMaskArrays(arrays.masks(), null);
        INDArray out = net.feedForward(arrays.inputs(), false).get("attention").dup('c');
        net.clearLayerMaskArrays();
        return out;
    }

    @ParameterizedTest
    @ValueSource(strings = {"relu", "positive", "elu-plus-one"})
    void equalsTheDenseForm(String map) {
        FeatureMap features = FeatureMap.named(map).withoutEpsilon();
        AttentionOptions o = LINEAR.withLearnedProjection(false)
                .withFeatureMap(features)
                .withLearnedProjection(features.draws(5) > 0);
        ComputationGraph net = Nets.roughen(net(o, DataType.DOUBLE, new Sgd(0.1)));
        GraphArrays arrays = arrays(DataType.DOUBLE);
        INDArray out = attended(net, arrays);
        INDArray theta = net.getLayer("attention").getParam("modulation");
        assertThat(theta.shape()).containsExactly(2, 1);
        for (int b = 0; b < NODES.length; b++) {
            Tree tree = trees().get(b);
            double[][] rows = new DenseGraphAttention(net.getLayer("attention").paramTable(), o)
                    .attend(
                            arrays.nodes().slice(b).toDoubleMatrix(),
                            tree.nodes(),
                            h -> new TreeMask(tree, Math.exp(theta.getDouble(h))).dense());
            for (int i = 0; i < rows.length; i++) {
                TensorAssert.assertClose(
                        "tree " + b + ", node " + i, out.slice(b).slice(i).dup(), rows[i]);
            }
        }
        ComputationGraph kernels = net(o, DataType.FLOAT, new Sgd(0.1));
        kernels.setParams(net.params().castTo(DataType.FLOAT));
        TensorAssert.assertClose("kernels", attended(kernels, arrays(DataType.FLOAT)), out.castTo(DataType.FLOAT));
    }

    /** Central differences of the score in float64, the rate among the parameters; and the same step on kernels. */
    @ParameterizedTest
    @ValueSource(strings = {"relu", "positive"})
    void theGradientIsThatOfTheScore(String map) {
        FeatureMap features =
                FeatureMap.named(map); // beside a stabiliser ε is a constant; without ε rows of ReLU underflow
        AttentionOptions o = LINEAR.withFeatureMap(map.equals("positive") ? features.withoutEpsilon() : features);
        ComputationGraph net = Nets.roughen(net(o, DataType.DOUBLE, new Sgd(0.1)));
        org.nd4j.linalg.dataset.MultiDataSet data = data(DataType.DOUBLE);
        Nets.Feed feed = Nets.feed(net, data);
        assertThat(net.paramTable()).containsKeys("attention_modulation", "block_modulation");
        new GradientCheck(net, feed, 3).directions(9);
        ComputationGraph kernels = net(o, DataType.FLOAT, new Sgd(0.1));
        kernels.setParams(net.params().castTo(DataType.FLOAT));
        net.fit(data);
        kernels.fit(data(DataType.FLOAT));
        TensorAssert.assertClose("step", kernels.params(), net.params().castTo(DataType.FLOAT));
    }

    /** A node must be told from another by how far a mark is: λ learns with the rest, on kernels. */
    @Test
    void trains() {
        ComputationGraph net = net(LINEAR, DataType.FLOAT, new Adam(2e-2));
        org.nd4j.linalg.dataset.MultiDataSet data = data(DataType.FLOAT);
        double before = net.score(data);
        INDArray rate = net.getParam("block_modulation").dup();
        for (int i = 0; i < 60; i++) {
            net.fit(data);
        }
        assertThat(net.score(data)).isLessThan(0.5 * before);
        assertThat(net.getParam("block_modulation").distance2(rate)).isGreaterThan(0.01);
    }

    @Test
    void ratesBeginAsIsSaid() {
        ComputationGraph net = net(LINEAR, DataType.DOUBLE, new Sgd(0.1));
        assertThat(Math.exp(net.getParam("attention_modulation").getDouble(0))).isCloseTo(0.1, within(1e-12));
        assertThat(Math.exp(net.getParam("attention_modulation").getDouble(1))).isCloseTo(2, within(1e-12));
        assertThat(Math.exp(net.getParam("block_modulation").getDouble(1))).isCloseTo(0.3, within(1e-12));
    }

    @Test
    void refusesWhatIsNoTree() {
        ComputationGraph net = net(LINEAR, DataType.FLOAT, new Sgd(0.1));
        INDArray x = Samples.gaussian(DataType.FLOAT, 3, 1, 2, 3, E);
        INDArray edges = Nd4j.zeros(DataType.FLOAT, 2, 3, 3);
        edges.slice(1).slice(0).assign(Nd4j.createFromArray(0f, 1f, 1f));
        edges.slice(1).slice(1).assign(Nd4j.createFromArray(1f, 0f, 1f));
        assertThatThrownBy(() -> net.output(x, edges))
                .hasStackTraceContaining("edges of a tree must not form a cycle")
                .hasStackTraceContaining("graph=1");
        assertThatThrownBy(() -> new GraphKernelAttentionLayer.Builder()
                        .attention(LINEAR)
                        .width(E)
                        .modulation(1, 2)
                        .memoryWidth(Tree.WIDTH)
                        .build())
                .hasMessageContaining("modulation=[1.0, 2.0], lengths=1");
    }
}
