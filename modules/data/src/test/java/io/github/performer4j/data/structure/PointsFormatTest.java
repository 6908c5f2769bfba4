package io.github.performer4j.data.structure;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.performer4j.data.example.ExampleColumns;
import io.github.performer4j.data.example.ExampleGraph;
import io.github.performer4j.kernels.graph.Graph;
import java.io.IOException;
import org.junit.jupiter.api.Test;

/** Point clouds in both forms, their edges by neighbours and by a radius, and what is refused. */
class PointsFormatTest extends ReadGraphs {
    private static final String LINE = "0 0 0 7\n1 0 0 8\n3 0 0 9\n6 0 0 10\n"; // on a line, at distances 1, 2, 3

    private ExampleGraph read(String text, int neighbours, double radius) throws IOException {
        ExampleColumns columns = ExampleColumns.defaults()
                .withOptions(ExampleColumns.defaults().options().withEdges(neighbours, radius));
        return read("points", write("a.xyz", text), columns).get(0).graph();
    }

    @Test
    void pointsAreJoinedWithTheirNearest() throws IOException {
        ExampleGraph one = read(LINE, 1, 0);
        assertThat(one.attributes()[1]).containsExactly(1, 0, 0, 8);
        assertThat(one.graph())
                .isEqualTo(new Graph.Builder(4).edge(0, 1).edge(1, 2).edge(2, 3).build());
        assertThat(read(LINE, 0, 0).graph().arcs()).isEqualTo(12); // no more than eight others: all
    }

    @Test
    void pointsAreJoinedWithinARadius() throws IOException {
        assertThat(read(LINE, 0, 2).graph())
                .isEqualTo(new Graph.Builder(4).edge(0, 1).edge(1, 2).build());
    }

    @Test
    void chemistsNameKinds() throws IOException {
        ExampleGraph water = read("3\nwater\nO 0 0 0\nH 0.96 0 0\nH -0.24 0.93 0\n", 0, 1.1);
        assertThat(water.kinds()).containsExactly("O", "H", "H");
        assertThat(water.graph())
                .isEqualTo(new Graph.Builder(3).edge(0, 1).edge(0, 2).build());
    }

    @Test
    void badCloudsAreRefusedWithFileAndLine() throws IOException {
        refused("points", "a.xyz", "0 0 0\n1 nan 2\n", "a.xyz:2: a coordinate must be a number; found nan");
        refused("points", "b.xyz", "0 0 0\n1 NaN 2\n", "b.xyz:2: a coordinate must be a finite number; found NaN");
        refused("points", "c.xyz", "0 0 0\n1 2\n", "c.xyz:2: a coordinate must be a finite number; found none");
        refused("points", "d.xyz", "", "d.xyz: there must be a point; found the end of the file");
        refused(
                "points",
                "e.xyz",
                "2\n\nC 0 0 0\n",
                "e.xyz:3: there must be as many points as the first line says; said=2, found=1");
        refused(
                "points",
                "f.xyz",
                "0 0 0 1\n1 0 0\n",
                "f.xyz:2: points must have as many numbers as the first; first=4, found=3");
    }
}
