package io.github.performer4j.checkpoint;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.github.performer4j.data.token.ProteinTokenizer;
import io.github.performer4j.data.token.Tokenizer;
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
        assertThat(Allowed.places(new ProteinTokenizer(), List.of("AC", "*"))
                        .start()
                        .tokens()
                        .cardinality())
                .isEqualTo(2);
    }
}
