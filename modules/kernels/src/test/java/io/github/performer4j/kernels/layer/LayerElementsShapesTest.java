package io.github.performer4j.kernels.layer;

import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.github.performer4j.kernels.Grid;
import io.github.performer4j.kernels.math.Activation;
import io.github.performer4j.kernels.memory.FloatBlock;
import io.github.performer4j.kernels.memory.Matrix;
import java.util.List;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Wrong shapes, ids and numbers are refused with rule and values before anything is written. */
class LayerElementsShapesTest {
    private static final Activation GELU = Activation.GELU;

    private final Matrix x = Grid.normal(1, 5, 7, 1);
    private final Matrix same = Grid.normal(2, 5, 7, 1);
    private final Matrix fewer = x.rows(0, 4);
    private final Matrix narrower = x.columns(0, 6);
    private final Matrix row = Grid.normal(3, 1, 7, 1);
    private final Matrix shortRow = row.columns(0, 6);
    private final Matrix moments = Grid.normal(4, 5, 2, 1);
    private final int[] ids = {0, 1, 2, 3, 4};

    private static void refused(String message, ThrowingCallable... calls) {
        for (ThrowingCallable call : calls) {
            assertThatThrownBy(call)
                    .isInstanceOf(IllegalArgumentException.class)
                    .hasMessageContaining(message);
        }
    }

    @ParameterizedTest
    @MethodSource("io.github.performer4j.kernels.Grid#implementations")
    void rows(LayerElements e) {
        refused("out must be [5,7]; out=[4,7]", () -> e.copy(x, fewer), () -> e.addRow(x, row, fewer));
        refused("y must be [5,7]; y=[5,6]", () -> e.add(x, narrower));
        refused("row must be [1,7]; row=[1,6]", () -> e.fillRows(shortRow, x), () -> e.addRow(x, shortRow, x));
        refused("sums must be [1,7]; sums=[5,7]", () -> e.addColumnSums(x, same));
        refused("x must be given; x=null", () -> e.copy(null, x), () -> e.fill(null, 0), () -> e.softmax(null));
        refused("out must be given; out=null", () -> e.copy(x, null), () -> e.activate(GELU, x, null));
    }

    @ParameterizedTest
    @MethodSource("io.github.performer4j.kernels.Grid#implementations")
    void norm(LayerElements e) {
        refused("gain must be [1,7]; gain=[1,6]", () -> e.layerNorm(x, shortRow, row, 0, x, moments));
        refused("moments must be [5,2]; moments=[5,7]", () -> e.layerNorm(x, row, row, 0, x, same));
        refused("moments must be [5,2]; moments=[5,7]", () -> e.layerNormAgain(x, row, row, same, x));
        refused("epsilon must not be negative; epsilon=-1.0", () -> e.layerNorm(x, row, row, -1, x, moments));
        refused("dBias must be [1,7]", () -> e.layerNormGradient(x, x, row, moments, same, row, shortRow));
        refused("error must be [5,7]", () -> e.layerNormGradient(fewer, x, row, moments, same, row, row));
    }

    @ParameterizedTest
    @MethodSource("io.github.performer4j.kernels.Grid#implementations")
    void activations(LayerElements e) {
        refused("f must be given; f=null", () -> e.activate(null, x, x), () -> e.gated(null, x, x, x));
        refused("d must be [5,7]; d=[4,7]", () -> e.activateGradient(GELU, x, fewer, x));
        refused("d must be given; d=null", () -> e.activateGradient(GELU, x, null, x));
        refused("gate must be [5,7]; gate=[5,6]", () -> e.gated(GELU, x, narrower, x));
        refused("dGate must be given; dGate=null", () -> e.gatedGradient(GELU, x, same, x, null, null));
    }

    @ParameterizedTest
    @MethodSource("io.github.performer4j.kernels.Grid#implementations")
    void idsAndLabels(LayerElements e) {
        double[][] before = Grid.values(x);
        for (int wrong : List.of(7, Integer.MAX_VALUE)) {
            int[] labels = {0, 1, -1, wrong, 2};
            refused("labels must be below 7; index=3, value=" + wrong, () -> e.crossEntropy(x, labels, 0, 1));
        }
        refused("labels must cover the rows; first=1, rows=5, labels=5", () -> e.crossEntropy(x, ids, 1, 1));
        refused("labels must cover the rows", () -> e.crossEntropy(x, null, 0, 1), () -> e.crossEntropy(x, ids, -1, 1));
        refused(
                "ids must be below 4 and not negative; index=4, value=4",
                () -> e.gather(fewer, ids, 0, same),
                () -> e.scatterAdd(same, ids, 0, fewer));
        refused("value=-1", () -> e.gather(x, new int[] {0, 0, -1, 0, 0}, 0, same));
        refused("out must be [5,6]", () -> e.gather(narrower, ids, 0, same));
        Grid.assertClose(x, before, 0);
    }

    @ParameterizedTest
    @MethodSource("io.github.performer4j.kernels.Grid#implementations")
    void numbers(LayerElements e) {
        refused("p must be in [0, 1)", () -> e.dropout(x, 0, 1, 0), () -> e.dropout(x, 0, Double.NaN, 0));
        refused("firstRow not negative; p=0.5, firstRow=-1", () -> e.dropout(x, -1, 0.5, 0));
        FloatBlock block = FloatBlock.allocate(10);
        refused("values must lie in the block", () -> e.squaredNorm(block, 3, 8), () -> e.squaredNorm(block, -1, 2));
        AdamW adam = new AdamW(0.9, 0.99, 1e-8, 0);
        refused("steps counted from 1", () -> e.adamW(block, 0, block, 0, block, 0, block, 0, 5, adam, 0, 1));
        refused("options must be given", () -> e.adamW(block, 0, block, 0, block, 0, block, 0, 5, null, 1, 1));
        refused("values must lie", () -> e.adamW(block, 0, block, 0, block, 6, block, 0, 5, adam, 1, 1));
        refused("v must be given; v=null", () -> e.adamW(block, 0, block, 0, block, 0, null, 0, 5, adam, 1, 1));
        refused("betas must be in [0, 1)", () -> new AdamW(1, 0.9, 1, 0), () -> new AdamW(0.9, -0.1, 1, 0));
        refused(
                "epsilon must be positive and decay not negative",
                () -> new AdamW(0, 0, 0, 0),
                () -> new AdamW(0, 0, 1, -1));
    }
}
