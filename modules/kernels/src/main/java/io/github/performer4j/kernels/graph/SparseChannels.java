package io.github.performer4j.kernels.graph;

import java.util.Arrays;
import java.util.List;
import java.util.Objects;
import java.util.stream.IntStream;

/**
 * L sparse matrices C_0 … C_{L−1} that share their places, by rows: what walks of each length leave, stored once, so that {@code Φ = Σ_l f_l C_l} is linear in the weights f that are
 * learned. A value: it does not change.
 */
public final class SparseChannels {
    private final int columns;
    private final int channels;
    private final int[] offsets; // [rows + 1]
    private final int[] column; // [places]
    private final double[] values; // [places,L]

    private SparseChannels(int columns, int channels, int[] offsets, int[] column, double[] values) {
        this.columns = columns;
        this.channels = channels;
        this.offsets = offsets;
        this.column = column;
        this.values = values;
    }

    /** Returns one matrix as a single channel. */
    public static SparseChannels of(SparseMatrix matrix) {
        Builder one = new Builder(matrix.rows(), matrix.columns(), 1);
        matrix.forEach((i, j, a) -> one.add(i, j, 0, a));
        return one.build();
    }

    /**
     * Returns the channels of the first, then those of the second and so on.
     *
     * @throws IllegalArgumentException if there are none, or they have other rows or columns
     */
    static SparseChannels beside(List<SparseChannels> parts) {
        if (parts.stream().map(p -> List.of(p.rows(), p.columns())).distinct().count() != 1) {
            throw new IllegalArgumentException("factors must be there and of the same sizes; sizes="
                    + parts.stream().map(p -> List.of(p.rows(), p.columns())).toList());
        }
        int all = parts.stream().mapToInt(SparseChannels::channels).sum();
        Builder sum = new Builder(parts.get(0).rows(), parts.get(0).columns(), all);
        int first = 0;
        for (SparseChannels part : parts) {
            for (int i = 0; i < part.rows(); i++) {
                for (int p = part.begin(i); p < part.begin(i + 1); p++) {
                    for (int l = 0; l < part.channels(); l++) {
                        sum.add(i, part.column(p), first + l, part.value(p, l));
                    }
                }
            }
            first += part.channels();
        }
        return sum.build();
    }

    public int rows() {
        return offsets.length - 1;
    }

    public int columns() {
        return columns;
    }

    /** Returns L. */
    public int channels() {
        return channels;
    }

    /** Returns how many places are stored, each with L values. */
    public int places() {
        return column.length;
    }

    /** Returns the number of a row's first place; that of row {@link #rows} is {@link #places}. */
    public int begin(int row) {
        return offsets[row];
    }

    /** Returns the column of a place. */
    public int column(int place) {
        return column[place];
    }

    /** Returns the value of a channel at a place. */
    public double value(int place, int channel) {
        return values[place * channels + channel];
    }

    /**
     * Returns {@code Σ_l f_l C_l}, with the places that all channels share.
     *
     * @param f [L]
     * @throws IllegalArgumentException if f is of another length
     */
    public SparseMatrix mix(double... f) {
        if (f.length != channels) {
            throw new IllegalArgumentException(
                    "a weight must be given for each channel; weights=" + f.length + ", channels=" + channels);
        }
        double[] sums = new double[column.length];
        for (int p = 0; p < sums.length; p++) {
            for (int l = 0; l < channels; l++) {
                sums[p] += f[l] * values[p * channels + l];
            }
        }
        return new SparseMatrix(columns, offsets, column, sums);
    }

    @Override
    public boolean equals(Object other) {
        return other instanceof SparseChannels c
                && c.columns == columns
                && c.channels == channels
                && Arrays.equals(c.offsets, offsets)
                && Arrays.equals(c.column, column)
                && Arrays.equals(c.values, values);
    }

    @Override
    public int hashCode() {
        return Objects.hash(columns, channels, Arrays.hashCode(offsets), Arrays.hashCode(column));
    }

    /** Collects values in any order; those of one channel and place are added up in the order in which they came. */
    public static final class Builder {
        private final int rows;
        private final int columns;
        private final int channels;
        private int added;
        private long[] place = new long[16]; // row · columns + column
        private int[] channel = new int[16];
        private double[] value = new double[16];

        /**
         * Begins matrices of zeros.
         *
         * @throws IllegalArgumentException if a size is not positive
         */
        public Builder(int rows, int columns, int channels) {
            if (rows < 1 || columns < 1 || channels < 1) {
                throw new IllegalArgumentException(
                        "sizes must be positive; rows=" + rows + ", columns=" + columns + ", channels=" + channels);
            }
            this.rows = rows;
            this.columns = columns;
            this.channels = channels;
        }

        /**
         * Adds to a value.
         *
         * @throws IndexOutOfBoundsException if there is no such row, column or channel
         */
        public void add(int row, int col, int ofChannel, double amount) {
            Objects.checkIndex(row, rows);
            Objects.checkIndex(col, columns);
            Objects.checkIndex(ofChannel, channels);
            if (added == value.length) {
                place = Arrays.copyOf(place, 2 * added);
                channel = Arrays.copyOf(channel, 2 * added);
                value = Arrays.copyOf(value, 2 * added);
            }
            place[added] = (long) row * columns + col;
            channel[added] = ofChannel;
            value[added++] = amount;
        }

        int added() {
            return added;
        }

        int[] firstTwice() {
            long[] sorted = Arrays.copyOf(place, added);
            Arrays.sort(sorted);
            return IntStream.range(1, added)
                    .filter(i -> sorted[i] == sorted[i - 1])
                    .mapToObj(i -> new int[] {(int) (sorted[i] / columns), (int) (sorted[i] % columns)})
                    .findFirst()
                    .orElse(null);
        }

        /** Builds the matrices. */
        public SparseChannels build() {
            long[] places = Arrays.stream(place, 0, added).sorted().distinct().toArray();
            int[] offsets = new int[rows + 1];
            int[] column = new int[places.length];
            for (int p = 0; p < places.length; p++) {
                offsets[(int) (places[p] / columns) + 1]++;
                column[p] = (int) (places[p] % columns);
            }
            Arrays.parallelPrefix(offsets, Integer::sum);
            double[] values = new double[Math.multiplyExact(places.length, channels)];
            for (int i = 0; i < added; i++) {
                values[Arrays.binarySearch(places, place[i]) * channels + channel[i]] += value[i];
            }
            return new SparseChannels(columns, channels, offsets, column, values);
        }
    }
}
