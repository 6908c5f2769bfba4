package io.github.performer4j.core.graph;

import io.github.performer4j.kernels.field.PathRows;
import io.github.performer4j.kernels.field.PointRows;
import io.github.performer4j.kernels.graph.Graph;
import io.github.performer4j.kernels.graph.GraphFactor;
import io.github.performer4j.kernels.graph.GraphRows;
import io.github.performer4j.kernels.mask.Tree;
import java.util.List;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;

/**
 * A batch of graphs as arrays: the two inputs of layers over graphs, and their masks.
 *
 * <p>Graphs of other sizes are filled up with nodes that are masked and entries of zeros, which add nothing. S is rounded up, so that batches come in few shapes: layers plan anew for each.
 *
 * @param nodes what is known of each node, [B,N,F]; 0 where padded
 * @param entries of both factors of each graph's kernel, [B,S,2+2L]: row, column, L values of C, L of C'
 * @param nodeMask 1 for nodes and 0 for padding, [B,N]
 * @param entryMask the same of entries, [B,S]
 */
public record GraphArrays(INDArray nodes, INDArray entries, INDArray nodeMask, INDArray entryMask) {
    private static final int LARGEST = 1 << 24; // whole numbers up to it are exact in float32

    /**
     * Makes the arrays.
     *
     * @param features what is known of each node, [graph][node][F]
     * @param factors of the kernel of each graph, in the same order, all of L lengths
     * @param type float32 or float64
     * @throws IllegalArgumentException if a graph has other numbers of nodes, features or lengths than is said, or more than 2^24 nodes
     */
    public static GraphArrays of(List<double[][]> features, List<GraphFactor> factors, DataType type) {
        for (int g = 0; g < factors.size(); g++) {
            int lengths = factors.get(g).lengths();
            if (lengths != factors.get(0).lengths()) {
                throw new IllegalArgumentException("all graphs must be of one number of lengths; graph=" + g
                        + ", lengths=" + lengths + ", first=" + factors.get(0).lengths());
            }
        }
        check(features, factors.stream().map(GraphFactor::nodes).toList());
        int width = GraphRows.width(factors.get(0).lengths());
        return of(features, factors.stream().map(GraphRows::of).toList(), width, type);
    }

    /**
     * Makes the arrays of trees, whose edges are the entries, [B,S,3]: child, parent, length.
     *
     * @param features what is known of each node, [graph][node][F]
     * @param trees in the same order; each may be several side by side
     * @param type float32 or float64
     * @throws IllegalArgumentException if a tree has other numbers of nodes or features than is said, or more than 2^24 nodes
     */
    public static GraphArrays ofTrees(List<double[][]> features, List<Tree> trees, DataType type) {
        check(features, trees.stream().map(Tree::nodes).toList());
        return of(features, trees.stream().map(Tree::rows).toList(), Tree.WIDTH, type);
    }

    /**
     * Makes the arrays of graphs whose distances mask attention: their edges, [B,S,3], node, node, length, see {@link PathRows}.
     *
     * @param features what is known of each node, [graph][node][F]
     * @param graphs in the same order, symmetric; weights of arcs are lengths
     * @param type float32 or float64
     * @throws IllegalArgumentException if a graph has other numbers of nodes or features than is said, more than 2^24 nodes, or is not symmetric
     */
    public static GraphArrays ofPaths(List<double[][]> features, List<Graph> graphs, DataType type) {
        check(features, graphs.stream().map(Graph::nodes).toList());
        return of(features, graphs.stream().map(PathRows::of).toList(), PathRows.WIDTH, type);
    }

    /**
     * Makes the arrays of clouds of points, [B,S,1+d], 1 and the coordinates of each node, see {@link PointRows}.
     *
     * @param features what is known of each node, [cloud][node][F]
     * @param points in the same order, [cloud][node][d]
     * @param type float32 or float64
     * @throws IllegalArgumentException if a cloud has other numbers of nodes, features or coordinates than is said, or more than 2^24 nodes
     */
    public static GraphArrays ofPoints(List<double[][]> features, List<double[][]> points, DataType type) {
        check(features, points.stream().map(cloud -> cloud.length).toList());
        List<double[][]> rows = points.stream().map(PointRows::of).toList();
        int width = rows.get(0)[0].length;
        for (int b = 0; b < rows.size(); b++) {
            if (rows.get(b)[0].length != width) {
                throw new IllegalArgumentException("all clouds must have as many coordinates; cloud=" + b
                        + ", coordinates=" + (rows.get(b)[0].length - 1) + ", first=" + (width - 1));
            }
        }
        return of(features, rows, width, type);
    }

    private static GraphArrays of(List<double[][]> features, List<double[][]> rows, int width, DataType type) {
        int entries = rounded(Math.max(1, longest(rows)));
        return new GraphArrays(
                padded(features, longest(features), features.get(0)[0].length, type),
                padded(rows, entries, width, type),
                mask(features, longest(features), type),
                mask(rows, entries, type));
    }

    private static void check(List<double[][]> features, List<Integer> sizes) {
        if (features.isEmpty() || features.size() != sizes.size()) {
            throw new IllegalArgumentException("each graph must have features, and be there; features="
                    + features.size() + ", graphs=" + sizes.size());
        }
        for (int g = 0; g < features.size(); g++) {
            int nodes = sizes.get(g);
            if (features.get(g).length != nodes || nodes > LARGEST) {
                throw new IllegalArgumentException(
                        "features must be those of the graph's nodes, of which there are up to 2^24; graph=" + g
                                + ", nodes=" + nodes + ", features=" + features.get(g).length);
            }
            for (double[] node : features.get(g)) {
                if (node.length == 0 || node.length != features.get(0)[0].length) {
                    throw new IllegalArgumentException("nodes must have features, all as many; graph=" + g
                            + ", features=" + node.length + ", first=" + features.get(0)[0].length);
                }
            }
        }
    }

    private static INDArray padded(List<double[][]> all, int longest, int width, DataType type) {
        double[] values = new double[Math.multiplyExact(Math.multiplyExact(all.size(), longest), width)];
        for (int b = 0; b < all.size(); b++) {
            for (int t = 0; t < all.get(b).length; t++) {
                System.arraycopy(all.get(b)[t], 0, values, (b * longest + t) * width, width);
            }
        }
        return Nd4j.create(values, new long[] {all.size(), longest, width}, 'c').castTo(type);
    }

    private static INDArray mask(List<double[][]> all, int longest, DataType type) {
        double[] values = new double[all.size() * longest];
        for (int b = 0; b < all.size(); b++) {
            for (int t = 0; t < all.get(b).length; t++) {
                values[b * longest + t] = 1;
            }
        }
        return Nd4j.create(values, new long[] {all.size(), longest}, 'c').castTo(type);
    }

    private static int longest(List<double[][]> all) {
        return all.stream().mapToInt(rows -> rows.length).max().orElse(0);
    }

    /** Rounds up to one of at most four numbers between powers of two. */
    static int rounded(int entries) {
        int step = Math.max(1, Integer.highestOneBit(entries) / 4);
        return Math.multiplyExact((entries + step - 1) / step, step);
    }

    /** Returns nodes and entries, in the order of a net's inputs. */
    public INDArray[] inputs() {
        return new INDArray[] {nodes, entries};
    }

    /** Returns the masks of nodes and entries. */
    public INDArray[] masks() {
        return new INDArray[] {nodeMask, entryMask};
    }
}
