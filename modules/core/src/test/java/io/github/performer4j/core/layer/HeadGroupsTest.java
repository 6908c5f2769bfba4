package io.github.performer4j.core.layer;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.github.performer4j.core.Samples;
import io.github.performer4j.core.attention.AttentionOptions;
import io.github.performer4j.core.attention.Decay;
import io.github.performer4j.core.attention.Grid;
import io.github.performer4j.core.attention.HeadGroup;
import io.github.performer4j.core.attention.RelativePositions;
import io.github.performer4j.core.attention.Visibility;
import io.github.performer4j.core.feature.FeatureMap;
import io.github.performer4j.kernels.exact.Window;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.deeplearning4j.nn.multilayer.MultiLayerNetwork;
import org.deeplearning4j.nn.workspace.LayerWorkspaceMgr;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;
import org.nd4j.linalg.indexing.INDArrayIndex;
import org.nd4j.linalg.indexing.NDArrayIndex;

/** Heads in groups equal layers all of whose heads attend as one group does, head by head: values, and gradients of parameters and input, in float64. */
class HeadGroupsTest {
    private static final int H = 6;
    private static final int D = 3;
    private static final int E = H * D;
    private static final int T = 11;
    private static final LayerWorkspaceMgr PLAIN = LayerWorkspaceMgr.noWorkspaces();
    private static final AttentionOptions ALL =
            AttentionOptions.defaults().withHeads(H).withFeatures(7);
    private static final FeatureMap RELU = FeatureMap.named("relu");
    private static final FeatureMap POSITIVE = FeatureMap.named("positive");

    /** Half-lives that do not depend on the number of heads. */
    private static Decay decay(boolean selective) {
        return new Decay(selective, 4, 4, 0);
    }

