package io.github.performer4j.core.layer;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.performer4j.core.Samples;
import io.github.performer4j.core.TensorAssert;
import io.github.performer4j.core.attention.AttentionOptions;
import io.github.performer4j.core.attention.QueryKeyNorm;
import io.github.performer4j.core.feature.FeatureMap;
import java.io.IOException;
import java.util.List;
import org.deeplearning4j.nn.conf.serde.JsonMappers;
import org.deeplearning4j.nn.multilayer.MultiLayerNetwork;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.indexing.NDArrayIndex;
import org.nd4j.shade.jackson.databind.ObjectMapper;
import org.nd4j.shade.jackson.databind.node.ObjectNode;

/** Laws of grouped keys, norms of queries and keys, and the scale, in float64. */
class QueriesAndKeysTest {
    private static final int E = 24;
    private static final int HEADS = 4;
    private static final int D = 6;
    private static final int T = 11;
    private static final AttentionOptions LINEAR =
            AttentionOptions.defaults().withHeads(HEADS).withFeatures(7).withFeatureMap(FeatureMap.named("positive"));
    private static final List<AttentionOptions> KINDS =
            List.of(LINEAR, LINEAR.withCausal(true), LINEAR.withKind(AttentionOptions.Kind.EXACT));

    private static MultiLayerNetwork net(AttentionOptions o) {
        return Nets.attention(o, E, T);
    }

    private static INDArray attended(MultiLayerNetwork net) {
        INDArray x = Samples.gaussian(DataType.DOUBLE, 3, 1, 2, T, E);
        return net.feedForward(x, false).get(1).dup();
    }

    private static void copy(MultiLayerNetwork from, MultiLayerNetwork to, String... names) {
        for (String name : names) {
            to.getLayer(0).getParam(name).assign(from.getLayer(0).getParam(name));
        }
    }

    /** K heads of keys are H heads of which each H/K in a row are equal. */
    @Test
    void groupedKeysAreKeysThatStandSeveralTimes() {
        for (AttentionOptions o : KINDS) {
            for (int keys : new int[] {1, 2}) {
                MultiLayerNetwork grouped = net(o.withKeyHeads(keys));
                MultiLayerNetwork full = net(o);
                assertThat(grouped.getLayer(0).getParam("Wk").shape()).containsExactly(E, keys * D);
                assertThat(grouped.getLayer(0).getParam("bv").length()).isEqualTo(keys * D);
                copy(grouped, full, "Wq", "bq", "Wo", "bo");
                for (String name : List.of("Wk", "Wv", "bk", "bv")) {
                    INDArray small = grouped.getLayer(0).getParam(name);
                    INDArray large = full.getLayer(0).getParam(name);
                    boolean matrix = name.startsWith("W");
                    INDArray from = small.reshape(matrix ? E : 1, keys * D);
                    for (int h = 0; h < HEADS; h++) {
                        int k = h * keys / HEADS;
                        large.reshape(matrix ? E : 1, E)
                                .get(NDArrayIndex.all(), NDArrayIndex.interval(h * D, (h + 1) * D))
                                .assign(from.get(NDArrayIndex.all(), NDArrayIndex.interval(k * D, (k + 1) * D)));
                    }
                }
                TensorAssert.assertClose(o + " " + keys, attended(grouped), attended(full));
            }
        }
    }

    /** As many heads of keys as heads are no other model than none named, and 1/√D none than no scale. */
    @Test
    void defaultsBySpellingThemOut() {
        for (AttentionOptions o : KINDS) {
            MultiLayerNetwork plain = net(o);
            MultiLayerNetwork spelt = net(o.withKeyHeads(HEADS).withScale(1 / Math.sqrt(D)));
            spelt.setParams(plain.params());
            TensorAssert.assertClose(o.toString(), attended(spelt), attended(plain));
        }
    }

