package io.github.performer4j.core.layer;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.github.performer4j.core.Samples;
import io.github.performer4j.core.attention.AttentionOptions;
import io.github.performer4j.core.attention.Decay;
import java.io.IOException;
import org.deeplearning4j.nn.conf.serde.JsonMappers;
import org.deeplearning4j.nn.multilayer.MultiLayerNetwork;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.indexing.NDArrayIndex;
import org.nd4j.shade.jackson.databind.ObjectMapper;
import org.nd4j.shade.jackson.databind.node.ObjectNode;

/** Some heads attend exactly and near, the others linearly: equal to two layers of one kind, whose other heads the output does not read. */
class LocalHeadsTest {
    private static final int H = 4;
    private static final int D = 3;
    private static final int E = H * D;
    private static final int T = 11;
    private static final AttentionOptions FAR =
            AttentionOptions.defaults().withHeads(H).withFeatures(7);

    private static MultiLayerNetwork net(AttentionOptions o) {
        return Nets.attention(o, E, T);
    }

    private static INDArray attended(MultiLayerNetwork net) {
        net.setLayerMaskArrays(Samples.mask(DataType.DOUBLE, "11111111110", "00110101111"), null);
        return net.feedForward(Samples.gaussian(DataType.DOUBLE, 3, 1, 2, T, E), false)
                .get(1)
                .dup('c');
    }

    /** Copies the columns, or of Wo the rows, of a group's heads from a layer's parameters. */
    private static void share(MultiLayerNetwork from, MultiLayerNetwork to, int first, int last, String scope) {
        for (String name : new String[] {"Wq", "Wk", "Wv"}) {
            to.getLayer(0)
                    .getParam(scope + name)
                    .assign(from.getLayer(0)
                            .getParam(name)
                            .get(NDArrayIndex.all(), NDArrayIndex.interval(first * D, last * D)));
            String bias = name.replace('W', 'b');
            to.getLayer(0)
                    .getParam(scope + bias)
                    .assign(flat(from, bias).get(NDArrayIndex.interval(first * D, last * D)));
        }
        to.getLayer(0)
                .getParam(scope + "Wo")
                .assign(from.getLayer(0)
                        .getParam("Wo")
                        .get(NDArrayIndex.interval(first * D, last * D), NDArrayIndex.all()));
    }

    private static INDArray flat(MultiLayerNetwork net, String name) {
        INDArray p = net.getLayer(0).getParam(name);
        return p.reshape(p.length());
    }

    /** Hides heads from the output. */
    private static void hide(MultiLayerNetwork net, int first, int last) {
        net.getLayer(0)
                .getParam("Wo")
                .get(NDArrayIndex.interval(first * D, last * D), NDArrayIndex.all())
                .assign(0);
    }

    @ParameterizedTest
    @CsvSource({"1, 3, false", "1, 3, true", "2, 1, true", "3, 5, false", "3, 99, true"})
    void equalsTwoLayersOfOneKind(int local, int window, boolean causal) {
        AttentionOptions far = FAR.withCausal(causal);
        MultiLayerNetwork linear = net(far);
        MultiLayerNetwork exact = net(far.withKind(AttentionOptions.Kind.EXACT).withWindow(window));
        MultiLayerNetwork mixed = net(far.withLocalHeads(local, window));
        share(linear, mixed, 0, H - local, "");
        share(exact, mixed, H - local, H, "local.");
        mixed.getLayer(0).getParam("bo").assign(linear.getLayer(0).getParam("bo"));
        assertThat(mixed.getLayer(0).paramTable()).doesNotContainKey("local.bo");
        hide(linear, H - local, H);
        hide(exact, 0, H - local);
        exact.getLayer(0).getParam("bo").assign(0);
        INDArray expected = attended(linear).add(attended(exact));
        assertThat(attended(mixed).sub(expected).amaxNumber().doubleValue()).isLessThan(1e-10);
    }

    @Test
    void whatCannotBeIsRefused() throws IOException {
        assertThatThrownBy(() -> FAR.withLocalHeads(4, 3))
                .hasMessage(
                        "localHeads must be from 0 to heads - 1, since all of them are kind=exact; localHeads=4, heads=4");
        assertThatThrownBy(() -> FAR.withLocalHeads(1, 0))
                .hasMessage(
                        "local heads need a window, other heads that attend linearly, and a key head for each head; localHeads=1, window=0, kind=LINEAR, keyHeads=0, heads=4");
        assertThatThrownBy(() -> FAR.withKeyHeads(2).withLocalHeads(1, 3)).hasMessageContaining("keyHeads=2");
        assertThatThrownBy(() -> FAR.withKind(AttentionOptions.Kind.AUTO).withLocalHeads(1, 3))
                .hasMessageContaining("kind=AUTO");
        AttentionOptions mixed = FAR.withDecay(new Decay(false, 3, 9, 0)).withLocalHeads(1, 3);
        assertThatThrownBy(() -> new GraphKernelAttentionLayer.Builder()
                        .attention(mixed.withDecay(null))
                        .build())
                .hasMessageContaining("window=3");
        AttentionOptions near = mixed.groups().get("local.");
        AttentionOptions far = mixed.groups().get("");
        assertThat(near.decay()).isNull();
        assertThat(far.decay()).isEqualTo(mixed.decay());
        assertThat(far.heads() + near.heads()).isEqualTo(H);
        assertThat(mixed.localHeads()).isEqualTo(1);
        ObjectMapper mapper = JsonMappers.getMapper();
        ObjectNode json = mapper.valueToTree(mixed.pinned());
        assertThat(mapper.treeToValue(json, AttentionOptions.class)).isEqualTo(mixed.pinned());
        json.remove("further");
        assertThat(mapper.treeToValue(json, AttentionOptions.class))
                .isEqualTo(mixed.withLocalHeads(0, 0).pinned());
    }
}