    static Stream<Arguments> groups() {
        Visibility causal = Visibility.ALL.withCausal(true);
        Visibility near = Visibility.ALL.withWindow(new Window(3, 1));
        return Stream.of(
                Arguments.of(
                        "causal, with decay, of another map, near",
                        List.of(
                                HeadGroup.linear(2, POSITIVE, 7).seeing(causal.withDecay(decay(false))),
                                HeadGroup.linear(1, RELU, 5).seeing(causal),
                                HeadGroup.linear(2, POSITIVE, 9).seeing(causal.withDecay(decay(true))),
                                HeadGroup.exact(1).seeing(causal.withWindow(4)))),
                Arguments.of(
                        "bidirectional, near first",
                        List.of(
                                HeadGroup.exact(2).seeing(near),
                                HeadGroup.linear(1, FeatureMap.named("oprf"), 8),
                                HeadGroup.exact(2),
                                HeadGroup.linear(1, RELU, 5).seeing(Visibility.ALL.withDecay(decay(true))))),
                Arguments.of(
                        "causal, with relative positions of their own, beside decay",
                        List.of(
                                HeadGroup.linear(2, POSITIVE, 7)
                                        .seeing(causal.withRelative(new RelativePositions(8, 6))),
                                HeadGroup.linear(2, RELU, 5).seeing(causal.withDecay(decay(false))),
                                HeadGroup.exact(2)
                                        .seeing(causal.withWindow(4).withRelative(RelativePositions.offsets(3))))),
                Arguments.of(
                        "bidirectional, with relative positions, beside a grid",
                        List.of(
                                HeadGroup.exact(2).seeing(near.withRelative(RelativePositions.offsets(T))),
                                HeadGroup.linear(3, RELU, 5)
                                        .seeing(Visibility.ALL.withGrid(new Grid(List.of(2, 5), true))),
                                HeadGroup.linear(1, POSITIVE, 7)
                                        .seeing(Visibility.ALL.withRelative(new RelativePositions(8, 6))))),
                Arguments.of(
                        "on a grid beside all tokens",
                        List.of(
                                HeadGroup.linear(3, RELU, 5)
                                        .seeing(Visibility.ALL.withGrid(new Grid(List.of(2, 5), true))),
                                HeadGroup.linear(3, POSITIVE, 7))));
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("groups")
    void equalLayersOfOneKind(String name, List<HeadGroup> groups) {
        check(ALL, groups);
        check(ALL.withTemperature(true).withGate(true), groups);
    }

    private static void check(AttentionOptions all, List<HeadGroup> groups) {
        AttentionOptions mixed = all.withCausal(groups.get(0).sees().causal()).withGroups(groups);
        Run whole = new Run(Nets.attention(mixed, E, T));
        List<Run> alike = new ArrayList<>();
        int first = 0;
        for (Map.Entry<String, AttentionOptions> each : mixed.groups().entrySet()) {
            AttentionOptions group = each.getValue();
            Run one = new Run(Nets.attention(group.withHeads(H), E, T));
            for (String parameter : List.copyOf(one.layer().paramTable().keySet())) {
                INDArray target = whole.layer().getParam(each.getKey() + parameter);
                if (target != null) {
                    target.assign(part(one.layer().getParam(parameter), parameter, first, group.heads()));
                }
            }
            one.hideOthers(first, group.heads());
            if (!alike.isEmpty()) {
                one.layer().getParam("bo").assign(0);
            }
            alike.add(one);
            first += group.heads();
        }
        INDArray sum = Nd4j.zeros(DataType.DOUBLE, 2, T, E);
        INDArray back = Nd4j.zeros(DataType.DOUBLE, 2, T, E);
        Map<String, INDArray> gradients = new HashMap<>();
        first = 0;
        int number = 0;
        for (Map.Entry<String, AttentionOptions> each : mixed.groups().entrySet()) {
            Run one = alike.get(number++);
            sum.addi(one.forward());
            back.addi(one.backward(gradients));
            for (Map.Entry<String, INDArray> g : gradients.entrySet()) {
                INDArray own = whole.layer().getParam(each.getKey() + g.getKey());
                if (own != null) {
                    INDArray expected = part(
                            g.getValue(), g.getKey(), first, each.getValue().heads());
                    whole.expected.put(each.getKey() + g.getKey(), expected.dup());
                }
            }
            gradients.clear();
            first += each.getValue().heads();
        }
        assertClose("values", whole.forward(), sum);
        assertClose("derivative of the input", whole.backward(gradients), back);
        assertThat(gradients.keySet()).isEqualTo(whole.expected.keySet());
        gradients.forEach((name, g) ->
                assertClose(name, g.reshape(whole.expected.get(name).shape()), whole.expected.get(name)));
    }

    private static void assertClose(String name, INDArray actual, INDArray expected) {
        double scale = 1 + expected.amaxNumber().doubleValue();
        assertThat(actual.sub(expected).amaxNumber().doubleValue() / scale)
                .as(name)
                .isLessThan(1e-10);
    }

    /** Returns what belongs to some heads: columns, of Wo and of what has a row for each head rows, of what all heads share everything. */
    private static INDArray part(INDArray p, String name, int first, int heads) {
        int rank = p.rank();
        boolean rows = name.equals("Wo") || name.equals("grid") || name.equals("relative");
        boolean shared = name.equals("bo") || name.equals("gaino");
        long each = p.size(rows ? 0 : rank - 1) / H;
        INDArrayIndex own = NDArrayIndex.interval(first * each, (first + heads) * each);
        if (shared) {
            return p;
        }
        return rank == 1 ? p.get(own) : rows ? p.get(own, NDArrayIndex.all()) : p.get(NDArrayIndex.all(), own);
    }

    /** A net, its layer forward and back. */
    private static final class Run {
        private final MultiLayerNetwork net;
        private final Map<String, INDArray> expected = new HashMap<>();

        Run(MultiLayerNetwork net) {
            this.net = net;
            net.initGradientsView();
        }

        org.deeplearning4j.nn.api.Layer layer() {
            return net.getLayer(0);
        }

        void hideOthers(int first, int heads) {
            INDArray wo = layer().getParam("Wo");
            INDArray kept = wo.dup();
            wo.assign(0);
            INDArrayIndex own = NDArrayIndex.interval((long) first * D, (long) (first + heads) * D);
            wo.get(own, NDArrayIndex.all()).assign(kept.get(own, NDArrayIndex.all()));
        }

        INDArray forward() {
            net.setLayerMaskArrays(Samples.mask(DataType.DOUBLE, "11111111110", "00110101111"), null);
            layer().setInput(Samples.gaussian(DataType.DOUBLE, 3, 1, 2, T, E), PLAIN);
            return layer().activate(true, PLAIN).dup('c');
        }

        INDArray backward(Map<String, INDArray> gradients) {
            INDArray error = Samples.gaussian(DataType.DOUBLE, 5, 1, 2, T, E);
            var pair = layer().backpropGradient(error, PLAIN);
            pair.getFirst().gradientForVariable().forEach((name, g) -> gradients.put(name, g.dup()));
            return pair.getSecond().dup('c');
        }
    }

    @Test
    void whatCannotBeIsRefused() {
        Visibility causal = Visibility.ALL.withCausal(true);
        assertThatThrownBy(() -> ALL.withGroups(List.of(HeadGroup.exact(2), HeadGroup.exact(3))))
                .hasMessage("heads of the groups must add up to heads; heads=6, groups=[2, 3]");
        assertThatThrownBy(() -> ALL.withGroups(
                        List.of(HeadGroup.exact(5), HeadGroup.exact(1).seeing(causal))))
                .hasMessage("all groups of heads must look in one direction; causal=false, group2=true");
        assertThatThrownBy(() -> ALL.withCausal(true)
                        .withGroups(List.of(
                                HeadGroup.exact(5).seeing(causal),
                                HeadGroup.linear(1, FeatureMap.named("oprf"), 8).seeing(causal))))
                .hasMessageStartingWith("causal attention needs running or fixed statistics with this feature map");
        assertThatThrownBy(() -> ALL.withKeyHeads(2).withGroups(List.of(HeadGroup.exact(4), HeadGroup.exact(2))))
                .hasMessage("groups of heads need a key head for each head; keyHeads=2, heads=6, groups=[group2]");
        assertThatThrownBy(() -> ALL.withGroups(
                        List.of(HeadGroup.exact(4).seeing(Visibility.ALL.withDecay(decay(true))), HeadGroup.exact(2))))
                .hasMessageStartingWith("decay needs linear attention");
        assertThatThrownBy(() -> HeadGroup.exact(0)).hasMessage("a group must have a head; heads=0, name=null");
        assertThatThrownBy(() -> causal.withWindow(new Window(3, 1)))
                .hasMessage("a causal window must end at the query; causal=true, right=1");
        AttentionOptions groups = ALL.withGroups(List.of(HeadGroup.exact(4), HeadGroup.exact(2)));
        assertThatThrownBy(() -> groups.withLocalHeads(1, 3)).hasMessageStartingWith("local heads stand beside one");
        assertThatThrownBy(() -> groups.withHeads(2)).hasMessageStartingWith("heads of the groups must add up");
        assertThat(groups.withHeads(3).groups().get("").heads()).isEqualTo(1);
    }
}
