package io.github.performer4j.data.read;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;

class DataConfigTest {
    @Test
    void jsonRoundTrips() throws IOException {
        ObjectMapper json = new ObjectMapper();
        DataConfig config = new DataConfig(
                "text",
                "byte",
                Framing.PACKED,
                96,
                960,
                17,
                "error",
                "auto",
                Path.of("a/splits.tsv"),
                0,
                null,
                null,
                false);
        assertThat(json.readValue(json.writeValueAsString(config), DataConfig.class))
                .isEqualTo(config);
    }

    @Test
    void everyFieldHasItsWith() {
        DataConfig changed = DataConfig.defaults()
                .withKind("auto")
                .withTokens("byte")
                .withKind("text")
                .withFraming(Framing.START)
                .withMaxTokens(96)
                .withTokensPerBatch(960)
                .withShuffleWindow(17)
                .withOnUnknown("error")
                .withSplitFile(Path.of("splits.tsv"))
                .withPacking(true);
        assertThat(changed)
                .isEqualTo(new DataConfig(
                        "text",
                        "byte",
                        Framing.START,
                        96,
                        960,
                        17,
                        "error",
                        "auto",
                        Path.of("splits.tsv"),
                        0,
                        null,
                        null,
                        true));
    }

    @Test
    void eachRuleIsNamedWithItsValue() {
        DataConfig d = DataConfig.defaults();
        for (Runnable wrong : List.<Runnable>of(
                () -> d.withKind("csv"),
                () -> d.withTokens("wordpiece"),
                () -> d.withFraming(null),
                () -> d.withMaxTokens(7),
                () -> d.withTokensPerBatch(0),
                () -> d.withShuffleWindow(0),
                () -> d.withOnUnknown("ignore"),
                () -> d.withPacking(true).withFraming(Framing.PACKED),
                () -> d.withTokens("byte").withKind("images-idx").withPatch(4).withPacking(true),
                () -> d.withKind("text"))) {
            assertThatThrownBy(wrong::run)
                    .isInstanceOf(IllegalArgumentException.class)
                    .hasMessageMatching("(?s).+; \\w+=.+");
        }
        Path table = Path.of("splits.tsv");
        assertThatThrownBy(() -> d.withSplitFile(table).withColumns(d.columns().withSplit("side")))
                .hasMessage("one column or file says what is held out; columns.split=side, columns.group=null,"
                        + " columns.time=null, splitFile=splits.tsv");
        assertThatThrownBy(() -> d.withMaxTokens(7)).hasMessage("maxTokens must be at least 8; maxTokens=7");
    }
}
