package io.github.performer4j.training.task;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.performer4j.core.loss.Candidates;
import io.github.performer4j.data.read.Label;
import io.github.performer4j.data.read.TokenArray;
import io.github.performer4j.data.rows.Batch;
import io.github.performer4j.data.rows.Batching;
import io.github.performer4j.data.rows.Row;
import io.github.performer4j.data.token.ProteinTokenizer;
import io.github.performer4j.data.token.Tokenizer;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;

class PairBatchingTest {
    private static final Tokenizer TOKENIZER = new ProteinTokenizer();
    private static final int BOS = TOKENIZER.specials().bos();
    private static final int EOS = TOKENIZER.specials().eos();

    private static Row row(String... texts) {
        TokenArray tokens = new TokenArray(TOKENIZER.size(), 64);
        List<Integer> separators = new ArrayList<>();
        for (int i = 0; i < texts.length; i++) {
            Arrays.stream(ids(texts[i])).forEach(tokens::add);
            if (i < texts.length - 1) {
                separators.add(tokens.length());
                tokens.add(EOS);
            }
        }
        int[] places = separators.stream().mapToInt(Integer::intValue).toArray();
        return new Row(tokens, 0, tokens.length(), BOS, EOS, -1, 0, 0, Label.ofIds(places));
    }

    private static int[] ids(String text) {
        return TOKENIZER.read(text, List.of()).ids();
    }

    private static Batch write(Candidates candidates, boolean training, Row... rows) {
        return new PairBatching(candidates)
                .write(List.of(rows), rows.length, 96, new Batching.Draws(TOKENIZER, 1, 0, training));
    }

    private static int[] column(Batch batch, int column) {
        int[] labels = batch.label().ids();
        int[] values = new int[batch.size()];
        Arrays.setAll(values, i -> labels[3 * i + column]);
        return values;
    }

    private static int[] text(Batch batch, int row) {
        int length = batch.length();
        int real = 0;
        while (real < length && batch.input().mask()[row * length + real]) {
            real++;
        }
        return Arrays.copyOfRange(batch.input().ids(), row * length + 1, row * length + real - 1); // without the frame
    }

    /** Pairs first, hard negatives behind them, an empty one left out; each text is framed by itself. */
    @Test
    void textsStandInTheirPlaces() {
        Batch batch = write(Candidates.ALL, true, row("MKV", "ACD", "WW", ""), row("GG", "HHHH", "", "YYY"));
        assertThat(batch.size()).isEqualTo(6);
        assertThat(batch.length()).isEqualTo(16); // not the 96 of the rows
        String[] texts = {"MKV", "ACD", "GG", "HHHH", "WW", "YYY"};
        for (int i = 0; i < texts.length; i++) {
            assertThat(text(batch, i)).as(texts[i]).isEqualTo(ids(texts[i]));
            assertThat(batch.input().ids()[i * 16]).isEqualTo(BOS);
        }
        assertThat(column(batch, 0)).containsExactly(1, 0, 3, 2, -1, -1);
        assertThat(column(batch, 2)).containsExactly(0, 1, 0, 1, 2, 2);
        assertThat(batch.weight()).isEqualTo(4);
        assertThat(write(Candidates.FIRST, true, row("MKV", "ACD"), row("GG", "HH"))
                        .weight())
                .isEqualTo(2);
        assertThat(column(write(Candidates.FIRST, true, row("MKV", "ACD"), row("GG", "HH")), 0))
                .containsExactly(1, -1, 3, -1);
        assertThat(write(Candidates.ALL, false, row("MKV", "ACD", "WW")).size()).isEqualTo(2); // held out: pairs alone
    }

    /** (a, p), (a, q) and (r, q) are one group, and so is a hard negative that is one of their texts. */
    @Test
    void equalTextsAreOneGroup() {
        Batch batch = write(
                Candidates.ALL,
                true,
                row("MKV", "ACD"),
                row("GG", "HH"),
                row("MKV", "WW", "ACD", "LL"),
                row("YY", "WW"));
        assertThat(column(batch, 1)).containsExactly(0, 0, 2, 2, 0, 0, 0, 0, 0, 9);
    }

    /** Alone in its batch a pair has nothing to be told from, unless it has a hard negative. */
    @Test
    void onePairTeachesNothing() {
        assertThat(write(Candidates.BOTH, true, row("MKV", "ACD")).weight()).isZero();
        assertThat(write(Candidates.BOTH, true, row("MKV", "ACD", "MKL")).weight())
                .isEqualTo(2);
        assertThat(write(Candidates.BOTH, false, row("MKV", "ACD")).weight()).isEqualTo(2);
    }

    @Test
    void rowsAreAsShortAsTheirTexts() {
        for (int[] want : new int[][] {{14, 16}, {15, 24}, {23, 32}, {40, 48}, {63, 96}, {94, 96}}) {
            Batch batch = write(Candidates.ALL, true, row("M".repeat(want[0]), "A"), row("G", "H"));
            assertThat(batch.length()).isEqualTo(want[1]);
        }
    }
}
