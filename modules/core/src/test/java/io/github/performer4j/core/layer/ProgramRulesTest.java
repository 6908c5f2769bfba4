package io.github.performer4j.core.layer;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.github.performer4j.core.Samples;
import io.github.performer4j.core.TensorAssert;
import io.github.performer4j.core.attention.AttentionOptions;
import io.github.performer4j.core.attention.Grid;
import io.github.performer4j.core.attention.Rotary;
import io.github.performer4j.core.feature.FeatureMap;
import io.github.performer4j.core.program.AttentionPart;
import io.github.performer4j.core.program.LayerProgram;
import io.github.performer4j.core.program.Op;
import io.github.performer4j.core.program.Value;
import io.github.performer4j.core.program.Weight;
import java.util.List;
import java.util.function.BiFunction;
import org.deeplearning4j.nn.conf.NeuralNetConfiguration;
import org.deeplearning4j.nn.conf.RNNFormat;
import org.deeplearning4j.nn.conf.inputs.InputType;
import org.deeplearning4j.nn.conf.layers.RnnOutputLayer;
import org.deeplearning4j.nn.multilayer.MultiLayerNetwork;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.indexing.NDArrayIndex;

/** What a program must not be: engines would compute something else than it says. */
class ProgramRulesTest {
    private static final int WIDTH = 14;
    private static final int TOKENS = 11;
    private static final AttentionOptions LINEAR =
            AttentionOptions.defaults().withHeads(2).withFeatures(22).withFeatureMap(FeatureMap.named("positive"));
    private static final AttentionOptions CAUSAL = LINEAR.withCausal(true);
    private static final AttentionOptions WINDOW =
            CAUSAL.withKind(AttentionOptions.Kind.EXACT).withWindow(4);

    /** Attention to what attention gives, each by its own options and in its own scope. */
    private static BiFunction<LayerProgram.Builder, Value, Value> two(
            AttentionOptions first, String firstScope, AttentionOptions second, String secondScope) {
        return (p, x) -> {
            Value y = p.attend(x, x, x, first, firstScope);
            return p.linear(p.attend(y, y, y, second, secondScope), "W", "b", WIDTH);
        };
    }

    private static LayerProgram program(BiFunction<LayerProgram.Builder, Value, Value> body) {
        LayerProgram.Builder p = new LayerProgram.Builder();
        return p.output(body.apply(p, p.input("x", WIDTH)));
    }

    @Test
    void attentionsOfOneScopeKeepNoStates() {
        for (String scope : new String[] {"", "own."}) {
            assertThatThrownBy(() -> program(two(CAUSAL, scope, CAUSAL, scope)))
                    .isInstanceOf(IllegalArgumentException.class)
                    .hasMessageStartingWith(
                            "operations that keep a state must have scopes or names of their own; state=" + scope
                                    + "attention, operation=Attend[");
            assertThatThrownBy(() -> program(two(WINDOW, scope, WINDOW.withWindow(3), scope)))
                    .isInstanceOf(IllegalArgumentException.class)
                    .hasMessageContaining("; state=" + scope + "window keys, operation=Attend[");
        }
        assertThatThrownBy(() -> program((p, x) -> p.shift(p.shift(x, true, "s"), true, "s")))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("; state=shifted s, operation=Shift[");
        assertThatThrownBy(() -> program((p, x) -> p.convolve(p.convolve(x, "taps", 3, true), "taps", 3, true)))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("; state=taps rows, operation=Convolve[");
        LayerProgram.Builder p = new LayerProgram.Builder();
        Value x = p.input("x", WIDTH);
        Value memory = p.linear(p.input("memory", 9), "Wm", null, WIDTH);
        Value y = p.attend(p.attend(x, memory, memory, LINEAR, ""), memory, memory, LINEAR, "");
        assertThatThrownBy(() -> p.output(y))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("; state=attention, operation=Attend[");
    }

    /** Without states, or with those of two kinds, a scope says which parameters attentions share. */
    @Test
    void attentionsOfOneScopeThatKeepNoneAreTaken() {
        AttentionOptions shared = LINEAR.withLearnedProjection(true);
        assertThat(program(two(shared, "", shared, "")).parameters()).hasSize(3);
        assertThat(program(two(LINEAR, "", CAUSAL, "")).ops().stream().flatMap(op -> op.states().stream()))
                .containsExactly("attention");
        assertThat(program(two(WINDOW, "", CAUSAL, "")).ops().stream().flatMap(op -> op.states().stream()))
                .containsExactly("window keys", "window values", "window seen", "attention");
        assertThat(program(two(CAUSAL, "a.", CAUSAL, "b.")).ops().stream().flatMap(op -> op.states().stream()))
                .containsExactly("a.attention", "b.attention");
    }

