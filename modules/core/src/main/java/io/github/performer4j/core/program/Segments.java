package io.github.performer4j.core.program;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/**
 * Where sequences lie in the rows of a batch [B,T]: one in each row, or, of packed rows, several side by side, which know nothing of each other. No attention, decay, convolution, shift, window or place
 * reaches from one into another, and each one's places begin at 0: what is computed of a sequence is what is computed of it alone (Krell and others, <em>Efficient Sequence Packing without
 * Cross-contamination</em>, arXiv 2107.02027).
 *
 * <p>The mask says which: 0 is padding, and 1, 2, 3, … number the sequences of a row. A mask of zeros and ones is one sequence a row, with padding where the zeros are.
 */
public final class Segments {
    private final int batch;
    private final int tokens;
    private final List<Segment> all;
    private final int[] owner; // of each token, the number of its segment in the batch; −1 between them

    /**
     * Tokens of one sequence, of the B·T tokens of a batch.
     *
     * @param from the first
     * @param to behind the last
     */
    public record Segment(int from, int to) {
        /** Returns how many tokens it has. */
        public int length() {
            return to - from;
        }
    }

    /** Runs over neighbouring tokens of one sequence. */
    @FunctionalInterface
    public interface Stretch {
        /**
         * Works on tokens from (inclusive) to (exclusive).
         *
         * @param place of the first of them in its sequence
         */
        void run(int from, int to, int place);
    }

    private Segments(int batch, int tokens, List<Segment> all) {
        this.batch = batch;
        this.tokens = tokens;
        this.all = List.copyOf(all);
        owner = new int[Math.multiplyExact(batch, tokens)];
        Arrays.fill(owner, -1);
        for (int s = 0; s < all.size(); s++) {
            Arrays.fill(owner, all.get(s).from(), all.get(s).to(), s);
        }
    }

    /** Returns the rows themselves, padding included: B sequences of T tokens. */
    public static Segments rows(int batch, int tokens) {
        List<Segment> all = new ArrayList<>();
        for (int b = 0; b < batch; b++) {
            all.add(new Segment(b * tokens, (b + 1) * tokens));
        }
        return new Segments(batch, tokens, all);
    }

    /**
     * Reads a mask.
     *
     * @param mask [B,T], row-major; whole numbers, not negative
     * @param layer its name, for the message
     * @return null if no row has a second sequence
     * @throws IllegalArgumentException if the numbers of a row do not begin with 1, leave one out, or come back to one
     */
    public static Segments of(double[] mask, int batch, int tokens, String layer) {
        if (Arrays.stream(mask).allMatch(number -> number <= 1)) {
            return null;
        }
        List<Segment> all = new ArrayList<>();
        for (int b = 0; b < batch; b++) {
            int last = 0;
            for (int t = b * tokens, end; t < (b + 1) * tokens; t = end) {
                double number = mask[t];
                for (end = t + 1; end < (b + 1) * tokens && mask[end] == number; end++) {}
                if (number == 0) {
                    continue;
                }
                if (number != last + 1) {
                    throw new IllegalArgumentException(
                            "masks of packed rows must number the sequences of a row 1, 2, 3, … in their order, the tokens of each side by side; layer="
                                    + layer + ", found=" + (long) number + " behind " + last + " at [" + b + ", "
                                    + (t - b * tokens) + "]");
                }
                last++;
                all.add(new Segment(t, end));
            }
        }
        return new Segments(batch, tokens, all);
    }

    /** Returns B, the number of rows. */
    public int batch() {
        return batch;
    }

    /** Returns T, the tokens of a row, padding included. */
    public int tokens() {
        return tokens;
    }

    /** Returns the sequences in their order. */
    public List<Segment> all() {
        return all;
    }

    /** Returns the number of tokens of the longest sequence. */
    public int longest() {
        return all.stream().mapToInt(Segment::length).max().orElse(1);
    }

    /** Returns where a token stands in its sequence, from 0; 0 for padding. */
    public int place(int token) {
        return owner[token] < 0 ? 0 : token - all.get(owner[token]).from();
    }

    /** Runs over the tokens from … to − 1 that belong to sequences, which may begin and end in the middle of one. */
    public void stretches(int from, int to, Stretch stretch) {
        for (int t = from, end; t < to; t = end) {
            end = t + 1;
            if (owner[t] >= 0) {
                Segment own = all.get(owner[t]);
                end = Math.min(to, own.to());
                stretch.run(t, end, t - own.from());
            }
        }
    }

    /** Returns the stretches of tokens that belong to no sequence. */
    public List<Segment> gaps() {
        List<Segment> gaps = new ArrayList<>();
        int from = 0;
        for (Segment one : all) {
            if (one.from() > from) {
                gaps.add(new Segment(from, one.from()));
            }
            from = one.to();
        }
        if (from < owner.length) {
            gaps.add(new Segment(from, owner.length));
        }
        return gaps;
    }
}
