package io.github.performer4j.core.layer;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.github.performer4j.core.Samples;
import io.github.performer4j.core.TensorAssert;
import io.github.performer4j.core.attention.AttentionOptions;
import io.github.performer4j.core.attention.Orthogonality;
import io.github.performer4j.core.base.GraphLayer;
import io.github.performer4j.core.base.GraphRuntime;
import io.github.performer4j.core.export.SameDiffExport;
import io.github.performer4j.core.export.SameDiffInput;
import io.github.performer4j.core.model.AttentionChange;
import io.github.performer4j.core.model.PerformerConfig;
import io.github.performer4j.core.net.LowRankAdapters;
import io.github.performer4j.core.program.LowRank;
import io.github.performer4j.core.program.Weight;
import java.util.Map;
import java.util.Set;
import org.deeplearning4j.nn.graph.ComputationGraph;
import org.deeplearning4j.nn.transferlearning.TransferLearning;
import org.deeplearning4j.nn.workspace.LayerWorkspaceMgr;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;
import org.nd4j.linalg.indexing.NDArrayIndex;

/** Laws of orthogonal queries and keys: WᵀW = I at any time of training, W is the product of its reflections, gradients are differences, and nets live as others do. */
class OrthogonalWeightTest {
    private static final int WIDTH = 14;

    private static PerformerConfig config() {
        return Nets.config().with("layers", 2).with("attention.orthogonal", "qk");
    }

    /** Returns W [14,m], as rows of I come out of a product with it. */
    private static INDArray weight(DataType type, int m, INDArray vectors) {
        GraphRuntime layer =
                ProgramTest.layer((p, x) -> p.linear(x, new Weight.Orthogonal("V", null, WIDTH, m, true)), type, WIDTH);
        layer.getParam("V").assign(vectors);
        layer.setInput(Nd4j.eye(WIDTH).castTo(type).reshape(1, WIDTH, WIDTH), LayerWorkspaceMgr.noWorkspaces());
        return layer.activate(false, LayerWorkspaceMgr.noWorkspaces())
                .reshape(WIDTH, m)
                .dup('c');
    }

    private static double defect(INDArray w) {
        INDArray d = w.castTo(DataType.DOUBLE);
        return d.transpose()
                .mmul(d)
                .sub(Nd4j.eye(d.size(1)).castTo(DataType.DOUBLE))
                .norm2Number()
                .doubleValue();
    }

    /** The closed form, reflection by reflection: the last one comes first. */
    private static INDArray reflected(INDArray vectors) {
        INDArray w = Nd4j.eye(WIDTH)
                .castTo(DataType.DOUBLE)
                .get(NDArrayIndex.all(), NDArrayIndex.interval(0, vectors.size(1)))
                .dup('c');
        for (long j = vectors.size(1) - 1; j >= 0; j--) {
            INDArray v = vectors.getColumn(j, true).castTo(DataType.DOUBLE).dup('c');
            w.subi(v.mmul(v.transpose().mmul(w)).mul(2 / v.mul(v).sumNumber().doubleValue()));
        }
        return w;
    }

    @ParameterizedTest
    @EnumSource(
            value = DataType.class,
            names = {"FLOAT", "DOUBLE"})
    void columnsAreOrthonormalAndThoseOfTheReflections(DataType type) {
        for (int m : new int[] {1, 5, 9, WIDTH}) {
            INDArray vectors = Samples.gaussian(DataType.FLOAT, 7, 1, WIDTH, m);
            INDArray w = weight(type, m, vectors);
            assertThat(defect(w)).isLessThan(type == DataType.DOUBLE ? 1e-12 : 1e-5);
            TensorAssert.assertClose("W", w, reflected(vectors));
            TensorAssert.assertClose("W of longer vectors", weight(type, m, vectors.mul(8)), w);
        }
    }

    @Test
    void gradientsAreCentralDifferences() {
        ComputationGraph net = Nets.graph(config().with("attention.temperature", true), DataType.DOUBLE);
        INDArray ids = Samples.ids(DataType.DOUBLE, 3, Nets.VOCABULARY, 2, 5);
        INDArray labels = Samples.ids(DataType.DOUBLE, 4, Nets.VOCABULARY, 2, 5);
        GradientCheck check = new GradientCheck(net, Nets.feed(net, ids, labels, null, null), 1);
        check.directions(11);
        check.entries(120, 5);
    }

    private static void train(ComputationGraph net) {
        for (int i = 0; i < 20; i++) {
            INDArray ids = Samples.ids(net.params().dataType(), i, Nets.VOCABULARY, 2, 13);
            net.fit(Nets.feed(net, ids, ids, null, null).data());
        }
    }

    private static INDArray output(ComputationGraph net) {
        return net.outputSingle(Samples.ids(net.params().dataType(), 99, Nets.VOCABULARY, 2, 13))
                .dup();
    }

