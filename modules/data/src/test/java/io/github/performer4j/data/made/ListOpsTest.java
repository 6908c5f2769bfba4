package io.github.performer4j.data.made;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import io.github.performer4j.data.Corpus;
import io.github.performer4j.data.CorpusExamples;
import io.github.performer4j.data.example.Example;
import io.github.performer4j.data.example.ExampleColumns;
import io.github.performer4j.data.made.ListOpsExpression.Digit;
import io.github.performer4j.data.made.ListOpsExpression.Operation;
import io.github.performer4j.data.read.DataConfig;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Deque;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.stream.LongStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Expressions by the arena's specification: values by a stack machine that knows only the text, bounds, frequencies of the draws. */
class ListOpsTest {
    @TempDir
    private Path folder;

    /** Reads symbols from the left with a stack, as one would by hand; knows nothing of trees. */
    private static int byHand(String text) {
        Deque<List<Integer>> open = new ArrayDeque<>();
        Deque<String> names = new ArrayDeque<>();
        open.push(new ArrayList<>());
        for (String symbol : text.split(" ")) {
            if (symbol.startsWith("[")) {
                names.push(symbol.substring(1));
                open.push(new ArrayList<>());
            } else if (symbol.equals("]")) {
                List<Integer> values = open.pop();
                open.element().add(apply(names.pop(), values));
            } else {
                open.element().add(Integer.parseInt(symbol));
            }
        }
        assertThat(names).isEmpty();
        assertThat(open.element()).hasSize(1);
        return open.element().get(0);
    }

    private static int apply(String name, List<Integer> values) {
        if (name.equals("MIN")) {
            return Collections.min(values);
        }
        if (name.equals("MAX")) {
            return Collections.max(values);
        }
        if (name.equals("SM")) {
            int sum = 0;
            for (int value : values) {
                sum = (sum + value) % 10;
            }
            return sum;
        }
        assertThat(name).isEqualTo("MED");
        List<Integer> left = new ArrayList<>(values); // what is left after the extremes have gone, two at a time
        while (left.size() > 2) {
            left.remove(Collections.min(left));
            left.remove(Collections.max(left));
        }
        return (int) Math.floor(left.stream().mapToInt(v -> v).average().orElseThrow());
    }

    @Test
    void valuesAreThoseOfAnEvaluatorThatReadsTheText() {
        ListOps small = new ListOps(3, 1, 300, 10, 10);
        Set<Integer> values = new HashSet<>();
        for (int i = 0; i < 2_000; i++) {
            ListOpsExpression e = small.expression(i);
            assertThat(e.value()).as(e.text()).isEqualTo(byHand(e.text()));
            assertThat(e.text().split(" ")).hasSize(e.length());
            values.add(e.value());
        }
        assertThat(values).hasSize(10);
        assertThat(byHand("[MAX 2 9 [MIN 4 7 ] 0 ]")).isEqualTo(9);
        assertThat(byHand("[MED 1 2 8 9 ]")).isEqualTo(5);
        assertThat(byHand("[SM 9 8 [MED 3 4 ] ]")).isZero();
    }

    @Test
    void theArenasTaskKeepsItsBounds() {
        ListOps arena = ListOps.longRangeArena(7);
        List<ListOpsExpression> drawn =
                LongStream.range(0, 200).mapToObj(arena::expression).toList();
        assertThat(drawn).allSatisfy(e -> {
            assertThat(e.length()).isBetween(501, 1_999);
            assertThat(e.depth()).isLessThanOrEqualTo(10);
            assertThat(e.arguments()).isLessThanOrEqualTo(10);
        });
        assertThat(drawn).anyMatch(e -> e.depth() == 10).anyMatch(e -> e.arguments() == 10);
        assertThat(drawn.get(9)).isEqualTo(ListOps.longRangeArena(7).expression(9));
        assertThat(drawn.get(9)).isNotEqualTo(ListOps.longRangeArena(8).expression(9));
    }

    /** Without a bound on the length, the laws of the draws show: P(operation) = 1/4, 2 … 10 arguments and four operators alike often. */
    @Test
    void drawsFollowTheSpecification() {
        ListOps free = new ListOps(5, 1, ListOps.MOST, 3, 10);
        int roots = 20_000;
        int operations = 0;
        int[] arguments = new int[11];
        int[] operators = new int[4];
        for (int i = 0; i < roots; i++) {
            if (free.expression(i) instanceof Operation o) {
                operations++;
                arguments[o.operands().size()]++;
                operators[o.operator().ordinal()]++;
                assertThat(o.operands()).allMatch(e -> e.depth() <= 2);
            }
        }
        assertThat((double) operations / roots).isCloseTo(ListOps.OPERATION, within(0.012)); // four deviations
        for (int n = 2; n <= 10; n++) {
            assertThat((double) arguments[n] / operations).isCloseTo(1.0 / 9, within(0.018));
        }
        for (int n : operators) {
            assertThat((double) n / operations).isCloseTo(0.25, within(0.025));
        }
        assertThat(free.expression(0)).isInstanceOfAny(Digit.class, Operation.class);
    }

    @Test
    void theTableComesBackWithoutRepetitions() throws IOException {
        ListOps settings = new ListOps(1, 4, 12, 4, 3);
        Path file = folder.resolve("listops.tsv");
        MadeSummary made = settings.write(file, new Sides(700, 50, 30));
        assertThat(made.count("train")).isEqualTo(700);
        assertThat(made.classes()).containsOnlyKeys("train", "valid", "test");
        assertThat(made.majority("train")).isBetween(0.1, 0.3);
        Path again = folder.resolve("again.tsv");
        settings.write(again, new Sides(700, 50, 30));
        assertThat(again).hasSameBinaryContentAs(file);
        DataConfig config = DataConfig.defaults()
                .withTokens("word")
                .withColumns(ExampleColumns.defaults().withLabels("label").withSplit("split"));
        Corpus corpus = Corpus.open(file, config, null);
        assertThat(corpus.tokenizer().replacements()).isEqualTo(15); // four operators, ten digits, a bracket
        Set<String> texts = new HashSet<>();
        try (CorpusExamples examples = corpus.examples()) {
            for (Example e = examples.next(); e != null; e = examples.next()) {
                assertThat(e.labels())
                        .containsExactly(String.valueOf(byHand(e.texts().get(0))));
                texts.add(e.texts().get(0));
            }
        }
        assertThat(texts).hasSize(780);
    }

    @Test
    void whatCannotBeDrawnIsRefused() throws IOException {
        assertThatThrownBy(() -> new ListOps(1, 2, 3, 4, 4).expression(0))
                .hasMessageStartingWith("there must be trees of such lengths among 1000000; minLength=2");
        assertThatThrownBy(() -> new ListOps(1, 5, 4, 4, 4)).hasMessageContaining("minLength=5, maxLength=4");
        assertThatThrownBy(() -> new ListOps(1, 1, 1, 2, 2).write(folder.resolve("x.tsv"), new Sides(11, 0, 0)))
                .hasMessageContaining("wanted=11, found=10");
        assertThat(folder).isEmptyDirectory();
        Path there = Files.createFile(folder.resolve("there.tsv"));
        assertThatThrownBy(() -> ListOps.longRangeArena(1).write(there, new Sides(1, 0, 0)))
                .hasMessageContaining("there.tsv: the output must be a new file; found one");
    }
}
