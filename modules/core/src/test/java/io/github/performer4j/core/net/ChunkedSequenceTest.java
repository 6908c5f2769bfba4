package io.github.performer4j.core.net;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.github.performer4j.core.Samples;
import io.github.performer4j.core.layer.Nets;
import io.github.performer4j.core.model.PerformerConfig;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.deeplearning4j.nn.conf.BackpropType;
import org.deeplearning4j.nn.graph.ComputationGraph;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;
import org.nd4j.linalg.indexing.NDArrayIndex;

/** Gradients in chunks are those of whole sequences, for everything that carries a state, on both engines, padded and with chunks shorter than windows. */
class ChunkedSequenceTest {
    private static final int B = 2;
    private static final int T = 37;

    private static PerformerConfig config() {
        return Nets.config().with("attention.causal", true).with("layers", 2);
    }

    private static PerformerConfig config(String name) {
        PerformerConfig c = config();
        return switch (name) {
            case "decay" -> c.with("attention.decay", "selective");
            case "fixed decay" -> c.with("attention.decay", "fixed").with("attention.featureMap", "positive");
            case "convolution" -> c.with("attention.convolution", 4);
            case "gate and rotary" -> c.with("attention.gate", true).with("attention.positions", "rotary");
            case "window" -> c.with("attention.kind", "exact").with("attention.window", 9);
            case "token shift, ReZero" -> c.with(Map.of("tokenShift", true, "norm.placement", "rezero"));
            case "axial places, ScaleNorm" ->
                c.with(Map.of("embedding.positions", "axial", "embedding.rowLength", 7, "norm.kind", "scale"));
            case "Fourier positions" ->
                c.with(Map.of("attention.positions", "fourier", "attention.featureMap", "positive"));
            case "relative positions within a window" ->
                c.with(Map.of("attention.positions", "buckets", "attention.kind", "exact", "attention.window", 9));
            case "reversible" -> c.with(Map.of("reversible", true, "tokenShift", true, "attention.decay", "selective"));
            case "reversible, all" -> config("all").with("reversible", true);
            case "local heads" -> c.with(Map.of("attention.localHeads", 1, "attention.window", 6));
            case "groups" ->
                c.with(
                        "attention.groups",
                        List.of(
                                Map.of("heads", 1, "decay", "fixed", "featureMap", "positive"),
                                Map.of("heads", 1, "kind", "exact", "window", 5)));
            case "all" ->
                c.with("attention.featureMap", "positive")
                        .with("attention.convolution", 3)
                        .with("attention.decay", "selective")
                        .with("attention.gate", true)
                        .with("attention.positions", "rotary")
                        .with("embedding.positions", "none");
            default -> c.with("attention.featureMap", name);
        };
    }

    static Stream<Arguments> cases() {
        return Stream.of(
                        "relu",
                        "positive",
                        "trigonometric",
                        "decay",
                        "fixed decay",
                        "convolution",
                        "gate and rotary",
                        "window",
                        "local heads",
                        "groups",
                        "token shift, ReZero",
                        "axial places, ScaleNorm",
                        "Fourier positions",
                        "relative positions within a window",
                        "all",
                        "reversible",
                        "reversible, all")
                .flatMap(name -> Stream.of(DataType.DOUBLE, DataType.FLOAT)
                        // sums of trigonometric features may be near 0, where float32 has few digits left
                        .filter(type -> type == DataType.DOUBLE || !name.equals("trigonometric"))
                        .map(type -> Arguments.of(name, type)));
    }

    private record Data(INDArray ids, INDArray labels, INDArray mask) {
        static Data of(DataType type) {
            INDArray mask = Nd4j.ones(type, B, T);
            mask.get(NDArrayIndex.point(1), NDArrayIndex.interval(29, T)).assign(0);
            return new Data(
                    Samples.ids(type, 5, Nets.VOCABULARY, B, T), Samples.ids(type, 6, Nets.VOCABULARY, B, T), mask);
        }

