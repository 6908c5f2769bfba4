package io.github.performer4j.checkpoint;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.github.performer4j.core.task.Classification;
import io.github.performer4j.data.read.Framing;
import io.github.performer4j.data.token.ByteTokenizer;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Pairs of texts in a window of 13 tokens: BOS, 10 of the texts, EOS twice. */
class InputReaderTest {
    private static final String LONG = "MKTAYIAKQRQISFVKSHFSRQLE";

    @ParameterizedTest
    @CsvSource({"3, 7, 3, 7", "5, 5, 5, 5", "3, 9, 3, 7", "9, 3, 7, 3", "20, 20, 5, 5", "6, 6, 5, 5", "1, 24, 1, 9"})
    void thePairIsCutAtTheLongerText(int first, int second, int keptFirst, int keptSecond) {
        InputReader reader = Uses.classifier(false).classifier().reader().cutting();
        ModelInput input = reader.read(LONG.substring(0, first), LONG.substring(0, second));
        assertThat(input.first().ids()).hasSize(keptFirst);
        assertThat(input.ids()).hasSize(keptFirst + 1 + keptSecond);
        assertThat(input.ids()[keptFirst]).isEqualTo(3); // EOS
        assertThat(input.cut()).isEqualTo(first + second - keptFirst - keptSecond);
        assertThat(input.empty()).isFalse();
    }

    @Test
    void bothTextsAreAccountedFor() {
        InputReader reader = Uses.classifier(false).classifier().reader();
        ModelInput pair = reader.read("M1", "T1@");
        assertThat(pair.unknown()).isEqualTo(Map.of("1", 2L, "@", 1L));
        assertThat(pair.cut()).isZero();
        assertThat(reader.read("", "MK").empty()).isTrue();
        assertThat(reader.read("MK", "").empty()).isTrue();
        assertThat(reader.read("").empty()).isTrue();
        assertThatThrownBy(() -> reader.read(LONG, "M"))
                .hasMessage("a pair must fit the model's window; first=24, second=1, room=10, window=13");
    }

    /** A window of 3 learned positions is full with the frame and the separator. */
    @Test
    void aWindowWithoutRoomIsRefused() {
        PerformerModel model = Uses.classifier(false);
        InputReader reader = new PerformerModel(
                        model.net(),
                        model.info()
                                .withModel(model.info().model().with("embedding.positions", "learned"))
                                .withTrainedTokens(4))
                .classifier()
                .reader()
                .cutting();
        assertThatThrownBy(() -> reader.read("MK", "TA"))
                .hasMessage("the model's window must have room for a token of each text; room=1, window=4");
    }

    @Test
    void pixelsAreBytes() {
        PerformerModel model = Samples.model(
                new Classification(Uses.CLASSES, false, "none", null), Framing.BOTH, new ByteTokenizer(), 8, 3);
        InputReader reader = model.classifier().reader();
        int[] symbols = {65, 0, 127};
        assertThat(reader.symbols(symbols).ids())
                .isEqualTo(reader.read("A\0\u007f").ids());
        assertThat(model.classifier().classifyInputs(List.of(reader.symbols(symbols))))
                .containsExactly(model.classify("A\0\u007f"));
    }
}
