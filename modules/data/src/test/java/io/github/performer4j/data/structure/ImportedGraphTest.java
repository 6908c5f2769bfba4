package io.github.performer4j.data.structure;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.performer4j.data.example.Example;
import io.github.performer4j.data.example.ExampleColumns;
import io.github.performer4j.kernels.graph.Graph;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;

/** GraphML and JSON: the same graph from both, loops and repetitions counted, and bad files refused. */
class ImportedGraphTest extends ReadGraphs {
    private static final String GRAPHML = """
            <?xml version="1.0"?>
            <graphml xmlns="http://graphml.graphdrawing.org/xmlns">
            <key id="k" for="node" attr.name="kind" attr.type="string"/>
            <key id="t" for="node" attr.name="tag" attr.type="string"/>
            <key id="x" for="node" attr.name="x" attr.type="double"/>
            <key id="w" for="edge" attr.name="weight" attr.type="double"/>
            <key id="y" for="graph" attr.name="y" attr.type="double"/>
            <graph edgedefault="undirected"><data key="y">3.5</data>
            <node id="a"><data key="k">C</data><data key="x">1.5</data><data key="t">up</data></node>
            <node id="b"><data key="k">N</data><data key="x">-2</data></node>
            <node id="c"><data key="k">C</data><data key="x">0</data></node>
            <edge source="a" target="b"><data key="w">2.5</data></edge>
            <edge source="b" target="a"/>
            <edge source="b" target="b"/>
            </graph></graphml>
            """;

    private static final String JSON = """
            {"nodes": [{"id": "a", "kind": "C", "x": 1.5, "tag": "up"},
                       {"id": "b", "kind": "N", "x": -2},
                       {"id": "c", "kind": "C", "x": 0}],
             "edges": [{"source": "a", "target": "b", "weight": 2.5},
                       {"source": "b", "target": "a"},
                       {"source": "b", "target": "b"}]}
            """;

    private void isTheGraph(Example example) {
        assertThat(example.graph().names()).containsExactly("a", "b", "c");
        assertThat(example.graph().kinds()).containsExactly("C", "N", "C");
        assertThat(example.graph().tags()).containsExactly("up", "", "");
        assertThat(example.graph().attributes()).isDeepEqualTo(new double[][] {{1.5}, {-2}, {0}});
        assertThat(example.graph().graph())
                .isEqualTo(new Graph.Builder(3).edge(0, 1, 2.5).build());
        assertThat(notes)
                .anyMatch(note -> note.endsWith("loops from a node to itself were left out; count=1"))
                .anyMatch(note -> note.endsWith("edges that were listed before were left out; count=1"));
    }

    @Test
    void bothFormsAreTheSameGraph() throws IOException {
        isTheGraph(one("graphml", "a.graphml", GRAPHML));
        isTheGraph(one("graph-json", "a.json", JSON));
    }

    @Test
    void labelsAreAttributesOfTheGraphOrFolders() throws IOException {
        Path file = write("a.graphml", GRAPHML);
        assertThat(read("graphml", file, ExampleColumns.defaults().withLabels("y"))
                        .get(0)
                        .labels())
                .containsExactly("3.5");
        write("all/good/1.json", JSON);
        write("all/bad/2.json", JSON);
        List<Example> all = read("graph-json", folder.resolve("all"), ExampleColumns.defaults());
        assertThat(all).extracting(Example::id).containsExactly("bad/2.json", "good/1.json");
        assertThat(all).extracting(Example::labels).containsExactly(List.of("bad"), List.of("good"));
    }

    @Test
    void badGraphmlIsRefusedWithFileAndLine() throws IOException {
        String head = "the file must be a graph of its kind; found ";
        refused("graphml", "a.graphml", GRAPHML.replace("target=\"b\"/>", "target=\"q\"/>"), "a.graphml:14: " + head);
        refused("graphml", "b.graphml", "<graphml>\n<oops", "b.graphml:");
        refused(
                "graphml",
                "c.graphml",
                GRAPHML.replace("<data key=\"x\">0</data>", ""),
                "c.graphml:11: every node must have what one has; node=c, missing=x");
        refused(
                "graphml",
                "d.graphml",
                GRAPHML.replace(">2.5<", ">-1<"),
                "d.graphml:12: a weight must be positive and finite; edge=a–b, found=-1.0");
        refused(
                "graphml",
                "e.graphml",
                "<!DOCTYPE x>\n" + GRAPHML,
                "e.graphml:1: a GraphML file must have no DOCTYPE; found one");
        refused(
                "graphml",
                "f.graphml",
                GRAPHML.replaceAll("<node.*\n", "").replaceAll("<edge.*\n", ""),
                "f.graphml: a graph must have nodes; found none");
    }

    @Test
    void badJsonIsRefusedWithFileAndLine() throws IOException {
        String head = "the file must be a graph of its kind; found ";
        refused(
                "graph-json",
                "a.json",
                JSON.replace("\"target\": \"b\"}", "\"target\": \"zz\"}"),
                "a.json:6: " + head + "Node zz does not exist");
        refused("graph-json", "b.json", "{\"nodes\": [{\"id\": \"a\"}],\n\"edges\": [", "b.json:3: " + head);
        refused(
                "graph-json",
                "c.json",
                JSON.replace("\"x\": 0}", "\"x\": \"far\"}"),
                "c.json:3: an attribute must be a number; node=c, x=far");
        refused(
                "graph-json",
                "d.json",
                "{\"nodes\": [], \"edges\": []}",
                "d.json: a graph must have nodes; found none");
    }
}