        Data part(int from, int to) {
            return new Data(part(ids, from, to), part(labels, from, to), part(mask, from, to));
        }

        private static INDArray part(INDArray all, int from, int to) {
            return all.get(NDArrayIndex.all(), NDArrayIndex.interval(from, to)).dup('c');
        }

        double count() {
            return mask.sumNumber().doubleValue();
        }

        void give(ComputationGraph net) {
            net.setInputs(ids);
            net.setLabels(labels);
            net.setLayerMaskArrays(new INDArray[] {mask}, new INDArray[] {mask});
        }
    }

    private static INDArray whole(ComputationGraph net, Data data) {
        data.give(net);
        net.computeGradientAndScore();
        return net.getFlattenedGradients().dup();
    }

    private static INDArray chunked(ComputationGraph net, Data data, List<Integer> ends) {
        INDArray total = null;
        try (ChunkedSequence chunks = new ChunkedSequence(net)) {
            for (int c = 0; c + 1 < ends.size(); c++) {
                Data part = data.part(c == 0 ? 0 : ends.get(c - 1), ends.get(c));
                part.give(net);
                chunks.forward(part.ids());
            }
            double behind = 1;
            for (int c = ends.size() - 1; c >= 0; c--) {
                Data part = data.part(c == 0 ? 0 : ends.get(c - 1), ends.get(c));
                chunks.beginBackward(c, behind / part.count());
                behind = part.count();
                part.give(net);
                net.computeGradientAndScore();
                chunks.endBackward();
                INDArray gradient = net.getFlattenedGradients().mul(part.count() / data.count());
                total = total == null ? gradient : total.addi(gradient);
            }
        }
        return total;
    }

    @ParameterizedTest(name = "{0}, {1}")
    @MethodSource("cases")
    void chunksAreTheWhole(String name, DataType type) {
        Data data = Data.of(type);
        ComputationGraph net = Nets.graph(config(name), type);
        INDArray expected = whole(net, data);
        boolean slow = type == DataType.DOUBLE; // a graph for each length
        for (List<Integer> ends : slow
                ? List.of(List.of(3, 4, 7, T))
                : List.of(List.of(T), List.of(10, 20, T), List.of(3, 4, 9, 31, T))) {
            INDArray actual = chunked(net, data, ends);
            double distance = actual.sub(expected).amaxNumber().doubleValue();
            double largest = expected.amaxNumber().doubleValue();
            assertThat(distance / largest)
                    .as(ends.toString())
                    .isLessThanOrEqualTo(type == DataType.DOUBLE ? 1e-9 : 1e-4);
        }
        assertThat(net.getConfiguration().getBackpropType()).isEqualTo(BackpropType.Standard);
        assertThat(whole(net, data)).as("afterwards").isEqualTo(expected);
    }

    /** Truncated BPTT leaves out what comes through the state: the test above would see it missing. */
    @Test
    void whatComesThroughTheStateCounts() {
        Data data = Data.of(DataType.DOUBLE);
        ComputationGraph net = Nets.graph(config("all"), DataType.DOUBLE);
        INDArray expected = whole(net, data);
        INDArray cut = null;
        for (int from = 0; from < T; from += 13) {
            Data part = data.part(from, Math.min(T, from + 13));
            INDArray gradient = whole(net, part).mul(part.count() / data.count());
            cut = cut == null ? gradient : cut.addi(gradient);
        }
        double largest = expected.amaxNumber().doubleValue();
        assertThat(cut.sub(expected).amaxNumber().doubleValue()).isGreaterThan(1e-3 * largest);
    }

    @Test
    void layersThatSeeWholeSequencesAreRefused() {
        ComputationGraph net = Nets.graph(Nets.config(), DataType.FLOAT);
        assertThatThrownBy(() -> new ChunkedSequence(net))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("sequences go in chunks only through layers that carry a state")
                .hasMessageContaining("layer=block-0, because its attention is bidirectional, and sees later tokens");
        assertThat(net.getConfiguration().getBackpropType()).isEqualTo(BackpropType.Standard);
    }
}
