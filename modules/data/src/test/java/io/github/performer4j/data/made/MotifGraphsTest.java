package io.github.performer4j.data.made;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.github.performer4j.data.graph.GraphExample;
import io.github.performer4j.kernels.graph.Graph;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Planted motifs: each has the degrees of its definition, stands where its nodes are labelled, and is a function of the seed. */
class MotifGraphsTest {
    private static final MotifGraphs MADE = new MotifGraphs(3, 20, 0.15, 4);

    /** Degrees within the motif, rising: of a cycle all 2, of a wheel eleven of 3 and one of 11, of grids by corner, side and inside. */
    @ParameterizedTest
    @CsvSource({
        "CYCLE, 2 2 2 2 2 2 2 2 2 2 2 2",
        "WHEEL, 3 3 3 3 3 3 3 3 3 3 3 11",
        "GRID, 2 2 2 2 3 3 3 3 3 3 4 4",
        "LADDER, 2 2 2 2 3 3 3 3 3 3 3 3",
        "LOLLIPOP, 1 2 2 2 2 2 5 5 5 5 5 6"
    })
    void plantsTheMotif(Motif motif, String degrees) {
        for (GraphExample example : MADE.make(25)) {
            if (example.label().equals(motif.label())) {
                assertThat(inside(example)).as("graph %s", example.id()).isEqualTo(degrees);
            }
        }
    }

    private static String inside(GraphExample example) {
        Graph graph = example.graph();
        int[] degrees = IntStream.range(0, graph.nodes())
                .filter(i -> example.nodeLabels().get(i).equals("1"))
                .map(i -> (int) IntStream.range(
                                graph.adjacency().begin(i), graph.adjacency().end(i))
                        .filter(e -> example.nodeLabels()
                                .get(graph.adjacency().column(e))
                                .equals("1"))
                        .count())
                .sorted()
                .toArray();
        return String.join(
                " ", Arrays.stream(degrees).mapToObj(Integer::toString).toList());
    }

    @Test
    void theGraphAroundIsErdosRenyiWithFourLinks() {
        long edges = 0;
        List<GraphExample> all = MADE.make(400);
        Set<Integer> places = new HashSet<>();
        for (GraphExample example : all) {
            Graph graph = example.graph();
            assertThat(graph.nodes()).isEqualTo(32);
            int[] between = new int[1];
            int[] around = new int[1];
            graph.adjacency().forEach((i, j, weight) -> {
                boolean first = example.nodeLabels().get(i).equals("1");
                boolean second = example.nodeLabels().get(j).equals("1");
                between[0] += first && !second ? 1 : 0;
                around[0] += !first && !second && i < j ? 1 : 0;
            });
            assertThat(between[0]).isEqualTo(4);
            edges += around[0];
            places.add(example.nodeLabels().indexOf("1"));
            for (int i = 0; i < 32; i++) {
                assertThat(example.features()[i]).containsExactly(graph.neighbours(i));
            }
        }
        // 400 · 190 pairs at p = 0.15: 11,400 edges, deviation 98
        assertThat(edges).isBetween(11_400L - 5 * 98, 11_400L + 5 * 98);
        assertThat(places).hasSizeGreaterThan(5);
        for (Motif motif : Motif.values()) {
            assertThat(all).filteredOn(e -> e.label().equals(motif.label())).hasSize(80);
        }
    }

    @Test
    void graphsAreFunctionsOfSeedAndNumber() {
        List<GraphExample> once = MADE.make(10);
        List<GraphExample> again = MADE.make(11);
        List<GraphExample> other = new MotifGraphs(4, 20, 0.15, 4).make(10);
        for (int i = 0; i < 10; i++) {
            assertThat(again.get(i).graph()).isEqualTo(once.get(i).graph());
            assertThat(other.get(i).graph()).isNotEqualTo(once.get(i).graph());
        }
    }

    @Test
    void refusesWhatIsNoGraph() {
        assertThatThrownBy(() -> new MotifGraphs(1, 2, 0.1, 25)).hasMessageContaining("nodes=2, links=25");
        assertThatThrownBy(() -> new MotifGraphs(1, 20, 1.5, 1)).hasMessageContaining("probability=1.5");
    }
}
