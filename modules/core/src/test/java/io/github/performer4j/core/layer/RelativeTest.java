package io.github.performer4j.core.layer;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.github.performer4j.core.Samples;
import io.github.performer4j.core.TensorAssert;
import io.github.performer4j.core.attention.AttentionOptions;
import io.github.performer4j.core.attention.AttentionOptions.Kind;
import io.github.performer4j.core.attention.Decay;
import io.github.performer4j.core.attention.Grid;
import io.github.performer4j.core.attention.RelativePositions;
import io.github.performer4j.core.feature.FeatureMap;
import io.github.performer4j.kernels.mask.Offsets;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.deeplearning4j.nn.conf.serde.JsonMappers;
import org.deeplearning4j.nn.multilayer.MultiLayerNetwork;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.indexing.NDArrayIndex;
import org.nd4j.shade.jackson.databind.ObjectMapper;
import org.nd4j.shade.jackson.databind.node.ObjectNode;

/** Relative positions equal the dense form, exact and linear, and plain attention where b = 0; {@link FusedTest} holds kernels equal to the graph. */
class RelativeTest {
    private static final int E = 6;
    private static final int T = 13;
    private static final AttentionOptions LINEAR = AttentionOptions.defaults()
            .withHeads(2)
            .withFeatures(5)
            .withLearnedProjection(true)
            .withFeatureMap(FeatureMap.named("relu").withoutEpsilon());

    static Stream<AttentionOptions> options() {
        List<AttentionOptions> all = new ArrayList<>();
        for (RelativePositions relative : List.of(
                new RelativePositions(8, 6),
                RelativePositions.t5(),
                RelativePositions.offsets(T),
                RelativePositions.offsets(99),
                RelativePositions.offsets(4),
                RelativePositions.offsets(1))) {
            for (boolean causal : new boolean[] {false, true}) {
                AttentionOptions relu = LINEAR.withRelative(relative).withCausal(causal);
                all.add(relu);
                all.add(relu.withFeatureMap(FeatureMap.named("positive").withoutEpsilon()));
                all.add(relu.withLearnedProjection(false).withKind(Kind.EXACT));
            }
        }
        return all.stream();
    }

    private static INDArray attended(MultiLayerNetwork net, INDArray x) {
        return net.feedForward(x, false).get(1).dup('c');
    }

    @ParameterizedTest
    @MethodSource("options")
    void equalsTheDenseForm(AttentionOptions o) {
        MultiLayerNetwork net = Nets.attention(o, E, T);
        Offsets offsets = o.relative().offsets(o.causal());
        INDArray b = net.getLayer(0).getParam("relative");
        assertThat(b.shape()).containsExactly(2, offsets.parameters());
        INDArray x = Samples.gaussian(DataType.DOUBLE, 3, 1, 2, T, E);
        INDArray out = attended(net, x);
        for (int i = 0; i < 2; i++) {
            double[][] rows = new DenseGraphAttention(net.getLayer(0).paramTable(), o)
                    .attend(x.slice(i).toDoubleMatrix(), T, h -> kernel(b, h, offsets));
            for (int t = 0; t < T; t++) {
                TensorAssert.assertClose("token " + t, out.slice(i).slice(t).dup(), rows[t]);
            }
        }
    }

    private static double[][] kernel(INDArray b, int head, Offsets offsets) {
        double[][] k = new double[T][T];
        for (int i = 0; i < T; i++) {
            for (int j = 0; j < T; j++) {
                k[i][j] = offsets.causal() && j > i ? 0 : Math.exp(b.getDouble(head, offsets.of(j - i)));
            }
        }
        return k;
    }

    @ParameterizedTest
    @MethodSource("options")
    void beginsAsAttentionWithoutThem(AttentionOptions o) {
        MultiLayerNetwork plain = Nets.attention(o.withRelative(null), E, T);
        MultiLayerNetwork own = Nets.attention(o, E, T);
        MultiLayerNetwork fresh = new MultiLayerNetwork(own.getLayerWiseConfigurations());
        fresh.init();
        assertThat(fresh.getLayer(0).getParam("relative").amaxNumber().doubleValue())
                .isZero();
        plain.paramTable().forEach((name, p) -> own.getParam(name).assign(p));
        own.getLayer(0).getParam("relative").assign(0);
        INDArray x = Samples.gaussian(DataType.DOUBLE, 3, 1, 2, T, E);
        INDArray mask = Samples.mask(DataType.DOUBLE, "1111111111101", "1011111111111");
        for (MultiLayerNetwork net : List.of(plain, own)) {
            net.setLayerMaskArrays(mask, null);
        }
        TensorAssert.assertClose("padded", attended(own, x), attended(plain, x));
    }