    @ParameterizedTest
    @EnumSource(
            value = DataType.class,
            names = {"FLOAT", "DOUBLE"})
    void attentionsOfTwoScopesGoOnTokenByToken(DataType type) {
        for (var body : List.of(two(CAUSAL, "a.", CAUSAL, "b."), two(WINDOW, "a.", WINDOW.withWindow(3), "b."))) {
            MultiLayerNetwork net = new MultiLayerNetwork(new NeuralNetConfiguration.Builder()
                    .seed(13)
                    .dataType(type)
                    .list()
                    .layer(new ProgramTest.AnyLayer(body))
                    .layer(new RnnOutputLayer.Builder()
                            .nOut(2)
                            .dataFormat(RNNFormat.NWC)
                            .build())
                    .setInputType(InputType.recurrent(WIDTH, TOKENS, RNNFormat.NWC))
                    .build());
            net.init();
            INDArray x = Samples.gaussian(type, 3, 1, 2, TOKENS, WIDTH);
            INDArray whole = net.output(x).dup();
            for (int t = 0; t < TOKENS; t++) {
                INDArray one =
                        net.rnnTimeStep(x.get(NDArrayIndex.all(), NDArrayIndex.interval(t, t + 1), NDArrayIndex.all())
                                .dup());
                INDArray expected = whole.get(NDArrayIndex.all(), NDArrayIndex.interval(t, t + 1), NDArrayIndex.all());
                TensorAssert.assertFinite("token " + t, one);
                assertThat(one.sub(expected).amaxNumber().doubleValue()).isLessThan(1e-5);
            }
        }
    }

    @Test
    void headsDivideColumns() {
        AttentionOptions four = LINEAR.withHeads(4);
        List<BiFunction<LayerProgram.Builder, Value, Value>> bodies = List.of(
                (p, x) -> AttentionPart.add(p, four, x, "", WIDTH),
                (p, x) -> p.attend(x, x, x, four, ""),
                (p, x) -> p.attendGrid(x, x, x, four.withGrid(Grid.of(2, 3)), ""),
                (p, x) -> {
                    Value q = p.linear(x, "W", null, 16);
                    return p.attend(q, q, x, four, "");
                },
                (p, x) -> p.rotate(x, 4, new Rotary(100, 1, false)));
        for (BiFunction<LayerProgram.Builder, Value, Value> body : bodies) {
            assertThatThrownBy(() -> program(body))
                    .isInstanceOf(IllegalArgumentException.class)
                    .hasMessage("heads must divide width; width=14, heads=4");
        }
    }

    /** Before a net knows its widths all columns are 0. */
    @Test
    void aWidthMayBeUnknown() {
        LayerProgram.Builder p = new LayerProgram.Builder();
        assertThat(p.output(AttentionPart.add(p, LINEAR.withHeads(4), p.input("x", 0), "", 0))
                        .ops())
                .anyMatch(Op.Attend.class::isInstance);
    }

    @Test
    void scalesForHeadsAreOfWholeHeadsAndOnce() {
        Weight plain = new Weight.Plain("W", null, WIDTH, WIDTH, true);
        for (int heads : new int[] {4, 0, -2}) {
            assertThatThrownBy(() -> new Weight.PerHead(plain, "rho", heads))
                    .isInstanceOf(IllegalArgumentException.class)
                    .hasMessage("heads must divide columns; weight=W, columns=14, heads=" + heads);
        }
        Weight once = new Weight.PerHead(plain, "rho", 2);
        assertThatThrownBy(() -> new Weight.PerHead(once, "other", 2))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage("a weight must have scales for heads once; weight=W, scales=other, others=rho");
    }

    @ParameterizedTest
    @ValueSource(doubles = {1, 1.5, -0.2, Double.NaN})
    void notAllIsDropped(double probability) {
        assertThatThrownBy(() -> program((p, x) -> p.drop(x, probability, 0)))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage("dropout must be in [0, 1); dropout=" + probability + ", value=x");
    }
}
