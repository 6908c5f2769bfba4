package io.github.performer4j.checkpoint;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.ObjectMapper;
import io.github.performer4j.data.token.CharacterTokenizer;
import io.github.performer4j.data.token.ProteinTokenizer;
import io.github.performer4j.data.token.Tokenizer;
import io.github.performer4j.data.token.TokenizerJson;
import io.github.performer4j.data.token.WordTokenizer;
import java.io.IOException;
import java.util.List;
import java.util.TreeSet;
import org.junit.jupiter.api.Test;

/** A model writes what is allowed and nothing else, and all of it in the end. */
class AllowedTest {
    private final PerformerModel model = Samples.causal(3);
    private final Tokenizer tokenizer = model.info().tokenizer();

    private List<String> texts(Allowed allowed) {
        return new Generator(model)
                .withMaxNew(12).withCount(200).withAllowed(allowed).generate("ab").stream()
                        .map(Generated::text)
                        .toList();
    }

    /** A word that begins another one comes, too. */
    @Test
    void oneOfTheWordsIsWritten() {
        List<String> words = List.of("abc", "ab", "dd a", "c");
        assertThat(new TreeSet<>(texts(Allowed.words(tokenizer, words)))).containsExactlyInAnyOrderElementsOf(words);
    }

    @Test
    void eachPlaceHasItsTokens() {
        List<String> texts = texts(Allowed.places(tokenizer, List.of("ab", "*", "d")));
        assertThat(texts).allMatch(text -> text.matches("[ab][abcd ]d"));
        assertThat(new TreeSet<>(texts)).hasSize(10); // 2 · 5 · 1
    }

    /** All of a finite language comes, and nothing else; an end inside another text comes, too. */
    @Test
    void aPatternIsMatchedAsAWhole() {
        List<String> texts = texts(Allowed.pattern(tokenizer, "(ab|c)d{0,2}( a)?"));
        assertThat(new TreeSet<>(texts))
                .containsExactlyInAnyOrder(
                        "ab", "abd", "abdd", "ab a", "abd a", "abdd a", "c", "cd", "cdd", "c a", "cd a", "cdd a");
        assertThat(texts(Allowed.pattern(tokenizer, "[^ad]b.[a-c]*d")))
                .allMatch(text -> "bc ".indexOf(text.charAt(0)) >= 0 && text.matches("[^ad]b.[a-c]*d?"));
    }

    /** What the pattern has and the vocabulary does not is a way that no text goes, from its first token on. */
    @Test
    void aTextNeverStandsWhereNothingMayFollow() {
        assertThat(texts(Allowed.pattern(tokenizer, "a(bx|c)|bbbz"))).containsOnly("ac");
        assertThat(texts(Allowed.pattern(tokenizer, "a\\*|\"|bb"))).containsOnly("bb");
    }

    /** An empty way is none, and what is two characters of Java is one. */
    @Test
    void signsAreNeverRead() {
        Tokenizer signs = new CharacterTokenizer("ab|*+()😀".codePoints().toArray());
        for (String wrong : List.of("a(|b)", "a||b", "*a", "(+a)", "a|", "|a", ")a", "a\\", "[]a", "[a", "a|?b")) {
            assertThatThrownBy(() -> Allowed.pattern(signs, wrong))
                    .as(wrong)
                    .isInstanceOf(IllegalArgumentException.class)
                    .hasMessageStartingWith("a pattern is a regular expression; pattern=" + wrong);
        }
        assertThat(names(signs, Allowed.pattern(signs, "\\*|\\(|😀{2}a").start()))
                .containsExactlyInAnyOrder("*", "(", "😀");
        assertThat(names(signs, Allowed.pattern(signs, ".").start()))
                .contains("😀", "a")
                .hasSize(8);
        assertThat(names(signs, Allowed.pattern(signs, "[^ab-]").start()))
                .containsExactlyInAnyOrder("|", "*", "+", "(", ")", "😀");
        assertThatThrownBy(() -> Allowed.pattern(signs, "[😀]")).hasMessageContaining("up to U+FFFF");
        Allowed.Place twice = Allowed.pattern(signs, "😀{2}a?").start();
        int smile = signs.encode("😀")[0];
        assertThat(twice.after(smile).end()).isFalse();
        assertThat(twice.after(smile).after(smile).end()).isTrue();
    }

