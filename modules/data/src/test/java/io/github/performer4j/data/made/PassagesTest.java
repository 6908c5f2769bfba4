package io.github.performer4j.data.made;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import io.github.performer4j.data.Corpus;
import io.github.performer4j.data.CorpusExamples;
import io.github.performer4j.data.example.Example;
import io.github.performer4j.data.example.ExampleColumns;
import io.github.performer4j.data.read.DataConfig;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.HashMap;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** No passage's neighbour is on another side, and every passage is where the text has it. */
class PassagesTest {
    private static final Path NOVELS = Path.of("../../datasets/text/jane-austen");

    @TempDir
    private Path folder;

    @ParameterizedTest
    @ValueSource(ints = {11, 97, 1_009})
    void neighboursAreNeverOnTwoSides(int passages) {
        for (long seed = 0; seed < 200; seed++) {
            Passages settings = new Passages(seed, 8, 3, 0.2, 0.3);
            String[] sides = PassageSides.of(settings, 4, passages);
            assertThat(sides).hasSize(passages).isEqualTo(PassageSides.of(settings, 4, passages));
            for (int p = 1; p < passages; p++) {
                String pair = sides[p - 1] + " " + sides[p];
                assertThat(sides[p].equals(sides[p - 1]) || pair.contains("none"))
                        .as(pair)
                        .isTrue();
            }
            assertThat(sides).contains("train", "valid", "test");
        }
    }

    /** Blocks are drawn at their shares: what is cleared at borders comes from the training side wherever that is one of the two. */
    @Test
    void sharesAreThoseOfTheBlocks() {
        String[] sides = PassageSides.of(new Passages(1, 8, 10, 0.1, 0.2), 0, 10_000);
        long train = Arrays.stream(sides).filter("train"::equals).count();
        long valid = Arrays.stream(sides).filter("valid"::equals).count();
        long test = Arrays.stream(sides).filter("test"::equals).count();
        assertThat(valid / 1e4).isCloseTo(0.1, within(0.005));
        assertThat(test / 1e4).isCloseTo(0.2, within(0.01));
        assertThat(train).isBetween(6_300L, 7_000L);
        assertThat(sides).isNotEqualTo(PassageSides.of(new Passages(1, 8, 10, 0.1, 0.2), 1, 10_000));
    }

    @Test
    void theNovelsComeBackPassageByPassage() throws IOException {
        Path table = folder.resolve("passages.tsv.gz");
        MadeSummary made = Passages.defaults(1).write(NOVELS, table);
        assertThat(made.classes()).containsOnlyKeys("train", "valid", "test", "none");
        long all = made.classes().keySet().stream().mapToLong(made::count).sum();
        assertThat(all).isBetween(4_025_028 / 256 - 6L, 4_025_028 / 256L); // the end of each novel is on no side
        assertThat(made.majority("train")).isBetween(0.2, 0.25);
        Map<String, String> novel = new HashMap<>();
        Map<String, String> sides = new HashMap<>();
        ExampleColumns columns =
                ExampleColumns.defaults().withId("id").withLabels("label").withSplit("split");
        Corpus corpus =
                Corpus.open(table, DataConfig.defaults().withTokens("byte").withColumns(columns), null);
        try (CorpusExamples examples = corpus.examples()) {
            for (Example e = examples.next(); e != null; e = examples.next()) {
                assertThat(e.texts().get(0).codePointCount(0, e.texts().get(0).length()))
                        .isEqualTo(256);
                novel.put(e.id(), e.texts().get(0));
                sides.put(e.id(), e.split());
            }
        }
        assertThat(novel).hasSize((int) (all - made.count("none")));
        assertThat(novel.values()).doesNotHaveDuplicates();
        String emma = gunzip(NOVELS.resolve("emma.txt.gz"));
        novel.forEach((id, text) -> {
            if (id.startsWith("emma-")) {
                int at = Integer.parseInt(id.substring("emma-".length()));
                assertThat(emma.substring(at * 256, at * 256 + 256)).isEqualTo(text);
                String next = sides.get("emma-%06d".formatted(at + 1));
                assertThat(next).isIn(null, sides.get(id));
            }
        });
    }

    private static String gunzip(Path file) throws IOException {
        try (var in = new java.util.zip.GZIPInputStream(Files.newInputStream(file))) {
            return new String(in.readAllBytes(), java.nio.charset.StandardCharsets.UTF_8);
        }
    }

    @Test
    void whatGivesNoSidesIsRefused() throws IOException {
        Path one = Files.createDirectories(folder.resolve("one"));
        Files.writeString(one.resolve("a.txt"), "x".repeat(100));
        assertThatThrownBy(() -> Passages.defaults(1).write(one, folder.resolve("t.tsv")))
                .hasMessageContaining("passages need a folder of two texts (.txt) or more; found=1");
        Files.writeString(one.resolve("b.txt"), "y".repeat(100));
        assertThatThrownBy(() -> new Passages(1, 8, 3, 0.3, 0.7)).hasMessageContaining("valid=0.3, test=0.7");
        assertThatThrownBy(() -> new Passages(1, 8, 2, 0.1, 0.1)).hasMessageContaining("block=2");
        assertThatThrownBy(() -> new Passages(1, 8, 6, 0.1, 0.1).write(one, folder.resolve("t.tsv")))
                .hasMessage("a text must have a block for each side; text=1, passages=12, block=6");
        assertThat(folder.resolve("t.tsv.part")).doesNotExist();
    }
}
