package io.github.performer4j.training.score;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/**
 * Entities by conlleval's rules, written by hand; laws of figures. seqeval's numbers are in {@link EntitiesGoldenTest}.
 */
class TagFiguresTest {
    private static final List<String> LABELS = List.of("O", "B-A", "I-A", "E-A", "S-A", "B-B", "I-B", "E-B", "S-B");

    /** Spans as type and first to last token. */
    @ParameterizedTest
    @CsvSource({
        "O O O, ''",
        "B-A, A0-0",
        "B-A I-A O, A0-1",
        "O B-A I-A, A1-2",
        "B-A B-A, A0-0 A1-1",
        "B-A I-A B-A I-A, A0-1 A2-3",
        "I-A, A0-0", // IOB1: no B- is needed
        "O I-A I-A O, A1-2",
        "I-A B-A, A0-0 A1-1",
        "B-A I-B, A0-0 B1-1", // another type begins another entity
        "I-A I-B I-A, A0-0 B1-1 A2-2",
        "B-A O I-A, A0-0 A2-2",
        "B-A B-B I-B I-A, A0-0 B1-2 A3-3",
        "S-A, A0-0",
        "S-A S-A, A0-0 A1-1",
        "B-A I-A E-A, A0-2",
        "B-A E-A B-A E-A, A0-1 A2-3",
        "E-A, A0-0", // an end without a beginning
        "E-A E-A, A0-0 A1-1",
        "I-A E-A I-A, A0-1 A2-2",
        "S-A I-A, A0-0 A1-1",
        "B-A S-A I-A, A0-0 A1-1 A2-2",
        "B-A E-B, A0-0 B1-1",
        "E-A B-A, A0-0 A1-1",
        "B-A I-A S-A E-A, A0-1 A2-2 A3-3"
    })
    void spansAreThoseOfConlleval(String tags, String spans) {
        List<String> found = TagScheme.of(LABELS).entities(tags(tags)).stream()
                .map(e -> e.type() + e.from() + "-" + (e.to() - 1))
                .toList();
        assertThat(String.join(" ", found)).isEqualTo(spans);
    }

    /** Any set of spans that do not overlap is read back, in IOB2 and in IOBES. */
    @Test
    void whatIsWrittenIsReadBack() {
        Random random = new Random(9);
        for (int trial = 0; trial < 200; trial++) {
            List<TagScheme.Entity> entities = new ArrayList<>();
            List<String> iob2 = new ArrayList<>();
            List<String> iobes = new ArrayList<>();
            while (iob2.size() < 23) {
                if (random.nextInt(3) == 0) {
                    iob2.add("O");
                    iobes.add("O");
                    continue;
                }
                String type = random.nextBoolean() ? "A" : "B";
                int length = 1 + random.nextInt(4);
                entities.add(new TagScheme.Entity(type, iob2.size(), iob2.size() + length));
                for (int i = 0; i < length; i++) {
                    iob2.add((i == 0 ? "B-" : "I-") + type);
                    iobes.add((length == 1 ? "S-" : i == 0 ? "B-" : i == length - 1 ? "E-" : "I-") + type);
                }
            }
            TagScheme scheme = TagScheme.of(LABELS);
            assertThat(scheme.entities(tags(String.join(" ", iob2)))).isEqualTo(entities);
            assertThat(scheme.entities(tags(String.join(" ", iobes)))).isEqualTo(entities);
        }
    }

    /**
     * True: A0-1, B3-3, A5-5. Predicted: A0-1, A3-3 (type), A5-6 (end), B8-8. One of four is right, one of three found.
     */
    @Test
    void typeAndBothEndsMustBeRight() {
        TagFigures figures = TagFigures.of(LABELS);
        figures.add(tags("B-A I-A O B-B O B-A O O O"), tags("B-A I-A O B-A O B-A I-A O B-B"));
        assertThat(figures.figures())
                .containsEntry("entityPrecision", 0.25)
                .containsEntry("entityRecall", 1 / 3.0)
                .containsEntry("entityF1", 2 / 7.0)
                .containsEntry("accuracy", 6 / 9.0);
        assertThat(figures.perType())
                .containsExactly(Map.entry("A", ClassFigure.of(1, 2, 3)), Map.entry("B", ClassFigure.of(0, 1, 1)));
        assertThat(figures.count()).isEqualTo(9);
    }

