package io.github.performer4j.kernels.mask;

import java.util.Arrays;

/**
 * A tree, or several side by side (a forest), with lengths of edges: nodes 0 … N − 1, each with its parent or none. A value.
 *
 * <p>As numbers, an edge is a row {@code child, parent, length}; a row of zeros is none, so lists of trees of other sizes are filled up with them. Nodes of other trees are infinitely far.
 */
public final class Tree {
    /** Numbers of an edge. */
    public static final int WIDTH = 3;

    private final int[] parent; // −1 of a root
    private final double[] length; // of the edge to the parent, 0 of a root
    private final int[] order; // parents before their children

    private Tree(int[] parent, double[] length, int[] order) {
        this.parent = parent;
        this.length = length;
        this.order = order;
    }

    /**
     * Makes a tree.
     *
     * @param parent of each node, [N]; −1 of a root
     * @param length of the edge to it, [N], finite and not negative; that of a root is not read
     * @throws IllegalArgumentException if a parent is not there, a length is none, or edges form a cycle
     */
    public static Tree of(int[] parent, double[] length) {
        if (parent.length == 0 || parent.length != length.length) {
            throw new IllegalArgumentException("each node must have a parent or −1, and a length; nodes="
                    + parent.length + ", lengths=" + length.length);
        }
        double[] own = length.clone();
        for (int v = 0; v < parent.length; v++) {
            if (parent[v] < -1 || parent[v] >= parent.length) {
                throw new IllegalArgumentException(
                        "a parent must be there; child=" + v + ", parent=" + parent[v] + ", nodes=" + parent.length);
            }
            own[v] = parent[v] < 0 ? 0 : checked(length[v], v);
        }
        return new Tree(parent.clone(), own, order(parent));
    }

    /**
     * Reads edges as numbers.
     *
     * @param numbers rows {@code child, parent, length} from {@code offset} on
     * @param count how many rows there are, those of zeros among them
     * @param nodes N
     * @throws IllegalArgumentException naming the edge, if it names no nodes, its child has a parent already, or edges form a cycle
     */
    public static Tree read(double[] numbers, int offset, int count, int nodes) {
        int[] parent = new int[nodes];
        double[] length = new double[nodes];
        Arrays.fill(parent, -1);
        for (int e = 0; e < count; e++) {
            int at = offset + e * WIDTH;
            if (numbers[at] == 0 && numbers[at + 1] == 0 && numbers[at + 2] == 0) {
                continue;
            }
            int child = node(numbers[at], e, "child", nodes);
            if (parent[child] >= 0) {
                throw new IllegalArgumentException("a node of a tree must have one parent; edge=" + e + ", child="
                        + child + ", parent=" + parent[child]);
            }
            parent[child] = node(numbers[at + 1], e, "parent", nodes);
            length[child] = numbers[at + 2];
        }
        return of(parent, length);
    }

    private static int node(double number, int edge, String what, int nodes) {
        if (!(number >= 0 && number < nodes && number == (int) number)) {
            throw new IllegalArgumentException("an edge must name nodes that are there; edge=" + edge + ", " + what
                    + "=" + number + ", nodes=" + nodes);
        }
        return (int) number;
    }

    private static double checked(double length, int child) {
        if (!(length >= 0 && length < Double.POSITIVE_INFINITY)) {
            throw new IllegalArgumentException(
                    "lengths of edges must be finite and not negative; child=" + child + ", length=" + length);
        }
        return length;
    }

    private static int[] order(int... parent) {
        int n = parent.length;
        int[] children = new int[n];
        for (int p : parent) {
            if (p >= 0) {
                children[p]++;
            }
        }
        int[] order = new int[n];
        int found = n; // filled from the end: nodes all of whose children are there
        for (int v = 0; v < n; v++) {
            for (int at = v; at >= 0 && children[at] == 0; at = parent[at]) {
                order[--found] = at;
                children[at] = -1;
                if (parent[at] < 0 || --children[parent[at]] > 0) {
                    break;
                }
            }
        }
        if (found > 0) {
            throw new IllegalArgumentException(
                    "edges of a tree must not form a cycle; nodes on or above cycles=" + found + ", nodes=" + n);
        }
        return order;
    }

    /** Returns N. */
    public int nodes() {
        return parent.length;
    }

    /** Returns a node's parent, −1 of a root. */
    public int parent(int node) {
        return parent[node];
    }

    /** Returns the length of the edge to a node's parent; 0 of a root. */
    public double length(int node) {
        return length[node];
    }

    /** Returns the node at a place of an order in which parents stand before their children. */
    int ordered(int place) {
        return order[place];
    }

    /** Returns the edges as numbers, [edges][3], see the class: how a net gets a tree. */
    public double[][] rows() {
        double[][] rows = new double[nodes()][];
        int found = 0;
        for (int v = 0; v < nodes(); v++) {
            if (parent[v] >= 0) {
                rows[found++] = new double[] {v, parent[v], length[v]};
            }
        }
        return Arrays.copyOf(rows, found);
    }
}
