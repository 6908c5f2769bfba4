package io.github.performer4j.data.token;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** Words, and the tokens that begin them. */
class WordPlacesTest {
    private static EncodedText tokens(int... places) {
        int[] starts = new int[places.length / 2];
        int[] ends = new int[starts.length];
        for (int t = 0; t < starts.length; t++) {
            starts[t] = places[2 * t];
            ends[t] = places[2 * t + 1];
        }
        return new EncodedText(new int[starts.length], starts, ends, Map.of());
    }

    @Test
    void wordsStandBetweenBlanks() {
        assertThat(new WordPlaces(" to \t be\nor").words())
                .containsExactly(new WordPlaces.Word(1, 3), new WordPlaces.Word(6, 8), new WordPlaces.Word(9, 11));
        assertThat(new WordPlaces("").words()).isEmpty();
        assertThat(new WordPlaces(" \n").words()).isEmpty();
    }

    /** "un|able to" in pieces; the blank is a token of its own, then it is part of the next one, as GPT-2 has it. */
    @Test
    void aWordBeginsWithItsFirstTokenWhateverBecomesOfTheBlank() {
        WordPlaces places = new WordPlaces("unable to");
        assertThat(places.begun(tokens(0, 2, 2, 6, 7, 9))).containsExactly(0, -1, 1);
        assertThat(places.begun(tokens(0, 2, 2, 6, 6, 7, 7, 8, 8, 9))).containsExactly(0, -1, -1, 1, -1);
        assertThat(places.begun(tokens(0, 2, 2, 6, 6, 9))).containsExactly(0, -1, 1);
    }

    /** Of "a b c" the tokenizer passes over b. */
    @Test
    void aWordMayHaveNoToken() {
        assertThat(new WordPlaces("a b c").begun(tokens(0, 1, 4, 5))).containsExactly(0, 2);
        assertThat(new WordPlaces("  a").begun(tokens(0, 1, 1, 2, 2, 3))).containsExactly(-1, -1, 0);
    }

    @Test
    void bytesOfOneCharacterBeginItOnce() {
        String text = "\u00e9a \u00e9";
        assertThat(new WordPlaces(text).begun(new ByteTokenizer().read(text, List.of())))
                .containsExactly(0, -1, -1, -1, 1, -1);
    }
}
