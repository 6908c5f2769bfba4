package io.github.performer4j.checkpoint;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.github.performer4j.core.task.CausalLanguageModel;
import io.github.performer4j.data.read.Framing;
import io.github.performer4j.data.token.ByteTokenizer;
import io.github.performer4j.data.token.CharacterTokenizer;
import io.github.performer4j.data.token.ProteinTokenizer;
import io.github.performer4j.data.token.Tokenizer;
import java.util.List;
import org.junit.jupiter.api.Test;

/** A stop string that some tokens write is taken; one that none write is refused with how its tokens are written. */
class StopStringsTest {
    private static final Tokenizer WORDS = Vocabularies.words();

    private static Generator generator(Tokenizer tokenizer) {
        return new Generator(Samples.model(new CausalLanguageModel(), Framing.PACKED, tokenizer, 8, 3));
    }

    private static void refused(Tokenizer tokenizer, String stop, String how) {
        assertThatThrownBy(() -> generator(tokenizer).withStops(List.of(stop)))
                .as(stop)
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage("a stop string must be one that the model can write; stop=" + how);
    }

    private static void taken(Tokenizer tokenizer, String... stops) {
        for (String stop : stops) {
            assertThatCode(() -> generator(tokenizer).withStops(List.of(stop)))
                    .as(stop)
                    .doesNotThrowAnyException();
        }
    }

    /** Takes a string, and sees it come where these words do. */
    private static void comes(Tokenizer tokenizer, String stop, String... words) {
        taken(tokenizer, stop);
        int[] ids = new int[words.length];
        for (int i = 0; i < ids.length; i++) {
            ids[i] = tokenizer.encode(words[i])[0];
        }
        assertThat(tokenizer.decode(ids)).contains(stop);
    }

    @Test
    void residuesAreWrittenInUpperCaseAndTogether() {
        Tokenizer protein = new ProteinTokenizer();
        taken(protein, "G", "GG", "MKX");
        refused(protein, "gg", "gg, spelled=GG");
        refused(protein, "G G", "G G, spelled=GG");
        refused(protein, "G-G*", "G-G*, spelled=GG");
        refused(protein, "G\nG", "G\\nG, spelled=GG");
        refused(protein, ">a\r\n", ">a\\r\\n, spelled=");
        refused(protein, "G1", "G1, unknown=[1]");
        refused(protein, "G<mask>", "G<mask>, spelled=G");
        refused(protein, "<unk>", "<unk>, spelled=");
    }

    @Test
    void charactersAreThoseOfTheVocabulary() {
        Tokenizer characters = new CharacterTokenizer("ab é😀\n".codePoints().toArray());
        taken(characters, "a", " ", "  ", "\n\n", "é😀", "b a");
        refused(characters, "A", "A, unknown=[A]");
        refused(characters, "\uFEFFa", "\uFEFFa, spelled=a");
        refused(characters, "", ", spelled=");
    }

    @Test
    void bytesOfOneCharacterAreOneString() {
        taken(new ByteTokenizer(), "é", "😀", "a\u0000b", " \n", "\uFEFF");
    }

    /** A blank stands between words, but no two, and no other; a string may begin and end inside a word. */
    @Test
    void wordsStandOneBlankApart() {
        comes(WORDS, " ", "it", "is");
        comes(WORDS, " a", "it", "a");
        comes(WORDS, "it ", "it", "a");
        comes(WORDS, " is ", "it", "is", "a");
        comes(WORDS, "truth", "truth.");
        comes(WORDS, ".", "truth.");
        comes(WORDS, ". i", "truth.", "it");
        comes(WORDS, " tr", "a", "truth.");
        comes(WORDS, "ed ", "red", "a");
        comes(WORDS, "vers", "universally");
        refused(WORDS, "it  is", "it  is, spelled=it is");
        refused(WORDS, "  ", "  , spelled=");
        refused(WORDS, "is\na", "is\\na, spelled=is a");
        refused(WORDS, "\n", "\\n, spelled=");
        refused(WORDS, "It", "It, unknown=[It]");
        refused(WORDS, "is no a", "is no a, unknown=[no]");
        refused(WORDS, "redis", "redis, unknown=[redis]");
    }

    @Test
    void punctuationStandsWhereItIsUsual() {
        Tokenizer words = Vocabularies.punctuated();
        comes(words, ", ", "red", ",", "sky");
        comes(words, "sky.", "sky", ".");
        comes(words, " (", "red", "(");
        comes(words, "(s", "(", "sky");
        comes(words, ".\"", "\"", "red", ".", "\"");
        comes(words, "\" ", "\"", "red", "\"", "sky");
        comes(words, " red.\" sky", "\"", "sky", "red", ".", "\"", "sky");
        comes(words, " red.\" s", "\"", "sky", "red", ".", "\"", "sky");
        comes(words, " red\" ", "\"", "sky", "red", "\"", "sky");
        comes(words, " \"red\" sky", "red", "\"", "red", "\"", "sky");
        refused(words, " red.\"sky", " red.\"sky, spelled=red. \"sky");
        refused(words, "red ,", "red ,, spelled=red,");
        refused(words, "( sky", "( sky, spelled=(sky");
    }

    /** Pieces of words have their blank in front, and some are a part of a character. */
    @Test
    void piecesOfWordsAreWrittenAsTheirDecoderSays() {
        Tokenizer bytes = Vocabularies.bytePieces();
        taken(bytes, " cat", "at", "t t", "  ", "\n\n", "é", "😀", "CHAPTER");
        refused(bytes, "<|endoftext|>", "<|endoftext|>, spelled=");
        Tokenizer lower = Vocabularies.wordPieces();
        taken(lower, "the", " the ", "cats", "nap", "s c", "cat.");
        refused(lower, "The", "The, spelled=the");
        refused(lower, "cat .", "cat ., spelled=cat.");
        refused(lower, "dog", "dog, unknown=[dog]");
        taken(Vocabularies.metaspace(), "a", " a", " a ", "  ", "b", "é", "\n", "é😀");
        refused(Vocabularies.metaspace(), "</s>", "</s>, spelled=");
    }
}
