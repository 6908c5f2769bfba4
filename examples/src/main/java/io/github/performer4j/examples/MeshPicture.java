package io.github.performer4j.examples;

import io.github.performer4j.kernels.field.TriangleMesh;
import java.awt.Color;
import java.awt.Graphics2D;
import java.awt.geom.Path2D;
import java.util.Arrays;
import java.util.Comparator;
import java.util.Map;

/** Pictures of a mesh seen from a little above, a colour for each direction of its normals: red, green and blue are the first, second and third coordinate from −1 to 1. */
final class MeshPicture {
    private static final int SIZE = 260;
    private static final double TILT = 0.9; // radians between the third axis and the one looked along
    private static final double REACH = 1.5;

    private MeshPicture() {}

    /**
     * Draws a mesh once for each field of normals.
     *
     * @param fields name → normals [N,3]; faces with a corner whose normal is NaN are grey
     */
    static byte[] png(TriangleMesh mesh, Map<String, double[]> fields) {
        return GraphPictures.png(SIZE * fields.size(), SIZE + 20, g -> {
            int left = 0;
            for (Map.Entry<String, double[]> field : fields.entrySet()) {
                draw(g, mesh, field.getValue(), left);
                g.setColor(Color.BLACK);
                g.drawString(field.getKey(), left + 10, SIZE + 12);
                left += SIZE;
            }
        });
    }

    /** What is far is drawn first. */
    private static void draw(Graphics2D g, TriangleMesh mesh, double[] normals, int left) {
        int[][] faces = mesh.faces().clone();
        Arrays.sort(faces, Comparator.comparingDouble(face -> depth(mesh, face)));
        for (int[] face : faces) {
            Path2D outline = new Path2D.Double();
            for (int corner : face) {
                double x = left + SIZE / 2.0 + across(mesh.vertices()[corner]) * SIZE / 2 / REACH;
                double y = SIZE / 2.0 - up(mesh.vertices()[corner]) * SIZE / 2 / REACH;
                if (outline.getCurrentPoint() == null) {
                    outline.moveTo(x, y);
                } else {
                    outline.lineTo(x, y);
                }
            }
            outline.closePath();
            g.setColor(colour(normals, face));
            g.fill(outline);
            g.draw(outline);
        }
    }

    private static double across(double... vertex) {
        return vertex[0];
    }

    private static double up(double... vertex) {
        return Math.cos(TILT) * vertex[1] + Math.sin(TILT) * vertex[2];
    }

    private static double depth(TriangleMesh mesh, int... face) {
        double sum = 0;
        for (int corner : face) {
            double[] v = mesh.vertices()[corner];
            sum += Math.cos(TILT) * v[2] - Math.sin(TILT) * v[1];
        }
        return sum;
    }

    private static Color colour(double[] normals, int... face) {
        float[] sums = new float[3];
        for (int corner : face) {
            for (int c = 0; c < 3; c++) {
                sums[c] += (float) ((normals[3 * corner + c] + 1) / 6);
            }
        }
        if (Float.isNaN(sums[0])) {
            return Color.LIGHT_GRAY;
        }
        for (int c = 0; c < 3; c++) {
            sums[c] = Math.max(0, Math.min(1, sums[c]));
        }
        return new Color(sums[0], sums[1], sums[2]);
    }
}
