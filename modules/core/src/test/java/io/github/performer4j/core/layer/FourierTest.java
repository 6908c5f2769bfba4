package io.github.performer4j.core.layer;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import io.github.performer4j.core.Samples;
import io.github.performer4j.core.TensorAssert;
import io.github.performer4j.core.attention.AttentionOptions;
import io.github.performer4j.core.attention.AttentionOptions.Kind;
import io.github.performer4j.core.attention.FourierPositions;
import io.github.performer4j.core.attention.Grid;
import io.github.performer4j.core.feature.FeatureMap;
import io.github.performer4j.kernels.layer.FourierPlaces;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Stream;
import org.deeplearning4j.nn.conf.serde.JsonMappers;
import org.deeplearning4j.nn.multilayer.MultiLayerNetwork;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.shade.jackson.databind.ObjectMapper;
import org.nd4j.shade.jackson.databind.node.ObjectNode;

/** Fourier positions add their function of the offset to scores; {@link FusedTest} holds kernels equal to the graph. */
class FourierTest {
    private static final int E = 6;
    private static final int T = 13;
    private static final FourierPositions FOURIER = new FourierPositions(2, 3, 20);
    private static final AttentionOptions LINEAR = AttentionOptions.defaults()
            .withHeads(2)
            .withFeatures(9)
            .withLearnedProjection(true)
            .withFeatureMap(FeatureMap.named("positive").withoutEpsilon())
            .withFourier(FOURIER);
    private static final AttentionOptions EXACT =
            LINEAR.withLearnedProjection(false).withKind(Kind.EXACT);
    /** T places: a class token, three rows of four. */
    private static final FourierPositions ON_GRID = FOURIER.on(new Grid(List.of(3, 4), true));

    static Stream<AttentionOptions> options() {
        FourierPositions cube = FOURIER.on(new Grid(List.of(2, 2, 4), false)); // of which T places are taken
        return Stream.of(LINEAR, EXACT)
                .flatMap(o -> Stream.of(o, o.withFourier(ON_GRID), o.withFourier(cube)))
                .flatMap(o -> Stream.of(o, o.withCausal(true)));
    }

    private static INDArray attended(MultiLayerNetwork net, INDArray x) {
        return net.feedForward(x, false).get(1).dup('c');
    }

    private static double[][] visible(boolean causal) {
        double[][] k = new double[T][T];
        for (int i = 0; i < T; i++) {
            Arrays.fill(k[i], 0, causal ? i + 1 : T, 1);
        }
        return k;
    }

    @ParameterizedTest
    @MethodSource("options")
    void equalsTheDenseForm(AttentionOptions o) {
        MultiLayerNetwork net = Nets.attention(o, E, T);
        INDArray x = Samples.gaussian(DataType.DOUBLE, 3, 1, 1, T, E);
        double[][] rows = new DenseGraphAttention(net.getLayer(0).paramTable(), o)
                .attend(x.slice(0).toDoubleMatrix(), T, h -> visible(o.causal()));
        INDArray out = attended(net, x).slice(0);
        for (int t = 0; t < T; t++) {
            TensorAssert.assertClose("token " + t, out.slice(t).dup(), rows[t]);
        }
    }

    /** Exact attention has f(i − j) beside its scores, by the definition of f. */
    @Test
    void exactAttentionAddsTheFunctionOfTheOffset() {
        MultiLayerNetwork net = Nets.attention(EXACT, E, T);
        INDArray x = Samples.gaussian(DataType.DOUBLE, 3, 1, 1, T, E);
        INDArray spectrum = net.getLayer(0).getParam("fourier");
        double[] z = FOURIER.places().nodes()[0];
        double[][] rows = new DenseGraphAttention(net.getLayer(0).paramTable(), EXACT.withFourier(null))
                .attend(x.slice(0).toDoubleMatrix(), T, h -> {
                    double[][] k = new double[T][T];
                    for (int i = 0; i < T; i++) {
                        for (int j = 0; j < T; j++) {
                            k[i][j] = Math.exp(f(spectrum.getRow(h).toDoubleVector(), z, (i - j) / 20.0));
                        }
                    }
                    return k;
                });
        INDArray out = attended(net, x).slice(0);
        for (int t = 0; t < T; t++) {
            TensorAssert.assertClose("token " + t, out.slice(t).dup(), rows[t]);
        }
    }

    /** The same of the difference of two cells; beside the class token scores stay as they are. */
    @Test
    void onAGridItIsTheFunctionOfBothDifferences() {
        AttentionOptions options = EXACT.withFourier(ON_GRID);
        MultiLayerNetwork net = Nets.attention(options, E, T);
        INDArray x = Samples.gaussian(DataType.DOUBLE, 3, 1, 1, T, E);
        INDArray spectrum = net.getLayer(0).getParam("fourier");
        double[][] z = ON_GRID.places().nodes();
        double[][] rows = new DenseGraphAttention(net.getLayer(0).paramTable(), EXACT.withFourier(null))
                .attend(x.slice(0).toDoubleMatrix(), T, h -> {
                    double[] p = spectrum.getRow(h).toDoubleVector(); // c, two of μ, two of λ, ψ, of two components
                    double[][] k = new double[T][T];
                    for (int i = 0; i < T; i++) {
                        for (int j = 0; j < T; j++) {
                            double sum = 0;
                            for (int g = 0; i > 0 && j > 0 && g < 2; g++) {
                                double row = ((i - 1) / 4 - (j - 1) / 4) / 4.0; // a side of 4 cells is a unit
                                double column = ((i - 1) % 4 - (j - 1) % 4) / 4.0;
                                for (int m = 0; m < 3; m++) {
                                    double turns = (p[2 + g] + Math.exp(p[6 + g]) * z[0][m]) * row
                                            + (p[4 + g] + Math.exp(p[8 + g]) * z[1][m]) * column;
                                    sum += p[g] * p[g] / 3 * Math.cos(2 * Math.PI * turns - p[10 + g]);
                                }
                            }
                            k[i][j] = Math.exp(sum);
                        }
                    }
                    return k;
                });
        INDArray out = attended(net, x).slice(0);
        for (int t = 0; t < T; t++) {
            TensorAssert.assertClose("token " + t, out.slice(t).dup(), rows[t]);
        }
    }

