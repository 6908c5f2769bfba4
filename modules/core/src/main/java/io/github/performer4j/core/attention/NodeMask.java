package io.github.performer4j.core.attention;

import io.github.performer4j.kernels.field.PathRows;
import io.github.performer4j.kernels.field.PointWeights;
import io.github.performer4j.kernels.mask.Tree;
import java.io.Serializable;
import java.util.List;

/**
 * What masks the attention of nodes to each other, as far as the rows of a layer's second input do not say it themselves.
 *
 * @param rows what they are; null for {@link Rows#KERNEL}
 * @param points how weights of points are estimated; null where rows are no points
 * @param groups heads that have a kernel of their own, in the order of heads and of lengths; empty or null where all heads have one
 */
public record NodeMask(Rows rows, Points points, List<Group> groups) implements Serializable {

    /** What rows of the second input are. */
    public enum Rows {
        /** Entries of sparse factors, of width 2 + 2L, see {@link io.github.performer4j.kernels.graph.GraphRows}, or edges of trees, of width 3. */
        KERNEL,
        /** Edges of a graph with their lengths, {@link PathRows}: {@code K_uv = e^{−λ dist(u,v)}} along shortest paths. */
        PATHS,
        /** Points, {@link io.github.performer4j.kernels.field.PointRows}: {@code K = e^{λW}}, W the weights of points by their differences. */
        POINTS
    }

    /**
     * How weights of points are estimated, see {@link io.github.performer4j.kernels.field.PointSpectrum}.
     *
     * @param weights hat or Gaussian
     * @param width ε or σ, in units of the coordinates
     * @param frequencies m
     * @param seed of the frequencies
     */
    public record Points(PointWeights.Kind weights, double width, int frequencies, long seed) implements Serializable {

        /**
         * Checks numbers.
         *
         * @throws IllegalArgumentException if weights are boxes, which have no estimate, or a number is not positive
         */
        public Points {
            new PointWeights(weights, width);
            if (weights == PointWeights.Kind.BOX || frequencies < 1) {
                throw new IllegalArgumentException(
                        "weights of points must be hat or Gaussian, and frequencies positive; weights=" + weights
                                + ", frequencies=" + frequencies);
            }
        }
    }

    /**
     * Heads that share a kernel.
     *
     * @param heads how many
     * @param lengths L of their kernel: so many channels of each entry
     */
    public record Group(int heads, int lengths) implements Serializable {

        /**
         * Checks numbers.
         *
         * @throws IllegalArgumentException if one is not positive
         */
        public Group {
            if (heads < 1 || lengths < 1) {
                throw new IllegalArgumentException(
                        "a group must have heads, and a kernel with lengths; heads=" + heads + ", lengths=" + lengths);
            }
        }
    }

    /**
     * Checks what goes together.
     *
     * @throws IllegalArgumentException if points are said of other rows, or not of these, or groups of rows that are no entries
     */
    public NodeMask {
        rows = rows == null ? Rows.KERNEL : rows;
        groups = groups == null ? List.of() : List.copyOf(groups);
        if ((points != null) != (rows == Rows.POINTS) || !groups.isEmpty() && rows != Rows.KERNEL) {
            throw new IllegalArgumentException(
                    "points need weights, and other rows none; groups of heads go with kernels; rows=" + rows
                            + ", points=" + points + ", groups=" + groups);
        }
    }

    /** Returns the mask that rows say themselves: a graph kernel by its factors, or trees. */
    public static NodeMask kernel() {
        return new NodeMask(Rows.KERNEL, null, List.of());
    }

    /** Returns the mask of kernels that differ from group to group; entries hold the channels of the first, then of the second and so on, see {@code GraphFactor.beside}. */
    public static NodeMask kernels(Group... groups) {
        return new NodeMask(Rows.KERNEL, null, List.of(groups));
    }

    /** Returns the mask of distances along shortest paths. */
    public static NodeMask paths() {
        return new NodeMask(Rows.PATHS, null, List.of());
    }

    /** Returns the mask of diffusion over points, by estimated weights. */
    public static NodeMask points(PointWeights.Kind weights, double width, int frequencies, long seed) {
        return new NodeMask(Rows.POINTS, new Points(weights, width, frequencies, seed), List.of());
    }

    /**
     * Returns the kind of masks.
     *
     * @param width of rows; 0 as long as it is not known
     * @throws IllegalArgumentException if rows are of another width
     */
    public MaskKind kind(int width) {
        return switch (rows) {
            case KERNEL -> {
                if (width == Tree.WIDTH && !groups.isEmpty()) {
                    throw new IllegalArgumentException("groups of heads go with entries of kernels; width=" + width);
                }
                yield MaskKind.of(width, groups);
            }
            case PATHS -> {
                if (width != 0 && width != PathRows.WIDTH) {
                    throw new IllegalArgumentException(
                            "edges must be node, node and length: 3 numbers; width=" + width);
                }
                yield new PathMasks();
            }
            case POINTS -> {
                if (width == 1) {
                    throw new IllegalArgumentException("points must be 1 and their coordinates; width=1");
                }
                yield new PointMasks(points, width);
            }
        };
    }

    /**
     * Checks groups against heads.
     *
     * @throws IllegalArgumentException if groups have others than H
     */
    public void check(int heads) {
        int all = groups.stream().mapToInt(Group::heads).sum();
        if (!groups.isEmpty() && all != heads) {
            throw new IllegalArgumentException(
                    "groups must have the heads of attention; heads=" + heads + ", of groups=" + all);
        }
    }
}
