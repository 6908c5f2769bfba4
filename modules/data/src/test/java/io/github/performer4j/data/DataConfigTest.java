package io.github.performer4j.data;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.util.List;
import org.junit.jupiter.api.Test;

class DataConfigTest {
    @Test
    void jsonRoundTrips() throws IOException {
        ObjectMapper json = new ObjectMapper();
        DataConfig config = new DataConfig("text", "byte", Objective.CAUSAL_PACKED, 96, 960, 0.25, 17, "error");
        assertThat(json.readValue(json.writeValueAsString(config), DataConfig.class))
                .isEqualTo(config);
    }

    @Test
    void everyFieldHasItsWith() {
        DataConfig changed = DataConfig.defaults()
                .withFormat("auto")
                .withTokens("byte")
                .withFormat("text")
                .withObjective(Objective.CAUSAL)
                .withMaxTokens(96)
                .withTokensPerBatch(960)
                .withMaskRate(0.25)
                .withShuffleWindow(17)
                .withOnUnknown("error");
        assertThat(changed).isEqualTo(new DataConfig("text", "byte", Objective.CAUSAL, 96, 960, 0.25, 17, "error"));
    }

    @Test
    void eachRuleIsNamedWithItsValue() {
        DataConfig d = DataConfig.defaults();
        for (Runnable wrong : List.<Runnable>of(
                () -> d.withFormat("csv"),
                () -> d.withTokens("word"),
                () -> d.withObjective(null),
                () -> d.withMaxTokens(7),
                () -> d.withTokensPerBatch(0),
                () -> d.withMaskRate(0),
                () -> d.withMaskRate(1),
                () -> d.withMaskRate(Double.NaN),
                () -> d.withShuffleWindow(0),
                () -> d.withOnUnknown("ignore"),
                () -> d.withFormat("text"))) {
            assertThatThrownBy(wrong::run)
                    .isInstanceOf(IllegalArgumentException.class)
                    .hasMessageMatching("(?s).+; \\w+=.+");
        }
        assertThatThrownBy(() -> d.withMaxTokens(7)).hasMessage("maxTokens must be at least 8; maxTokens=7");
    }
}
