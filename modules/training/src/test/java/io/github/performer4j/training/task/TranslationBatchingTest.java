package io.github.performer4j.training.task;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.github.performer4j.data.read.Label;
import io.github.performer4j.data.read.TokenArray;
import io.github.performer4j.data.rows.Batch;
import io.github.performer4j.data.rows.Batching;
import io.github.performer4j.data.rows.Row;
import io.github.performer4j.data.token.CharacterTokenizer;
import io.github.performer4j.data.token.Tokenizer;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;

/** What a net reads of sources and targets, and the figures by hand. */
class TranslationBatchingTest {
    private static final Tokenizer TOKENIZER =
            new CharacterTokenizer("abc".codePoints().toArray());
    private static final int BOS = TOKENIZER.specials().bos();
    private static final int EOS = TOKENIZER.specials().eos();
    private static final int PAD = TOKENIZER.pad();
    private static final int X = Batch.IGNORED;

    private static int id(String symbol) {
        return TOKENIZER.encode(symbol)[0];
    }

    private static Row row(String source, String target) {
        int[] x = TOKENIZER.encode(source);
        int[] y = TOKENIZER.encode(target);
        TokenArray tokens = new TokenArray(TOKENIZER.size(), x.length + y.length + 1);
        Arrays.stream(x).forEach(tokens::add);
        tokens.add(EOS);
        Arrays.stream(y).forEach(tokens::add);
        return new Row(tokens, 0, tokens.length(), BOS, EOS, -1, 0, 0, Label.ofIds(x.length));
    }

    private static Batch batch(Row... rows) {
        return new TranslationBatching()
                .write(List.of(rows), rows.length + 1, 64, new Batching.Draws(TOKENIZER, 1, 0, true));
    }

    @Test
    void theTargetIsReadOneTokenLate() {
        Batch batch = batch(row("ab", "cab"), row("c", "a"));
        int a = id("a");
        int b = id("b");
        int c = id("c");
        assertThat(batch.inputs().keySet()).containsExactly("tokens", "source");
        assertThat(batch.inputs().get("source").ids())
                .containsExactly(
                        BOS, a, b, EOS, PAD, PAD, PAD, PAD, BOS, c, EOS, PAD, PAD, PAD, PAD, PAD, PAD, PAD, PAD, PAD,
                        PAD, PAD, PAD, PAD);
        assertThat(batch.input().ids())
                .startsWith(BOS, c, a, b, PAD, PAD, PAD, PAD, BOS, a, PAD, PAD, PAD, PAD, PAD, PAD, PAD);
        assertThat(batch.label().ids()).startsWith(c, a, b, EOS, X, X, X, X, a, EOS, X, X, X, X, X, X, X);
        assertThat(batch.input().mask()).startsWith(true, true, true, true, false);
        assertThat(batch.weight()).isEqualTo(6);
        assertThat(batch.longest()).isEqualTo(4);
    }

    /** Sides are rounded up, but not beyond the longest row, which the model's positions end with. */
    @Test
    void noSideIsLongerThanARow() {
        Batch batch = new TranslationBatching()
                .write(List.of(row("a".repeat(95), "b")), 1, 100, new Batching.Draws(TOKENIZER, 1, 0, true));
        assertThat(batch.inputs().get("source").size(1)).isEqualTo(100);
        assertThat(batch.input().size(1)).isEqualTo(8);
    }

    @Test
    void figuresAreThoseByHand() {
        Batch batch = batch(row("a", "a"), row("b", "c"));
        int vocabulary = TOKENIZER.size();
        INDArray output = Nd4j.valueArrayOf(new long[] {3, 8, vocabulary}, 0.01);
        output.putScalar(0, 0, id("a"), 0.5);
        output.putScalar(0, 1, EOS, 0.5);
        output.putScalar(1, 0, id("b"), 0.5); // wrong: 0.01 for c
        output.putScalar(1, 1, EOS, 0.25);
        TranslationScorer scorer = new TranslationScorer();
        scorer.add(scorer.part(output, batch));
        Evaluation e = scorer.evaluation();
        assertThat(e.count()).isEqualTo(4);
        assertThat(e.value()).isCloseTo(-Math.log(0.5 * 0.5 * 0.01 * 0.25) / 4, within(1e-6));
        assertThat(e.figure("accuracy")).isEqualTo(0.75);
        assertThat(e.figure("sequenceAccuracy")).isEqualTo(0.5);
        assertThat(e.figure("sequenceAccuracyOfCopying")).isEqualTo(0.5);
        assertThat(e.figure("sequenceAccuracyOfMostFrequent")).isEqualTo(0.5);
        double entropy = -(0.25 * Math.log(0.25) * 2 + 0.5 * Math.log(0.5));
        assertThat(e.baseline("targetFrequencies")).isCloseTo(entropy, within(1e-12));
    }

    @Test
    void lengthsAreRounded() {
        assertThat(List.of(1, 8, 9, 12, 13, 16, 17, 24, 25).stream().map(TranslationBatching::rounded))
                .containsExactly(8, 8, 12, 12, 16, 16, 24, 24, 32);
    }
}
