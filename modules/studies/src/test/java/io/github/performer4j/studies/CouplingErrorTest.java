package io.github.performer4j.studies;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.performer4j.core.feature.Coupling;
import io.github.performer4j.core.feature.Projection;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * What {@link Coupling} says of maps and projections, measured: D = 10, M = 20, norm 0.7, angle 0.9 in radians. "Not
 * worse" allows three standard errors of the
 * difference, "worse" asks for three.
 */
class CouplingErrorTest {
    private static final int DRAWS = 2_500;
    private static final double ERRORS = 3;
    /** Maps whose rows' coupling is most of their error, so that few draws show it. */
    private static final Set<String> HELPED =
            Set.of("positive", "hyperbolic", "trigonometric", "gerf", "oprf", "saderf", "sderf", "aderf");

    private static Estimate measure(String map, Projection projection, int size, int features) {
        return measure(map, projection, size, features, DRAWS);
    }

    private static Estimate measure(String map, Projection projection, int size, int features, int draws) {
        return EstimateStudy.measure(
                        Setting.of(map, projection, size, features),
                        List.of(Head.onSphere(size, 0.7, Math.toDegrees(0.9), 1)),
                        draws,
                        1)
                .get(0);
    }

    private static double bound(Estimate a, Estimate b) {
        return ERRORS * Math.hypot(a.mseStandardError(), b.mseStandardError());
    }

    private static Projection own(String map) {
        return SoftmaxMaps.named(map).coupling().own();
    }

    static List<String> maps() {
        return SoftmaxMaps.names();
    }

    @ParameterizedTest
    @MethodSource("maps")
    void theMapsOwnProjectionIsNotWorseThanIndependentRows(String map) {
        Estimate own = measure(map, own(map), 10, 20);
        Estimate independent = measure(map, Projection.IID, 10, 20);
        assertThat(own.mse()).isLessThanOrEqualTo(independent.mse() + bound(own, independent));
        if (HELPED.contains(map)) {
            assertThat(own.mse()).isLessThan(independent.mse() - bound(own, independent));
        }
        assertThat(own.tailMissed()).as("biased").isFalse();
    }

    @ParameterizedTest
    @CsvSource({
        "hyperbolic, SIMPLEX_PLUS, 10",
        "trigonometric, SIMPLEX, 10",
        "trigonometric, SIMPLEX_PLUS, 10",
        "oprf, SIMPLEX_PLUS, 3",
        "saderf, SIMPLEX_PLUS, 3",
        "sderf, SIMPLEX_PLUS, 3",
        "aderf, SIMPLEX_PLUS, 3"
    })
    void whatHarmsIsWorseThanTheMapsOwn(String map, Projection projection, int size) {
        int draws = map.equals("hyperbolic") ? 16 * DRAWS : DRAWS; // heavy tails
        Estimate own = measure(map, own(map), size, 2 * size, draws);
        Estimate harmed = measure(map, projection, size, 2 * size, draws);
        assertThat(SoftmaxMaps.named(map).coupling().harmedBy(projection)).isTrue();
        assertThat(harmed.mse()).isGreaterThan(own.mse() + bound(own, harmed));
    }

    /**
     * Heavy tails make few draws say anything: 500 of them gave a simplex six times the error of independent rows, or a
     * tenth of it.
     */
    @ParameterizedTest
    @ValueSource(strings = {"hybrid", "hybrid-gaussian"})
    void aSimplexDoesNotHarmHybridMaps(String map) {
        Estimate simplex = measure(map, Projection.SIMPLEX, 10, 20, 8 * DRAWS);
        Estimate independent = measure(map, Projection.IID, 10, 20, 8 * DRAWS);
        assertThat(simplex.mse()).isLessThanOrEqualTo(independent.mse() + bound(simplex, independent));
        assertThat(SoftmaxMaps.named(map).coupling().harmedBy(Projection.SIMPLEX))
                .isFalse();
    }

    /** By closed forms: worse than orthogonal rows, and in few dimensions than independent ones, even. */
    @ParameterizedTest
    @CsvSource({
        "hyperbolic, 2",
        "hyperbolic, 10",
        "hyperbolic, 32",
        "trigonometric, 2",
        "trigonometric, 10",
        "trigonometric, 32"
    })
    void aSimplexHarmsMapsThatAreEven(String map, int size) {
        double simplex = measure(map, Projection.SIMPLEX, size, 2 * size, 2).closedFormMse();
        double orthogonal =
                measure(map, Projection.ORTHOGONAL, size, 2 * size, 2).closedFormMse();
        double independent = measure(map, Projection.IID, size, 2 * size, 2).closedFormMse();
        assertThat(orthogonal).isLessThan(simplex).isLessThan(independent);
        if (size == 2) {
            assertThat(simplex).isGreaterThan(independent);
        }
        assertThat(SoftmaxMaps.named(map).coupling().harmedBy(Projection.SIMPLEX))
                .isTrue();
    }

    @ParameterizedTest
    @CsvSource({"positive, 2", "positive, 10", "positive, 64", "gerf, 10", "oprf, 10", "saderf, 10"})
    void aSimplexHelpsMapsThatAreExponential(String map, int size) {
        double simplex = measure(map, Projection.SIMPLEX, size, 2 * size, 2).closedFormMse();
        double orthogonal =
                measure(map, Projection.ORTHOGONAL, size, 2 * size, 2).closedFormMse();
        assertThat(simplex).isLessThan(orthogonal);
        assertThat(SoftmaxMaps.named(map).coupling().own()).isEqualTo(Projection.SIMPLEX);
    }

    @ParameterizedTest
    @ValueSource(strings = {"poisson", "geometric"})
    void countsHaveNoRowsToCouple(String map) {
        for (Projection projection : List.of(Projection.ORTHOGONAL, Projection.SIMPLEX)) {
            assertThat(measure(map, projection, 10, 20)).isEqualTo(measure(map, Projection.IID, 10, 20));
        }
        assertThat(SoftmaxMaps.named(map).coupling()).isEqualTo(Coupling.NONE);
    }
}
