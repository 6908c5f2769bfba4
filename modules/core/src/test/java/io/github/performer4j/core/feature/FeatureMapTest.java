package io.github.performer4j.core.feature;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import io.github.performer4j.core.Samples;
import io.github.performer4j.core.TensorAssert;
import java.util.Arrays;
import java.util.HashMap;
import java.util.Map;
import java.util.function.DoubleBinaryOperator;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.MethodSource;
import org.nd4j.autodiff.samediff.SDVariable;
import org.nd4j.autodiff.samediff.SameDiff;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;

/** Feature maps against closed forms of their kernels, and their SameDiff definition against their plain one. */
class FeatureMapTest {
    private static final int D = 5;
    private static final int M = 8;
    private static final int N = 20_000;
    private static final double[] X = {0.3, -0.5, 0.2, 0.1, 0.4};
    private static final double[] Y = {-0.1, 0.25, 0.5, -0.3, 0.35};
    private static final double SM = Math.exp(Rows.dot(X, Y));
    private static final double SUM = squaredNorm(1);
    private static final double DIFFERENCE = squaredNorm(-1);

    static Stream<FeatureMap> all() {
        Stream<FeatureMap> functions = Arrays.stream(FeatureFunction.values()).map(GeneralizedFeatures::of);
        Stream<FeatureMap> others = Stream.of(
                PositiveFeatures.defaults(),
                new PositiveFeatures(0),
                new HyperbolicFeatures(0.01),
                new TrigonometricFeatures(),
                GeneralizedFeatures.of(FeatureFunction.ELU_PLUS_ONE)
                        .withProjected(false)
                        .withEpsilon(0.25));
        return Stream.concat(functions, others);
    }

    /** Spread wide: some entries are beyond the range where softplus, erf and the logistic function saturate. */
    @ParameterizedTest
    @MethodSource("all")
    void definitionInSameDiffEqualsPlainDefinition(FeatureMap map) {
        INDArray x = Samples.gaussian(DataType.DOUBLE, 3, 1.5, 2, 13, D);
        double[][] w = Projection.IID.draw(Math.max(map.draws(M), 1), D, 7);
        SameDiff sd = SameDiff.create();
        SDVariable in = sd.placeHolder("x", DataType.DOUBLE, 2, 13, D);
        SDVariable wx = map.draws(M) == 0
                ? null
                : sd.mmul(in.reshape(26, D), sd.constant(Nd4j.create(w)), false, true, false)
                        .reshape(2, 13, map.draws(M));
        Features f = map.define(sd, in, wx);
        SDVariable phi = f.values() == null ? sd.math().exp(f.log()) : f.values();
        phi = f.rowLog() == null ? phi : phi.mul(sd.math().exp(f.rowLog()));
        phi = phi.add(map.epsilon());
        INDArray actual = sd.output(Map.of("x", x), phi.name()).get(phi.name());
        assertThat(actual.size(2)).isEqualTo(map.columns(M, D));
        double factor = map instanceof PositiveFeatures || map instanceof HyperbolicFeatures
                ? Math.sqrt(M)
                : map instanceof TrigonometricFeatures ? Math.sqrt(M / 2.0) : 1;
        double[] expected = new double[Math.toIntExact(actual.length())];
        int columns = map.columns(M, D);
        for (int row = 0; row < 26; row++) {
            double[] rowX = x.reshape(26, D).getRow(row).toDoubleVector();
            double[] plain = map.apply(rowX, w);
            for (int i = 0; i < columns; i++) {
                expected[row * columns + i] = plain[i] * factor;
            }
        }
        TensorAssert.assertClose("features", actual, expected);
    }

    /** Mean of φ(x)·φ(y) over N draws within 4 standard errors of exp(x·y), and its variance near the closed form. */
    @ParameterizedTest
    @CsvSource({
        "positive, IID, 8",
        "positive, ORTHOGONAL, 8",
        "positive, ORTHOGONAL, 5",
        "trigonometric, IID, 8",
        "trigonometric, ORTHOGONAL, 8",
        "trigonometric, ORTHOGONAL, 10"
    })
    void estimatesOfTheSoftmaxKernelAreUnbiased(String name, Projection projection, int columns) {
        FeatureMap map = name.equals("positive") ? new PositiveFeatures(0) : new TrigonometricFeatures();
        double[] moments = estimate(map, projection, columns, X, Y);
        double closedForm = name.equals("positive")
                ? Math.exp(SUM) * SM * SM * (1 - Math.exp(-SUM)) / columns
                : Math.exp(SUM) / (SM * SM) * Math.pow(1 - Math.exp(-DIFFERENCE), 2) / columns;
        assertThat(moments[0]).isCloseTo(SM, within(4 * Math.sqrt(moments[1] / N)));
        if (projection == Projection.IID) {
            assertThat(moments[1] / closedForm).isCloseTo(1, within(0.1)); // N draws give the variance to about 3 %
        } else {
            assertThat(moments[1]).isLessThan(0.95 * closedForm);
        }
    }

