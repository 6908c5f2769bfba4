package io.github.performer4j.core.attention;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.performer4j.core.attention.AttentionOptions.Kind;
import io.github.performer4j.core.feature.FeatureMap;
import io.github.performer4j.core.feature.FeatureMaps;
import io.github.performer4j.core.feature.Projection;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** The choice between exact and linear attention. */
class AttentionOptionsTest {
    private static final int WIDTH = 35;
    private static final AttentionOptions AUTO =
            AttentionOptions.defaults().withHeads(5).withFeatures(22).withKind(Kind.AUTO);

    @Test
    void shortSequencesAreAttendedExactly() {
        for (AttentionOptions o : new AttentionOptions[] {AUTO, AUTO.withCausal(true)}) {
            int crossover = o.crossover(WIDTH);
            assertThat(crossover).isPositive();
            assertThat(o.kindFor(WIDTH, 1)).isEqualTo(Kind.EXACT);
            assertThat(o.kindFor(WIDTH, crossover)).isEqualTo(Kind.EXACT);
            assertThat(o.kindFor(WIDTH, crossover + 1L)).isEqualTo(Kind.LINEAR);
            assertThat(o.kindFor(WIDTH, crossover / 2, 2L * crossover)).isEqualTo(Kind.EXACT); // harmonic mean 0.8
            assertThat(o.kindFor(WIDTH, crossover, 2L * crossover)).isEqualTo(Kind.LINEAR); // 4/3
            assertThat(o.withFeatures(44).crossover(WIDTH)).isGreaterThan(crossover);
        }
        assertThat(AUTO.withCausal(true).crossover(WIDTH)).isGreaterThanOrEqualTo(AUTO.crossover(WIDTH));
    }

    /** Exact attention is another function than ReLU features approximate. */
    @Test
    void mapsThatDoNotEstimateSoftmaxStayLinear() {
        assertThat(AUTO.withFeatureMap(FeatureMap.named("relu")).kindFor(WIDTH, 1))
                .isEqualTo(Kind.LINEAR);
        assertThat(AUTO.withFeatureMap(FeatureMap.named("trigonometric")).kindFor(WIDTH, 1))
                .isEqualTo(Kind.EXACT);
    }

    /** Who names no projection gets that of the map, whichever map it will be; a named one stays, and so does that of a layer. */
    @Test
    void aMapBringsItsProjectionUnlessOneIsNamed() {
        AttentionOptions options = AttentionOptions.defaults();
        assertThat(options.projection()).isEqualTo(Projection.SIMPLEX);
        assertThat(options.withFeatureMap(FeatureMap.named("hyperbolic")).projection())
                .isEqualTo(Projection.ORTHOGONAL);
        assertThat(options.withProjection(Projection.GIVENS)
                        .withFeatureMap(FeatureMap.named("hyperbolic"))
                        .projection())
                .isEqualTo(Projection.GIVENS);
        assertThat(options.pinned()
                        .withFeatureMap(FeatureMap.named("hyperbolic"))
                        .projection())
                .isEqualTo(Projection.SIMPLEX);
        for (String name : FeatureMaps.names()) {
            assertThat(options.withFeatureMap(FeatureMap.named(name)).objection())
                    .as(name)
                    .isEmpty();
        }
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
            hyperbolic    | simplex      | estimates have a larger error with this projection than with orthogonal; featureMap=Hyperbolic
            trigonometric | simplex      | estimates have a larger error with this projection than with orthogonal; featureMap=Trigonometric
            oprf          | simplex-plus | estimates have a larger error with this projection than with simplex; featureMap=DenseExponential
            poisson       | orthogonal   | a projection changes nothing with this feature map; featureMap=Discrete
            positive      | iid          |
            oprf          | orthogonal   |
            """)
    void whatHarmsOrDoesNothingIsSaid(String map, String projection, String line) {
        AttentionOptions options = AttentionOptions.defaults()
                .withFeatureMap(FeatureMap.named(map))
                .withProjection(Projection.named(projection));
        if (line == null) {
            assertThat(options.objection()).isEmpty();
        } else {
            assertThat(options.objection().orElseThrow()).startsWith(line).endsWith(", projection=" + projection);
        }
        assertThat(options.withKind(Kind.EXACT).objection()).isEmpty();
    }

    @Test
    void otherKindsAreWhatTheySay() {
        assertThat(AUTO.withKind(Kind.LINEAR).kindFor(WIDTH, 1)).isEqualTo(Kind.LINEAR);
        assertThat(AUTO.withKind(Kind.EXACT).kindFor(WIDTH, 1_000_000)).isEqualTo(Kind.EXACT);
    }
}