    /** Attention with a scale is attention without one to queries that are as many times larger. */
    @Test
    void theScaleMultipliesLogits() {
        for (boolean causal : new boolean[] {false, true}) {
            AttentionOptions o = LINEAR.withKind(AttentionOptions.Kind.EXACT).withCausal(causal);
            MultiLayerNetwork scaled = net(o.withScale(1.0));
            MultiLayerNetwork plain = net(o);
            plain.setParams(scaled.params());
            assertThat(attended(plain).distance2(attended(scaled))).isGreaterThan(1e-2);
            plain.getLayer(0).getParam("Wq").muli(Math.sqrt(D));
            plain.getLayer(0).getParam("bq").muli(Math.sqrt(D));
            TensorAssert.assertClose("causal=" + causal, attended(scaled), attended(plain));
        }
    }

    /** Linear attention with a scale estimates exact attention with it: the error falls with the number of features. */
    @Test
    void featuresEstimateTheScaledKernel() {
        MultiLayerNetwork exact =
                net(LINEAR.withKind(AttentionOptions.Kind.EXACT).withScale(0.2));
        double[] errors = new double[2];
        for (int i = 0; i < 2; i++) {
            MultiLayerNetwork linear =
                    net(LINEAR.withFeatures(i == 0 ? 16 : 1024).withScale(0.2));
            linear.setParams(exact.params().mul(0.5)); // small queries and keys, so that few features go far
            exact.setParams(exact.params().mul(0.5));
            errors[i] = attended(linear).distance2(attended(exact));
            exact.setParams(exact.params().mul(2));
        }
        assertThat(errors[1]).isLessThan(errors[0] / 3);
    }

    /** Normalised queries and keys do not feel how large they were, each head where heads are normalised one by one; gains matter. */
    @ParameterizedTest
    @EnumSource(
            value = QueryKeyNorm.class,
            names = {"LAYER", "RMS", "WIDTH_LAYER", "WIDTH_LAYER_GAIN", "WIDTH_RMS"})
    void normsTakeTheLengthAway(QueryKeyNorm norm) {
        for (AttentionOptions o : KINDS) {
            MultiLayerNetwork net = net(o.withQueryKeyNorm(norm).withBias(false));
            INDArray gain = net.getLayer(0).getParam("gainq");
            assertThat(gain.length()).isEqualTo(norm.perHead() ? D : E);
            assertThat(net.getLayer(0).paramTable().containsKey("biask"))
                    .isEqualTo(norm == QueryKeyNorm.LAYER || norm == QueryKeyNorm.WIDTH_LAYER);
            net.getLayer(0).getParam("Wq").muli(1e3); // so that ε counts for nothing
            net.getLayer(0).getParam("Wk").muli(1e3);
            INDArray before = attended(net);
            net.getLayer(0).getParam("Wq").muli(7);
            assertThat(attended(net).distance2(before)).as(o.toString()).isLessThan(1e-6);
            net.getLayer(0)
                    .getParam("Wk")
                    .get(NDArrayIndex.all(), NDArrayIndex.interval(D, 2 * D))
                    .muli(11);
            double oneHead = attended(net).distance2(before);
            assertThat(oneHead < 1e-6).as(o + ", one head").isEqualTo(norm.perHead());
            gain.muli(1.5);
            assertThat(attended(net).distance2(before)).isGreaterThan(1e-4);
        }
    }

    /** What was saved before there were these options is read as it was. */
    @Test
    void olderJsonHasDefaults() throws IOException {
        ObjectMapper mapper = JsonMappers.getMapper();
        ObjectNode json = mapper.valueToTree(LINEAR.pinned());
        for (String key : List.of("keyHeads", "queryKeyNorm", "scale", "orthogonal")) {
            assertThat(json.has(key)).as(key).isTrue();
            json.remove(key);
        }
        assertThat(mapper.treeToValue(json, AttentionOptions.class)).isEqualTo(LINEAR.pinned());
    }
}
