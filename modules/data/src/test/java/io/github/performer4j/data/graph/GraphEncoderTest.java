package io.github.performer4j.data.graph;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import com.fasterxml.jackson.databind.ObjectMapper;
import io.github.performer4j.data.example.ExampleGraph;
import io.github.performer4j.kernels.graph.Graph;
import io.github.performer4j.kernels.graph.GraphFactor;
import io.github.performer4j.kernels.graph.GraphRows;
import java.io.IOException;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Rows of nodes are kinds and standardised attributes; rows of graphs are those of their kernel, and do not depend on where a graph stands. */
class GraphEncoderTest {
    private static final ExampleGraph PATH = new ExampleGraph(
            new Graph.Builder(3).edge(0, 1).edge(1, 2).build(),
            List.of(),
            List.of("N", "C", "N"),
            new double[][] {{1, 5}, {2, 5}, {6, 5}},
            List.of());

    private static GraphConfig known(String kernel) {
        NodeMoments nodes = new NodeMoments();
        nodes.add(PATH);
        return nodes.of(GraphConfig.none().withKernel(kernel));
    }

    @Test
    void rowsAreKindsAndStandardisedAttributes() {
        GraphConfig config = known("adjacency");
        assertThat(config.kinds()).containsExactly("C", "N");
        assertThat(config.means()).containsExactly(3.0, 5.0);
        assertThat(config.scales().get(0)).isCloseTo(Math.sqrt(14 / 3.0), within(1e-15));
        assertThat(config.scales().get(1)).isEqualTo(1); // it does not vary
        GraphInput rows = new GraphEncoder(config).encode(PATH, new TreeMap<>());
        assertThat(rows.width()).isEqualTo(4).isEqualTo(config.rowSize());
        float step = (float) (-2 / Math.sqrt(14 / 3.0));
        assertThat(rows.features()).startsWith(0, 1, step, 0, 1, 0);
        double[][] entries = GraphRows.of(GraphFactor.adjacency(PATH.graph()));
        assertThat(rows.entryCount()).isEqualTo(entries.length);
        assertThat(rows.entries()[4]).isEqualTo((float) entries[1][0]);
    }

    @Test
    void kindsThatAreNotKnownAreCountedAndSeenAsNone() {
        ExampleGraph other =
                new ExampleGraph(PATH.graph(), List.of(), List.of("N", "Se", "Se"), PATH.attributes(), List.of());
        Map<String, Long> unknown = new TreeMap<>();
        GraphInput rows = new GraphEncoder(known("self")).encode(other, unknown);
        assertThat(unknown).containsExactly(Map.entry("Se", 2L));
        assertThat(rows.features()[4]).isZero();
        assertThat(rows.features()[5]).isZero();
    }

    @Test
    void nodesThatTellNothingHaveAOne() {
        ExampleGraph plain = new ExampleGraph(PATH.graph(), List.of(), List.of(), new double[3][0], List.of());
        NodeMoments nodes = new NodeMoments();
        nodes.add(plain);
        GraphConfig config = nodes.of(GraphConfig.none().withKernel("adjacency"));
        assertThat(new GraphEncoder(config).encode(plain, new TreeMap<>()).features())
                .containsExactly(1, 1, 1);
        assertThatThrownBy(() -> new GraphEncoder(config).encode(PATH, new TreeMap<>()))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage("nodes must have what those of the training data have; attributes=2, expected=0,"
                        + " with kinds=true, expected=false");
    }

    @ParameterizedTest
    @ValueSource(strings = {"self", "adjacency", "walks", "grf", "diffusion"})
    void everyKernelHasItsWidthAndRepeatsItself(String kernel) {
        GraphConfig config = known(kernel);
        GraphInput first = new GraphEncoder(config).encode(PATH, new TreeMap<>());
        GraphInput again = new GraphEncoder(config).encode(PATH, new TreeMap<>());
        assertThat(first.entries()).isEqualTo(again.entries());
        assertThat(first.entryWidth()).isEqualTo(2 + 2 * config.channels());
        assertThat(config.channels()).isEqualTo(kernel.equals("grf") ? 4 : 1);
        assertThat(first.entries().length % first.entryWidth()).isZero();
    }

    @Test
    void configurationsRoundTripAndNameTheirRules() throws IOException {
        ObjectMapper json = new ObjectMapper();
        GraphConfig config = known("grf");
        assertThat(json.readValue(json.writeValueAsString(config), GraphConfig.class))
                .isEqualTo(config);
        assertThat(json.readValue("{}", GraphConfig.class).given()).isFalse();
        assertThatThrownBy(() -> GraphConfig.none().withKernel("heat"))
                .hasMessage(
                        "unknown kernel of graphs; kernel=heat, known=[none, self, adjacency, walks, grf, diffusion]");
        assertThatThrownBy(() -> new GraphEncoder(GraphConfig.none().withKernel("grf")))
                .hasMessageContaining("kinds and attributes of nodes must be known");
    }
}
