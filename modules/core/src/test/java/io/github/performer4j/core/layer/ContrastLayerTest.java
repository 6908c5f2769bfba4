package io.github.performer4j.core.layer;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import io.github.performer4j.core.Samples;
import io.github.performer4j.core.loss.Candidates;
import io.github.performer4j.core.task.Similarity;
import java.util.List;
import java.util.Map;
import org.deeplearning4j.nn.conf.ComputationGraphConfiguration;
import org.deeplearning4j.nn.conf.NeuralNetConfiguration;
import org.deeplearning4j.nn.conf.graph.LayerVertex;
import org.deeplearning4j.nn.graph.ComputationGraph;
import org.junit.jupiter.api.Test;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.indexing.NDArrayIndex;
import org.nd4j.linalg.learning.config.Adam;

class ContrastLayerTest {
    private static final DataType TYPE = DataType.DOUBLE;
    private static final int B = 6;
    private static final int T = 5;
    private static final double TAU = 0.3;
    private static final INDArray IDS = Samples.ids(TYPE, 3, Nets.VOCABULARY, B, T);
    private static final INDArray MASK = Samples.mask(TYPE, "11111", "11100", "10000", "11110", "11111", "11000");
    /** Partner, group, side; the second and third pair have a text in common. */
    private static final INDArray LABELS =
            Samples.array(TYPE, new double[] {1, 0, 0, 0, 0, 1, 3, 2, 0, 2, 2, 1, 5, 2, 0, 4, 2, 1}, B, 3);

    private static ComputationGraph net(DataType type) {
        return net(type, new Similarity(TAU));
    }

    private static ComputationGraph net(DataType type, Similarity task) {
        return Nets.graph(Nets.config().with("layers", 1), task, type, new Adam(1e-2));
    }

    /** Vectors of length 1, by hand from the hidden states. */
    @Test
    void outputsAreTheDefinition() {
        ComputationGraph net = net(TYPE);
        net.setLayerMaskArrays(new INDArray[] {MASK}, null);
        Map<String, INDArray> activations = net.feedForward(new INDArray[] {IDS}, false);
        net.clearLayerMaskArrays();
        INDArray hidden = activations.get("final-norm");
        INDArray output = activations.get("head");
        assertThat(output.shape()).containsExactly(B, 1, Nets.WIDTH);
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
                assertThat(output.getDouble(b, 0, e)).isCloseTo(z[b][e] / Math.sqrt(squares), within(1e-9));
            }
        }
    }

    @Test
    void gradientsAreThoseOfTheScore() {
        for (String contrast : List.of("all", "both", "first")) {
            ComputationGraph net = net(TYPE, new Similarity(TAU, contrast));
            INDArray labels = LABELS.dup();
            if (contrast.equals("first")) {
                for (int i = 1; i < B; i += 2) {
                    labels.putScalar(i, 0, -1);
                }
            }
            new GradientCheck(net, Nets.feed(net, IDS, labels, MASK, null), 1).directions(11);
        }
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
        ComputationGraph net = net(TYPE, new Similarity(TAU, "first"));
        ComputationGraph again = new ComputationGraph(
                ComputationGraphConfiguration.fromJson(net.getConfiguration().toJson()));
        again.init();
        ContrastLossLayer head = head(again);
        assertThat(head.getTemperature()).isEqualTo(TAU);
        assertThat(head.getCandidates()).isEqualTo(Candidates.FIRST);
        assertThatThrownBy(() -> new ContrastLossLayer(Candidates.ALL, 0))
                .hasMessage("temperature must be positive; temperature=0.0");
        assertThatThrownBy(() -> new Similarity(0.1, "none"))
                .hasMessage("task.contrast must be all, both, first; contrast=none");
    }

    private static ContrastLossLayer head(ComputationGraph net) {
        return (ContrastLossLayer) net.getLayer("head").conf().getLayer();
    }

    /** Nets of earlier builds had logits and a head of tokens. */
    @Test
    void formerNetsAreRenewed() {
        ComputationGraph net = net(TYPE);
        ComputationGraphConfiguration former = net.getConfiguration().clone();
        ((ContrastLayer) layer(former, "contrast").getLayer()).setTemperature(TAU);
        TokenLossLayer head = new TokenLossLayer();
        head.setLayerName("head");
        layer(former, "head").setLayer(head);
        ContrastLayer.renew(former);
        ComputationGraph again = new ComputationGraph(former);
        again.init(net.params(), false);
        assertThat(head(again).getTemperature()).isEqualTo(TAU);
        assertThat(head(again).getCandidates()).isEqualTo(Candidates.ALL);
        Nets.Feed feed = Nets.feed(again, IDS, LABELS, MASK, null);
        Nets.Feed now = Nets.feed(net, IDS, LABELS, MASK, null);
        assertThat(feed.score()).isEqualTo(now.score());
    }

    private static NeuralNetConfiguration layer(ComputationGraphConfiguration net, String name) {
        return ((LayerVertex) net.getVertices().get(name)).getLayerConf();
    }

    @Test
    void wrongLabelsAreRefused() {
        ComputationGraph net = net(TYPE);
        INDArray one = LABELS.get(NDArrayIndex.all(), NDArrayIndex.interval(0, 1));
        assertThatThrownBy(() -> Nets.feed(net, IDS, one, MASK, null).score())
                .hasMessage("labels must be the partner's row, the group and the side of each text; layer=head,"
                        + " expected=[6, 3], found=[6, 1]");
        INDArray self = LABELS.dup().putScalar(2, 0, 2);
        assertThatThrownBy(() -> Nets.feed(net, IDS, self, MASK, null).score())
                .hasMessage("a partner must be another row of the batch; layer=head, rows=6, row=2, partner=2");
    }
}
