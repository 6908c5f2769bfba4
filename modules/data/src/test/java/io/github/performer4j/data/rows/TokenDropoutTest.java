package io.github.performer4j.data.rows;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import io.github.performer4j.data.read.Label;
import io.github.performer4j.data.read.TokenArray;
import io.github.performer4j.data.token.ProteinTokenizer;
import io.github.performer4j.data.token.Tokenizer;
import io.github.performer4j.kernels.math.CounterRandom;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;

class TokenDropoutTest {
    private static final ProteinTokenizer RESIDUES = new ProteinTokenizer();
    private static final int LENGTH = 70;

    /** Shows the tokens of rows, and keeps the rows that it was given. */
    private static final class Shown implements Batching {
        private final List<Row> rows = new ArrayList<>();

        @Override
        public boolean predicts(Row row, Tokenizer tokenizer) {
            return row.label() != null;
        }

        @Override
        public Batch write(List<Row> given, int size, int length, Draws draws) {
            rows.addAll(given);
            return Batch.of(inputs(given, size, length, draws), Column.ids(new int[size], null, 0, size, 1), size);
        }
    }

    /** Returns rows of residues 5 to 24 between BOS and EOS, with a label for each token. */
    private static List<Row> rows(int n) {
        List<Row> rows = new ArrayList<>();
        for (int r = 0; r < n; r++) {
            CounterRandom draws = CounterRandom.of(3, r);
            TokenArray tokens = new TokenArray(RESIDUES.size(), LENGTH);
            int[] labels = new int[LENGTH];
            for (int t = 0; t < LENGTH; t++) {
                tokens.add(t == 20 ? RESIDUES.unknown() : 5 + draws.nextInt(20));
                labels[t] = t;
            }
            rows.add(new Row(
                    tokens, 2, 62, RESIDUES.bos(), RESIDUES.eos(), 7, 100 + r, r % 3, new Label(labels, null, true)));
        }
        return rows;
    }

    private static Batching.Draws draws(long seed, long epoch, boolean training) {
        return new Batching.Draws(RESIDUES, seed, epoch, training);
    }

    private static int[] ids(List<Row> rows, double p, Batching.Draws draws) {
        return TokenDropout.of(new Shown(), p)
                .write(rows, rows.size(), LENGTH, draws)
                .inputs()
                .get(Batch.TOKENS)
                .ids();
    }

    /** A binomial count lies within 4 standard deviations of n·p, but for once in 16,000. */
    @Test
    void theShareOfHiddenTokensIsTheProbability() {
        List<Row> rows = rows(200);
        for (double p : new double[] {0.1, 0.3, 0.9}) {
            int[] seen = ids(rows, p, draws(1, 2, true));
            int[] all = ids(rows, p, draws(1, 2, false));
            int hidden = 0;
            for (int i = 0; i < seen.length; i++) {
                hidden += seen[i] == RESIDUES.mask() ? 1 : 0;
                assertThat(seen[i] == all[i] || seen[i] == RESIDUES.mask()).isTrue();
            }
            int n = 200 * 59; // all but the unknown one, which is special like both ends
            assertThat((double) hidden).isCloseTo(n * p, within(4 * Math.sqrt(n * p * (1 - p))));
        }
    }

    @Test
    void specialTokensStayAndLabelsMoveWithTheirTokens() {
        Row row = rows(1).get(0);
        Shown shown = new Shown();
        TokenDropout.of(shown, 0.99).write(List.of(row), 1, LENGTH, draws(1, 0, true));
        Row seen = shown.rows.get(0);
        assertThat(seen.symbols()).isEqualTo(row.symbols()).isEqualTo(62);
        assertThat(seen.symbol(0)).isEqualTo(RESIDUES.bos());
        assertThat(seen.symbol(19)).isEqualTo(RESIDUES.unknown());
        assertThat(seen.symbol(61)).isEqualTo(RESIDUES.eos());
        for (int i = 1; i < 61; i++) {
            assertThat(seen.label().ids()[seen.tokenAt(i)])
                    .isEqualTo(row.label().ids()[row.tokenAt(i)])
                    .isEqualTo(i + 1);
        }
        Row fresh = rows(1).get(0);
        for (int i = 0; i < 62; i++) {
            assertThat(row.symbol(i)).isEqualTo(fresh.symbol(i)); // what was given is as it was
        }
    }

    /** A draw is a function of seed, epoch, document and place: of no other row, and of no earlier batch. */
    @Test
    void drawsDependOnNothingElse() {
        List<Row> rows = rows(4);
        int[] all = ids(rows, 0.5, draws(1, 0, true));
        assertThat(ids(rows, 0.5, draws(1, 0, true))).isEqualTo(all);
        assertThat(ids(rows, 0.5, draws(1, 1, true))).isNotEqualTo(all);
        assertThat(ids(rows, 0.5, draws(2, 0, true))).isNotEqualTo(all);
        assertThat(ids(rows.subList(3, 4), 0.5, draws(1, 0, true)))
                .isEqualTo(Arrays.copyOfRange(all, 3 * LENGTH, 4 * LENGTH));
    }

    @Test
    void evaluationSeesAll() {
        List<Row> rows = rows(2);
        assertThat(ids(rows, 0.5, draws(1, 0, false))).isEqualTo(ids(rows, 0, draws(1, 0, true)));
    }

    @Test
    void probabilitiesAreChecked() {
        Batching plain = new Shown();
        assertThat(TokenDropout.of(plain, 0)).isSameAs(plain);
        for (double p : new double[] {-0.1, 1, Double.NaN}) {
            assertThatThrownBy(() -> TokenDropout.of(plain, p))
                    .hasMessage("tokenDropout must be in [0, 1); tokenDropout=" + p);
        }
    }
}
