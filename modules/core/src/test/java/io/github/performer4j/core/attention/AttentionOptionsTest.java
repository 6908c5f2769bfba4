package io.github.performer4j.core.attention;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.performer4j.core.attention.AttentionOptions.Kind;
import io.github.performer4j.core.feature.FeatureMap;
import org.junit.jupiter.api.Test;

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

    @Test
    void otherKindsAreWhatTheySay() {
        assertThat(AUTO.withKind(Kind.LINEAR).kindFor(WIDTH, 1)).isEqualTo(Kind.LINEAR);
        assertThat(AUTO.withKind(Kind.EXACT).kindFor(WIDTH, 1_000_000)).isEqualTo(Kind.EXACT);
    }
}
