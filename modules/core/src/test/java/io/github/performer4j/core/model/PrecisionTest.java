package io.github.performer4j.core.model;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.github.performer4j.core.Samples;
import io.github.performer4j.core.net.TokenSteps;
import io.github.performer4j.core.state.SequenceState;
import io.github.performer4j.core.task.CausalLanguageModel;
import io.github.performer4j.kernels.CpuKernels;
import io.github.performer4j.kernels.machine.KernelProperties;
import io.github.performer4j.kernels.machine.Precision;
import java.util.Arrays;
import java.util.Map;
import java.util.function.Supplier;
import org.deeplearning4j.nn.graph.ComputationGraph;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.learning.config.Adam;

/** A net whose products are in bfloat16 beside the same one in float32: gradients and what it learns. */
class PrecisionTest {
    /** Of the largest gradient of a parameter: eight products in bfloat16 lie one behind the other, each off by 2⁻⁸ of its terms. */
    private static final double GRADIENTS = 3e-2;

    private static final int V = 37;
    private static final int T = 40;

    @BeforeEach
    void onlyWhereTheProcessorCan() {
        try {
            CpuKernels.require(Precision.BFLOAT16);
        } catch (IllegalArgumentException e) {
            assumeTrue(false, e.getMessage());
        }
    }

    private static <R> R in(String precision, Supplier<R> work) {
        String before = System.setProperty(KernelProperties.PRECISION, precision);
        try {
            return work.get();
        } finally {
            if (before == null) {
                System.clearProperty(KernelProperties.PRECISION);
            } else {
                System.setProperty(KernelProperties.PRECISION, before);
            }
        }
    }

    private static ComputationGraph net() {
        return net(DataType.FLOAT);
    }

    private static ComputationGraph net(DataType type) {
        PerformerConfig config = PerformerConfig.defaults()
                .withVocabulary(V)
                .with("maxTokens", T)
                .with("attention.causal", true)
                .with("attention.heads", 2)
                .with("width", 64)
                .with("layers", 2)
                .with("feedForward.hidden", 96)
                .with("attention.features", 32)
                .with("dropout", 0);
        ComputationGraph net =
                new ComputationGraph(config.graph(new CausalLanguageModel(), new Adam(3e-3), 0, 3, type));
        net.init();
        return net;
    }

    /** The label of a token is the one before it. */
    private static INDArray[] batch(int rows, long seed) {
        INDArray x = Samples.ids(DataType.FLOAT, seed, V, rows, T);
        INDArray y = x.dup();
        for (int b = 0; b < rows; b++) {
            for (int t = 0; t < T; t++) {
                y.putScalar(b, t, t == 0 ? -1 : x.getInt(b, t - 1));
            }
        }
        return new INDArray[] {x, y};
    }

    private static Map<String, INDArray> gradients(int rows) {
        return gradients(net(), rows);
    }

    private static Map<String, INDArray> gradients(ComputationGraph net, int rows) {
        INDArray[] batch = batch(rows, 1);
        DataType type = net.params().dataType();
        net.setInputs(batch[0].castTo(type));
        net.setLabels(batch[1].castTo(type));
        net.computeGradientAndScore();
        Map<String, INDArray> gradients = new java.util.LinkedHashMap<>();
        net.gradient().gradientForVariable().forEach((name, g) -> gradients.put(name, g.dup()));
        return gradients;
    }

    /** 1,280 rows, whose weights are packed, and 520, whose are not; blocks of them end in fewer than 32. */
    @ParameterizedTest
    @ValueSource(ints = {33, 13})
    void gradientsAreThoseOfFloat32WithinRounding(int rows) {
        Map<String, INDArray> exact = in("float32", () -> gradients(rows));
        Map<String, INDArray> rounded = in("bfloat16", () -> gradients(rows));
        assertThat(rounded).containsOnlyKeys(exact.keySet());
        exact.forEach((name, g) -> {
            double largest = g.amaxNumber().doubleValue();
            double difference = rounded.get(name).sub(g).amaxNumber().doubleValue();
            assertThat(difference).as(name).isLessThanOrEqualTo(GRADIENTS * largest + 1e-9);
        });
        INDArray w = exact.get("block-0_W1");
        assertThat(rounded.get("block-0_W1").sub(w).amaxNumber().doubleValue())
                .isGreaterThan(1e-5 * w.amaxNumber().doubleValue());
        Map<String, INDArray> again = in("bfloat16", () -> gradients(rows));
        rounded.forEach((name, g) -> assertThat(again.get(name)).as(name).isEqualTo(g));
    }

