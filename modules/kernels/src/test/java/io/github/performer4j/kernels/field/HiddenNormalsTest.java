package io.github.performer4j.kernels.field;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.github.performer4j.kernels.graph.Graph;
import io.github.performer4j.kernels.math.CounterRandom;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Normals of a mesh, four in five of them hidden, are filled in: the mean cosine with the true ones of those hidden is at least 0.95. */
class HiddenNormalsTest {

    /** A mesh and an integrator over it. */
    record Case(String name, TriangleMesh mesh, FieldIntegrator integrator) {
        @Override
        public String toString() {
            return name;
        }
    }

    static Stream<Case> cases() {
        TriangleMesh torus = TriangleMesh.torus(60, 30, 1, 0.4);
        TriangleMesh sphere = TriangleMesh.icosphere(3);
        PointWeights hat = new PointWeights(PointWeights.Kind.HAT, 0.85);
        return Stream.concat(
                Stream.concat(exact("torus, ", torus), exact("icosphere, ", sphere)),
                Stream.of(
                        random("torus, Gaussian weights", torus, gaussian(0.3), 0.005),
                        random("icosphere, Gaussian weights", sphere, gaussian(0.35), 0.02),
                        random("icosphere, hat weights", sphere, hat, 0.02)));
    }

    private static PointWeights gaussian(double width) {
        return new PointWeights(PointWeights.Kind.GAUSSIAN, width);
    }

    private static Case random(String name, TriangleMesh mesh, PointWeights weights, double rate) {
        return new Case(
                name + " by random features", mesh, new RandomFourierDiffusion(mesh.vertices(), weights, rate, 512, 1));
    }

    private static Stream<Case> exact(String name, TriangleMesh mesh) {
        PointWeights hat = new PointWeights(PointWeights.Kind.HAT, 0.3);
        Graph graph = mesh.graph();
        SeparatorOptions options = SeparatorOptions.of(graph);
        return Stream.of(
                new Case(name + "diffusion", mesh, new DiffusionIntegrator(graph.normalized(), 8)),
                new Case(
                        name + "hat weights by brute force",
                        mesh,
                        new DiffusionIntegrator(hat.matrix(mesh.vertices()), 0.1)),
                new Case(name + "separators", mesh, SeparatorIntegrator.exponential(graph, 12, options)),
                new Case(
                        name + "separators, any f",
                        mesh,
                        SeparatorIntegrator.of(graph, d -> 1 / (1 + Math.pow(d / 0.1, 4)), options)));
    }

    @ParameterizedTest
    @MethodSource("cases")
    void hiddenNormalsAreFilledIn(Case c) {
        double[] normals = c.mesh().normals();
        int n = c.mesh().vertices().length;
        boolean[] known = new boolean[n];
        CounterRandom random = CounterRandom.of(17);
        for (int v = 0; v < n; v++) {
            known[v] = random.nextDouble() < 0.2;
        }
        double[] given = normals.clone();
        for (int v = 0; v < n; v++) {
            for (int l = 0; !known[v] && l < 3; l++) {
                given[3 * v + l] = Double.NaN; // not read
            }
        }
        double[] filled = c.integrator().interpolate(given, 3, known);
        double sum = 0;
        int hidden = 0;
        for (int v = 0; v < n; v++) {
            if (!known[v]) {
                double dot = 0;
                double square = 0;
                for (int l = 0; l < 3; l++) {
                    dot += filled[3 * v + l] * normals[3 * v + l];
                    square += filled[3 * v + l] * filled[3 * v + l];
                }
                sum += dot / Math.sqrt(square);
                hidden++;
            }
        }
        assertThat(sum / hidden).isGreaterThanOrEqualTo(0.95);
    }

    /** Euler: V − E + F is 0 for a torus and 2 for a sphere, whose normals are its vertices. */
    @Test
    void meshesAreWhatTheyAreCalled() {
        TriangleMesh torus = TriangleMesh.torus(7, 5, 1, 0.4);
        assertThat(torus.vertices().length - torus.graph().arcs() / 2 + torus.faces().length)
                .isZero();
        TriangleMesh sphere = TriangleMesh.icosphere(3);
        assertThat(sphere.vertices()).hasNumberOfRows(642);
        assertThat(sphere.vertices().length - sphere.graph().arcs() / 2 + sphere.faces().length)
                .isEqualTo(2);
        double[] normals = sphere.normals();
        for (int v = 0; v < 642; v++) {
            for (int l = 0; l < 3; l++) {
                assertThat(normals[3 * v + l]).isCloseTo(sphere.vertices()[v][l], within(0.03));
            }
        }
    }
}