    /** Central differences of the score, b among the parameters. */
    @ParameterizedTest
    @MethodSource("options")
    void theGradientIsThatOfTheScore(AttentionOptions options) {
        boolean relu = options.kind() == Kind.LINEAR && !options.featureMap().estimatesSoftmax();
        AttentionOptions o = relu ? options.withFeatureMap(FeatureMap.named("relu")) : options; // else rows underflow
        MultiLayerNetwork net = Nets.attention(o, E, T);
        INDArray x = Samples.gaussian(DataType.DOUBLE, 3, 1, 2, T, E);
        INDArray labels = Nets.oneHot(Samples.ids(DataType.DOUBLE, 7, 2, 2, T), 2)
                .permute(0, 2, 1)
                .dup('c');
        INDArray mask = Samples.mask(DataType.DOUBLE, "1111111111101", "1011111111111");
        GradientCheck check = new GradientCheck(net, Nets.feed(net, x, labels, mask, mask), 2);
        check.directions(3);
        check.entries(30, 5);
    }

    /** Exact attention within a window keeps a state: parts give what the whole gives. Linear attention says why it cannot. */
    @Test
    void partsWithinAWindow() {
        AttentionOptions o = LINEAR.withLearnedProjection(false)
                .withKind(Kind.EXACT)
                .withCausal(true)
                .withWindow(4)
                .withRelative(new RelativePositions(8, 6));
        for (DataType type : List.of(DataType.DOUBLE, DataType.FLOAT)) {
            MultiLayerNetwork net = Nets.attention(o, E, T);
            net = type == DataType.DOUBLE ? net : net.convertDataType(type);
            INDArray x = Samples.gaussian(type, 3, 1, 2, T, E);
            INDArray whole = net.output(x).dup('c');
            for (int t = 0; t < T; t++) {
                INDArray step =
                        net.rnnTimeStep(x.get(NDArrayIndex.all(), NDArrayIndex.interval(t, t + 1), NDArrayIndex.all()));
                INDArray wanted = whole.get(NDArrayIndex.all(), NDArrayIndex.interval(t, t + 1), NDArrayIndex.all());
                assertThat(step.sub(wanted).amaxNumber().doubleValue())
                        .as("token %s", t)
                        .isLessThan(type == DataType.DOUBLE ? 1e-10 : 1e-5);
            }
        }
        MultiLayerNetwork linear = Nets.attention(LINEAR.withCausal(true).withRelative(RelativePositions.t5()), E, T);
        assertThatThrownBy(() -> linear.rnnTimeStep(Samples.gaussian(DataType.DOUBLE, 3, 1, 2, 3, E)))
                .hasStackTraceContaining("its relative positions weigh each earlier token by its distance");
    }

    @Test
    void whatCannotBeIsRefused() throws Exception {
        RelativePositions buckets = RelativePositions.t5();
        assertThatThrownBy(() -> LINEAR.withDecay(new Decay(false, 3, 30, 0)).withRelative(buckets))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageStartingWith("relative positions have weights of their own");
        assertThatThrownBy(() -> LINEAR.withGrid(Grid.of(3, 4)).withRelative(buckets))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageStartingWith("relative positions have weights of their own");
        assertThatThrownBy(() -> LINEAR.withRelative(new RelativePositions(30, 128)))
                .hasMessage("buckets must be divisible by 4, for two sides; buckets=30, causal=false");
        assertThatThrownBy(() -> new GraphKernelAttentionLayer.Builder()
                        .attention(LINEAR.withRelative(buckets))
                        .build())
                .hasMessageContaining("grid or relative positions");
        assertThatThrownBy(() -> new CrossAttentionLayer.Builder()
                        .attention(LINEAR.withRelative(buckets))
                        .build())
                .hasMessageContaining("relative=RelativePositions[buckets=32, reach=128]");
        ObjectMapper mapper = JsonMappers.getMapper();
        AttentionOptions pinned = LINEAR.withRelative(buckets).pinned();
        ObjectNode json = mapper.valueToTree(pinned);
        assertThat(mapper.treeToValue(json, AttentionOptions.class)).isEqualTo(pinned);
        json.remove("relative");
        assertThat(mapper.treeToValue(json, AttentionOptions.class)).isEqualTo(pinned.withRelative(null));
    }
}
