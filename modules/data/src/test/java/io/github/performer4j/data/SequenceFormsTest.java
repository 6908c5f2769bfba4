package io.github.performer4j.data;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.github.performer4j.data.fasta.FastaParser;
import io.github.performer4j.data.fasta.FastaRecord;
import io.github.performer4j.data.token.ByteTokenizer;
import io.github.performer4j.data.token.CharacterTokenizer;
import io.github.performer4j.data.token.EncodedText;
import io.github.performer4j.data.token.ProteinTokenizer;
import io.github.performer4j.kernels.math.CounterRandom;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** A protein is the same protein however it is written, in a string as in a FASTA file. */
class SequenceFormsTest {
    private static final ProteinTokenizer PROTEIN = new ProteinTokenizer();
    private static final int[] PLAIN = PROTEIN.encode("MKTAYIAK");

    @ParameterizedTest
    @ValueSource(
            strings = {
                "mktayiak",
                "M K T A Y I A K",
                "MKTA\nYIAK",
                "MKTA\r\nYIAK\r\n",
                "MKTAYIAK*",
                "MK--TAY.IAK",
                "\tMKTA\u000BYIAK\f",
                ">sp|P1|X_HUMAN what? is_this <mask> 1-2\nMKTAYIAK",
                "; a comment\n>x\nMKTA\n; another_one\nYIAK\n",
                "\n\n>x\r\nMKTAYIAK",
                "\uFEFF>x\nMKTAYIAK"
            })
    void everyFormIsTheSameSequence(String form) {
        EncodedText read = PROTEIN.read(form, List.of("_", "?"));
        assertThat(read.ids()).containsExactly(PLAIN);
        assertThat(read.unknown()).isEmpty();
        assertThat(PROTEIN.encode(form)).containsExactly(PLAIN);
    }

    /**
     * Strings of all characters that mean something: whatever the FASTA reader makes of them as a record, the tokenizer
     * does, too.
     */
    @Test
    void aStringIsReadAsTheFileIs() throws IOException {
        String characters = "AaXkBJZUO@1?é𝄞<>; \t\n\r-.*\u000B";
        int[] alphabet = characters.codePoints().toArray();
        CounterRandom random = CounterRandom.of(20, 26);
        int compared = 0;
        int refused = 0;
        for (int round = 0; round < 2_000; round++) {
            StringBuilder text = new StringBuilder();
            int length = random.nextInt(12);
            for (int i = 0; i < length; i++) {
                text.appendCodePoint(alphabet[random.nextInt(alphabet.length)]);
            }
            FastaParser parser = new FastaParser(
                    new ByteArrayInputStream((">id\n" + text).getBytes(StandardCharsets.UTF_8)), "text", false);
            FastaRecord record = parser.next();
            if (parser.next() != null) {
                assertThatThrownBy(() -> PROTEIN.encode(">id\n" + text)).hasMessageContaining("must be one sequence");
                refused++;
            } else {
                int[] ids = new int[record.residues().length];
                for (int i = 0; i < ids.length; i++) {
                    ids[i] = PROTEIN.id(record.residues()[i]);
                }
                assertThat(PROTEIN.encode(">id\n" + text)).as("%s", text).containsExactly(ids);
                assertThat(PROTEIN.encode("\n" + text)).as("%s", text).containsExactly(ids);
                compared++;
            }
        }
        assertThat(compared).isGreaterThan(1_000);
        assertThat(refused).isGreaterThan(100);
    }

    @Test
    void moreThanOneSequenceIsRefused() {
        for (String two : List.of(">a\nMK\n>b\nTA", "MK\n>b\nTA", ">a\n>b\nTA")) {
            assertThatThrownBy(() -> PROTEIN.encode(two))
                    .isInstanceOf(IllegalArgumentException.class)
                    .hasMessage("the text must be one sequence; found a second one, which begins >b");
        }
    }

    @Test
    void controlCharactersAreNoText() {
        assertThatThrownBy(() -> PROTEIN.encode("MK\u0001T"))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage("a sequence must be text; found control character U+0001 at character 3 of 4");
    }

    @Test
    void whatIsUnknownIsCountedByName() {
        EncodedText read = PROTEIN.read("M1K@1é𝄞 ?<unk>", List.of());
        assertThat(read.unknown()).isEqualTo(Map.of("1", 2L, "@", 1L, "é", 1L, "𝄞", 1L, "?", 1L));
        assertThat(read.ids()).hasSize(9).contains(4, 4, 4, 4, 4, 4, 4);
        EncodedText text = new CharacterTokenizer('a', 'b').read("abба_b", List.of("_"));
        assertThat(text.unknown()).isEqualTo(Map.of("б", 1L, "а", 1L));
        assertThat(text.ids()).containsExactly(5, 6, 4, 4, 1, 6);
    }

    @Test
    void masksAreFoundInEveryKindOfTokens() {
        assertThat(new ByteTokenizer().read("a<mask>é", List.of("<mask>")).ids())
                .containsExactly(5 + 'a', 1, 5 + 0xC3, 5 + 0xA9);
        assertThat(new CharacterTokenizer('a')
                        .read("<mask>a<mask>", List.of("<mask>"))
                        .ids())
                .containsExactly(1, 5, 1);
        assertThat(PROTEIN.read("M?K _", List.of("?")).ids()).containsExactly(PROTEIN.id('M'), 1, PROTEIN.id('K'), 1);
    }

    /** As {@code TextReader} does with a file's. */
    @Test
    void aByteOrderMarkIsNoCharacterOfATextByCharacter() {
        EncodedText read = new CharacterTokenizer('a').read("\uFEFFa", List.of());
        assertThat(read.ids()).containsExactly(5);
        assertThat(read.unknown()).isEmpty();
    }

    @Test
    void halfACharacterHasNoBytes() {
        assertThatThrownBy(() -> new ByteTokenizer().encode("a\uD834"))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("half of a surrogate pair");
    }
}