    @Test
    void trigonometricFeaturesAreExactForEqualRows() {
        for (int seed = 0; seed < 10; seed++) {
            double[] phi = new TrigonometricFeatures().apply(X, Projection.IID.draw(3, D, seed));
            assertThat(Rows.dot(phi, phi)).isCloseTo(Math.exp(Rows.dot(X, X)), within(1e-13));
        }
    }

    /** E[f(w·x) f(w·y)] for w ~ N(0, I): closed forms where they are known, quadrature elsewhere. */
    @ParameterizedTest
    @EnumSource(FeatureFunction.class)
    void generalisedMapsEstimateTheirKernels(FeatureFunction f) {
        double xx = Rows.dot(X, X);
        double yy = Rows.dot(Y, Y);
        double xy = Rows.dot(X, Y);
        double theta = Math.acos(xy / Math.sqrt(xx * yy));
        double root = Math.sqrt(xx * yy);
        Map<FeatureFunction, Double> closed = new HashMap<>();
        closed.put(
                FeatureFunction.RELU, root / (2 * Math.PI) * (Math.sin(theta) + (Math.PI - theta) * Math.cos(theta)));
        closed.put(
                FeatureFunction.SQUARED_RELU,
                root
                        * root
                        / (2 * Math.PI)
                        * (3 * Math.sin(theta) * Math.cos(theta)
                                + (Math.PI - theta) * (1 + 2 * Math.pow(Math.cos(theta), 2))));
        closed.put(
                FeatureFunction.ABS, 2 * root / Math.PI * (Math.sin(theta) + (Math.PI / 2 - theta) * Math.cos(theta)));
        closed.put(FeatureFunction.SQUARE, xx * yy + 2 * xy * xy);
        closed.put(FeatureFunction.IDENTITY, xy);
        closed.put(FeatureFunction.COS, (Math.exp(-SUM / 2) + Math.exp(-DIFFERENCE / 2)) / 2);
        closed.put(FeatureFunction.SIN, (Math.exp(-DIFFERENCE / 2) - Math.exp(-SUM / 2)) / 2);
        closed.put(FeatureFunction.EXP, Math.exp(SUM / 2));
        double quadrature = quadrature((u, v) -> f.apply(u) * f.apply(v), xx, yy, xy);
        double kernel = closed.getOrDefault(f, quadrature);
        assertThat(quadrature).as("quadrature").isCloseTo(kernel, within(2e-5));
        for (Projection projection : new Projection[] {Projection.IID, Projection.ORTHOGONAL}) {
            double[] moments = estimate(GeneralizedFeatures.of(f).withEpsilon(0), projection, M, X, Y);
            assertThat(moments[0] / M)
                    .as(f + " " + projection)
                    .isCloseTo(kernel, within(4 * Math.sqrt(moments[1] / N) / M));
        }
    }

    @Test
    void epsilonIsAddedToEveryFeature() {
        double[][] w = Projection.IID.draw(M, D, 1);
        double[] without = new PositiveFeatures(0).apply(X, w);
        double[] with = new PositiveFeatures(0.5).apply(X, w);
        double[] relu =
                GeneralizedFeatures.of(FeatureFunction.RELU).withEpsilon(0.5).apply(X, w);
        for (int i = 0; i < M; i++) {
            assertThat(with[i] - without[i]).isCloseTo(0.5 / Math.sqrt(M), within(1e-15));
            assertThat(relu[i]).isGreaterThanOrEqualTo(0.5);
        }
        assertThat(PositiveFeatures.defaults().epsilon()).isEqualTo(1e-6);
        assertThat(GeneralizedFeatures.of(FeatureFunction.RELU).epsilon()).isEqualTo(1e-3);
    }

    @Test
    void scalingsAreThoseTheyAreNamedAfter() {
        GeneralizedFeatures relu = GeneralizedFeatures.of(FeatureFunction.RELU);
        assertThat(relu.inputScale(16, 64)).isEqualTo(0.5);
        assertThat(relu.withScaling(GeneralizedFeatures.Scaling.FEATURES).inputScale(16, 64))
                .isEqualTo(0.125);
        assertThat(relu.withScaling(GeneralizedFeatures.Scaling.NONE).inputScale(16, 64))
                .isEqualTo(1);
        assertThat(new TrigonometricFeatures().inputScale(81, 2)).isCloseTo(1 / 3.0, within(1e-15));
    }

