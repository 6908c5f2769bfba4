package io.github.performer4j.core.attention;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.github.performer4j.core.Samples;
import io.github.performer4j.core.TensorAssert;
import io.github.performer4j.core.attention.AttentionCase.Kind;
import io.github.performer4j.core.attention.AttentionCase.Result;
import io.github.performer4j.core.feature.FeatureFunction;
import io.github.performer4j.core.feature.FeatureMap;
import io.github.performer4j.core.feature.GeneralizedFeatures;
import io.github.performer4j.core.feature.PositiveFeatures;
import io.github.performer4j.core.feature.Projection;
import io.github.performer4j.core.feature.TrigonometricFeatures;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.MethodSource;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.indexing.NDArrayIndex;

/** Linear attention equals its quadratic form and a plain oracle; masks, causality, stabilisers and underflow keep their laws. */
class AttentionTest {
    private static final FeatureMap POSITIVE = new PositiveFeatures(1e-2); // an ε large enough to show in the result

    static Stream<Arguments> lengths() {
        List<Arguments> cases = new ArrayList<>();
        for (int tokens : new int[] {1, 2, 7, 63, 64, 65, 100, 128, 130}) {
            cases.add(Arguments.of(tokens, false, 0));
            cases.add(Arguments.of(tokens, true, 0));
            cases.add(Arguments.of(tokens, true, tokens % 2 == 0 ? 5 : 16));
        }
        return cases.stream();
    }

    @ParameterizedTest(name = "T={0}, causal={1}, chunk={2}")
    @MethodSource("lengths")
    void linearEqualsTheOracleAtEveryLength(int tokens, boolean causal, int chunk) {
        for (DataType type : new DataType[] {DataType.DOUBLE, DataType.FLOAT}) {
            for (boolean padded : new boolean[] {false, true}) {
                AttentionCase c = new AttentionCase(type, 3, tokens, 1, 3)
                        .map(POSITIVE, 6)
                        .causal(causal, chunk);
                if (padded) {
                    c.mask(right(tokens), left(tokens), "0".repeat(tokens));
                }
                TensorAssert.assertClose(
                        c.type + " padded=" + padded, c.run(Kind.LINEAR).out(), PlainAttention.linear(c));
            }
        }
    }

    static Stream<Arguments> maps() {
        List<Arguments> cases = new ArrayList<>();
        for (FeatureMap map : List.of(
                POSITIVE,
                new PositiveFeatures(0),
                new TrigonometricFeatures(),
                GeneralizedFeatures.of(FeatureFunction.RELU),
                GeneralizedFeatures.of(FeatureFunction.SQUARED_RELU).withEpsilon(0.1),
                GeneralizedFeatures.of(FeatureFunction.ELU_PLUS_ONE).withProjected(false),
                GeneralizedFeatures.of(FeatureFunction.RELU).withScaling(GeneralizedFeatures.Scaling.FEATURES))) {
            for (int chunk : new int[] {-1, 0, 5}) {
                cases.add(Arguments.of(map, chunk));
            }
        }
        return cases.stream();
    }

    /** Right, left and middle padding, nothing but padding, and none; values, gradients to q, k, v, and the count of underflows. */
    @ParameterizedTest(name = "{0}, chunk={1} (−1: bidirectional)")
    @MethodSource("maps")
    void linearEqualsQuadraticInValuesAndGradients(FeatureMap map, int chunk) {
        int columns =
                map instanceof TrigonometricFeatures ? 60 : 6; // few would leave denominators of either sign near 0
        for (DataType type : new DataType[] {DataType.DOUBLE, DataType.FLOAT}) {
            AttentionCase c = new AttentionCase(type, 5, 13, 0.8, 5)
                    .map(map, columns)
                    .causal(chunk >= 0, Math.max(chunk, 0))
                    .mask("1111111100000", "0000011111111", "1110001011011", "0000000000000", "1111111111111");
            Result linear = c.run(Kind.LINEAR);
            Result quadratic = c.run(Kind.QUADRATIC);
            TensorAssert.assertClose(type + " out", linear.out(), quadratic.out());
            TensorAssert.assertClose(type + " out", linear.out(), PlainAttention.linear(c));
            for (String name : List.of("q", "k", "v")) {
                TensorAssert.assertClose(
                        type + " gradient of " + name,
                        linear.gradients().get(name),
                        quadratic.gradients().get(name));
            }
            assertThat(linear.underflows()).isZero();
            assertThat(quadratic.underflows()).isZero();
        }
    }

