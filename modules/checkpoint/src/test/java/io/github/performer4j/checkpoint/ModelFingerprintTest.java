package io.github.performer4j.checkpoint;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.performer4j.core.model.PerformerConfig;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** A configuration is hashed as builds of before did, and models that differ in a new key differ. */
class ModelFingerprintTest {
    private final PerformerConfig config = PerformerConfig.defaults();

    @Test
    void newKeysAreLeftOutAtTheirDefaults() {
        String before = config.toJson().replace("  \"linearBlocks\" : \"all\",\n", "");
        assertThat(before).isNotEqualTo(config.toJson());
        assertThat(ModelFingerprint.configuration(config)).isEqualTo(before);
        PerformerConfig listed = config.with("linearBlocks", "1-3");
        assertThat(ModelFingerprint.configuration(listed)).isEqualTo(listed.toJson());
    }

    @Test
    void listsOfBlocksHaveNoRanges() {
        PerformerConfig some = config.with(Map.of("layers", 7, "feedForward.snnk", "2,4-7", "feedForward.features", 8));
        assertThat(some.feedForward().snnk()).isEqualTo("2,4-7");
        assertThat(ModelFingerprint.configuration(some)).contains("\"snnk\" : \"2,4,5,6,7\"");
    }
}
