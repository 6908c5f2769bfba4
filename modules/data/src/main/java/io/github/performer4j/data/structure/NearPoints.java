package io.github.performer4j.data.structure;

import io.github.performer4j.kernels.graph.Graph;
import java.util.Arrays;
import java.util.Comparator;
import java.util.HashSet;
import java.util.PriorityQueue;
import java.util.Set;

/**
 * Edges of weight 1 between points that are near: within a radius, or between each and its k nearest (of equal distances the points with the smaller numbers), from either side. O(N²), so for up to
 * some ten thousand points.
 */
final class NearPoints {
    /** Points of a cloud that are joined in bearable time. */
    static final int MOST = 20_000;

    private NearPoints() {}

    /** Joins points [N][3] whose distance is at most r. */
    static Graph within(double[][] points, double r) {
        Graph.Builder graph = new Graph.Builder(points.length);
        for (int i = 0; i < points.length; i++) {
            for (int j = i + 1; j < points.length; j++) {
                if (squared(points[i], points[j]) <= r * r) {
                    graph.edge(i, j);
                }
            }
        }
        return graph.build();
    }

    /** Joins each of points [N][3] with its k nearest others, all of them where there are no more. */
    static Graph nearest(double[][] points, int k) {
        int n = points.length;
        Graph.Builder graph = new Graph.Builder(n);
        Set<Long> joined = new HashSet<>();
        for (int i = 0; i < n; i++) {
            int from = i;
            double[] distance = new double[n];
            Arrays.setAll(distance, j -> squared(points[from], points[j]));
            Comparator<Integer> order =
                    Comparator.<Integer>comparingDouble(j -> distance[j]).thenComparing(j -> j);
            PriorityQueue<Integer> near = new PriorityQueue<>(order.reversed()); // the farthest comes first
            for (int j = 0; j < n; j++) {
                if (j != i && near.size() < k) {
                    near.add(j);
                } else if (j != i && order.compare(j, near.peek()) < 0) {
                    near.poll();
                    near.add(j);
                }
            }
            for (int j : near) {
                if (joined.add((long) Math.min(i, j) << 32 | Math.max(i, j))) {
                    graph.edge(i, j);
                }
            }
        }
        return graph.build();
    }

    private static double squared(double[] a, double... b) {
        double sum = 0;
        for (int d = 0; d < a.length; d++) {
            sum += (a[d] - b[d]) * (a[d] - b[d]);
        }
        return sum;
    }
}
