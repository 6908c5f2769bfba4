package io.github.performer4j.data.token;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.github.performer4j.kernels.math.CounterRandom;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class BpeTrainerTest {
    private static final int BYTES = 256;

    /** Words over three letters, with many repetitions and ties. */
    private static List<String> words(long seed) {
        CounterRandom draws = CounterRandom.of(seed, 0);
        return IntStream.range(0, 200)
                .mapToObj(i -> {
                    StringBuilder word = new StringBuilder();
                    for (int k = draws.nextInt(9); k >= 0; k--) {
                        word.append((char) ('a' + draws.nextInt(3)));
                    }
                    return word.toString();
                })
                .toList();
    }

    private static List<String> merges(JsonTokenizer tokenizer) throws IOException {
        JsonNode list =
                new ObjectMapper().readTree(tokenizer.json()).get("model").get("merges");
        List<String> merges = new ArrayList<>();
        list.forEach(merge -> merges.add(merge.asText()));
        return merges;
    }

    /** The textbook: count all pairs of all words anew for each merge. */
    private static List<String> textbook(List<String> words, int merges) {
        List<List<String>> split = new ArrayList<>();
        for (int i = 0; i < words.size(); i++) {
            String word = (i == 0 ? "" : "Ġ") + words.get(i);
            split.add(new ArrayList<>(
                    word.chars().mapToObj(c -> String.valueOf((char) c)).toList()));
        }
        Map<String, Integer> ids = new HashMap<>();
        for (char c : "abcĠ".toCharArray()) { // in the order of the alphabet
            ids.put(String.valueOf(c), ids.size());
        }
        List<String> result = new ArrayList<>();
        while (result.size() < merges) {
            Map<List<String>, Integer> counts = new HashMap<>();
            for (List<String> word : split) {
                for (int i = 0; i + 1 < word.size(); i++) {
                    counts.merge(List.of(word.get(i), word.get(i + 1)), 1, Integer::sum);
                }
            }
            List<String> best = null;
            for (List<String> pair : counts.keySet()) {
                int more = best == null ? 1 : counts.get(pair) - counts.get(best);
                int left = best == null ? 0 : ids.get(best.get(0)) - ids.get(pair.get(0));
                int right = best == null ? 0 : ids.get(best.get(1)) - ids.get(pair.get(1));
                if (more > 0 || (more == 0 && (left > 0 || (left == 0 && right > 0)))) {
                    best = pair;
                }
            }
            result.add(best.get(0) + " " + best.get(1));
            String merged = best.get(0) + best.get(1);
            ids.putIfAbsent(merged, ids.size());
            for (List<String> word : split) {
                for (int i = 0; i + 1 < word.size(); i++) {
                    if (word.get(i).equals(best.get(0)) && word.get(i + 1).equals(best.get(1))) {
                        word.set(i, merged);
                        word.remove(i + 1);
                    }
                }
            }
        }
        return result;
    }

    @ParameterizedTest
    @ValueSource(longs = {1, 2, 3, 4, 5})
    void mergesAreTheTextbooks(long seed) throws IOException {
        List<String> words = words(seed);
        JsonTokenizer tokenizer =
                new BpeTrainer(List.of()).add(String.join(" ", words)).train(BYTES + 40, 1);
        assertThat(merges(tokenizer)).startsWith(textbook(words, 40).toArray(String[]::new));
        assertThat(tokenizer.size()).isEqualTo(BYTES + 40);
    }

    /** The library applies the merges in their order, whatever the length of the word. */
    @Test
    void encodingAppliesTheMergesInTheirOrder() throws IOException {
        JsonTokenizer tokenizer =
                new BpeTrainer(List.of()).add(String.join(" ", words(9))).train(BYTES + 30, 1);
        List<String> merges = merges(tokenizer);
        for (String word : words(10)) {
            List<String> pieces = new ArrayList<>(
                    word.chars().mapToObj(c -> String.valueOf((char) c)).toList());
            for (String merge : merges) {
                String[] pair = merge.split(" ");
                for (int i = 0; i + 1 < pieces.size(); i++) {
                    if (pieces.get(i).equals(pair[0]) && pieces.get(i + 1).equals(pair[1])) {
                        pieces.set(i, pair[0] + pair[1]);
                        pieces.remove(i + 1);
                    }
                }
            }
            assertThat(IntStream.of(tokenizer.encode(word)).mapToObj(tokenizer::symbol))
                    .containsExactlyElementsOf(pieces);
        }
    }

    @Test
    void theOrderOfTextsDoesNotMatterAndFilesAreReadInStretches(@TempDir Path folder) throws IOException {
        StringBuilder text = new StringBuilder();
        for (int i = 0; i < 9000; i++) {
            text.append("Line ").append(i % 37).append(" of text;\n");
        }
        Path file = Files.writeString(folder.resolve("a.txt"), text);
        JsonTokenizer ab = new BpeTrainer(BpeTrainer.SPECIALS)
                .add(file)
                .add("some more, more")
                .train(300, 2);
        JsonTokenizer ba = new BpeTrainer(BpeTrainer.SPECIALS)
                .add("some more, more")
                .add(text)
                .train(300, 2);
        assertThat(text).hasSizeGreaterThan(2 << 16);
        assertThat(ab).isEqualTo(ba);
        assertThat(ab.specials()).isEqualTo(new Specials(0, 1, 2, 3, -1, -1, Set.of()));
    }

    @Test
    void trainingEndsWhereNothingRepeats() throws IOException {
        assertThat(new BpeTrainer(List.of()).train(1000, 1).size()).isEqualTo(BYTES);
        JsonTokenizer once = new BpeTrainer(List.of()).add("abc abd").train(1000, 2);
        assertThat(merges(once)).containsExactly("a b");
        assertThatThrownBy(() -> new BpeTrainer(BpeTrainer.SPECIALS).train(259, 2))
                .hasMessageContaining("vocabulary=259, needed=260, least=2");
        assertThatThrownBy(() -> new BpeTrainer(BpeTrainer.SPECIALS).train(300, 0))
                .hasMessageContaining("least=0");
    }

    /** GPT-2's own table: a blank is Ġ, a line end Ċ, and no two bytes share a character. */
    @Test
    void bytesHaveTheCharactersOfGpt2() {
        assertThat(ByteAlphabet.write(" \n a\u00e9")).isEqualTo("ĠĊĠaÃ©");
        assertThat(new String(ByteAlphabet.characters()).chars().distinct()).hasSize(BYTES);
    }
}
