package io.github.performer4j.core.layer;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import io.github.performer4j.core.Samples;
import io.github.performer4j.core.attention.AttentionOptions;
import io.github.performer4j.core.attention.SameDiffAttention;
import io.github.performer4j.core.feature.FeatureMap;
import java.io.IOException;
import java.util.List;
import org.deeplearning4j.nn.conf.serde.JsonMappers;
import org.deeplearning4j.nn.multilayer.MultiLayerNetwork;
import org.junit.jupiter.api.Test;
import org.nd4j.autodiff.samediff.SDVariable;
import org.nd4j.autodiff.samediff.SameDiff;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;
import org.nd4j.shade.jackson.databind.ObjectMapper;
import org.nd4j.shade.jackson.databind.node.ObjectNode;

/** The gate behind attention, in float64, against its formula in plain loops on what the same layer attends without it. */
class GateTest {
    private static final int E = 15;
    private static final int HEADS = 3;
    private static final int D = 5;
    private static final int T = 7;
    private static final AttentionOptions LINEAR =
            AttentionOptions.defaults().withHeads(HEADS).withFeatures(11).withFeatureMap(FeatureMap.named("positive"));
    private static final List<AttentionOptions> KINDS =
            List.of(LINEAR, LINEAR.withCausal(true), LINEAR.withKind(AttentionOptions.Kind.EXACT));

    private static MultiLayerNetwork net(AttentionOptions o) {
        return Nets.attention(o, E, T);
    }

    private static double[][] rows(MultiLayerNetwork net) {
        return net.feedForward(input(), false).get(1).reshape(2 * T, E).toDoubleMatrix();
    }

    private static INDArray input() {
        return Samples.gaussian(DataType.DOUBLE, 3, 1, 2, T, E);
    }

    private static double[][] parameter(MultiLayerNetwork net, String name) {
        INDArray p = net.getLayer(0).getParam(name);
        return p.reshape(p.length() == (long) E * E ? E : 1, p.length() == (long) E * E ? E : p.length())
                .toDoubleMatrix();
    }

    @Test
    void normalisesEachHeadAndMultipliesBySiluOfAProduct() {
        for (AttentionOptions o : KINDS) {
            MultiLayerNetwork gated = net(o.withGate(true));
            MultiLayerNetwork plain = net(o);
            plain.getLayer(0)
                    .paramTable()
                    .forEach((name, p) -> p.assign(gated.getLayer(0).getParam(name)));
            plain.getLayer(0).getParam("Wo").assign(Nd4j.eye(E));
            plain.getLayer(0).getParam("bo").assign(0);
            double[][] attended = rows(plain);
            double[][] x = input().reshape(2 * T, E).toDoubleMatrix();
            double[][] wg = parameter(gated, "Wg");
            double[] bg = parameter(gated, "bg")[0];
            double[] gain = parameter(gated, "gaino")[0];
            assertThat(gain).hasSize(D);
            double[][] wo = parameter(gated, "Wo");
            double[] bo = parameter(gated, "bo")[0];
            double[][] actual = rows(gated);
            for (int r = 0; r < 2 * T; r++) {
                double[] inner = new double[E];
                for (int i = 0; i < E; i++) {
                    double squares = 0;
                    for (int j = i / D * D; j < i / D * D + D; j++) {
                        squares += attended[r][j] * attended[r][j];
                    }
                    double z = bg[i];
                    for (int j = 0; j < E; j++) {
                        z += x[r][j] * wg[j][i];
                    }
                    double silu = z / (1 + Math.exp(-z));
                    inner[i] = gain[i % D] * attended[r][i] / Math.sqrt(squares / D + 1e-5) * silu;
                }
                for (int i = 0; i < E; i++) {
                    double y = bo[i];
                    for (int j = 0; j < E; j++) {
                        y += inner[j] * wo[j][i];
                    }
                    assertThat(actual[r][i])
                            .as("row %s, column %s, %s", r, i, o)
                            .isCloseTo(y, within(1e-10));
                }
            }
        }
    }

    /** The gate reads the input itself: a convolution stands in front of queries, keys and values only. */
    @Test
    void theGateSeesNoConvolution() {
        MultiLayerNetwork net = net(LINEAR.withGate(true).withConvolution(3));
        net.getLayer(0).getParam("Wv").assign(0);
        net.getLayer(0).getParam("bv").assign(1);
        double[][] before = rows(net);
        net.getLayer(0).getParam("convolution").muli(3);
        double[][] after = rows(net);
        for (int r = 0; r < before.length; r++) {
            assertThat(after[r]).containsExactly(before[r], within(1e-12));
        }
    }

    @Test
    void withoutBiasesItHasNone() {
        assertThat(net(LINEAR.withGate(true).withBias(false))
                        .getLayer(0)
                        .paramTable()
                        .keySet())
                .containsExactly("Wq", "Wk", "Wv", "Wo", "Wg", "gaino");
    }

    /** What was saved before there were gates is read as it was. */
    @Test
    void olderJsonHasNone() throws IOException {
        ObjectMapper mapper = JsonMappers.getMapper();
        ObjectNode json = mapper.valueToTree(LINEAR.withGate(true).pinned());
        assertThat(mapper.treeToValue(json, AttentionOptions.class).gate()).isTrue();
        json.remove("gate");
        assertThat(mapper.treeToValue(json, AttentionOptions.class)).isEqualTo(LINEAR.pinned());
    }

    @Test
    void graphsOfOthersHaveTheirOwn() {
        SameDiff sd = SameDiff.create();
        SDVariable q = sd.placeHolder("q", DataType.DOUBLE, 1, HEADS, T, D);
        long[] shape = {1, HEADS, T, D};
        assertThatThrownBy(() -> SameDiffAttention.attend("out", q, q, q, null, shape, LINEAR.withGate(true), 1))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage("a gate is a layer's: multiply the result by your own; gate=true");
    }
}
