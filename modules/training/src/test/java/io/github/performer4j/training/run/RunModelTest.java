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
    void largestValuesAndDropoutDoNotGoTogether() {
        assertThat(RunModel.advice(LARGEST))
                .containsExactly(
                        "the largest of a sequence's values grows with dropout, which predictions are without: model.dropout=0 goes with model.head.pooling=max; model.dropout=0.1");
        assertThat(RunModel.advice(LARGEST.with("dropout", 0.0))).isEmpty();
        assertThat(RunModel.advice(LARGEST.with("head.pooling", "mean"))).isEmpty();
    }
}
