package io.github.performer4j.data.structure;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.performer4j.data.example.ExampleGraph;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;

/** Meshes by their laws: Euler's number of a torus and of a sphere, one graph from three forms, and what is refused. */
class MeshFormatTest extends ReadGraphs {
    private static final int U = 11;
    private static final int V = 7;

    private final List<double[]> vertices = new ArrayList<>();
    private final List<int[]> faces = new ArrayList<>();

    /** A torus of U·V vertices and 2·U·V triangles. */
    private void torus() {
        for (int u = 0; u < U; u++) {
            for (int v = 0; v < V; v++) {
                double a = 2 * Math.PI * u / U;
                double b = 2 * Math.PI * v / V;
                double r = 2 + Math.cos(b);
                vertices.add(new double[] {r * Math.cos(a), r * Math.sin(a), Math.sin(b)});
                int p = u * V + v;
                int q = (u + 1) % U * V + v;
                int right = u * V + (v + 1) % V;
                int both = (u + 1) % U * V + (v + 1) % V;
                faces.add(new int[] {p, q, both});
                faces.add(new int[] {p, both, right});
            }
        }
    }

    /** An icosahedron by its golden ratio: 12 vertices, joined at the least distance, 20 faces. */
    private void icosahedron() {
        double g = (1 + Math.sqrt(5)) / 2;
        for (int s = -1; s <= 1; s += 2) {
            for (int t = -1; t <= 1; t += 2) {
                vertices.add(new double[] {0, s, t * g});
                vertices.add(new double[] {s, t * g, 0});
                vertices.add(new double[] {t * g, 0, s});
            }
        }
        for (int i = 0; i < 12; i++) {
            for (int j = i + 1; j < 12; j++) {
                for (int k = j + 1; k < 12; k++) {
                    if (near(i, j) && near(j, k) && near(i, k)) {
                        faces.add(new int[] {i, j, k});
                    }
                }
            }
        }
    }

    private boolean near(int i, int j) {
        double sum = 0;
        for (int d = 0; d < 3; d++) {
            double step = vertices.get(i)[d] - vertices.get(j)[d];
            sum += step * step;
        }
        return sum < 4.1;
    }

    private String places(String before) {
        return vertices.stream()
                .map(v -> before + v[0] + " " + v[1] + " " + v[2])
                .collect(Collectors.joining("\n", "", "\n"));
    }

    private String corners(String before, int first) {
        return faces.stream()
                .map(f -> before + (f[0] + first) + " " + (f[1] + first) + " " + (f[2] + first))
                .collect(Collectors.joining("\n", "", "\n"));
    }

    private String off() {
        return "OFF\n# made\n" + vertices.size() + " " + faces.size() + " 0\n" + places("") + corners("3 ", 0);
    }

    private String ply() {
        return "ply\nformat ascii 1.0\ncomment made\nelement vertex " + vertices.size()
                + "\nproperty float x\nproperty float y\nproperty float z\nelement face " + faces.size()
                + "\nproperty list uchar int vertex_indices\nend_header\n" + places("") + corners("3 ", 0);
    }

    @Test
    void eulersNumbersAreThoseOfTheSurfaces() throws IOException {
        torus();
        ExampleGraph torus = one("mesh", "torus.off", off()).graph();
        int edges = torus.graph().arcs() / 2;
        assertThat(torus.nodes() - edges + faces.size()).isZero();
        assertThat(torus.graph().neighbours(5)).isEqualTo(6);
        assertThat(torus.attributes()[0]).containsExactly(3, 0, 0);
        vertices.clear();
        faces.clear();
        icosahedron();
        ExampleGraph ball = one("mesh", "ball.off", off()).graph();
        assertThat(faces).hasSize(20);
        assertThat(ball.nodes() - ball.graph().arcs() / 2 + faces.size()).isEqualTo(2);
        assertThat(ball.graph().neighbours(3)).isEqualTo(5);
    }

    @Test
    void theThreeFormsAreTheSame() throws IOException {
        torus();
        ExampleGraph off = one("mesh", "a.off", off()).graph();
        ExampleGraph obj = one("mesh", "a.obj", "o torus\n" + places("v ") + "vn 0 0 1\n" + corners("f ", 1))
                .graph();
        assertThat(notes).anyMatch(note -> note.endsWith("vertices and faces were passed over; count=2"));
        ExampleGraph ply = one("mesh", "a.ply", ply()).graph();
        assertThat(obj.graph()).isEqualTo(off.graph());
        assertThat(ply.graph()).isEqualTo(off.graph());
        assertThat(obj.attributes()).isDeepEqualTo(off.attributes());
        assertThat(ply.attributes()).isDeepEqualTo(off.attributes());
    }

    @Test
    void objCountsBackwardsAndNamesTextures() throws IOException {
        ExampleGraph graph = one("mesh", "a.obj", "v 0 0 0\nv 1 0 0\nv 0 1 0\nv 9 9 9\nf -4/1/1 2/2/1 -2//1\n")
                .graph();
        assertThat(graph.graph().arcs()).isEqualTo(6);
        assertThat(graph.graph().neighbours(3)).isZero(); // of no face, and there
    }

    @Test
    void badMeshesAreRefusedWithFileAndLine() throws IOException {
        refused(
                "mesh",
                "a.off",
                "OFF\n3 1 0\n0 0 0\n1 0 0\n0 1 0\n3 0 1 3\n",
                "a.off:6: a vertex of a face must be a whole number from 0 to 2; found 3");
        refused(
                "mesh",
                "b.off",
                "OFF\n3 1 0\n0 0 0\n1 NaN 0\n0 1 0\n3 0 1 2\n",
                "b.off:4: a coordinate must be a finite number; found NaN");
        refused("mesh", "c.off", "OFF\n3 1 0\n0 0 0\n", "c.off:3: there must be a vertex; found the end of the file");
        refused(
                "mesh",
                "d.obj",
                "v 0 0 0\nf 1 1 2\n",
                "d.obj:2: a vertex of a face must be a whole number from -1 to 1; found 2");
        refused("mesh", "e.obj", "# nothing\n", "e.obj:1: a mesh must have vertices; found none");
        refused(
                "mesh",
                "f.ply",
                "ply\nformat binary_little_endian 1.0\n",
                "f.ply:2: a PLY file must be in ASCII; found format binary_little_endian 1.0");
        refused("mesh", "g.obj", "v 0 0 0\nv 1 0 0\nf 1 2\n", "g.obj:3: a face must have at least 3 vertices; found 2");
        one("mesh", "h.obj", "v 0 0 0\nv 1 0 0\nv 0 1 0\nf 1 1 2 3\n");
        assertThat(notes).anyMatch(note -> note.endsWith("from a vertex to itself were left out; count=1"));
    }
}