    /** Queries of one length, keys of another: linear and exact attention equal the definition, linear its quadratic form in gradients too. */
    @ParameterizedTest(name = "Tq={0}, Tk={1}")
    @CsvSource({"1, 7", "7, 1", "13, 5", "5, 13", "3, 131", "131, 3"})
    void queriesAndKeysOfTwoSequences(int queries, int keys) {
        for (DataType type : new DataType[] {DataType.DOUBLE, DataType.FLOAT}) {
            for (FeatureMap map : List.of(POSITIVE, GeneralizedFeatures.of(FeatureFunction.RELU))) {
                AttentionCase c = new AttentionCase(type, 3, queries, keys, 0.8, 17).map(map, 6);
                for (boolean padded : new boolean[] {false, true}) {
                    if (padded) {
                        c.mask(right(keys), left(keys), "0".repeat(keys));
                    }
                    Result linear = c.run(Kind.LINEAR);
                    Result quadratic = c.run(Kind.QUADRATIC);
                    Result exact = c.run(Kind.EXACT);
                    String what = type + " " + map + " padded=" + padded;
                    TensorAssert.assertClose(what, linear.out(), PlainAttention.linear(c));
                    TensorAssert.assertClose(what, exact.out(), PlainAttention.exact(c));
                    linear.gradients()
                            .forEach((name, g) -> TensorAssert.assertClose(
                                    what + " gradient of " + name,
                                    g,
                                    quadratic.gradients().get(name)));
                    exact.gradients().forEach(TensorAssert::assertFinite);
                }
            }
        }
    }

    @ParameterizedTest
    @CsvSource({"false, false", "false, true", "true, false", "true, true"})
    void exactAttentionEqualsSoftmax(boolean causal, boolean padded) {
        for (DataType type : new DataType[] {DataType.DOUBLE, DataType.FLOAT}) {
            AttentionCase c = new AttentionCase(type, 4, 7, 1.3, 7).causal(causal, 0);
            if (padded) {
                c.mask("1111100", "0011111", "1001011", "0000000");
            }
            Result exact = c.run(Kind.EXACT);
            TensorAssert.assertClose(type + " out", exact.out(), PlainAttention.exact(c));
            exact.gradients().forEach(TensorAssert::assertFinite);
            if (padded) {
                assertRowsZero(c, exact, causal);
            }
        }
    }

    /** Positive features with many columns, averaged over redraws of W, come near softmax attention. */
    @ParameterizedTest
    @CsvSource({"false", "true"})
    void manyFeaturesApproachSoftmax(boolean causal) {
        AttentionCase c = new AttentionCase(DataType.DOUBLE, 2, 7, 0.6, 11)
                .map(new PositiveFeatures(0), 1000)
                .causal(causal, 5);
        double[] exact = PlainAttention.exact(c);
        double[] few = new double[exact.length];
        double[] many = new double[exact.length];
        int redraws = 20;
        for (int i = 0; i < redraws; i++) {
            c.w = Projection.ORTHOGONAL.draw(1000, AttentionCase.D, 100 + i);
            double[] out = TensorAssert.flat(c.run(Kind.LINEAR).out());
            for (int j = 0; j < out.length; j++) {
                few[j] = i == 0 ? out[j] : few[j];
                many[j] += out[j] / redraws;
            }
        }
        assertThat(distance(few, exact)).isLessThan(0.1);
        assertThat(distance(many, exact)).isLessThan(0.03).isLessThan(distance(few, exact));
    }

    /** Even a key of norm 60, last of its chunk, whose exponent sets the maximum of everything after it. */
    @ParameterizedTest
    @CsvSource({"0", "5", "16"})
    void laterTokensChangeNoEarlierOutput(int chunk) {
        for (FeatureMap map :
                List.of(POSITIVE, GeneralizedFeatures.of(FeatureFunction.RELU), new TrigonometricFeatures())) {
            AttentionCase c = new AttentionCase(DataType.DOUBLE, 2, 23, 1, 13)
                    .map(map, 60)
                    .causal(true, chunk);
            INDArray before = c.run(Kind.LINEAR).out();
            int changed = 14; // the last token of the third chunk of 5
            for (int l = 0; l < AttentionCase.D; l++) {
                c.k.putScalar(new int[] {0, changed, l}, 60 / Math.sqrt(AttentionCase.D) * Math.signum(c.w[0][l]));
                c.q.putScalar(new int[] {0, changed, l}, -7);
                c.v.putScalar(new int[] {0, changed, l}, 1e3);
            }
            INDArray after = c.run(Kind.LINEAR).out();
            INDArray difference = after.sub(before);
            assertThat(difference
                            .get(NDArrayIndex.point(0), NDArrayIndex.interval(0, changed), NDArrayIndex.all())
                            .amaxNumber()
                            .doubleValue())
                    .as(map + "")
                    .isLessThan(1e-12);
            assertThat(difference
                            .get(NDArrayIndex.point(0), NDArrayIndex.point(changed), NDArrayIndex.all())
                            .amaxNumber()
                            .doubleValue())
                    .isGreaterThan(1);
            TensorAssert.assertIdentical(
                    "the other example", after.get(NDArrayIndex.point(1)), before.get(NDArrayIndex.point(1)));
        }
    }