    /** Training moves W and leaves it orthogonal; the vectors' lengths have no gradient, and do not decay. */
    @ParameterizedTest
    @EnumSource(
            value = DataType.class,
            names = {"FLOAT", "DOUBLE"})
    void trainingKeepsColumnsOrthonormal(DataType type) {
        ComputationGraph net = Nets.graph(config(), type);
        INDArray before = weight(type, WIDTH, net.getParam("block-0_Wq.V"));
        train(net);
        INDArray v = net.getParam("block-0_Wq.V");
        INDArray after = weight(type, WIDTH, v);
        assertThat(defect(after)).isLessThan(type == DataType.DOUBLE ? 1e-12 : 1e-5);
        assertThat(after.distance2(before)).isGreaterThan(0.1);
        INDArray ids = Samples.ids(type, 77, Nets.VOCABULARY, 2, 13);
        Nets.feed(net, ids, ids, null, null).set();
        net.computeGradientAndScore(LayerWorkspaceMgr.noWorkspaces());
        INDArray dv = net.gradient().getGradientFor("block-0_Wq.V");
        assertThat(dv.norm2Number().doubleValue()).isGreaterThan(1e-3);
        INDArray along = v.mul(dv).sum(0);
        assertThat(along.amaxNumber().doubleValue()).isLessThan(type == DataType.DOUBLE ? 1e-12 : 1e-4);
        GraphLayer block = (GraphLayer) net.getLayer("block-0").conf().getLayer();
        assertThat(block.getLayerParams().isBiasParam("Wq.V")).isTrue();
        assertThat(block.getLayerParams().isWeightParam("Wv")).isTrue();
        assertThat(net.paramTable()).doesNotContainKeys("block-0_Wq", "block-0_Wk");
    }

    @Test
    void clonesAreTheSameNet() {
        ComputationGraph net = Nets.graph(config(), DataType.FLOAT);
        train(net);
        ComputationGraph copy = net.clone();
        TensorAssert.assertIdentical("output", output(copy), output(net));
    }

    @Test
    void frozenVectorsStay() {
        ComputationGraph net = Nets.graph(config(), DataType.FLOAT);
        ComputationGraph frozen = new TransferLearning.GraphBuilder(net)
                .setFeatureExtractor("block-0")
                .build();
        TensorAssert.assertIdentical("output", output(frozen), output(net));
        train(frozen);
        TensorAssert.assertIdentical("V", frozen.getParam("block-0_Wq.V"), net.getParam("block-0_Wq.V"));
        assertThat(frozen.getParam("block-1_Wq.V").distance2(net.getParam("block-1_Wq.V")))
                .isGreaterThan(0.01);
    }

    /** Updates of other weights train beside an orthogonal one that stays; its own would take orthogonality away. */
    @Test
    void updatesOfLowRankAreOtherWeights() {
        ComputationGraph net = Nets.graph(config(), DataType.FLOAT);
        assertThatThrownBy(() -> LowRankAdapters.attach(net, new LowRank(2, 6, 0, Set.of("Wq", "Wv"))))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage(
                        "an orthogonal weight takes no update of low rank, with which it would not be orthogonal; weight=Wq");
        ComputationGraph tuned = LowRankAdapters.attach(net, new LowRank(2, 6, 0, Set.of("Wv")));
        train(tuned);
        TensorAssert.assertIdentical("V", tuned.getParam("block-0_Wq.V"), net.getParam("block-0_Wq.V"));
        INDArray expected = output(tuned);
        TensorAssert.assertClose("merged", output(LowRankAdapters.merge(tuned)), expected);
        assertThat(expected.distance2(output(net))).isGreaterThan(0.01);
    }

    @Test
    void aPlainWeightIsNoVectors() {
        ComputationGraph net = Nets.graph(Nets.config(), DataType.FLOAT);
        assertThatThrownBy(() -> AttentionChange.of(net, o -> o.withOrthogonal(Orthogonality.QK)))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("layer=block-0, parameter=Wq")
                .hasMessageContaining("after=none");
    }

    @Test
    void moreColumnsThanRowsAreRefused() {
        CrossAttentionLayer.Builder layer = new CrossAttentionLayer.Builder()
                .attention(AttentionOptions.defaults().withHeads(2).withOrthogonal(Orthogonality.QK))
                .width(WIDTH)
                .memoryWidth(6);
        assertThatThrownBy(layer::build)
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage(
                        "an orthogonal weight must not have more columns than rows; weight=Wk.V, rows=6, columns=14");
    }

    /** A SameDiff file has the vectors, and gives what the net gives. */
    @Test
    void aSameDiffGraphMakesTheSameWeight() {
        ComputationGraph net = Nets.graph(config(), DataType.DOUBLE);
        INDArray ids = Samples.ids(DataType.INT32, 99, Nets.VOCABULARY, 2, 13);
        INDArray found = SameDiffExport.of(net, new SameDiffInput(2, 13, false))
                .graph()
                .outputSingle(Map.of(SameDiffExport.IDS, ids), "head");
        TensorAssert.assertClose("output", found, net.outputSingle(ids));
    }
}
