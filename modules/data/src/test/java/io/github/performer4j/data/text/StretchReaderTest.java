package io.github.performer4j.data.text;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.github.performer4j.data.files.DataFileException;
import io.github.performer4j.data.token.JsonSamples;
import io.github.performer4j.data.token.JsonTokenizer;
import io.github.performer4j.kernels.math.CounterRandom;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class StretchReaderTest {
    private static final String[] WORDS = {
        "the",
        "naïve",
        "don't",
        "x1",
        "1234567",
        "...",
        "end.",
        "\"said",
        "Москва",
        "你好",
        "\uD83D\uDE00",
        "e\u0301",
        "[SEP]",
        "-"
    };
    private static final String[] BLANKS = {
        " ",
        " ",
        " ",
        "  ",
        "\t",
        "\n",
        "\r\n",
        "\n\n\n",
        " \n  \n ",
        "\u00a0",
        "\u3000\n",
        "\u0085",
        "\u2028",
        "\n\t\t"
    };

    @TempDir
    Path dir;

    /** Words and blanks of all sorts in seeded order. */
    private static String text(long seed, int words) {
        CounterRandom draws = CounterRandom.of(seed, 0);
        StringBuilder text = new StringBuilder();
        for (int i = 0; i < words; i++) {
            text.append(WORDS[draws.nextInt(WORDS.length)]).append(BLANKS[draws.nextInt(BLANKS.length)]);
        }
        return text.toString();
    }

    private List<String> stretches(String text, int stretch) throws IOException {
        Path file = Files.writeString(dir.resolve("t.txt"), text);
        List<String> all = new ArrayList<>();
        try (StretchReader reader = new StretchReader(file, 0, Long.MAX_VALUE, stretch, 100_000)) {
            for (String part = reader.next(); part != null; part = reader.next()) {
                all.add(part);
            }
            assertThat(reader.ended()).isTrue();
        }
        return all;
    }

    /** GPT-2's pattern, BERT's rule, Unigram behind blanks, and the pattern of GPT-4 and Llama 3. */
    @ParameterizedTest
    @ValueSource(strings = {"gpt2", "minilm", "unigram", "llama3"})
    void tokensOfStretchesAreThoseOfTheWhole(String name) throws IOException {
        JsonTokenizer tokenizer = JsonTokenizer.of(
                switch (name) {
                    case "minilm" -> JsonSamples.miniLm();
                    case "gpt2" -> JsonSamples.blanks();
                    case "llama3" -> JsonSamples.llama3();
                    default -> JsonSamples.golden(name + ".json");
                });
        for (long seed = 0; seed < 20; seed++) {
            String text = text(seed, 400);
            List<String> stretches = stretches(text, 300);
            assertThat(stretches).hasSizeGreaterThan(5);
            assertThat(String.join("", stretches)).isEqualTo(text);
            int[] joined = stretches.stream()
                    .flatMapToInt(part -> Arrays.stream(tokenizer.encode(part)))
                    .toArray();
            assertThat(joined).as("seed %d", seed).containsExactly(tokenizer.encode(text));
        }
    }

    @Test
    void linesComeBeforeBlanksAndLettersBeforeSigns() {
        assertThat(TextStretches.lastCut("one two.\n three\n four five")).isEqualTo("one two.\n three".length());
        assertThat(TextStretches.lastCut("one two.\n three four")).isEqualTo("one two.".length());
        assertThat(TextStretches.lastCut("one two. three, four")).isEqualTo("one".length());
        assertThat(TextStretches.lastCut("one, two")).isEqualTo("one,".length());
        assertThat(TextStretches.lastCut(" one")).isZero();
        assertThat(TextStretches.lastCut("one \n\n ")).isEqualTo("one".length());
    }

    @Test
    void aWordLongerThanAStretchIsTakenWholeUpToALimit() throws IOException {
        String word = "x".repeat(99_000);
        assertThat(stretches("a " + word + " b", 300)).containsExactly("a", " " + word + " b");
        assertThat(stretches(word, 300)).containsExactly(word);
        assertThat(stretches("", 300)).isEmpty();
        assertThatThrownBy(() -> stretches("a\nb" + "x".repeat(200_000), 300))
                .isInstanceOf(DataFileException.class)
                .hasMessageContaining("t.txt")
                .hasMessageContaining("a line end or a blank in every 100000 characters");
    }

    @Test
    void aPartOfAFileKnowsItsLine() throws IOException {
        Path file = Files.writeString(dir.resolve("t.txt"), "ab\ncd\nef gh\n");
        try (StretchReader reader = new StretchReader(file, 5, 11, 300, 300)) {
            assertThat(reader.line()).isEqualTo(2);
            assertThat(reader.next()).isEqualTo("\nef gh");
            assertThat(reader.next()).isNull();
        }
        try (StretchReader reader = new StretchReader(file, 6, 11, 300, 300)) {
            assertThat(reader.line()).isEqualTo(3);
        }
    }
}