    private static double f(double[] p, double[] z, double offset) {
        double sum = 0;
        for (int g = 0; g < 2; g++) {
            for (double node : z) {
                double frequency = p[2 + g] + Math.exp(p[4 + g]) * node;
                sum += p[g] * p[g] / z.length * Math.cos(2 * Math.PI * frequency * offset - p[6 + g]);
            }
        }
        return sum;
    }

    @ParameterizedTest
    @MethodSource("options")
    void theGradientIsThatOfTheScore(AttentionOptions o) {
        MultiLayerNetwork net = Nets.attention(o, E, T);
        INDArray x = Samples.gaussian(DataType.DOUBLE, 3, 1, 2, T, E);
        INDArray labels = Nets.oneHot(Samples.ids(DataType.DOUBLE, 7, 2, 2, T), 2)
                .permute(0, 2, 1)
                .dup('c');
        INDArray mask = Samples.mask(DataType.DOUBLE, "1111111111101", "1011111111111");
        GradientCheck check = new GradientCheck(net, Nets.feed(net, x, labels, mask, mask), 2);
        check.directions(3);
        check.entries(40, 5);
    }

    @Test
    void beginsAsTheSpectrumSays() {
        MultiLayerNetwork net =
                new MultiLayerNetwork(Nets.attention(LINEAR, E, T).getLayerWiseConfigurations());
        net.init();
        double[] start = FOURIER.places().start();
        for (int h = 0; h < 2; h++) {
            assertThat(net.getLayer(0).getParam("fourier").getRow(h).toDoubleVector())
                    .containsExactly(start, within(1e-12));
        }
    }

    /** 2·G·R columns and 4·G parameters; a projection is as wide as keys. */
    @Test
    void theTableOfAHeadHasItsColumns() {
        FourierPlaces places = FOURIER.places();
        assertThat(places.columns()).isEqualTo(12);
        assertThat(places.parameters()).isEqualTo(8);
        assertThat(ON_GRID.places().columns()).isEqualTo(12);
        assertThat(ON_GRID.places().parameters()).isEqualTo(12);
        assertThat(Nets.attention(LINEAR, E, T)
                        .getLayer(0)
                        .getParam("projection")
                        .size(1))
                .isEqualTo(3 + 12);
    }

    @Test
    void whatCannotBeIsRefused() throws Exception {
        assertThatThrownBy(() -> LINEAR.withFeatureMap(FeatureMap.named("relu")))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageStartingWith("Fourier positions add to scores, which needs exact attention or a map");
        assertThatThrownBy(() -> LINEAR.withGrid(Grid.of(3, 4)))
                .hasMessageStartingWith("tokens lie on one grid: Fourier positions have their own");
        assertThatThrownBy(() -> new FourierPositions(0, 3, 20))
                .hasMessage(
                        "components, draws and range of Fourier positions must be positive; components=0, draws=3, range=20");
        assertThatThrownBy(() ->
                        new CrossAttentionLayer.Builder().attention(LINEAR).build())
                .hasMessageContaining("fourier=FourierPositions[components=2, draws=3, range=20, grid=null]");
        assertThatThrownBy(() -> FOURIER.on(new Grid(List.of(2, 2, 2, 2, 2, 2), false)))
                .hasMessage(
                        "Fourier positions are on grids of at most 5 dimensions, of positive sizes; sizes=[2, 2, 2, 2, 2, 2]");
        ObjectMapper mapper = JsonMappers.getMapper();
        AttentionOptions pinned = LINEAR.pinned();
        ObjectNode json = mapper.valueToTree(pinned);
        assertThat(mapper.treeToValue(json, AttentionOptions.class)).isEqualTo(pinned);
        assertThat(json.at("/sees/weightings/0/kind").asText()).isEqualTo("fourier");
        assertThat(json.at("/sees/weightings/0").has("grid"))
                .isFalse(); // as files have it from before there were grids
        AttentionOptions cells = LINEAR.withFourier(ON_GRID).pinned();
        assertThat(mapper.treeToValue(mapper.valueToTree(cells), AttentionOptions.class))
                .isEqualTo(cells);
        assertThat(LINEAR.withLocalHeads(1, 4).localHeads()).isEqualTo(1);
        assertThat(LINEAR.withFourier(null).withLocalHeads(1, 4).withFourier(FOURIER))
                .isEqualTo(LINEAR.withLocalHeads(1, 4));
    }
}
