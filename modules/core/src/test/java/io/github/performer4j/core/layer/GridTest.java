package io.github.performer4j.core.layer;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.github.performer4j.core.Samples;
import io.github.performer4j.core.TensorAssert;
import io.github.performer4j.core.attention.AttentionOptions;
import io.github.performer4j.core.attention.Decay;
import io.github.performer4j.core.attention.Grid;
import io.github.performer4j.core.feature.FeatureMap;
import java.util.List;
import org.deeplearning4j.nn.conf.serde.JsonMappers;
import org.deeplearning4j.nn.multilayer.MultiLayerNetwork;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.shade.jackson.databind.ObjectMapper;
import org.nd4j.shade.jackson.databind.node.ObjectNode;

/** Attention on a grid equals the dense form with the mask as a matrix, and plain attention where the mask is 1; {@link FusedTest} holds kernels equal to the graph. */
class GridTest {
    private static final int E = 6;
    private static final Grid GRID = new Grid(List.of(3, 4), true);
    private static final int T = 13;
    private static final AttentionOptions LINEAR = AttentionOptions.defaults()
            .withHeads(2)
            .withFeatures(5)
            .withLearnedProjection(true)
            .withFeatureMap(FeatureMap.named("relu").withoutEpsilon());

    private static INDArray attended(MultiLayerNetwork net, INDArray x) {
        return net.feedForward(x, false).get(1).dup('c');
    }

    @ParameterizedTest
    @ValueSource(strings = {"relu", "positive"})
    void equalsTheDenseForm(String map) {
        AttentionOptions o =
                LINEAR.withFeatureMap(FeatureMap.named(map).withoutEpsilon()).withGrid(GRID);
        MultiLayerNetwork net = Nets.attention(o, E, T);
        INDArray b = net.getLayer(0).getParam("grid");
        assertThat(b.shape()).containsExactly(2, 5 * 7);
        INDArray x = Samples.gaussian(DataType.DOUBLE, 3, 1, 2, T, E);
        INDArray out = attended(net, x);
        for (int i = 0; i < 2; i++) {
            double[][] rows = new DenseGraphAttention(net.getLayer(0).paramTable(), o)
                    .attend(x.slice(i).toDoubleMatrix(), T, h -> kernel(b, h));
            for (int t = 0; t < T; t++) {
                TensorAssert.assertClose("token " + t, out.slice(i).slice(t).dup(), rows[t]);
            }
        }
    }

    /** The class token sees all and is seen; between places (r, c) and (r', c') the weight is e^{b[r − r' + 2, c − c' + 3]}. */
    private static double[][] kernel(INDArray b, int head) {
        double[][] k = new double[T][T];
        for (int i = 0; i < T; i++) {
            for (int j = 0; j < T; j++) {
                int down = (i - 1) / 4 - (j - 1) / 4 + 2;
                int right = (i - 1) % 4 - (j - 1) % 4 + 3;
                k[i][j] = i == 0 || j == 0 ? 1 : Math.exp(b.getDouble(head, down * 7 + right));
            }
        }
        return k;
    }

    @ParameterizedTest
    @ValueSource(strings = {"relu", "positive", "elu-plus-one"})
    void aMaskOfOnesIsPlainAttention(String map) {
        FeatureMap features = FeatureMap.named(map); // keys of exponential ones have no ε under a mask
        AttentionOptions o = LINEAR.withLearnedProjection(false)
                .withFeatureMap(map.equals("positive") ? features.withoutEpsilon() : features);
        MultiLayerNetwork plain = Nets.attention(o, E, T);
        MultiLayerNetwork masked = Nets.attention(o.withGrid(GRID), E, T);
        plain.paramTable().forEach((name, p) -> masked.getParam(name).assign(p));
        masked.getLayer(0).getParam("grid").assign(0);
        INDArray x = Samples.gaussian(DataType.DOUBLE, 3, 1, 2, T, E);
        INDArray mask = Samples.mask(DataType.DOUBLE, "1111111111101", "1011111111111");
        for (MultiLayerNetwork net : List.of(plain, masked)) {
            net.setLayerMaskArrays(mask, null);
        }
        TensorAssert.assertClose("masked", attended(masked, x), attended(plain, x));
    }

    /** Central differences of the score, b among the parameters. */
    @ParameterizedTest
    @ValueSource(strings = {"relu", "positive"})
    void theGradientIsThatOfTheScore(String map) {
        FeatureMap features =
                FeatureMap.named(map); // beside a stabiliser ε is a constant; without ε rows of ReLU underflow
        AttentionOptions o = LINEAR.withFeatureMap(map.equals("positive") ? features.withoutEpsilon() : features)
                .withGrid(GRID);
        MultiLayerNetwork net = Nets.attention(o, E, T);
        INDArray x = Samples.gaussian(DataType.DOUBLE, 3, 1, 2, T, E);
        INDArray labels = Nets.oneHot(Samples.ids(DataType.DOUBLE, 7, 2, 2, T), 2)
                .permute(0, 2, 1)
                .dup('c');
        INDArray mask = Samples.mask(DataType.DOUBLE, "1111111111101", "1011111111111");
        GradientCheck check = new GradientCheck(net, Nets.feed(net, x, labels, mask, mask), 2);
        check.directions(3);
        check.entries(60, 5);
    }

    @Test
    void masksBeginAsOnes() {
        MultiLayerNetwork net = new MultiLayerNetwork(
                Nets.attention(LINEAR.withGrid(GRID), E, T).getLayerWiseConfigurations());
        net.init();
        assertThat(net.getLayer(0).getParam("grid").amaxNumber().doubleValue()).isZero();
    }

    @Test
    void whatCannotBeIsRefused() throws Exception {
        for (AttentionOptions o : List.of(
                LINEAR.withCausal(true),
                LINEAR.withDecay(new Decay(false, 3, 30, 0)),
                LINEAR.withLearnedProjection(false).withKind(AttentionOptions.Kind.EXACT))) {
            assertThatThrownBy(() -> o.withGrid(GRID))
                    .isInstanceOf(IllegalArgumentException.class)
                    .hasMessageStartingWith("a grid needs linear attention that is not causal, without decay; grid=");
        }
        assertThatThrownBy(() -> Grid.of(3, 0)).hasMessage("sizes of a grid must be positive; sizes=[3, 0]");
        assertThatThrownBy(() -> new GraphKernelAttentionLayer.Builder()
                        .attention(LINEAR.withGrid(GRID))
                        .build())
                .hasMessageContaining("rotary positions, grid, relative or Fourier positions");
        assertThatThrownBy(() -> new CrossAttentionLayer.Builder()
                        .attention(LINEAR.withGrid(GRID))
                        .build())
                .hasMessageContaining("grid=Grid[sizes=[3, 4], classToken=true]");
        MultiLayerNetwork net = Nets.attention(LINEAR.withGrid(GRID), E, -1);
        assertThatThrownBy(() -> net.output(Samples.gaussian(DataType.DOUBLE, 3, 1, 2, 12, E)))
                .hasStackTraceContaining(
                        "a grid must have a place for each token; grid=3x4 and a class token, tokens=12");
        ObjectMapper mapper = JsonMappers.getMapper();
        AttentionOptions pinned = LINEAR.withGrid(GRID).pinned();
        ObjectNode json = mapper.valueToTree(pinned);
        assertThat(mapper.treeToValue(json, AttentionOptions.class)).isEqualTo(pinned);
        json.remove("sees");
        assertThat(mapper.treeToValue(json, AttentionOptions.class)).isEqualTo(pinned.withGrid(null));
    }
}