    @ParameterizedTest
    @CsvSource({"LINEAR, -1", "LINEAR, 0", "LINEAR, 5", "QUADRATIC, -1", "QUADRATIC, 0", "EXACT, -1", "EXACT, 0"})
    void valuesOfOneGiveOneWhereAKeyIsSeenAndZeroElsewhere(Kind kind, int chunk) {
        for (FeatureMap map :
                List.of(POSITIVE, new PositiveFeatures(0), GeneralizedFeatures.of(FeatureFunction.RELU))) {
            AttentionCase c = new AttentionCase(DataType.FLOAT, 4, 11, 1, 17)
                    .map(map, 6)
                    .causal(chunk >= 0, Math.max(chunk, 0))
                    .mask("11111110000", "00001111111", "01100011010", "00000000000");
            c.v.assign(1);
            Result result = c.run(kind);
            double[] out = TensorAssert.flat(result.out());
            for (int i = 0; i < out.length; i++) {
                assertThat(out[i]).isCloseTo(sees(c, i / AttentionCase.D, chunk >= 0) ? 1 : 0, within(1e-6));
            }
            assertRowsZero(c, result, chunk >= 0);
        }
    }

    /** Norms so large that all products underflow: the mean of the visible values, nothing to q and k, and a count. */
    @ParameterizedTest
    @CsvSource({"-1", "0", "5"})
    void underflowedDenominatorsGiveTheMeanOfTheVisibleValues(int chunk) {
        boolean causal = chunk >= 0;
        AttentionCase c = new AttentionCase(DataType.FLOAT, 1, 11, 1, 19)
                .map(new PositiveFeatures(0), 2)
                .causal(causal, Math.max(chunk, 0))
                .mask("11111110111");
        c.w = new double[][] {{1, 0, 0, 0, 0}, {-1, 0, 0, 0, 0}};
        c.q.assign(0)
                .get(NDArrayIndex.all(), NDArrayIndex.all(), NDArrayIndex.point(0))
                .assign(300);
        c.k.assign(0)
                .get(NDArrayIndex.all(), NDArrayIndex.all(), NDArrayIndex.point(0))
                .assign(-300);
        Result result = c.run(Kind.LINEAR);
        assertThat(result.underflows()).isEqualTo(11);
        double[] v = TensorAssert.flat(c.v);
        double[] expected = new double[v.length];
        for (int t = 0; t < 11; t++) {
            int seen = 0;
            for (int j = 0; j <= (causal ? t : 10); j++) {
                seen += j == 7 ? 0 : 1;
            }
            for (int j = 0; j <= (causal ? t : 10); j++) {
                for (int l = 0; j != 7 && l < AttentionCase.D; l++) {
                    expected[t * AttentionCase.D + l] += v[j * AttentionCase.D + l] / seen;
                }
            }
        }
        TensorAssert.assertClose("mean", result.out(), expected);
        assertThat(result.gradients().get("q").amaxNumber().doubleValue()).isZero();
        assertThat(result.gradients().get("k").amaxNumber().doubleValue()).isZero();
        assertThat(result.gradients().get("v").amaxNumber().doubleValue()).isPositive();
    }

