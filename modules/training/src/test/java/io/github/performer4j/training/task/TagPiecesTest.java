package io.github.performer4j.training.task;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.github.performer4j.data.token.ByteTokenizer;
import io.github.performer4j.data.token.CharacterTokenizer;
import io.github.performer4j.data.token.EncodedText;
import io.github.performer4j.data.token.ProteinTokenizer;
import io.github.performer4j.data.token.Tokenizer;
import java.util.List;
import org.junit.jupiter.api.Test;

class TagPiecesTest {
    private static int[] places(Tokenizer tokenizer, String text, int tags) {
        EncodedText tokens = tokenizer.read(text, List.of());
        return TagPieces.places(text, tokens, tags);
    }

    @Test
    void threeWaysToWriteTags() {
        assertThat(TagPieces.of("HHEC", "|")).containsExactly("H", "H", "E", "C");
        assertThat(TagPieces.of(" H  E C ", "|")).containsExactly("H", "E", "C");
        assertThat(TagPieces.of("B-PER|O", "|")).containsExactly("B-PER", "O");
        assertThat(TagPieces.of(" ", "|")).isEmpty();
    }

    @Test
    void aTagForEachCharacter() {
        assertThat(places(new ProteinTokenizer(), "MKV", 3)).containsExactly(0, 1, 2);
        // what the tokenizer passes over takes its tag with it
        assertThat(places(new ProteinTokenizer(), "M-KV*", 5)).containsExactly(0, 2, 3);
        // the two bytes of a character share its tag
        assertThat(places(new ByteTokenizer(), "aé", 2)).containsExactly(0, 1, 1);
        assertThat(places(CharacterTokenizer.of(List.of("ab\uD83D\uDE00")), "a\uD83D\uDE00b", 3))
                .containsExactly(0, 1, 2);
    }

    @Test
    void aTagForEachWordIsThatOfItsFirstToken() {
        Tokenizer characters = CharacterTokenizer.of(List.of("the cat"));
        assertThat(places(characters, "the cat", 2)).containsExactly(0, -1, -1, -1, 1, -1, -1);
    }

    @Test
    void otherNumbersAreRefused() {
        assertThatThrownBy(() -> places(new ProteinTokenizer(), "MKV", 4))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage(
                        "there must be a tag for each character or each word of the text; tags=4, characters=3, words=1");
    }
}
