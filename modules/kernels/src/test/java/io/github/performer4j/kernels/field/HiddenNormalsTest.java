package io.github.performer4j.kernels.field;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

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
        return Stream.of(TriangleMesh.torus(48, 24, 1, 0.4), TriangleMesh.icosphere(3))
                .flatMap(mesh -> {
                    String name = mesh.vertices().length == 642 ? "icosphere, " : "torus, ";
                    PointWeights hat = new PointWeights(PointWeights.Kind.HAT, 0.3);
                    PointWeights gaussian = new PointWeights(PointWeights.Kind.GAUSSIAN, 0.15);
                    SeparatorOptions options = SeparatorOptions.of(mesh.graph());
                    return Stream.of(
                            new Case(
                                    name + "diffusion",
                                    mesh,
                                    new DiffusionIntegrator(mesh.graph().normalized(), 8)),
                            new Case(
                                    name + "hat weights by brute force",
                                    mesh,
                                    new DiffusionIntegrator(hat.matrix(mesh.vertices()), 0.1)),
                            new Case(
                                    name + "hat weights by random features",
                                    mesh,
                                    new RandomFourierDiffusion(mesh.vertices(), hat, 0.1, 256, 1)),
                            new Case(
                                    name + "Gaussian weights by random features",
                                    mesh,
                                    new RandomFourierDiffusion(mesh.vertices(), gaussian, 0.1, 256, 1)),
                            new Case(
                                    name + "separators",
                                    mesh,
                                    SeparatorIntegrator.exponential(mesh.graph(), 12, options)),
                            new Case(
                                    name + "separators, any f",
                                    mesh,
                                    SeparatorIntegrator.of(
                                            mesh.graph(), d -> 1 / (1 + Math.pow(d / 0.1, 4)), options)));
                });
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
        System.out.println(c + " " + sum / hidden);
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
