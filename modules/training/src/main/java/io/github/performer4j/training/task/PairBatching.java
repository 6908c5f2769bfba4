package io.github.performer4j.training.task;

import io.github.performer4j.core.loss.Candidates;
import io.github.performer4j.data.rows.Batch;
import io.github.performer4j.data.rows.Batching;
import io.github.performer4j.data.rows.Column;
import io.github.performer4j.data.rows.Row;
import io.github.performer4j.data.token.Tokenizer;
import java.nio.IntBuffer;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * Rows 2i and 2i + 1 are the two texts of pair i, each framed by itself; hard negatives stand behind all pairs, those without a token left out. The label of a row, [B,3], is the place of its partner
 * in the batch or −1, its group, and its side ({@link Candidates}). No row only fills up a batch: it would be a negative for all others.
 *
 * <p>Texts are of one group if they are equal or paired, or both are of one with a third: (a, p) and (a, q) make p no negative of a, or of q. T is as short as the longest text lets it be.
 *
 * @param candidates says which texts look for their partner
 */
record PairBatching(Candidates candidates) implements Batching {
    private static final int SHORTEST = 16;

    /** A text of the batch, as tokens of its part. */
    private record Text(Row row, int from, int to, int side) {
        int symbols() {
            return to - from + (row.head() >= 0 ? 1 : 0) + (row.tail() >= 0 ? 1 : 0);
        }

        int[] ids() {
            int[] ids = new int[to - from];
            Arrays.setAll(ids, t -> row.tokens().get(from + t));
            return ids;
        }
    }

    @Override
    public boolean predicts(Row row, Tokenizer tokenizer) {
        return row.label() != null;
    }

    @Override
    public Batch write(List<Row> rows, int size, int length, Draws draws) {
        List<Text> texts = texts(rows, draws.training());
        int n = texts.size();
        int longest = length(texts.stream().mapToInt(Text::symbols).max().orElse(1), length);
        int entries = Math.multiplyExact(n, longest);
        int[] ids = new int[entries];
        boolean[] mask = new boolean[entries];
        Arrays.fill(ids, draws.tokenizer().pad());
        int[] groups = groups(texts);
        int[] labels = new int[3 * n];
        int looking = 0;
        for (int i = 0; i < n; i++) {
            Text text = texts.get(i);
            write(text, i * longest, ids, mask);
            boolean looks = candidates.looks(text.side());
            looking += looks ? 1 : 0;
            labels[3 * i] = looks ? i ^ 1 : Batch.IGNORED;
            labels[3 * i + 1] = groups[i];
            labels[3 * i + 2] = text.side();
        }
        Column tokens = Column.ids(ids, mask, draws.tokenizer().pad(), n, longest);
        // alone in its batch a pair has nothing to be told from; among all held-out ones it has
        boolean counts = n > 2 || !draws.training();
        return Batch.of(tokens, Column.ids(labels, null, Batch.IGNORED, n, 3), counts ? looking : 0);
    }

    /** Returns the texts of rows, pairs first; hard negatives are of training only. */
    private static List<Text> texts(List<Row> rows, boolean training) {
        List<Text> pairs = new ArrayList<>();
        List<Text> negatives = new ArrayList<>();
        for (Row row : rows) {
            int from = row.from();
            int[] separators = row.label().ids();
            for (int i = 0; i <= separators.length; i++) {
                int to = i < separators.length ? row.from() + separators[i] : row.to();
                if (i <= Candidates.SECOND_TEXT) {
                    pairs.add(new Text(row, from, to, i));
                } else if (to > from && training) {
                    negatives.add(new Text(row, from, to, Candidates.HARD_NEGATIVE));
                }
                from = to + 1;
            }
        }
        pairs.addAll(negatives);
        return pairs;
    }

    /** Returns the group of each text, the number of the first text in it. */
    private static int[] groups(List<Text> texts) {
        int[] above = new int[texts.size()];
        Arrays.setAll(above, i -> i);
        Map<IntBuffer, Integer> seen = new HashMap<>();
        for (int i = 0; i < above.length; i++) {
            Integer equal = seen.putIfAbsent(IntBuffer.wrap(texts.get(i).ids()), i);
            if (equal != null) {
                join(above, i, equal);
            }
            if (texts.get(i).side() == Candidates.SECOND_TEXT) {
                join(above, i, i - 1);
            }
        }
        for (int i = 0; i < above.length; i++) {
            above[i] = first(above, i);
        }
        return above;
    }

    private static int first(int[] above, int i) {
        int at = i;
        while (above[at] != at) {
            at = above[at];
        }
        return at;
    }

    private static void join(int[] above, int a, int b) {
        int one = first(above, a);
        int other = first(above, b);
        above[Math.max(one, other)] = Math.min(one, other);
    }

    /** Returns T: a power of two, or half way to the next, so that there are few shapes; at most that of the rows. */
    private static int length(int longest, int most) {
        int power = SHORTEST;
        while (power < longest) {
            if (power + power / 2 >= longest) {
                return Math.min(power + power / 2, most);
            }
            power *= 2;
        }
        return Math.min(power, most);
    }

    private static void write(Text text, int base, int[] ids, boolean[] mask) {
        int at = base;
        if (text.row().head() >= 0) {
            ids[at++] = text.row().head();
        }
        for (int t = text.from(); t < text.to(); t++) {
            ids[at++] = text.row().tokens().get(t);
        }
        if (text.row().tail() >= 0) {
            ids[at++] = text.row().tail();
        }
        Arrays.fill(mask, base, at, true);
    }
}
