package io.github.performer4j.core.net;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import io.github.performer4j.core.Samples;
import io.github.performer4j.core.attention.AttentionOptions;
import io.github.performer4j.core.attention.Decay;
import io.github.performer4j.core.attention.FourierPositions;
import io.github.performer4j.core.attention.Grid;
import io.github.performer4j.core.attention.RelativePositions;
import io.github.performer4j.core.attention.Rotary;
import io.github.performer4j.core.feature.FeatureMap;
import io.github.performer4j.core.program.Op;
import java.util.List;
import java.util.Set;
import org.deeplearning4j.nn.graph.ComputationGraph;
import org.junit.jupiter.api.Test;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;

/**
 * Mass against the whole matrix of weights, which the forward pass shows where each value is its token's one-hot vector: values are the first T columns of the input, one set for each head, so
 * row i of a head's result is row i of A.
 */
class AttentionMassTest {
    private static final Set<String> PLACES = Set.of(Op.Attend.RELATIVE, Op.Attend.FOURIER, Op.AttendGraph.GRID);
    private static final int HEADS = 2;
    private static final Decay DECAY = new Decay(true, 3, 30, 0.5);
    private static final int D = 13;
    private static final int E = HEADS * D;
    private static final int T = 11;
    private static final AttentionOptions LINEAR =
            AttentionOptions.defaults().withHeads(HEADS).withFeatures(32).withFeatureMap(FeatureMap.named("relu"));
    private static final AttentionOptions POSITIVE = LINEAR.withFeatureMap(FeatureMap.named("positive"));

    private static ComputationGraph net(AttentionOptions o, DataType type) {
        return AttentionNets.of(o, type, T, E);
    }

    /** One-hot tokens in the first T columns, noise behind them. */
    private static INDArray input(DataType type) {
        INDArray x = Samples.gaussian(type, 3, 1, 1, T, E);
        for (int t = 0; t < T; t++) {
            for (int c = 0; c < D; c++) {
                x.putScalar(0, t, c, c == t ? 1 : 0);
            }
        }
        return x;
    }

    /** Values are the first D columns in each head, and what is attended is handed out. */
    private static void showWeights(ComputationGraph net) {
        INDArray wv = net.getLayer("attention").getParam("Wv").assign(0);
        for (int h = 0; h < HEADS; h++) {
            for (int d = 0; d < D; d++) {
                wv.putScalar(d, h * D + d, 1);
            }
        }
        net.getLayer("attention").getParam("Wo").assign(Nd4j.eye(E));
    }

    /** What places weigh is 0 at first, where they say nothing. */
    private static void drawWeightsOfPlaces(ComputationGraph net) {
        net.getLayer("attention").paramTable().forEach((name, values) -> {
            if (PLACES.contains(name)) {
                values.assign(Samples.gaussian(DataType.FLOAT, 7, 0.5, values.shape()));
            }
        });
    }

    @Test
    void isTheColumnSumsOfTheWeights() {
        List<AttentionOptions> kinds = List.of(
                LINEAR,
                POSITIVE.withCausal(true),
                POSITIVE.withCausal(true).withDecay(DECAY),
                LINEAR.withDecay(DECAY),
                LINEAR.withKind(AttentionOptions.Kind.EXACT),
                LINEAR.withKind(AttentionOptions.Kind.EXACT).withCausal(true).withWindow(4),
                POSITIVE.withRotary(new Rotary(100, 0.5, false)),
                POSITIVE.withRelative(RelativePositions.t5()),
                POSITIVE.withCausal(true).withRelative(RelativePositions.offsets(T)),
                LINEAR.withKind(AttentionOptions.Kind.EXACT).withRelative(RelativePositions.t5()),
                LINEAR.withGrid(new Grid(List.of(T), false)),
                LINEAR.withGrid(new Grid(List.of(5, 2), true)),
                POSITIVE.withFourier(FourierPositions.of(T)),
                POSITIVE.withCausal(true).withPrefix(3),
                LINEAR.withKind(AttentionOptions.Kind.EXACT).withWindow(2).withGlobalTokens(2));
        for (AttentionOptions o : kinds) {
            ComputationGraph net = net(o, DataType.FLOAT);
            showWeights(net);
            drawWeightsOfPlaces(net);
            INDArray x = input(DataType.FLOAT);
            double[][] weights = net.feedForward(x, false)
                    .get("attention")
                    .reshape(T, E)
                    .castTo(DataType.DOUBLE)
                    .toDoubleMatrix();
            INDArray before = net.outputSingle(x).dup();
            List<AttentionMass> all = AttentionMass.of(net, x);
            assertThat(all).hasSize(1);
            assertThat(all.get(0).layer()).isEqualTo("attention");
            for (int h = 0; h < HEADS; h++) {
                double sum = 0;
                for (int j = 0; j < T; j++) {
                    double column = 0;
                    for (double[] row : weights) {
                        column += row[h * D + j];
                    }
                    double mass = all.get(0).heads()[h][j];
                    sum += mass;
                    assertThat(mass).as("%s, head %d, key %d", o, h, j).isCloseTo(column, within(2e-5));
                }
                assertThat(sum).as("%s, head %d", o, h).isCloseTo(T, within(1e-4));
            }
            assertThat(net.outputSingle(x)).as("the net computes as before").isEqualTo(before);
        }
    }

    /** Where all keys are alike each query spreads its attention evenly: 1 each, and causally Σ_{i ≥ j} 1/(i + 1). */
    @Test
    void ofEqualKeysIsHarmonic() {
        for (boolean causal : new boolean[] {false, true}) {
            ComputationGraph net = net(POSITIVE.withCausal(causal), DataType.FLOAT);
            net.getLayer("attention").getParam("Wk").assign(0);
            double[] mass = AttentionMass.of(net, input(DataType.FLOAT)).get(0).heads()[1];
            double tail = 0;
            for (int j = T - 1; j >= 0; j--) {
                tail += 1.0 / (j + 1);
                assertThat(mass[j]).isCloseTo(causal ? tail : 1, within(2e-5));
            }
        }
    }

    @Test
    void refusesWhatItCannotMeasure() {
        INDArray two = Samples.gaussian(DataType.FLOAT, 3, 1, 2, T, E);
        assertThatThrownBy(() -> AttentionMass.of(net(LINEAR, DataType.FLOAT), two))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage("attention mass is measured on one sequence at a time; batch=2");
        assertThatThrownBy(() -> AttentionMass.of(net(LINEAR, DataType.DOUBLE), input(DataType.DOUBLE)))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage(
                        "attention mass is measured on kernels, which run float32 on the CPU; type=DOUBLE, engine=graph");
    }
}