    /** Where words stand together without a blank, the pattern would be of another text than the one that is written. */
    @Test
    void tokensThatGlueOthersDoNotCome() throws IOException {
        Tokenizer words = TokenizerJson.read(
                new ObjectMapper().readTree("{\"kind\":\"word-punctuation\",\"words\":[\"(\",\"red\",\"sky\",\")\"]}"));
        assertThat(names(words, Allowed.pattern(words, "(\\( ?)?red sky").start()))
                .containsExactly("red");
        Allowed.Place place = Allowed.pattern(words, "red( .*)?").start();
        assertThat(names(words, place.after(words.encode("red")[0])))
                .contains("sky")
                .doesNotContain("(");
    }

    /** What ends too early for its rule says so, and comes last of beams. */
    @Test
    void aRuleIsWholeOrNot() {
        Generator brief = new Generator(model).withMaxNew(3);
        assertThat(brief.withAllowed(Allowed.pattern(tokenizer, "a{5}"))
                        .generate("ab")
                        .get(0)
                        .end())
                .isEqualTo(Generated.End.LENGTH);
        assertThat(brief.withAllowed(Allowed.pattern(tokenizer, "a{3,5}"))
                        .generate("ab")
                        .get(0)
                        .end())
                .isIn(Generated.End.COMPLETE, Generated.End.MODEL);
        List<Beam> beams =
                brief.withAllowed(Allowed.pattern(tokenizer, "a{5}|d{3}")).beams("ab", 4);
        assertThat(beams).extracting(Beam::text).containsExactly("ddd", "aaa");
    }

    /** Tokens of several characters, and a blank between words. */
    @Test
    void tokensOfSeveralCharactersAreLedOnAtOnce() {
        Tokenizer words = new WordTokenizer(List.of("red", "green", "sky"));
        Allowed.Place place = Allowed.pattern(words, "(red|blue) sky").start();
        assertThat(names(words, place)).containsExactly("red");
        place = place.after(words.encode("red")[0]);
        assertThat(names(words, place)).containsExactly("sky");
        place = place.after(words.encode("sky")[0]);
        assertThat(place.end()).isTrue();
        assertThat(place.tokens().isEmpty()).isTrue();
    }

    private static List<String> names(Tokenizer tokenizer, Allowed.Place place) {
        return place.tokens().stream().mapToObj(tokenizer::symbol).toList();
    }

    /** Chances among what is allowed are the model's own: the most probable one wins. */
    @Test
    void temperatureZeroTakesTheMostProbableThatIsAllowed() {
        Generator bold = new Generator(model)
                .withMaxNew(1)
                .withSampling(Sampling.defaults().withTemperature(0));
        double[] next = model.inference().next(model.info().data().framing().frame(tokenizer, tokenizer.encode("ab")));
        int[] two = tokenizer.encode("cd");
        String expected = next[two[0]] >= next[two[1]] ? "c" : "d";
        assertThat(bold.withAllowed(Allowed.places(tokenizer, List.of("cd")))
                        .generate("ab")
                        .get(0)
                        .text())
                .isEqualTo(expected);
    }

    @Test
    void whatCannotBeWrittenIsRefused() {
        assertThatThrownBy(() -> Allowed.words(tokenizer, List.of()))
                .hasMessage("a trie must have an end: there must be a word; words=0");
        assertThatThrownBy(() -> Allowed.words(tokenizer, List.of("ab", "xy")))
                .hasMessage("what is allowed must be something that the model can write; allowed=xy, unknown=[x, y]");
        assertThatThrownBy(() -> Allowed.places(tokenizer, List.of("a", "")))
                .hasMessageContaining("allowed=, unknown=");
        assertThatThrownBy(() -> Allowed.pattern(tokenizer, "x[yz]"))
                .hasMessage("a pattern must match something that the model can write; pattern=x[yz]");
        assertThatThrownBy(() -> Allowed.pattern(tokenizer, "(a"))
                .hasMessageStartingWith("a pattern is a regular expression; pattern=(a: ");
        for (String other : List.of("\\d+", "^a", "a$", "(?i)a")) {
            assertThatThrownBy(() -> Allowed.pattern(tokenizer, other)).hasMessageContaining("there is no ");
        }
        assertThatThrownBy(() -> Allowed.pattern(tokenizer, ""))
                .hasMessage("a pattern has from 1 to 1000 characters; characters=0");
        assertThat(Allowed.places(new ProteinTokenizer(), List.of("AC", "*"))
                        .start()
                        .tokens()
                        .cardinality())
                .isEqualTo(2);
    }
}
