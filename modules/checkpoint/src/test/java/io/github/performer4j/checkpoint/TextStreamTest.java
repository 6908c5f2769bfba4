package io.github.performer4j.checkpoint;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.performer4j.data.token.ByteTokenizer;
import io.github.performer4j.data.token.CharacterTokenizer;
import io.github.performer4j.data.token.Tokenizer;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

/** Pieces of text are whole characters, never the beginning of a stop string, and all together the text. */
class TextStreamTest {
    private static List<String> pieces(Tokenizer tokenizer, String text, String... stops) {
        TextStream stream = new TextStream(tokenizer, List.of(stops));
        List<String> pieces = new ArrayList<>();
        for (int id : tokenizer.encode(text)) {
            if (!stream.stopped()) {
                pieces.add(stream.add(id));
            }
        }
        pieces.add(stream.end());
        return pieces;
    }

    @Test
    void charactersComeWhole() {
        assertThat(pieces(new ByteTokenizer(), "aé😀b")).containsExactly("a", "", "é", "", "", "", "😀", "b", "");
        String longer = "é😀 a".repeat(40);
        assertThat(String.join("", pieces(new ByteTokenizer(), longer))).isEqualTo(longer);
    }

    /** Bytes that are no text come as what the tokenizer makes of them. */
    @Test
    void whatIsNoTextIsNotHeldForEver() {
        ByteTokenizer tokenizer = new ByteTokenizer();
        int[] ids = tokenizer.encode("é".repeat(20));
        TextStream stream = new TextStream(tokenizer, List.of());
        StringBuilder text = new StringBuilder();
        for (int i = 0; i < 20; i++) {
            text.append(stream.add(ids[0])); // the first byte of two, again and again
        }
        text.append(stream.end());
        assertThat(text.toString()).isEqualTo("\uFFFD".repeat(20));
    }

    @Test
    void beginningsOfStopStringsAreHeldBack() {
        CharacterTokenizer tokenizer =
                new CharacterTokenizer("abcd".codePoints().toArray());
        assertThat(pieces(tokenizer, "ababac", "abac")).containsExactly("", "", "", "ab", "", "", "");
        assertThat(pieces(tokenizer, "abad", "abac")).containsExactly("", "", "", "abad", "");
        assertThat(pieces(tokenizer, "dab", "abac", "b")).containsExactly("d", "", "a", "");
        assertThat(pieces(tokenizer, "daba", "abac")).containsExactly("d", "", "", "", "aba");
    }
}
