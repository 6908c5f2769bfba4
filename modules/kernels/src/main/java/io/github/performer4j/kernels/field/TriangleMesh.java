package io.github.performer4j.kernels.field;

import io.github.performer4j.kernels.graph.Graph;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * A mesh of triangles in space. A value by what it was made of; arrays are not copied.
 *
 * @param vertices their places, [N][3]
 * @param faces their three vertices, [faces][3], each in [0, N), turning the same way seen from outside
 */
@SuppressWarnings("ArrayRecordComponent") // large, and read only
public record TriangleMesh(double[][] vertices, int[][] faces) {

    /**
     * Checks faces.
     *
     * @throws IllegalArgumentException if there are no vertices of three coordinates, or a face has other than three corners that are there
     */
    public TriangleMesh {
        if (PointWeights.dimension(vertices) != 3) {
            throw new IllegalArgumentException("vertices must have three coordinates; found=" + vertices[0].length);
        }
        for (int[] face : faces) {
            for (int corner : face) {
                if (face.length != 3 || corner < 0 || corner >= vertices.length) {
                    throw new IllegalArgumentException("a face must have three corners that are there; face="
                            + Arrays.toString(face) + ", vertices=" + vertices.length);
                }
            }
        }
    }

    /**
     * Returns a torus around the third axis.
     *
     * @param around vertices around the axis, at least 3
     * @param across vertices around the tube, at least 3
     * @param radius from the axis to the middle of the tube
     * @param tube radius of the tube, less than it
     * @return a mesh of around·across vertices
     * @throws IllegalArgumentException if sizes make no torus
     */
    public static TriangleMesh torus(int around, int across, double radius, double tube) {
        if (around < 3 || across < 3 || !(tube > 0 && tube < radius)) {
            throw new IllegalArgumentException(
                    "a torus must have 3 vertices each way, and a tube smaller than its radius; around=" + around
                            + ", across=" + across + ", radius=" + radius + ", tube=" + tube);
        }
        double[][] vertices = new double[around * across][];
        int[][] faces = new int[2 * around * across][];
        for (int i = 0; i < around; i++) {
            for (int j = 0; j < across; j++) {
                double a = 2 * Math.PI * i / around;
                double b = 2 * Math.PI * j / across;
                double out = radius + tube * Math.cos(b);
                int v = i * across + j;
                vertices[v] = new double[] {out * Math.cos(a), out * Math.sin(a), tube * Math.sin(b)};
                int right = (i + 1) % around * across + j;
                int up = i * across + (j + 1) % across;
                int corner = (i + 1) % around * across + (j + 1) % across;
                faces[2 * v] = new int[] {v, right, corner};
                faces[2 * v + 1] = new int[] {v, corner, up};
            }
        }
        return new TriangleMesh(vertices, faces);
    }

    /**
     * Returns a sphere of radius 1: an icosahedron whose faces are cut into four, again and again.
     *
     * @param cuts how often, from 0 to 8
     * @return a mesh of 10·4^cuts + 2 vertices
     * @throws IllegalArgumentException if there are others
     */
    public static TriangleMesh icosphere(int cuts) {
        if (cuts < 0 || cuts > 8) {
            throw new IllegalArgumentException("cuts must be from 0 to 8; cuts=" + cuts);
        }
        double g = (1 + Math.sqrt(5)) / 2;
        double[][] corners = {
            {-1, g, 0},
            {1, g, 0},
            {-1, -g, 0},
            {1, -g, 0},
            {0, -1, g},
            {0, 1, g},
            {0, -1, -g},
            {0, 1, -g},
            {g, 0, -1},
            {g, 0, 1},
            {-g, 0, -1},
            {-g, 0, 1}
        };
        int[][] faces = {
            {0, 11, 5}, {0, 5, 1}, {0, 1, 7}, {0, 7, 10}, {0, 10, 11}, {1, 5, 9}, {5, 11, 4}, {11, 10, 2}, {10, 7, 6},
            {7, 1, 8}, {3, 9, 4}, {3, 4, 2}, {3, 2, 6}, {3, 6, 8}, {3, 8, 9}, {4, 9, 5}, {2, 4, 11}, {6, 2, 10},
            {8, 6, 7}, {9, 8, 1}
        };
        List<double[]> vertices = new ArrayList<>();
        for (double[] corner : corners) {
            vertices.add(unit(corner));
        }
        for (int c = 0; c < cuts; c++) {
            Map<Long, Integer> middles = new HashMap<>();
            int[][] finer = new int[4 * faces.length][];
            for (int f = 0; f < faces.length; f++) {
                int[] t = faces[f];
                int a = middle(t[0], t[1], vertices, middles);
                int b = middle(t[1], t[2], vertices, middles);
                int d = middle(t[2], t[0], vertices, middles);
                finer[4 * f] = new int[] {t[0], a, d};
                finer[4 * f + 1] = new int[] {t[1], b, a};
                finer[4 * f + 2] = new int[] {t[2], d, b};
                finer[4 * f + 3] = new int[] {a, b, d};
            }
            faces = finer;
        }
        return new TriangleMesh(vertices.toArray(double[][]::new), faces);
    }

    private static int middle(int a, int b, List<double[]> vertices, Map<Long, Integer> known) {
        long edge = (long) Math.min(a, b) << 32 | Math.max(a, b);
        return known.computeIfAbsent(edge, e -> {
            double[] x = vertices.get(a);
            double[] y = vertices.get(b);
            vertices.add(unit(x[0] + y[0], x[1] + y[1], x[2] + y[2]));
            return vertices.size() - 1;
        });
    }

    /** Returns the graph of its edges, their lengths as weights. */
    public Graph graph() {
        Graph.Builder graph = new Graph.Builder(vertices.length);
        Set<Long> seen = new HashSet<>();
        for (int[] face : faces) {
            for (int c = 0; c < 3; c++) {
                int a = Math.min(face[c], face[(c + 1) % 3]);
                int b = Math.max(face[c], face[(c + 1) % 3]);
                if (seen.add((long) a << 32 | b)) {
                    graph.edge(a, b, Math.sqrt(square(difference(vertices[a], vertices[b]))));
                }
            }
        }
        return graph.build();
    }

    /** Returns normals of vertices, of length 1: the sum of those of their faces, weighted by area; [N,3], 0 where there is no face. */
    public double[] normals() {
        double[] normals = new double[3 * vertices.length];
        for (int[] face : faces) {
            double[] u = difference(vertices[face[1]], vertices[face[0]]);
            double[] v = difference(vertices[face[2]], vertices[face[0]]);
            double[] cross = {u[1] * v[2] - u[2] * v[1], u[2] * v[0] - u[0] * v[2], u[0] * v[1] - u[1] * v[0]};
            for (int corner : face) {
                for (int c = 0; c < 3; c++) {
                    normals[3 * corner + c] += cross[c];
                }
            }
        }
        for (int i = 0; i < vertices.length; i++) {
            double[] one = unit(normals[3 * i], normals[3 * i + 1], normals[3 * i + 2]);
            System.arraycopy(one, 0, normals, 3 * i, 3);
        }
        return normals;
    }

    private static double[] difference(double[] a, double[] b) {
        return new double[] {a[0] - b[0], a[1] - b[1], a[2] - b[2]};
    }

    private static double square(double... v) {
        return v[0] * v[0] + v[1] * v[1] + v[2] * v[2];
    }

    private static double[] unit(double... v) {
        double length = Math.sqrt(square(v));
        return length == 0 ? v : new double[] {v[0] / length, v[1] / length, v[2] / length};
    }
}
