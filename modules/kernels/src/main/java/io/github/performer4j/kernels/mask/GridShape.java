package io.github.performer4j.kernels.mask;

import io.github.performer4j.kernels.math.Fourier;
import java.util.Arrays;
import java.util.stream.Collectors;

/** A grid of n_1 × … × n_d places, row-major, with or without a class token in front, and where they lie among those of its Fourier transforms. A value. */
public final class GridShape {
    private static final int MOST = 1 << 26;

    private final int[] sizes;
    private final int[] paddedSizes;
    private final boolean classToken;
    private final int[] cells; // of a place, its index among the padded
    private final int[] differences; // of a difference, the same
    private final int[] numbers; // of a place, what it adds to the number of its difference from another

    /**
     * Makes a grid.
     *
     * @param classToken whether a place stands in front that is on no grid
     * @param sizes n_1, …, n_d
     * @throws IllegalArgumentException if there are no sizes, one is not positive, or transforms would have more than {@value #MOST} places
     */
    public GridShape(boolean classToken, int... sizes) {
        if (sizes.length == 0 || Arrays.stream(sizes).anyMatch(n -> n < 1)) {
            throw new IllegalArgumentException("sizes of a grid must be positive; sizes=" + Arrays.toString(sizes));
        }
        this.classToken = classToken;
        this.sizes = sizes.clone();
        paddedSizes =
                Arrays.stream(sizes).map(n -> Fourier.powerOfTwo(2 * n - 1)).toArray();
        double all = Arrays.stream(paddedSizes).asDoubleStream().reduce(1, (a, b) -> a * b);
        if (all > MOST) {
            throw new IllegalArgumentException("transforms of a grid must have at most " + MOST + " places; sizes="
                    + Arrays.toString(sizes) + ", places=" + Math.round(all));
        }
        int[] ranges = Arrays.stream(sizes).map(n -> 2 * n - 1).toArray();
        cells = new int[product(sizes)];
        Arrays.setAll(cells, i -> index(i, sizes, 0));
        differences = new int[product(ranges)];
        Arrays.setAll(differences, d -> index(d, ranges, 1));
        numbers = new int[cells.length];
        Arrays.setAll(numbers, this::number);
    }

    private int number(int cell) {
        int rest = cell;
        int number = 0;
        int stride = 1;
        for (int l = sizes.length - 1; l >= 0; l--) {
            number += stride * (rest % sizes[l]);
            rest /= sizes[l];
            stride *= 2 * sizes[l] - 1;
        }
        return number;
    }

    private static int product(int... sizes) {
        return Arrays.stream(sizes).reduce(1, Math::multiplyExact);
    }

    /** Returns the padded index of a row-major number: of differences, those below 0 lie at the end. */
    private int index(int number, int[] ranges, int centred) {
        int rest = number;
        int index = 0;
        int stride = 1;
        for (int l = ranges.length - 1; l >= 0; l--) {
            int at = rest % ranges[l] - centred * (sizes[l] - 1);
            rest /= ranges[l];
            index += stride * Math.floorMod(at, paddedSizes[l]);
            stride *= paddedSizes[l];
        }
        return index;
    }

    /** Returns T: the cells, and the class token. */
    public int places() {
        return cells.length + first();
    }

    /** Returns how many places are on the grid. */
    public int cells() {
        return cells.length;
    }

    /** Returns the number of differences, Π (2n_l − 1). */
    public int differences() {
        return differences.length;
    }

    /** Returns whether there is a class token. */
    public boolean classToken() {
        return classToken;
    }

    /** Returns the first place on the grid. */
    int first() {
        return classToken ? 1 : 0;
    }

    int cell(int number) {
        return cells[number];
    }

    /** Returns the number of the difference i − j of two cells. */
    int difference(int i, int j) {
        return numbers[i] - numbers[j] + differences.length / 2; // 0 is in the middle
    }

    int difference(int number) {
        return differences[number];
    }

    int padded() {
        return product(paddedSizes);
    }

    int[] paddedSizes() {
        return paddedSizes;
    }

    @Override
    public boolean equals(Object other) {
        return other instanceof GridShape g && g.classToken == classToken && Arrays.equals(g.sizes, sizes);
    }

    @Override
    public int hashCode() {
        return 31 * Arrays.hashCode(sizes) + Boolean.hashCode(classToken);
    }

    /** Returns sizes with × between them, and the class token. */
    @Override
    public String toString() {
        return Arrays.stream(sizes).mapToObj(Integer::toString).collect(Collectors.joining("x"))
                + (classToken ? " and a class token" : "");
    }
}
