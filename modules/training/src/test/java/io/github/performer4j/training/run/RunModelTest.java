package io.github.performer4j.training.run;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.performer4j.core.model.PerformerConfig;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** What is said of a model before it is trained. */
class RunModelTest {
    private static final PerformerConfig LARGEST =
            PerformerConfig.defaults().with(Map.of("head.pooling", "max", "dropout", 0.1));

    @Test
    void offsetsOfUnboundedFeaturesLoseDigits() {
        PerformerConfig offsets = PerformerConfig.defaults().with("attention.positions", "toeplitz");
        assertThat(RunModel.advice(offsets))
                .containsExactly(
                        "weights of offsets go by Fourier transforms, in which large features take the digits of small ones: model.attention.queryKeyNorm=rms keeps features bounded; model.attention.positions=toeplitz, model.attention.queryKeyNorm=none");
        assertThat(RunModel.advice(offsets.with("attention.queryKeyNorm", "rms")))
                .isEmpty();
        assertThat(RunModel.advice(offsets.with("attention.kind", "exact"))).isEmpty();
        assertThat(RunModel.advice(offsets.with("attention.positions", "buckets")))
                .isEmpty();
    }

    @Test
    void largestValuesAndDropoutDoNotGoTogether() {
        assertThat(RunModel.advice(LARGEST))
                .containsExactly(
                        "the largest of a sequence's values grows with dropout, which predictions are without: model.dropout=0 goes with model.head.pooling=max; model.dropout=0.1");
        assertThat(RunModel.advice(LARGEST.with("dropout", 0.0))).isEmpty();
        assertThat(RunModel.advice(LARGEST.with("head.pooling", "mean"))).isEmpty();
    }
}
