package io.github.performer4j.core.attention;

import io.github.performer4j.kernels.graph.GraphRows;
import io.github.performer4j.kernels.graph.SparseMasks;
import io.github.performer4j.kernels.mask.GridMask;
import io.github.performer4j.kernels.mask.GridShape;
import io.github.performer4j.kernels.mask.Mask;
import io.github.performer4j.kernels.mask.Tree;
import io.github.performer4j.kernels.mask.TreeMask;

/** A kind of masks with structure: what a batch item says of its own, as rows of numbers, and what each head learns. */
public sealed interface MaskKind {

    /** Returns how many parameters each head has. */
    int parameters();

    /** Returns whether they are learned; else they are 1. */
    default boolean learned() {
        return true;
    }

    /** Returns whether a layer's parameters are logarithms of the mask's, which are positive then. */
    boolean logarithms();

    /** Returns why a sequence cannot come in parts. */
    default String whole() {
        return "its attention is over a graph, whose nodes have no order";
    }

    /**
     * Reads what an item says.
     *
     * @param numbers rows from {@code offset} on
     * @param rows how many there are
     * @param places T
     * @throws IllegalArgumentException naming the row, if it says nothing that may be
     */
    Reader read(double[] numbers, int offset, int rows, int places);

    /** Makes the mask of a head. */
    @FunctionalInterface
    interface Reader {
        /** Makes the mask of the parameters from {@code at} on. */
        Mask mask(double[] parameters, int at);
    }

    /**
     * Returns the kind of rows of a width: 3 of trees, or 2 + 2L of factors.
     *
     * @throws IllegalArgumentException if they are of neither
     */
    static MaskKind of(int width) {
        return width == Tree.WIDTH ? new Trees() : new Factors(width == 0 ? 0 : GraphRows.lengths(width));
    }

    /**
     * Graph kernels by their sparse factors, with weights f of lengths; one weight cancels.
     *
     * @param lengths L; 0 as long as it is not known
     */
    record Factors(int lengths) implements MaskKind {
        @Override
        public int parameters() {
            return lengths;
        }

        @Override
        public boolean learned() {
            return lengths != 1;
        }

        @Override
        public boolean logarithms() {
            return true;
        }

        @Override
        public Reader read(double[] numbers, int offset, int rows, int places) {
            return new SparseMasks(numbers, offset, rows, places, lengths)::mask;
        }
    }

    /** Trees, with the rate λ at which {@code e^{−λ dist}} falls. */
    record Trees() implements MaskKind {
        @Override
        public int parameters() {
            return 1;
        }

        @Override
        public boolean logarithms() {
            return true;
        }

        @Override
        public Reader read(double[] numbers, int offset, int rows, int places) {
            Tree tree = Tree.read(numbers, offset, rows, places);
            return (parameters, at) -> new TreeMask(tree, parameters[at]);
        }
    }

    /** A grid, with the logarithm b of the weight of each difference. */
    record Grids(GridShape shape) implements MaskKind {
        @Override
        public int parameters() {
            return shape.differences();
        }

        @Override
        public boolean logarithms() {
            return false; // they are the mask's own
        }

        @Override
        public String whole() {
            return "its attention is bidirectional, and sees later tokens";
        }

        @Override
        public Reader read(double[] numbers, int offset, int rows, int places) {
            if (places != shape.places()) {
                throw new IllegalArgumentException(
                        "a grid must have a place for each token; grid=" + shape + ", tokens=" + places);
            }
            return (parameters, at) -> new GridMask(shape, parameters, at);
        }
    }
}
