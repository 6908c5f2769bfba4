package io.github.performer4j.core.layer;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import io.github.performer4j.core.Samples;
import io.github.performer4j.core.model.Replica;
import org.deeplearning4j.nn.api.layers.IOutputLayer;
import org.deeplearning4j.nn.conf.NeuralNetConfiguration;
import org.deeplearning4j.nn.graph.ComputationGraph;
import org.deeplearning4j.nn.workspace.LayerWorkspaceMgr;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;

/** The loss of hidden states by hand, in float64. */
class StateMatchTest {
    private static final int B = 3;
    private static final int T = 5;
    private static final int E = 7;
    private static final double SCALE = 0.6;

    private static ComputationGraph net(boolean miniBatch) {
        ComputationGraph net = new ComputationGraph(new NeuralNetConfiguration.Builder()
                .seed(3)
                .dataType(DataType.DOUBLE)
                .miniBatch(miniBatch)
                .graphBuilder()
                .addInputs("x")
                .addLayer("norm", new LayerNormLayer.Builder().width(E).build(), "x")
                .addLayer("match", new StateMatchLayer(E, SCALE), "norm")
                .setOutputs("match")
                .build());
        net.init();
        return Replica.of(net); // through JSON
    }

    @ParameterizedTest
    @CsvSource({"false,false", "true,false", "false,true", "true,true"})
    void scoreAndGradientAreThoseOfTheMeanOverRealTokens(boolean masked, boolean miniBatch) {
        ComputationGraph net = net(miniBatch);
        INDArray x = Samples.gaussian(DataType.DOUBLE, 5, 1, B, T, E).dup('f');
        INDArray t = Samples.gaussian(DataType.DOUBLE, 7, 1, B, T, E);
        INDArray mask = Nd4j.ones(DataType.DOUBLE, B, T);
        if (masked) {
            for (int[] at : new int[][] {{0, 3}, {0, 4}, {2, 4}}) {
                mask.putScalar(at, 0);
                for (int e = 0; e < E; e++) {
                    x.putScalar(at[0], at[1], e, Double.NaN);
                    t.putScalar(at[0], at[1], e, e == 0 ? Double.NaN : 1e9);
                }
            }
        }
        IOutputLayer match = (IOutputLayer) net.getLayer("match");
        match.setInput(x, LayerWorkspaceMgr.noWorkspaces());
        match.setLabels(t);
        match.setMaskArray(masked ? mask : null);
        double count = masked ? B * T - 3 : B * T;
        double expected = 0;
        INDArray gradient =
                match.backpropGradient(null, LayerWorkspaceMgr.noWorkspaces()).getSecond();
        for (int b = 0; b < B; b++) {
            for (int s = 0; s < T; s++) {
                for (int e = 0; e < E; e++) {
                    double d = mask.getDouble(b, s) == 0 ? 0 : x.getDouble(b, s, e) - t.getDouble(b, s, e);
                    expected += d * d / (count * E * SCALE * SCALE);
                    assertThat(gradient.getDouble(b, s, e))
                            .isCloseTo(2 * d / (count * E * SCALE * SCALE) * (miniBatch ? B : 1), within(1e-12));
                }
            }
        }
        assertThat(match.computeScore(0.25, true, LayerWorkspaceMgr.noWorkspaces()))
                .isCloseTo(expected + 0.25, within(1e-12));
        assertThat(match.numParams()).isZero();
    }

    /** In a net the gradient goes on to what is below. */
    @Test
    void aNetLearnsByIt() {
        ComputationGraph net = net(false);
        net.initGradientsView();
        INDArray x = Samples.gaussian(DataType.DOUBLE, 5, 1, B, T, E);
        INDArray t = Samples.gaussian(DataType.DOUBLE, 7, 1, B, T, E);
        INDArray mask = Nd4j.ones(DataType.DOUBLE, B, T);
        mask.putScalar(1, 4, 0);
        INDArray bias = net.getLayer("norm").getParam("bias");
        double step = 1e-5;
        double at = score(net, x, t, mask);
        double slope = net.gradient().getGradientFor("norm_bias").getDouble(2);
        bias.putScalar(2, step);
        double above = score(net, x, t, mask);
        bias.putScalar(2, -step);
        double below = score(net, x, t, mask);
        assertThat(slope).isCloseTo((above - below) / (2 * step), within(1e-8));
        INDArray h = net.output(false, new INDArray[] {x}, new INDArray[] {mask})[0];
        assertThat(h.shape()).containsExactly(B, T, E);
        bias.putScalar(2, 0);
        INDArray d = net.output(false, new INDArray[] {x}, new INDArray[] {mask})[0].sub(t);
        double squares = d.mul(d).sum(2).mul(mask).sumNumber().doubleValue();
        assertThat(at).isCloseTo(squares / ((B * T - 1) * E * SCALE * SCALE), within(1e-10));
    }

    private static double score(ComputationGraph net, INDArray x, INDArray t, INDArray mask) {
        net.setInputs(x);
        net.setLabels(t);
        net.setLayerMaskArrays(new INDArray[] {mask}, new INDArray[] {mask});
        net.computeGradientAndScore();
        net.clearLayerMaskArrays();
        return net.score();
    }

    @ParameterizedTest
    @ValueSource(doubles = {0, -1, Double.NaN})
    void theScaleIsPositive(double scale) {
        assertThatThrownBy(() -> new StateMatchLayer(E, scale)).hasMessage("scale must be positive; scale=" + scale);
    }
}