    /** As near to float64 as products in float32 are asked to be. */
    @ParameterizedTest
    @ValueSource(ints = {33, 13})
    void gradientsOutOfPartsAreThoseOfFloat64(int rows) {
        Map<String, INDArray> plain = in("float32", () -> gradients(rows));
        Map<String, INDArray> parts = in("bfloat16x3", () -> gradients(rows));
        ComputationGraph reference = net(DataType.DOUBLE);
        reference.setParams(net().params().castTo(DataType.DOUBLE));
        Map<String, INDArray> exact = gradients(reference, rows);
        assertThat(parts).containsOnlyKeys(exact.keySet());
        exact.forEach((name, g) -> {
            double largest = g.amaxNumber().doubleValue();
            INDArray difference = parts.get(name).castTo(DataType.DOUBLE).sub(g);
            assertThat(difference.amaxNumber().doubleValue()).as(name).isLessThanOrEqualTo(1e-4 * largest + 1e-9);
        });
        INDArray other = parts.get("block-0_W1").sub(plain.get("block-0_W1"));
        assertThat(other.amaxNumber().doubleValue()).isPositive(); // equality of arrays has a tolerance
        Map<String, INDArray> again = in("bfloat16x3", () -> gradients(rows));
        parts.forEach((name, g) -> assertThat(again.get(name).data().asFloat())
                .as(name)
                .isEqualTo(g.data().asFloat()));
    }

    @Test
    void aShortTrainingReachesTheLossOfFloat32() {
        double[] exact = in("float32", PrecisionTest::losses);
        double[] rounded = in("bfloat16", PrecisionTest::losses);
        assertThat(exact[1]).isLessThan(0.5 * exact[0]);
        assertThat(rounded[0]).isCloseTo(exact[0], within(1e-2));
        assertThat(rounded[1]).isCloseTo(exact[1], within(0.05 * exact[0])).isNotEqualTo(exact[1]);
        double[] parts = in("bfloat16x3", PrecisionTest::losses);
        assertThat(parts[0]).isCloseTo(exact[0], within(1e-4));
        assertThat(parts[1]).isCloseTo(exact[1], within(0.02 * exact[0])).isNotEqualTo(exact[1]);
    }

    /** Returns the loss of a batch never seen, before and after 60 steps. */
    private static double[] losses() {
        ComputationGraph net = net();
        double first = score(net);
        for (int i = 0; i < 60; i++) {
            INDArray[] batch = batch(26, i);
            net.fit(new INDArray[] {batch[0]}, new INDArray[] {batch[1]});
        }
        return new double[] {first, score(net)};
    }

    private static double score(ComputationGraph net) {
        INDArray[] batch = batch(26, 10_000);
        return net.score(new org.nd4j.linalg.dataset.DataSet(batch[0], batch[1]));
    }

    /** Token by token, blocks multiply by weights that were rounded once, and by nothing else that was. */
    @Test
    void stepsByOneTokenTakeRoundedWeights() {
        double[] stepped = in("bfloat16", () -> steps(net(), 1));
        ComputationGraph rounded = net();
        rounded.paramTable().forEach((name, w) -> {
            if (name.startsWith("block") && w.rank() == 2 && Math.min(w.size(0), w.size(1)) >= 32) {
                round(w);
            }
        });
        double[] expected = in("float32", () -> steps(rounded, 1));
        double[] exact = in("float32", () -> steps(net(), 1));
        double largest = 0;
        for (int v = 0; v < V; v++) {
            assertThat(stepped[v]).isCloseTo(expected[v], within(1e-5));
            largest = Math.max(largest, Math.abs(stepped[v] - exact[v]));
        }
        assertThat(largest).isBetween(1e-5, 1e-2);
        assertThat(in("bfloat16", () -> steps(net(), 1))).isEqualTo(stepped);
    }

    /** Rounded weights are those of a sequence: what the net learns between two is seen. */
    @Test
    void theNextSequenceSeesWhatWasLearntSince() {
        in("bfloat16", () -> {
            ComputationGraph net = net();
            TokenSteps steps = new TokenSteps(net, V);
            double[] before = read(steps, 1);
            net.params().muli(0.5);
            assertThat(read(steps, 1)).isEqualTo(steps(net, 1)).isNotEqualTo(before);
            SequenceState state = SequenceState.empty();
            double[] next = new double[V];
            steps.read(state, new int[] {1, 2}, 0, 1, next);
            steps.read(state, new int[] {1, 2}, 1, 2, next);
            SequenceState other = state.anew();
            net.params().muli(0.5);
            double[] resumed = new double[V];
            steps.read(state.anew(), new int[] {3}, 0, 1, resumed);
            new TokenSteps(net, V).read(other, new int[] {3}, 0, 1, next);
            assertThat(resumed).isEqualTo(next);
            return null;
        });
    }

    private static double[] steps(ComputationGraph net, int part) {
        return read(new TokenSteps(net, V), part);
    }

    /** Returns the probabilities behind 30 tokens that are read in parts. */
    private static double[] read(TokenSteps steps, int part) {
        int[] ids = new int[30];
        Arrays.setAll(ids, t -> (7 * t + t * t) % V);
        double[] next = new double[V];
        SequenceState state = SequenceState.empty();
        for (int t = 0; t < ids.length; t += part) {
            steps.read(state, ids, t, t + part, next);
        }
        return next;
    }

    /** Rounds values to bfloat16, ties to even. */
    private static void round(INDArray w) {
        for (int i = 0; i < w.size(0); i++) {
            for (int j = 0; j < w.size(1); j++) {
                int bits = Float.floatToRawIntBits(w.getFloat(i, j));
                w.putScalar(i, j, Float.intBitsToFloat(bits + 0x7fff + (bits >>> 16 & 1) >>> 16 << 16));
            }
        }
    }
}
