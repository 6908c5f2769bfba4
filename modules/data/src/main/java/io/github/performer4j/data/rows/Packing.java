package io.github.performer4j.data.rows;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.function.ToIntFunction;

/**
 * Which sequences lie side by side in which row: first-fit decreasing. The longest sequence comes first, and each goes into the first row that has room for it, or into a new one; of equal ones in their
 * order.
 *
 * @param length T, the tokens of a row
 * @param lengths of the sequences of each row, in the order in which the sequences of all rows come; rows without any are padding
 */
record Packing(int length, List<List<Integer>> lengths) {

    /** Says where a sequence goes. */
    @FunctionalInterface
    interface Placed {
        /**
         * Takes a sequence.
         *
         * @param sequence its number
         * @param number in its row, from 1
         * @param at its first token among all B·T
         * @param n its tokens
         */
        void to(int sequence, int number, int at, int n);
    }

    /**
     * Packs.
     *
     * @param rows things of a length up to {@code room}
     * @return what goes into each row
     */
    static <R> List<List<R>> pack(List<R> rows, ToIntFunction<R> length, int room) {
        List<R> falling = new ArrayList<>(rows);
        falling.sort(Comparator.comparingInt(length).reversed());
        List<List<R>> bins = new ArrayList<>();
        List<Integer> left = new ArrayList<>();
        for (R row : falling) {
            int n = length.applyAsInt(row);
            int bin = 0;
            while (bin < bins.size() && left.get(bin) < n) {
                bin++;
            }
            if (bin == bins.size()) {
                bins.add(new ArrayList<>());
                left.add(room);
            }
            bins.get(bin).add(row);
            left.set(bin, left.get(bin) - n);
        }
        return bins;
    }

    /** Returns B. */
    int rows() {
        return lengths.size();
    }

    /** Returns the number of sequences. */
    int sequences() {
        return lengths.stream().mapToInt(List::size).sum();
    }

    /** Returns the tokens of the longest sequence. */
    int longest() {
        return lengths.stream()
                .flatMap(List::stream)
                .mapToInt(Integer::intValue)
                .max()
                .orElse(0);
    }

    /** Runs over all sequences. */
    void each(Placed placed) {
        int sequence = 0;
        for (int row = 0; row < lengths.size(); row++) {
            int at = row * length;
            int number = 1;
            for (int n : lengths.get(row)) {
                placed.to(sequence++, number++, at, n);
                at += n;
            }
        }
    }
}
