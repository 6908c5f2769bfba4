package io.github.performer4j.data.token;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.ObjectMapper;
import io.github.performer4j.data.Corpus;
import io.github.performer4j.data.read.DataConfig;
import io.github.performer4j.kernels.math.CounterRandom;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Words between blanks, with or without their punctuation: the most frequent have ids, and every token knows its place. */
class WordTokenizerTest {
    @TempDir
    private Path folder;

    @Test
    void wordsComeByFrequencyThenByTheirCharacters() throws IOException {
        Path table = Files.writeString(
                folder.resolve("t.tsv"), "text\tlabel\nthe cat the dog\ta\nthe ant  cat\u00a0bee\tb\n");
        assertThat(words(table, "word")).containsExactly("the", "cat", "ant", "bee", "dog");
        assertThat(words(table, "WORD:3")).containsExactly("the", "cat", "ant");
    }

    /** What is left out of a vocabulary is counted, not lost in silence. */
    @Test
    void wordsBeyondTheLimitAreUnknownAndTold() throws IOException {
        Path table = Files.writeString(folder.resolve("t.tsv"), "text\na b a c\nc a d\n");
        Corpus corpus = Corpus.open(table, DataConfig.defaults().withTokens("word:2"), null);
        assertThat(corpus.tokenizer().encode("a b a c")).containsExactly(5, 4, 5, 6);
        assertThat(corpus.unknown()).hasToString("{b=1, d=1}");
    }

    /** A file longer than a stretch, so that pieces are joined; its words are known in another way. */
    @Test
    void aTextFileGivesTheWordsOfTheWhole() throws IOException {
        String text = IntStream.range(0, 40_000)
                .mapToObj(i -> "w" + i % 997 + (i % 13 == 0 ? "\n" : " "))
                .collect(Collectors.joining());
        Path file = Files.writeString(folder.resolve("t.txt"), text);
        Corpus corpus = Corpus.open(file, DataConfig.defaults().withTokens("word"), null);
        assertThat(((WordTokenizer) corpus.tokenizer()).words()).hasSize(997).startsWith("w0", "w1", "w10", "w100");
        assertThat(corpus.tokens()).isEqualTo(40_000);
        assertThat(corpus.unknown()).isEmpty();
    }

    private static List<String> words(Path table, String tokens) throws IOException {
        DataConfig config = DataConfig.defaults().withTokens(tokens);
        return ((WordTokenizer) Corpus.open(table, config, null).tokenizer()).words();
    }

    @Test
    void tokensKnowTheirPlaces() {
        WordTokenizer t = new WordTokenizer(List.of("[MAX", "2", "]"));
        EncodedText read = t.read("\uFEFF[MAX  2 <mask> x\n]", List.of("<mask>"));
        assertThat(read.ids()).containsExactly(5, 6, t.mask(), t.unknown(), 7);
        assertThat(read.starts()).containsExactly(1, 7, 9, 16, 18);
        assertThat(read.ends()).containsExactly(5, 8, 15, 17, 19);
        assertThat(read.unknown()).hasToString("{x=1}");
        assertThat(t.decode(read.ids())).isEqualTo("[MAX 2 <mask> <unk> ]");
        assertThat(t.decode(t.encode("[MAX 2 ]"))).isEqualTo("[MAX 2 ]");
        assertThat(t.symbol(6)).isEqualTo("2");
    }

    /** Of straight quotes the last tokens do not tell whether the next one opens. */
    @Test
    void theLastTokensKeepAnOpenQuote() throws IOException {
        Tokenizer t = TokenizerJson.read(
                new ObjectMapper().readTree("{\"kind\":\"word-punctuation\",\"words\":[\"a\",\"\\\"\"]}"));
        assertThat(t.tail(2, 5, 6, 5, 5)).containsExactly(6, 5, 5);
        assertThat(t.tail(2, 6, 6, 5, 5)).containsExactly(5, 5);
        assertThat(t.tail(1, 6, 5, 6)).containsExactly(6, 6);
        assertThat(t.tail(9, 6, 5)).containsExactly(6, 5);
        assertThat(new WordTokenizer(List.of("a", "\"")).tail(2, 5, 6, 5, 5)).containsExactly(5, 5);
    }

    @Test
    void theStoredFormStaysReadable() throws IOException {
        Tokenizer t = TokenizerJson.read(new ObjectMapper().readTree("{\"kind\":\"word\",\"words\":[\"b\",\"a\"]}"));
        assertThat(t.encode("a b c")).containsExactly(6, 5, 4);
        assertThat(TokenizerJson.read(TokenizerJson.write(t))).isEqualTo(t);
        assertThat(TokenizerJson.write(t)).hasToString("{\"kind\":\"word\",\"words\":[\"b\",\"a\"]}");
    }

