package io.github.performer4j.examples;

import io.github.performer4j.kernels.field.DiffusionIntegrator;
import io.github.performer4j.kernels.field.FieldIntegrator;
import io.github.performer4j.kernels.field.PointWeights;
import io.github.performer4j.kernels.field.RandomFourierDiffusion;
import io.github.performer4j.kernels.field.SeparatorIntegrator;
import io.github.performer4j.kernels.field.SeparatorOptions;
import io.github.performer4j.kernels.field.TriangleMesh;
import io.github.performer4j.kernels.math.CounterRandom;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;

/**
 * Normals of a mesh of which four in five are hidden, filled in by smoothing those that are known: {@code n(v) ∝ Σ_known K(v,w) n(w)}, with K the exponential of the mesh's graph by brute force,
 * of distances along the surface by separators, and of distances in space by random Fourier features.
 */
public final class FillNormals {
    private static final double KNOWN = 0.2;
    private static final int FREQUENCIES = 512;

    private FillNormals() {}

    /** Returns which normals are known, a function of the seed. */
    public static boolean[] known(int vertices, long seed) {
        CounterRandom random = CounterRandom.of(seed);
        boolean[] known = new boolean[vertices];
        for (int v = 0; v < vertices; v++) {
            known[v] = random.nextDouble() < KNOWN;
        }
        return known;
    }

    /** Returns what fills fields over a mesh in, by name. */
    public static Map<String, FieldIntegrator> integrators(TriangleMesh mesh, long seed) {
        Map<String, FieldIntegrator> all = new LinkedHashMap<>();
        all.put("diffusion", new DiffusionIntegrator(mesh.graph().normalized(), 8));
        all.put("separators", SeparatorIntegrator.exponential(mesh.graph(), 12, SeparatorOptions.of(mesh.graph())));
        PointWeights near = new PointWeights(PointWeights.Kind.GAUSSIAN, 0.3);
        all.put("random Fourier features", new RandomFourierDiffusion(mesh.vertices(), near, 0.005, FREQUENCIES, seed));
        return all;
    }

    /** Returns normals of length 1 at all vertices, [N,3], from those that are known. */
    public static double[] fill(FieldIntegrator integrator, double[] normals, boolean[] known) {
        double[] filled = integrator.interpolate(normals, 3, known);
        for (int at = 0; at < filled.length; at += 3) {
            double length = Math.sqrt(
                    filled[at] * filled[at] + filled[at + 1] * filled[at + 1] + filled[at + 2] * filled[at + 2]);
            for (int c = 0; c < 3 && length > 0; c++) {
                filled[at + c] /= length;
            }
        }
        return filled;
    }

    /** Returns the mean cosine with the true normals over the vertices that were hidden. */
    public static double cosine(double[] filled, double[] normals, boolean[] known) {
        double sum = 0;
        int hidden = 0;
        for (int v = 0; v < known.length; v++) {
            if (!known[v]) {
                hidden++;
                for (int c = 0; c < 3; c++) {
                    sum += filled[3 * v + c] * normals[3 * v + c];
                }
            }
        }
        return sum / hidden;
    }

    /** Fills in the normals of a torus; argument: the picture to write. */
    public static void main(String[] args) throws IOException {
        if (args.length < 1) {
            System.out.println("arguments: PICTURE.png");
            return;
        }
        TriangleMesh torus = TriangleMesh.torus(60, 30, 1, 0.4);
        double[] normals = torus.normals();
        boolean[] known = known(torus.vertices().length, 17);
        Map<String, double[]> shown = new LinkedHashMap<>();
        double[] given = normals.clone();
        for (int i = 0; i < given.length; i++) {
            given[i] = known[i / 3] ? given[i] : Double.NaN;
        }
        shown.put("true", normals);
        shown.put("known", given);
        integrators(torus, 1).forEach((name, integrator) -> {
            double[] filled = fill(integrator, normals, known);
            System.out.printf(
                    Locale.ROOT, "%-24s mean cosine of hidden normals %.4f%n", name, cosine(filled, normals, known));
            shown.put(name, filled);
        });
        Files.write(Path.of(args[0]), MeshPicture.png(torus, shown));
    }
}
