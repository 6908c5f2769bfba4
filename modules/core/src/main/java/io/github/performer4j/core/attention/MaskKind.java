package io.github.performer4j.core.attention;

import io.github.performer4j.kernels.graph.GraphEntries;
import io.github.performer4j.kernels.graph.GraphRows;
import io.github.performer4j.kernels.graph.Modulation;
import io.github.performer4j.kernels.graph.SparseMasks;
import io.github.performer4j.kernels.mask.GridMask;
import io.github.performer4j.kernels.mask.GridShape;
import io.github.performer4j.kernels.mask.Mask;
import io.github.performer4j.kernels.mask.Tree;
import io.github.performer4j.kernels.mask.TreeMask;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/** A kind of masks with structure: what a batch item says of its own, as rows of numbers, and what each head learns. */
public sealed interface MaskKind permits MaskKind.Factors, MaskKind.Trees, MaskKind.Grids, PathMasks, PointMasks {

    /** Returns how many parameters each head has. */
    int parameters();

    /** Returns whether they are learned; else they are 1. */
    default boolean learned() {
        return true;
    }

    /** Returns whether a layer's parameters are logarithms of the mask's, which are positive then. */
    boolean logarithms();

    /**
     * Returns what the mask's parameters of a head begin as, [parameters], if nobody says otherwise.
     *
     * @param heads H: heads begin with other reaches
     */
    default double[] begin(int head, int heads) {
        throw new UnsupportedOperationException("parameters that begin as 0 have no reach; kind=" + this);
    }

    /** Returns whether masks are estimates, {@link Mask#estimated}. */
    default boolean estimated() {
        return false;
    }

    /** Returns whether what an item says is worth keeping from one pass to the next, because reading it takes long. */
    default boolean costly() {
        return false;
    }

    /** Returns a rate of a head: they rise geometrically. */
    static double rate(double least, double greatest, int head, int heads) {
        return least * Math.pow(greatest / least, heads == 1 ? 0.5 : head / (heads - 1.0));
    }

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
     * @param groups of heads that have kernels of their own; empty for none
     * @throws IllegalArgumentException if they are of neither, or groups have other lengths
     */
    static MaskKind of(int width, List<NodeMask.Group> groups) {
        return width == Tree.WIDTH ? new Trees() : new Factors(width == 0 ? 0 : GraphRows.lengths(width), groups);
    }

    /**
     * Graph kernels by their sparse factors, with weights f of lengths; one weight cancels. Where groups of heads have kernels of their own, a head's lengths are those of its group, and its
     * other weights are not used.
     *
     * @param lengths L; 0 as long as it is not known
     * @param groups of heads; empty where all have one kernel
     */
    record Factors(int lengths, List<NodeMask.Group> groups) implements MaskKind {
        /** λ of the diffusions that f begins as: those of the first and the last head. */
        private static final double LEAST = 0.5;

        private static final double GREATEST = 4;

        /**
         * Checks groups.
         *
         * @throws IllegalArgumentException if they have other lengths
         */
        public Factors {
            groups = List.copyOf(groups);
            int all = groups.stream().mapToInt(NodeMask.Group::lengths).sum();
            if (lengths != 0 && !groups.isEmpty() && all != lengths) {
                throw new IllegalArgumentException("groups of heads must have the lengths of the graph's entries;"
                        + " lengths=" + lengths + ", of groups=" + all);
            }
        }

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
        public double[] begin(int head, int heads) {
            double rate = rate(LEAST, GREATEST, head, heads);
            if (groups.isEmpty()) {
                return Modulation.diffusion(rate, lengths);
            }
            int group = group(head);
            double[] own = Modulation.diffusion(rate, groups.get(group).lengths());
            double[] all = new double[lengths];
            Arrays.fill(all, 1);
            System.arraycopy(own, 0, all, first(group), own.length);
            return all;
        }

        private int group(int head) {
            int group = 0;
            for (int end = groups.get(0).heads();
                    end <= head;
                    end += groups.get(group).heads()) {
                group++;
            }
            return group;
        }

        private int first(int group) {
            return groups.subList(0, group).stream()
                    .mapToInt(NodeMask.Group::lengths)
                    .sum();
        }

        @Override
        public Reader read(double[] numbers, int offset, int rows, int places) {
            GraphEntries entries = GraphEntries.read(numbers, offset, rows, places, lengths);
            if (groups.isEmpty()) {
                return new SparseMasks(entries, 0, lengths)::mask;
            }
            List<SparseMasks> kernels = new ArrayList<>();
            for (int g = 0; g < groups.size(); g++) {
                kernels.add(new SparseMasks(entries, first(g), groups.get(g).lengths()));
            }
            return (parameters, at) -> kernels.get(group(at / lengths)).mask(parameters, at);
        }
    }

    /** Trees, with the rate λ at which {@code e^{−λ dist}} falls. */
    record Trees() implements MaskKind {
        @Override
        public double[] begin(int head, int heads) {
            return PathMasks.reach(head, heads);
        }

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