    @Test
    void badVocabulariesAreRefused() {
        assertThatThrownBy(() -> new WordTokenizer(List.of("a", "a")))
                .hasMessage("words must be different, and hold characters but no blanks; place=1, word='a'");
        assertThatThrownBy(() -> new WordTokenizer(List.of("a b"))).hasMessageContaining("place=0, word='a b'");
        assertThatThrownBy(() -> new WordTokenizer(List.of())).hasMessageContaining("found=0");
        assertThatThrownBy(() -> DataConfig.defaults().withTokens("word:0"))
                .hasMessage("a word vocabulary must hold 1 to 1000000 words; tokens=word:0");
        assertThat(DataConfig.defaults().withTokens("Word:007").tokens()).isEqualTo("word:7");
    }

    private static WordTokenizer punctuation(String text) {
        TokenizerLearner learner = TokenizerKinds.named("word-punctuation").learner("word-punctuation");
        learner.add(text);
        return (WordTokenizer) learner.learn().orElseThrow();
    }

    private static List<String> cut(String text) {
        WordTokenizer t = punctuation(text);
        return Arrays.stream(t.encode(text)).mapToObj(t::symbol).toList();
    }

    @Test
    void punctuationIsAWordOfItsOwnInsideNumbersAndWordsItIsNot() {
        assertThat(cut("He approved, \"well-known\" (or not?)…"))
                .containsExactly("He", "approved", ",", "\"", "well-known", "\"", "(", "or", "not", "?", ")", "…");
        assertThat(cut("don't 'quote' it's dogs' rock-'n'-roll--no"))
                .containsExactly(
                        "don't", "'", "quote", "'", "it's", "dogs", "'", "rock", "-", "'", "n", "'", "-", "roll", "-",
                        "-", "no");
        assertThat(cut("3.14 1,000.5 5. a.b a_b x,1 -2 50%"))
                .containsExactly("3.14", "1,000.5", "5", ".", "a", ".", "b", "a_b", "x", ",", "1", "-", "2", "50", "%");
        assertThat(cut("na\u0308ive \uD83D\uDE00\uD835\uDC00!"))
                .containsExactly("na\u0308ive", "\uD83D\uDE00", "\uD835\uDC00", "!");
        WordTokenizer t = punctuation("a , .");
        EncodedText read = t.read("a,<mask>. b", List.of("<mask>"));
        assertThat(read.ids()).containsExactly(t.encode("a")[0], t.encode(",")[0], t.mask(), t.encode(".")[0], 4);
        assertThat(read.starts()).containsExactly(0, 1, 2, 8, 10);
        assertThat(read.ends()).containsExactly(1, 2, 8, 9, 11);
    }

    @Test
    void proseComesBackAsItWas() {
        for (String text : List.of(
                "It is a truth, universally acknowledged; is it?",
                "\"Well-known,\" he said, \"and 3.14 (or 50%) more.\"",
                "“Don’t,” she said… [sic]: no!")) {
            WordTokenizer t = punctuation(text);
            assertThat(t.decode(t.encode(text))).isEqualTo(text);
        }
    }

    /** Whatever tokens a model writes, what is read of them again is the same tokens. */
    @Test
    void whatIsWrittenIsReadAgain() {
        WordTokenizer t =
                punctuation("a 3 don't 3.5 b-2 _x , . ; : ! ? ( ) [ ] { } \" ' ’ ‘ “ ” - … % & < \uD83D\uDE00");
        CounterRandom draws = CounterRandom.of(5, 1);
        for (int n = 0; n < 2000; n++) {
            int[] ids = new int[1 + draws.nextInt(12)];
            Arrays.setAll(ids, i -> t.replacement(draws.nextInt(t.replacements())));
            assertThat(t.encode(t.decode(ids))).as(t.decode(ids)).isEqualTo(ids);
        }
    }

    @Test
    void theKindsAreToldApart() throws IOException {
        Path table = Files.writeString(folder.resolve("t.tsv"), "text\tlabel\nso, so\ta\nso it is.\tb\n");
        assertThat(words(table, "word")).containsExactly("so", "is.", "it", "so,");
        assertThat(words(table, "Word-Punctuation:02")).containsExactly("so", ",");
        assertThat(DataConfig.defaults().withTokens("Word-Punctuation:02").tokens())
                .isEqualTo("word-punctuation:2");
        WordTokenizer t = punctuation("so, so");
        assertThat(TokenizerJson.write(t)).hasToString("{\"kind\":\"word-punctuation\",\"words\":[\"so\",\",\"]}");
        assertThat(TokenizerJson.read(TokenizerJson.write(t))).isEqualTo(t).isNotEqualTo(new WordTokenizer(t.words()));
        assertThatThrownBy(() -> TokenizerJson.read(
                        new ObjectMapper().readTree("{\"kind\":\"word-punctuation\",\"words\":[\"so,\"]}")))
                .hasMessageContaining("punctuation is a word of its own; place=0, word='so,'");
        assertThatThrownBy(() -> Corpus.open(table, DataConfig.defaults().withTokens("word"), t))
                .hasMessageContaining("tokens=word, tokenizer=word-punctuation");
    }
}
