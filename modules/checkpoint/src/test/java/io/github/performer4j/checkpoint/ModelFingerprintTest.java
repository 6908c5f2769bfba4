package io.github.performer4j.checkpoint;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.performer4j.core.model.PerformerConfig;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** A configuration is hashed as builds of before did, and models that differ in a new key differ. */
class ModelFingerprintTest {
    /** Of the defaults as JSON, when format 2 began. */
    private static final String FORMAT_2 = "ec0e0b37b007ad89266e498936189531213334eeb8535788fb905f76d1e4548b";

    private final PerformerConfig config = PerformerConfig.defaults();

    @Test
    void newKeysAreLeftOutAtTheirDefaults() throws NoSuchAlgorithmException {
        byte[] bytes = ModelFingerprint.configuration(config).getBytes(StandardCharsets.UTF_8);
        byte[] hash = MessageDigest.getInstance("SHA-256").digest(bytes);
        assertThat(HexFormat.of().formatHex(hash))
                .as(ModelFingerprint.configuration(config))
                .isEqualTo(FORMAT_2);
        PerformerConfig listed = config.with("linearBlocks", "1-3");
        assertThat(ModelFingerprint.configuration(listed)).contains("\"linearBlocks\" : \"1-3\"");
        PerformerConfig typed = config.with("embedding.textSeparator", 4);
        assertThat(ModelFingerprint.configuration(typed)).contains("\"textSeparator\" : 4");
    }

    @Test
    void listsOfBlocksHaveNoRanges() {
        PerformerConfig some = config.with(Map.of("layers", 7, "feedForward.snnk", "2,4-7", "feedForward.features", 8));
        assertThat(some.feedForward().snnk()).isEqualTo("2,4-7");
        assertThat(ModelFingerprint.configuration(some)).contains("\"snnk\" : \"2,4,5,6,7\"");
    }
}
