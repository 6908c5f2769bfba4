package io.github.performer4j.studies;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import io.github.performer4j.core.feature.FeatureMap;
import io.github.performer4j.core.feature.Projection;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class EstimateStudyTest {
    private static final int DRAWS = 20_000;

    private static Estimate measure(String map, Projection projection, int features, double norm, double angle) {
        Setting setting = Setting.of(map, projection, 5, features);
        return EstimateStudy.measure(setting, List.of(Head.onSphere(5, norm, angle, 3)), DRAWS, 11)
                .get(0);
    }

    /** |x + y|² is at most ½, so that 20,000 draws of M rows bring a mean square to some per cent; 10% are five standard deviations and more. */
    @ParameterizedTest
    @CsvSource({
        "positive, IID, 7",
        "positive, ORTHOGONAL, 7",
        "positive, SIMPLEX, 7",
        "positive, SIMPLEX, 5",
        "hyperbolic, IID, 14",
        "hyperbolic, ORTHOGONAL, 14",
        "hyperbolic, SIMPLEX, 14",
        "trigonometric, IID, 14",
        "trigonometric, ORTHOGONAL, 14",
        "trigonometric, SIMPLEX, 14",
        "gerf, IID, 7",
        "gerf, ORTHOGONAL, 7",
        "gerf, SIMPLEX, 7",
        "gerf:-0.2, IID, 7",
        "gerf:-0.2, SIMPLEX, 7",
        "oprf, IID, 7",
        "oprf, ORTHOGONAL, 7",
        "saderf, IID, 7",
        "saderf, SIMPLEX, 7",
        "sderf, IID, 7",
        "aderf, IID, 7",
        "aderf, ORTHOGONAL, 7"
    })
    void errorsAreTheirClosedFormsAndBiasIsNone(String map, Projection projection, int features) {
        Estimate estimate = measure(map, projection, features, 0.5, 100);
        assertThat(estimate.closedFormMse()).isNotNull();
        assertThat(estimate.mse() / estimate.closedFormMse()).isCloseTo(1, within(0.1));
        assertThat(estimate.biasInErrors()).isLessThan(4);
        assertThat(estimate.biasStandardError())
                .isCloseTo(Math.sqrt(estimate.mse() / DRAWS), within(0.01 * estimate.biasStandardError()));
        assertThat(estimate.relativeError() * Math.exp(0.25 * Math.cos(Math.toRadians(100))))
                .isCloseTo(Math.sqrt(estimate.mse()), within(1e-9));
    }

    @Test
    void twoRowsHaveTheMomentsThatDrawsHave() {
        int d = 3;
        double[] z = {0.7, 0, 0};
        for (CoupledRows coupling : CoupledRows.values()) {
            double sum = 0;
            double difference = 0;
            double cosines = 0;
            int draws = 100_000;
            for (int i = 0; i < draws; i++) {
                double[][] w = Projection.valueOf(coupling.name()).draw(2, d, i);
                sum += Math.exp(Head.dot(w[0], z) + Head.dot(w[1], z)) / draws;
                difference += Math.exp(Head.dot(w[0], z) - Head.dot(w[1], z)) / draws;
                cosines += Math.cos(Head.dot(w[0], z) + Head.dot(w[1], z)) / draws;
            }
            // standard deviations are about 1.7, 2.2 and 0.6
            assertThat(sum).isCloseTo(coupling.moment(d, 0.49, 1), within(0.03));
            assertThat(difference).isCloseTo(coupling.moment(d, 0.49, -1), within(0.03));
            assertThat(cosines).isCloseTo(coupling.moment(d, -0.49, 1), within(0.01));
        }
    }

    @Test
    void couplingsAreOrderedAsPapersProve() {
        double[] forms = new double[3];
        Projection[] projections = {Projection.SIMPLEX, Projection.ORTHOGONAL, Projection.IID};
        for (int i = 0; i < 3; i++) {
            forms[i] = ClosedForms.mse(Setting.of("positive", projections[i], 16, 16), Head.onSphere(16, 1, 60, 1));
        }
        assertThat(forms[0]).isLessThan(forms[1]);
        assertThat(forms[1]).isLessThan(forms[2]);
    }

    @Test
    void exactWhereTheoryIs() {
        assertThat(measure("positive", Projection.ORTHOGONAL, 7, 1, 180).relativeError())
                .isLessThan(1e-12);
        assertThat(measure("positive", Projection.ORTHOGONAL, 7, 1, 180).closedFormMse())
                .isZero();
        assertThat(measure("trigonometric", Projection.IID, 8, 1, 0).relativeError())
                .isLessThan(1e-12);
    }

    @Test
    void regularizedRowsEstimateAnotherKernel() {
        Estimate estimate = measure("positive", Projection.ORTHOGONAL_REGULARIZED, 5, 1, 0);
        assertThat(estimate.biasInErrors()).isGreaterThan(10);
        assertThat(estimate.closedFormMse()).isNull();
    }

    @Test
    void equalArgumentsGiveEqualFigures() {
        assertThat(measure("hybrid", Projection.ORTHOGONAL, 16, 1, 45))
                .isEqualTo(measure("hybrid", Projection.ORTHOGONAL, 16, 1, 45));
    }

    @Test
    void headsOnSpheresHaveTheirNormAndAngle() {
        Head head = Head.onSphere(7, 1.3, 75, 5);
        assertThat(head.norm()).isCloseTo(1.3, within(1e-12));
        assertThat(head.angle()).isCloseTo(75, within(1e-9));
        for (double[] key : head.keys()) {
            assertThat(Head.dot(key, key)).isCloseTo(1.69, within(1e-12));
        }
        assertThat(head.queries()).hasDimensions(Head.COMPANY, 7);
    }

    @Test
    void allNamesEstimateSoftmaxWithoutEpsilon() {
        assertThat(SoftmaxMaps.names()).contains("positive", "oprf", "hybrid").doesNotContain("relu");
        for (String name : SoftmaxMaps.names()) {
            FeatureMap map = SoftmaxMaps.named(name);
            assertThat(map.estimatesSoftmax()).as(name).isTrue();
            assertThat(map.epsilon()).as(name).isZero();
        }
    }

    @Test
    void wrongSettingsAreRefused() {
        assertThatThrownBy(() -> Setting.of("relu", Projection.IID, 4, 4))
                .hasMessageStartingWith("maps must estimate the softmax kernel; name=relu, known=positive, ");
        assertThatThrownBy(() -> Setting.of("hyperbolic", Projection.IID, 4, 5))
                .hasMessageContaining("features must be even; features=5");
        assertThatThrownBy(() -> Setting.of("positive", Projection.HADAMARD, 6, 4))
                .isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> Setting.of("positive", Projection.IID, 1, 4))
                .hasMessage("head size must be at least 2; head_size=1");
        assertThatThrownBy(() -> EstimateStudy.checkDraws(-1)).hasMessage("draws must be at least 2; draws=-1");
    }
}
