package io.github.performer4j.checkpoint;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Classes and sets of labels, beside what the net says of rows framed and cut by hand. */
class ClassifierTest {
    /** float32: padding and batching reorder sums. */
    private static final double TOLERANCE = 1e-6;

    private static void same(Classified found, double... expected) {
        assertThat(found.scores()).hasSize(expected.length);
        for (int c = 0; c < expected.length; c++) {
            assertThat(found.scores().get(c).label()).isEqualTo(Uses.CLASSES.get(c));
            assertThat(found.scores().get(c).probability()).isCloseTo(expected[c], within(TOLERANCE));
        }
    }

    private static double[] doubles(float... values) {
        double[] doubles = new double[values.length];
        Arrays.setAll(doubles, i -> values[i]);
        return doubles;
    }

    private static double[] probabilities(Classified found) {
        return found.scores().stream()
                .mapToDouble(Classified.Score::probability)
                .toArray();
    }

    @ParameterizedTest
    @ValueSource(booleans = {false, true})
    void aTextThatFitsIsOneRow(boolean multiLabel) {
        PerformerModel model = Uses.classifier(multiLabel);
        Classified found = model.classify("MKTAYIA");
        same(found, doubles(Uses.byHand(model, Uses.framed(model, "MKTAYIA"))));
        assertThat(found.windows()).isEqualTo(1);
        assertThat(Arrays.stream(probabilities(found)).sum() - 1)
                .matches(rest -> multiLabel || Math.abs(rest) < TOLERANCE);
        assertThat(found.probability("green")).isEqualTo(found.scores().get(1).probability());
        assertThatThrownBy(() -> found.probability("pink"))
                .hasMessage("unknown label; label=pink, known=[red, green, blue]");
    }

    /** 30 residues and their frame are 32 tokens, three windows of 10, 11 and 11. */
    @Test
    void aLongTextIsTheMeanOfItsWindowsByTheirTokens() {
        PerformerModel model = Uses.classifier(false);
        String text = "MKTAYIAKQRQISFVKSHFSRQLEERLGLI";
        int[] row = Uses.framed(model, text);
        assertThat(row).hasSize(32);
        double[] expected = new double[3];
        int[] ends = {0, 10, 21, 32};
        for (int w = 0; w < 3; w++) {
            float[] p = Uses.byHand(model, Arrays.copyOfRange(row, ends[w], ends[w + 1]));
            for (int c = 0; c < 3; c++) {
                expected[c] += (ends[w + 1] - ends[w]) / 32.0 * p[c];
            }
        }
        Classified found = model.classify(text);
        same(found, expected);
        assertThat(found.windows()).isEqualTo(3);
    }

    @Test
    void manyTextsAreClassifiedAsEachAloneAndInTheirOrder() {
        PerformerModel model = Uses.classifier(false);
        List<String> texts = new ArrayList<>(Uses.proteins(60));
        Collections.shuffle(texts, new java.util.Random(1));
        List<Classified> all = model.classify(texts);
        assertThat(all).hasSameSizeAs(texts);
        for (int i = 0; i < texts.size(); i++) {
            Classified alone = model.classify(texts.get(i));
            same(all.get(i), probabilities(alone));
            assertThat(all.get(i).windows()).isEqualTo(alone.windows());
        }
        assertThat(model.classify(texts)).isEqualTo(all);
        assertThat(model.classify(List.<String>of())).isEmpty();
    }

    /** Own tokenizers have no separator: EOS stands between the texts. */
    @Test
    void aPairIsOneRow() {
        PerformerModel model = Uses.classifier(false);
        int[] first = model.info().tokenizer().encode("MKT");
        int[] second = model.info().tokenizer().encode("AYIAK");
        int eos = model.info().tokenizer().eos();
        int[] row = new int[11];
        row[0] = model.info().tokenizer().bos();
        System.arraycopy(first, 0, row, 1, 3);
        row[4] = eos;
        System.arraycopy(second, 0, row, 5, 5);
        row[10] = eos;
        same(model.classify("MKT", "AYIAK"), doubles(Uses.byHand(model, row)));
        assertThat(model.classify("AYIAK", "MKT")).isNotEqualTo(model.classify("MKT", "AYIAK"));
        assertThatThrownBy(() -> model.classify("MKTAYI", "AKQRQ"))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage("a pair must fit the model's window; first=6, second=5, room=10, window=13");
        assertThatThrownBy(() -> model.classify("", "AKQRQ"))
                .hasMessage("each text of a pair must have a token; first=0, both=5");
        assertThatThrownBy(() -> model.classify("AKQRQ", ""))
                .hasMessage("each text of a pair must have a token; first=5, both=5");
    }

    @Test
    void aSetHasTheLabelsFromOneHalfOn() {
        Classified set = new Classified(scores(0.5, 0.499, 0.9), true, 1);
        assertThat(set.labels()).containsExactly("red", "blue");
        assertThat(new Classified(scores(0.1, 0.2, 0.3), true, 1).labels()).isEmpty();
        Classified one = new Classified(scores(0.3, 0.4, 0.3), false, 1);
        assertThat(one.labels()).containsExactly("green");
        assertThat(new Classified(scores(0.4, 0.4, 0.2), false, 1).best().label())
                .isEqualTo("red");
    }

    private static List<Classified.Score> scores(double... p) {
        return List.of(
                new Classified.Score("red", p[0]),
                new Classified.Score("green", p[1]),
                new Classified.Score("blue", p[2]));
    }

    @Test
    void whatCannotBeClassifiedIsRefused() {
        assertThatThrownBy(() -> Samples.masked(3).classify("MKT"))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage("classify needs a model of task classify; task=masked-lm");
        assertThatThrownBy(() -> Uses.classifier(false).fill("M_T"))
                .hasMessage("fill needs a model of task masked-lm; task=classify");
        assertThatThrownBy(() -> Uses.classifier(false).classify(">header alone\n"))
                .hasMessage("a sequence must have a token; tokens=0");
        assertThatThrownBy(() -> Uses.classifier(false).classify(List.of("MKT", "", "A")))
                .hasMessage("a sequence must have a token; tokens=0, input=1");
        assertThatThrownBy(() -> Uses.classifier(false).classifier().reader().symbols(1, 2))
                .hasMessage("pixels are read as bytes (data.tokens=byte); tokenizer=protein");
    }
}
