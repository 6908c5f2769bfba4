package io.github.performer4j.checkpoint;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.performer4j.data.token.ByteTokenizer;
import io.github.performer4j.data.token.CharacterTokenizer;
import io.github.performer4j.data.token.Tokenizer;
import io.github.performer4j.kernels.math.CounterRandom;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.stream.IntStream;
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
        pieces.add(stream.end(true));
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
        int lead = tokenizer.encode("é")[0]; // the first byte of two, again and again
        TextStream stream = new TextStream(tokenizer, List.of());
        StringBuilder text = new StringBuilder();
        for (int i = 0; i < 200; i++) {
            text.append(stream.add(lead));
            assertThat(text.length()).isGreaterThanOrEqualTo(i - 7);
        }
        text.append(stream.end(true));
        assertThat(text.toString()).isEqualTo("\uFFFD".repeat(200));
    }

    /** The beginning of a character waits for the rest, unless nothing comes. */
    @Test
    void theBeginningOfACharacterIsLeftToWhatComes() {
        Tokenizer tokenizer = new ByteTokenizer();
        int[] ids = tokenizer.encode("a😀");
        for (int n = 2; n < 5; n++) {
            TextStream stream = new TextStream(tokenizer, List.of());
            StringBuilder text = new StringBuilder();
            IntStream.of(ids).limit(n).forEach(id -> text.append(stream.add(id)));
            assertThat(text + stream.end(false)).isEqualTo("a");
            assertThat(text + stream.end(true)).isEqualTo("a\uFFFD");
        }
    }

    /** Pieces are what the decoder makes of all tokens, whatever stands before and wherever the text was interrupted. */
    @Test
    void piecesAreTheWritingOfTheWhole() {
        drawn(Vocabularies.words());
        drawn(Vocabularies.punctuated());
        drawn(Vocabularies.bytePieces());
        drawn(Vocabularies.wordPieces());
        drawn(new ByteTokenizer());
        Tokenizer metaspace = Vocabularies.metaspace();
        check(metaspace, metaspace.encode("a b é😀é ab 😀😀 b" + "é€😀".repeat(20) + " aé"));
    }

    /** Text of a few symbols; of bytes a third are no character. */
    private static void drawn(Tokenizer tokenizer) {
        int[] plain = IntStream.range(0, tokenizer.size())
                .filter(id -> !tokenizer.special(id))
                .toArray();
        int[] signs = tokenizer.encode("é€😀 a");
        for (int text = 0; text < 20; text++) {
            CounterRandom random = CounterRandom.of(5, text, 0);
            int[] ids = new int[80];
            for (int i = 0; i < ids.length; i++) {
                int draw = (int) (random.nextDouble() * 1000);
                int[] from = plain.length > 200 && draw % 10 < 7 ? signs : plain;
                ids[i] = from[draw % from.length];
            }
            check(tokenizer, ids);
        }
    }

    private static void check(Tokenizer tokenizer, int... ids) {
        String whole = tokenizer.decode(ids);
        for (int before = 0; before < ids.length; before += 7) {
            String front = tokenizer.decode(Arrays.copyOf(ids, before));
            if (TextStream.certain(front) < front.length() || !whole.startsWith(front)) {
                continue; // a text begins behind whole characters
            }
            for (int cut = before; cut <= ids.length; cut += 3) {
                TextStream first = new TextStream(tokenizer, List.of(), Arrays.copyOf(ids, before));
                TextStream second = new TextStream(tokenizer, List.of(), Arrays.copyOf(ids, before));
                StringBuilder text = new StringBuilder(front);
                for (int i = before; i < cut; i++) {
                    text.append(first.add(ids[i]));
                    second.pass(ids[i]);
                }
                text.append(first.end(false));
                for (int i = cut; i < ids.length; i++) {
                    text.append(second.add(ids[i]));
                }
                text.append(second.end(true));
                assertThat(text.toString()).as(before + " " + cut).isEqualTo(whole);
            }
        }
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

    /** A stop string may begin before a text was interrupted; what was there as a whole stops nothing. */
    @Test
    void stopStringsCrossAnInterruption() {
        CharacterTokenizer tokenizer =
                new CharacterTokenizer("abcd".codePoints().toArray());
        assertThat(goesOn(tokenizer, "dab", "acd", "abac")).isEqualTo("");
        assertThat(goesOn(tokenizer, "dab", "aad", "abac")).isEqualTo("aad");
        assertThat(goesOn(tokenizer, "dab", "dab", "ab")).isEqualTo("d");
        assertThat(goesOn(tokenizer, "dab", "cab", "abd", "ab")).isEqualTo("c");
        assertThat(goesOn(tokenizer, "dab", "dcc", "abd", "b")).isEqualTo("");
        assertThat(goesOn(tokenizer, "dab", "a", "abac", "bab")).isEqualTo("a");
    }

    private static String goesOn(Tokenizer tokenizer, String before, String more, String... stops) {
        TextStream stream = new TextStream(tokenizer, List.of(stops));
        for (int id : tokenizer.encode(before)) {
            stream.pass(id);
        }
        StringBuilder text = new StringBuilder();
        for (int id : tokenizer.encode(more)) {
            if (!stream.stopped()) {
                text.append(stream.add(id));
            }
        }
        return text + stream.end(true);
    }
}