    @Test
    void mapsAreFoundByName() {
        assertThat(FeatureMap.named("Positive")).isEqualTo(PositiveFeatures.defaults());
        assertThat(FeatureMap.named("TRIGONOMETRIC")).isEqualTo(new TrigonometricFeatures());
        assertThat(FeatureMap.named("elu-plus-one")).isEqualTo(GeneralizedFeatures.of(FeatureFunction.ELU_PLUS_ONE));
        for (FeatureFunction f : FeatureFunction.values()) {
            assertThat(FeatureMap.named(f.name().toLowerCase(java.util.Locale.ROOT)))
                    .isEqualTo(GeneralizedFeatures.of(f));
        }
        assertThat(FeatureMap.named("gerf:-0.25")).isEqualTo(GerfFeatures.of(-0.25));
        assertThatThrownBy(() -> FeatureMap.named("gerf:x"))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage("A must be a number below 1/8; name=gerf:x");
        assertThatThrownBy(() -> FeatureMap.named("gerf:0.2")).hasMessage("A must be finite and below 1/8; A=0.2");
        assertThatThrownBy(() -> FeatureMap.named("performer"))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageStartingWith(
                        "unknown feature map; name=performer, known=positive, hyperbolic, trigonometric, hybrid, hybrid-gaussian, hybrid-clustered, gerf, oprf, ");
    }

    @Test
    void wrongSettingsAreRefusedByRuleAndValue() {
        assertThatThrownBy(() -> new PositiveFeatures(-1e-9))
                .hasMessage("epsilon must not be negative; epsilon=-1.0E-9");
        assertThatThrownBy(() -> new PositiveFeatures(Double.NaN))
                .hasMessage("epsilon must not be negative; epsilon=NaN");
        assertThatThrownBy(() -> GeneralizedFeatures.of(FeatureFunction.RELU).withEpsilon(-1))
                .hasMessage("epsilon must not be negative; epsilon=-1.0");
        assertThatThrownBy(() -> GeneralizedFeatures.of(null))
                .hasMessageStartingWith("function and scaling must be given");
        assertThatThrownBy(() -> new TrigonometricFeatures().draws(7))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageEndingWith("features must be even; features=7");
        assertThatThrownBy(() -> new Features(null, null, null))
                .hasMessage("features need log or values; both are null");
    }

    /** Abramowitz and Stegun, table 7.1, and Wolfram's value at 3.5; 3 is where the two expansions meet. */
    @ParameterizedTest
    @CsvSource({
        "0.5, 0.5204998778130465",
        "1, 0.8427007929497149",
        "2, 0.9953222650189527",
        "3, 0.9999779095030014",
        "3.5, 0.9999992569016276"
    })
    void errorFunctionEqualsTheTable(double z, double erf) {
        assertThat(ErrorFunction.erf(z)).isCloseTo(erf, within(2e-15));
        assertThat(ErrorFunction.erf(-z)).isEqualTo(-ErrorFunction.erf(z));
    }

    /** Returns mean and variance of φ(x)·φ(y) over N draws. */
    private static double[] estimate(FeatureMap map, Projection projection, int columns, double[] x, double[] y) {
        double sum = 0;
        double squares = 0;
        for (int seed = 0; seed < N; seed++) {
            double[][] w = projection.draw(map.draws(columns), D, seed);
            double k = Rows.dot(map.apply(x, w), map.apply(y, w));
            sum += k;
            squares += k * k;
        }
        double mean = sum / N;
        return new double[] {mean, squares / N - mean * mean};
    }

    /** E g(u, v) for normal u, v with the given covariance: the trapezoidal rule on the independent pair behind them. */
    private static double quadrature(DoubleBinaryOperator g, double uu, double vv, double uv) {
        double step = 0.02;
        double slope = uv / Math.sqrt(uu);
        double rest = Math.sqrt(vv - slope * slope);
        double sum = 0;
        for (double a = -9; a <= 9; a += step) {
            for (double b = -9; b <= 9; b += step) {
                sum += g.applyAsDouble(Math.sqrt(uu) * a, slope * a + rest * b) * Math.exp(-(a * a + b * b) / 2);
            }
        }
        return sum * step * step / (2 * Math.PI);
    }

    private static double squaredNorm(int sign) {
        double sum = 0;
        for (int i = 0; i < D; i++) {
            sum += Math.pow(X[i] + sign * Y[i], 2);
        }
        return sum;
    }
}
