package io.github.performer4j.core.layer;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import io.github.performer4j.core.Samples;
import io.github.performer4j.core.task.Similarity;
import java.util.Map;
import org.deeplearning4j.nn.conf.ComputationGraphConfiguration;
import org.deeplearning4j.nn.graph.ComputationGraph;
import org.junit.jupiter.api.Test;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.learning.config.Adam;

class ContrastLayerTest {
    private static final DataType TYPE = DataType.DOUBLE;
    private static final int B = 6;
    private static final int T = 5;
    private static final double TAU = 0.3;
    private static final INDArray IDS = Samples.ids(TYPE, 3, Nets.VOCABULARY, B, T);
    private static final INDArray MASK = Samples.mask(TYPE, "11111", "11100", "10000", "11110", "11111", "11000");
    private static final INDArray PARTNERS = Samples.array(TYPE, new double[] {1, 0, 3, 2, 5, 4}, B, 1);

    private static ComputationGraph net(DataType type) {
        return Nets.graph(Nets.config().with("layers", 1), new Similarity(TAU), type, new Adam(1e-2));
    }

    /** Softmax of cosines / τ over all others, by hand from the hidden states. */
    @Test
    void outputsAreTheDefinition() {
        ComputationGraph net = net(TYPE);
        net.setLayerMaskArrays(new INDArray[] {MASK}, null);
        Map<String, INDArray> activations = net.feedForward(new INDArray[] {IDS}, false);
        net.clearLayerMaskArrays();
        INDArray hidden = activations.get("final-norm");
        INDArray output = activations.get("head");
        assertThat(output.shape()).containsExactly(B, 1, B);
        double[][] z = new double[B][Nets.WIDTH];
        for (int b = 0; b < B; b++) {
            double squares = 0;
            for (int e = 0; e < Nets.WIDTH; e++) {
                double real = 0;
                for (int t = 0; t < T; t++) {
                    z[b][e] += MASK.getDouble(b, t) * hidden.getDouble(b, t, e);
                    real += MASK.getDouble(b, t);
                }
                z[b][e] /= real;
                squares += z[b][e] * z[b][e];
            }
            for (int e = 0; e < Nets.WIDTH; e++) {
                z[b][e] /= Math.sqrt(squares);
            }
        }
        for (int i = 0; i < B; i++) {
            double[] p = new double[B];
            double sum = 0;
            for (int j = 0; j < B; j++) {
                double dot = 0;
                for (int e = 0; e < Nets.WIDTH; e++) {
                    dot += z[i][e] * z[j][e];
                }
                p[j] = i == j ? 0 : Math.exp(dot / TAU);
                sum += p[j];
            }
            for (int j = 0; j < B; j++) {
                assertThat(output.getDouble(i, 0, j)).isCloseTo(p[j] / sum, within(1e-9));
            }
        }
    }

    @Test
    void gradientsAreThoseOfTheScore() {
        ComputationGraph net = net(TYPE);
        new GradientCheck(net, Nets.feed(net, IDS, PARTNERS, MASK, null), 1).directions(11);
    }

    /** On kernels it is what it is as a graph in float64. */
    @Test
    void kernelsAgree() {
        ComputationGraph exact = net(TYPE);
        ComputationGraph fast = net(DataType.FLOAT);
        fast.setParams(exact.params().castTo(DataType.FLOAT));
        INDArray expected = exact.output(false, new INDArray[] {IDS}, new INDArray[] {MASK}, null)[0];
        INDArray found = fast.output(
                        false,
                        new INDArray[] {IDS.castTo(DataType.FLOAT)},
                        new INDArray[] {MASK.castTo(DataType.FLOAT)},
                        null)[0];
        assertThat(found.castTo(TYPE).sub(expected).amaxNumber().doubleValue()).isLessThan(1e-4);
    }

    @Test
    void jsonKeepsIt() {
        ComputationGraphConfiguration read = ComputationGraphConfiguration.fromJson(
                net(TYPE).getConfiguration().toJson());
        ComputationGraph again = new ComputationGraph(read);
        again.init();
        assertThat(((ContrastLayer) again.getLayer("contrast").conf().getLayer()).getTemperature())
                .isEqualTo(TAU);
        assertThatThrownBy(() -> new ContrastLayer(SequencePoolingLayer.Kind.MEAN, 0))
                .hasMessage("temperature must be positive; temperature=0.0");
    }
}