    @ParameterizedTest
    @EnumSource(Kind.class)
    void examplesDoNotTouchEachOther(Kind kind) {
        for (FeatureMap map :
                List.of(POSITIVE, new TrigonometricFeatures(), GeneralizedFeatures.of(FeatureFunction.RELU))) {
            for (boolean causal : new boolean[] {false, true}) {
                AttentionCase c = new AttentionCase(DataType.FLOAT, 2, 13, 1, 23)
                        .map(map, 60)
                        .causal(causal, 5);
                Result before = c.run(kind);
                c.q.get(NDArrayIndex.point(1)).muli(9);
                c.k.get(NDArrayIndex.point(1)).muli(-11);
                c.v.get(NDArrayIndex.point(1)).addi(5);
                Result after = c.run(kind);
                TensorAssert.assertIdentical(
                        "example 1",
                        after.out().get(NDArrayIndex.point(0)),
                        before.out().get(NDArrayIndex.point(0)));
                for (String name : List.of("q", "k", "v")) {
                    TensorAssert.assertIdentical(
                            "gradient of example 1",
                            after.gradients().get(name).get(NDArrayIndex.point(0)),
                            before.gradients().get(name).get(NDArrayIndex.point(0)));
                }
            }
        }
    }

    @ParameterizedTest
    @EnumSource(Kind.class)
    void normsUpToSixtyStayFinite(Kind kind) {
        for (FeatureMap map : List.of(
                new PositiveFeatures(0),
                PositiveFeatures.defaults(),
                new TrigonometricFeatures(),
                GeneralizedFeatures.of(FeatureFunction.RELU),
                GeneralizedFeatures.of(FeatureFunction.SQUARED_RELU),
                GeneralizedFeatures.of(FeatureFunction.ELU_PLUS_ONE))) {
            for (double norm : new double[] {5, 20, 60}) {
                for (boolean causal : new boolean[] {false, true}) {
                    AttentionCase c = new AttentionCase(DataType.FLOAT, 3, 13, norm / Math.sqrt(AttentionCase.D), 29)
                            .map(map, 8)
                            .causal(causal, 5)
                            .mask("1111111100000", "0001101111111", "0000000000000");
                    Result result = c.run(kind);
                    TensorAssert.assertFinite(map + " out, norm " + norm, result.out());
                    result.gradients().forEach((name, g) -> TensorAssert.assertFinite(map + " gradient of " + name, g));
                }
            }
        }
    }

    @Test
    void runningMaximumIsTheMaximumSoFar() {
        for (int tokens : new int[] {1, 2, 3, 7, 8, 9, 130}) {
            INDArray x = Samples.gaussian(DataType.DOUBLE, tokens, 1, 2, tokens, 1);
            org.nd4j.autodiff.samediff.SameDiff sd = org.nd4j.autodiff.samediff.SameDiff.create();
            String out = CausalLinearAttention.runningMaximum(sd, sd.constant(x), 2, tokens, DataType.DOUBLE)
                    .name();
            double[] actual = TensorAssert.flat(
                    tokens == 1 ? x : sd.output(java.util.Map.of(), out).get(out));
            double[] flat = TensorAssert.flat(x);
            double top = 0;
            for (int i = 0; i < flat.length; i++) {
                top = i % tokens == 0 ? flat[i] : Math.max(top, flat[i]);
                assertThat(actual[i]).isEqualTo(top);
            }
        }
    }

    private static void assertRowsZero(AttentionCase c, Result result, boolean causal) {
        double[] out = TensorAssert.flat(result.out());
        double[] q = TensorAssert.flat(result.gradients().get("q"));
        for (int i = 0; i < out.length; i++) {
            if (!sees(c, i / AttentionCase.D, causal)) {
                assertThat(out[i]).isZero();
                assertThat(q[i]).isZero();
            }
        }
        double[] mask = TensorAssert.flat(c.mask);
        for (int i = 0; i < out.length; i++) {
            if (mask[i / AttentionCase.D] == 0) {
                assertThat(TensorAssert.flat(result.gradients().get("k"))[i]).isZero();
                assertThat(TensorAssert.flat(result.gradients().get("v"))[i]).isZero();
            }
        }
    }

    private static boolean sees(AttentionCase c, int row, boolean causal) {
        double[] mask = TensorAssert.flat(c.mask);
        int from = row / c.tokens * c.tokens;
        for (int j = from; j <= (causal ? row : from + c.tokens - 1); j++) {
            if (mask[j] > 0.5) {
                return true;
            }
        }
        return false;
    }

    private static double distance(double[] a, double[] b) {
        double sum = 0;
        for (int i = 0; i < a.length; i++) {
            sum += (a[i] - b[i]) * (a[i] - b[i]) / a.length;
        }
        return Math.sqrt(sum);
    }

    private static String right(int tokens) {
        int real = tokens - tokens / 3;
        return "1".repeat(real) + "0".repeat(tokens - real);
    }

    private static String left(int tokens) {
        return new StringBuilder(right(tokens)).reverse().toString();
    }
}