    @Test
    void entitiesEndWithTheirSequence() {
        TagFigures apart = TagFigures.of(LABELS);
        apart.add(tags("B-A"), tags("B-A"));
        apart.add(tags("I-A"), tags("I-A"));
        assertThat(apart.perType().get("A").support()).isEqualTo(2);
        TagFigures together = TagFigures.of(LABELS);
        together.add(tags("B-A I-A"), tags("B-A I-A"));
        assertThat(together.perType().get("A").support()).isEqualTo(1);
    }

    @Test
    void mergedIsWhole() {
        Random random = new Random(2);
        TagFigures whole = TagFigures.of(LABELS);
        TagFigures left = TagFigures.of(LABELS);
        TagFigures right = TagFigures.of(LABELS);
        for (int i = 0; i < 40; i++) {
            int[] truth = random.ints(random.nextInt(12), 0, LABELS.size()).toArray();
            int[] predicted =
                    Arrays.stream(truth).map(t -> random.nextInt(3) > 0 ? t : 0).toArray();
            whole.add(truth, predicted);
            (i < 13 ? left : right).add(truth, predicted);
        }
        TagFigures merged = left.plus(right);
        assertThat(merged.figures()).isEqualTo(whole.figures());
        assertThat(merged.perType()).isEqualTo(whole.perType());
        assertThat(merged.count()).isEqualTo(whole.count());
        assertThat(whole.figures().get("entityF1")).isStrictlyBetween(0.1, 0.9);
    }

    /** H, E, C are states of each residue, not prefixes: there are figures over tokens only. */
    @Test
    void labelsWithoutPrefixesHaveNoEntities() {
        TagFigures figures = TagFigures.withTraining(List.of("H", "E", "C"), 1, 5, 2);
        figures.add(new int[] {0, 0, 1, 2}, 0, 1, 1, 2);
        assertThat(figures.figures()).containsOnlyKeys("accuracy", "macroF1", "matthews");
        assertThat(figures.perType()).isEmpty();
        assertThat(figures.baselines()).containsEntry("majorityAccuracy", 0.25);
    }

    @Test
    void noFigureOfNothing() {
        TagFigures none = TagFigures.of(LABELS);
        none.add(new int[0]);
        Expect.undefined(6, none.figures());
        TagFigures outside = TagFigures.of(LABELS);
        outside.add(new int[] {0}, 0);
        assertThat(outside.figures()).containsEntry("entityF1", 0.0).containsEntry("accuracy", 1.0);
    }

    @Test
    void refusalsNameRuleAndValues() {
        List<String> mixed = List.of("O", "B-A", "X");
        Expect.refused(() -> TagFigures.of(mixed), "labels must be O or B-, I-, E-, S- and a type; label=X");
        assertThat(TagFigures.ofTokens(mixed).figures()).hasSize(3);
        Expect.refused(() -> TagFigures.of(List.of("O", "O")), "labels must differ; label=O");
        Expect.refused(() -> TagFigures.of(List.of()), "classes must be positive; classes=0");
        Expect.refused(
                () -> TagFigures.withTraining(List.of("H"), 1, 2),
                "there must be a count for each label; labels=1, counts=2");
        TagFigures figures = TagFigures.of(LABELS);
        Expect.refused(() -> figures.add(new int[] {0}), "lengths must agree; truth=1, predicted=0");
        Expect.refused(
                () -> figures.add(new int[] {0, 9}, 0, 0), "truth must be one of the classes; truth=9, classes=9");
        Expect.refused(
                () -> figures.plus(TagFigures.of(List.of("O", "B-A"))),
                "labels must agree; left=" + LABELS + ", right=[O, B-A]");
        assertThat(figures.count()).isZero();
        assertThat(figures.figures().get("accuracy")).isNull();
    }

    private static int[] tags(String tags) {
        return Arrays.stream(tags.split(" ")).mapToInt(LABELS::indexOf).toArray();
    }
}
