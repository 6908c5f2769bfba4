package io.github.performer4j.kernels.layer;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.github.performer4j.kernels.Grid;
import io.github.performer4j.kernels.memory.FloatBlock;
import io.github.performer4j.kernels.memory.Matrix;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Short convolutions against their definition, in blocks, masked and in parts; the gradient against the linear map's own. */
class ConvolutionTest {
    private static final int E = 5;

    record Case(int taps, boolean causal, int tokens, boolean masked) {}

    static Stream<Case> cases() {
        return Stream.of(1, 2, 3, 4, 5)
                .flatMap(taps -> Stream.of(true, false)
                        .filter(causal -> causal || taps % 2 == 1)
                        .flatMap(causal -> Stream.of(1, 3, 17)
                                .flatMap(tokens ->
                                        Stream.of(true, false).map(masked -> new Case(taps, causal, tokens, masked)))));
    }

    private static boolean counts(Case c, int t) {
        return t >= 0 && t < c.tokens && !(c.masked && t % 5 == 2);
    }

    private static Convolution.Sequence sequence(Case c, Matrix x) {
        FloatBlock mask = FloatBlock.allocate(c.tokens + 2L);
        for (int t = 0; t < c.tokens; t++) {
            mask.set(t + 2L, counts(c, t) ? 1 : 0);
        }
        return new Convolution.Sequence(x, c.masked ? mask : null, 2, null);
    }

    @ParameterizedTest
    @MethodSource("cases")
    void equalsItsDefinition(Case c) {
        Matrix x = Grid.normal(1, c.tokens, E, 1);
        Matrix w = Grid.normal(2, c.taps, E, 1);
        Matrix error = Grid.normal(3, c.tokens, E, 1);
        int centre = c.causal ? 0 : (c.taps - 1) / 2;
        double[][] y = Grid.values(c.tokens, E, (t, i) -> {
            double sum = x.get(t, i);
            for (int s = 0; s < c.taps; s++) {
                sum += counts(c, t + centre - s) ? w.get(s, i) * x.get(t + centre - s, i) : 0;
            }
            return sum;
        });
        for (int t = 0; t < c.tokens; t++) {
            for (int i = 0; i < E && !counts(c, t); i++) {
                error.set(t, i, 0);
            }
        }
        double[][] dx = Grid.values(c.tokens, E, (t, i) -> {
            double sum = error.get(t, i);
            for (int s = 0; s < c.taps; s++) {
                int from = t - centre + s;
                sum += counts(c, t) && from >= 0 && from < c.tokens ? w.get(s, i) * error.get(from, i) : 0;
            }
            return sum;
        });
        double[][] dw = Grid.values(c.taps, E, (s, i) -> {
            double sum = 1; // what is there already
            for (int t = 0; t < c.tokens; t++) {
                sum += counts(c, t + centre - s) ? error.get(t, i) * x.get(t + centre - s, i) : 0;
            }
            return sum;
        });
        Convolution convolution = new Convolution(c.taps, c.causal);
        Matrix out = Grid.poisoned(c.tokens, E);
        Matrix back = Grid.poisoned(c.tokens, E);
        Matrix weights = Grid.copy(w);
        for (int s = 0; s < c.taps; s++) {
            weights.block().fill(weights.at(s), E, 1);
        }
        Convolution.Sequence sequence = sequence(c, x);
        for (int from = 0; from < c.tokens; from += 4) {
            int to = Math.min(c.tokens, from + 4);
            convolution.forward(sequence, w, from, to, out);
            convolution.backward(sequence, w, error, from, to, back, weights);
        }
        Grid.assertClose(out, y, 1e-6);
        Grid.assertClose(back, dx, 1e-6);
        Grid.assertClose(weights, dw, 1e-5);
        Grid.assertGapsUntouched(out);
        Grid.assertGapsUntouched(back);
    }

    @ParameterizedTest
    @MethodSource("cases")
    void partsAreTheWhole(Case c) {
        if (!c.causal || c.taps == 1) {
            return;
        }
        Convolution convolution = new Convolution(c.taps, true);
        Matrix x = Grid.normal(1, c.tokens, E, 1);
        Matrix w = Grid.normal(2, c.taps, E, 1);
        Matrix whole = Grid.poisoned(c.tokens, E);
        convolution.forward(sequence(c, x), w, 0, c.tokens, whole);
        Matrix before = null;
        for (int from = 0; from < c.tokens; from += 2) {
            int to = Math.min(c.tokens, from + 2);
            Matrix out = Grid.poisoned(to - from, E);
            Convolution.Sequence all = sequence(c, x);
            Convolution.Sequence part =
                    new Convolution.Sequence(x.rows(from, to), all.mask(), all.maskAt() + from, before);
            convolution.forward(part, w, 0, to - from, out);
            Matrix after = Grid.poisoned(c.taps - 1, E);
            convolution.carry(part, after);
            before = after;
            int first = from;
            Grid.assertClose(out, Grid.values(to - from, E, (t, i) -> whole.get(first + t, i)), 1e-6);
        }
    }

    @Test
    void refuses() {
        assertThatThrownBy(() -> new Convolution(4, false))
                .hasMessage("a convolution must have taps, an odd number unless causal; taps=4, causal=false");
        assertThat(new Convolution(4, true).taps()).isEqualTo(4);
    }
}
