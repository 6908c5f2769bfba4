package io.github.performer4j.core.layer;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import io.github.performer4j.core.Samples;
import io.github.performer4j.core.TensorAssert;
import io.github.performer4j.core.attention.AttentionOptions;
import io.github.performer4j.core.attention.QueryKeyNorm;
import io.github.performer4j.core.attention.Rotary;
import io.github.performer4j.core.base.FusedRuntime;
import io.github.performer4j.core.model.PerformerConfig;
import io.github.performer4j.core.net.AttentionMass;
import io.github.performer4j.core.program.LayerProgram;
import io.github.performer4j.core.program.Value;
import io.github.performer4j.core.task.Translation;
import java.io.IOException;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.deeplearning4j.nn.graph.ComputationGraph;
import org.deeplearning4j.nn.multilayer.MultiLayerNetwork;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.dataset.MultiDataSet;
import org.nd4j.linalg.learning.config.Sgd;
import org.nd4j.shade.jackson.databind.ObjectMapper;

/** Layers and nets with an exact prefix: what stands beside attention goes with it, and what does not know it says so. */
class PrefixTest {
    private static final int E = 12;
    private static final int T = 13;
    private static final AttentionOptions PREFIX = AttentionOptions.defaults()
            .withHeads(2)
            .withFeatures(8)
            .withLearnedProjection(true)
            .withPrefix(4);

    static Stream<AttentionOptions> options() {
        AttentionOptions rich = PREFIX.withRotary(new Rotary(100, 1, false))
                .withKeyHeads(1)
                .withQueryKeyNorm(QueryKeyNorm.RMS)
                .withScale(0.7)
                .withConvolution(3)
                .withGate(true);
        return Stream.of(PREFIX.withTemperature(true), PREFIX.withPrefix(T), rich)
                .flatMap(o -> Stream.of(o, o.withCausal(true)));
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

    private static ComputationGraph net(DataType type, String key, Object value) {
        return Nets.graph(
                Nets.config()
                        .with("attention.causal", true)
                        .with("attention.featureMap", "positive")
                        .with("attention.features", 64)
                        .with("attention.prefix", 3)
                        .with(key, value),
                type,
                new Sgd(0.1));
    }

    /** A net in float32, on kernels, learns what one in float64 learns. */
    @ParameterizedTest
    @CsvSource({
        "attention.featureMap, hyperbolic",
        "attention.causal, false",
        "attention.prefix, 131",
        "exactEvery, 2",
        "reversible, true",
        "attention.prefix, 1"
    })
    void netsInBothTypesLearnAlike(String key, String value) throws IOException {
        Object of = key.endsWith("Map") ? value : new ObjectMapper().readValue(value, Object.class);
        ComputationGraph[] nets = {net(DataType.FLOAT, key, of), net(DataType.DOUBLE, key, of)};
        nets[1].setParams(nets[0].params().castTo(DataType.DOUBLE));
        if (!key.equals("reversible")) {
            assertThat(nets[0].getLayer("block-0")).isInstanceOf(FusedRuntime.class);
        }
        for (ComputationGraph net : nets) {
            DataType type = net.params().dataType();
            INDArray[] ids = {Samples.ids(type, 3, Nets.VOCABULARY, 2, T)};
            INDArray[] mask = {Samples.mask(type, "1111111111100", "1111111111111")};
            for (int i = 0; i < 3; i++) {
                net.fit(new MultiDataSet(ids, ids, mask, null));
            }
        }
        TensorAssert.assertClose("parameters", nets[0].params(), nets[1].params());
    }

    @Test
    void statesAreRefused() {
        MultiLayerNetwork net = Nets.attention(PREFIX.withCausal(true), E, T);
        assertThatThrownBy(() -> net.rnnTimeStep(Samples.gaussian(DataType.DOUBLE, 3, 1, 1, 2, E)))
                .hasMessageContaining("its exact prefix needs the first keys themselves");
    }

    /** Weights of all rows sum to 1, so that masses of a head sum to T. */
    @Test
    void massesAreMeasuredOnKernels() {
        INDArray ids = Samples.ids(DataType.FLOAT, 3, Nets.VOCABULARY, 1, T);
        List<AttentionMass> masses = AttentionMass.of(net(DataType.FLOAT, "layers", 3), ids);
        assertThat(masses).hasSize(3);
        for (AttentionMass mass : masses) {
            assertThat(Arrays.stream(mass.heads()[1]).sum()).isCloseTo(T, within(1e-3));
        }
        ComputationGraph onGraph = net(DataType.FLOAT, "attention.featureMap", "trigonometric");
        assertThat(onGraph.getLayer("block-0")).isNotInstanceOf(FusedRuntime.class);
        assertThatThrownBy(() -> AttentionMass.of(onGraph, ids))
                .hasMessage(
                        "attention mass is measured on kernels, which have an exact prefix of positive features only; prefix=3, featureMap=TrigonometricFeatures[]");
    }

    /** A source and a target have prefixes of their own; from one to the other there is none. */
    @Test
    void encodersAndDecodersAttendSoToThemselves() {
        PerformerConfig config = Nets.config()
                .with(Map.of("attention.causal", true, "attention.featureMap", "positive", "attention.prefix", 3))
                .with("encoder.layers", 1);
        ComputationGraph net =
                new ComputationGraph(config.graph(new Translation(), new Sgd(0.1), 0, 13, DataType.FLOAT));
        net.init();
        PerformerBlockLayer encoder =
                (PerformerBlockLayer) net.getLayer("encoder-0").conf().getLayer();
        assertThat(encoder.getAttention().prefix()).isEqualTo(3);
        PerformerDecoderBlockLayer decoder =
                (PerformerDecoderBlockLayer) net.getLayer("block-0").conf().getLayer();
        assertThat(decoder.getAttention().prefix()).isEqualTo(3);
        assertThat(decoder.getCrossAttention().prefix()).isZero();
    }

    @Test
    void sequencesWithoutACommonOrderAreRefused() {
        assertThatThrownBy(() ->
                        new CrossAttentionLayer.Builder().attention(PREFIX).build())
                .hasMessage(
                        "attention of one sequence to another has no exact prefix, because they have no common order; prefix=4");
        LayerProgram.Builder p = new LayerProgram.Builder();
        Value x = p.input("x", E);
        Value m = p.input("memory", E);
        assertThatThrownBy(() -> p.attend(x, m, m, PREFIX, ""))
                .hasMessageStartingWith(
                        "attention with an exact prefix needs queries and keys of the same sequence; prefix=4");
        assertThatThrownBy(() -> new GraphKernelAttentionLayer.Builder()
                        .attention(PREFIX)
                        .build())
                .hasMessageStartingWith("attention over a graph has no exact prefix");
    }
}
