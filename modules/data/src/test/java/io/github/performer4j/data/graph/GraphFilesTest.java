package io.github.performer4j.data.graph;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.github.performer4j.data.files.DataFileException;
import io.github.performer4j.kernels.graph.Graph;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.zip.GZIPOutputStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Graphs from files: what is there is read, what is left out is counted, and faults name file and line. */
class GraphFilesTest {
    @TempDir
    Path folder;

    private Path write(String name, String text) throws IOException {
        return Files.writeString(folder.resolve(name), text);
    }

    /** A triangle with a tail of two nodes, a single node, and an edge. */
    private void threeGraphs() throws IOException {
        write("SET_A.txt", "1, 2\n2, 1\n2, 3\n3, 2\n1, 3\n3, 1\n3, 4\n4, 3\n7, 8\n8, 7\n");
        write("SET_graph_indicator.txt", "1\n1\n1\n1\n1\n2\n3\n3\n");
        write("SET_graph_labels.txt", "yes\n-1\nyes\n");
    }

    @Test
    void readsATuFolder() throws IOException {
        threeGraphs();
        write("SET_node_labels.txt", "7\n7\n0\n7\n0\n3\n3\n0\n");
        write("SET_node_attributes.txt", "0.5, 1\n-1, 2\n0, 3\n1e-3, 4\n0, 5\n0, 6\n0, 7\n0, 8\n");
        write("SET_edge_labels.txt", "1\n");
        GraphSet set = TuFolder.read(folder);
        assertThat(set.graphs()).hasSize(3);
        GraphExample first = set.graphs().get(0);
        assertThat(first.id()).isEqualTo("1");
        assertThat(first.label()).isEqualTo("yes");
        assertThat(first.graph())
                .isEqualTo(new Graph.Builder(5)
                        .edge(0, 1)
                        .edge(1, 2)
                        .edge(0, 2)
                        .edge(2, 3)
                        .build());
        assertThat(first.nodeLabels()).containsExactly("7", "7", "0", "7", "0");
        assertThat(first.features()[1]).containsExactly(0, 0, 1, -1, 2); // labels 0, 3, 7; then attributes
        assertThat(set.graphs().get(1).graph()).isEqualTo(new Graph.Builder(1).build());
        assertThat(set.graphs().get(1).features()[0]).containsExactly(0, 1, 0, 0, 6);
        assertThat(set.graphs().get(2).label()).isEqualTo("yes");
        assertThat(set.notes()).containsExactly(folder.resolve("SET_edge_labels.txt") + ": is passed over");
    }

    @Test
    void readsPackedFilesWithoutLabels() throws IOException {
        threeGraphs();
        Files.delete(folder.resolve("SET_graph_labels.txt"));
        Path plain = folder.resolve("SET_A.txt");
        byte[] text = Files.readAllBytes(plain);
        Files.delete(plain);
        try (OutputStream out = new GZIPOutputStream(Files.newOutputStream(folder.resolve("SET_A.txt.gz")))) {
            out.write(text);
        }
        GraphSet set = TuFolder.read(folder);
        assertThat(set.graphs()).extracting(GraphExample::label).containsOnly("");
        assertThat(set.graphs().get(0).featureCount()).isZero();
        assertThat(set.graphs().get(0).graph().arcs()).isEqualTo(8);
    }

    /** Once or each way an edge is one edge; a loop, and what is listed again, are counted. */
    @Test
    void countsLoopsAndRepetitions() throws IOException {
        threeGraphs();
        write("SET_A.txt", "2, 1\n2, 3\n3, 2\n1, 1\n2, 3\n3, 2\n4, 4\n");
        GraphSet set = TuFolder.read(folder);
        assertThat(set.graphs().get(0).graph())
                .isEqualTo(new Graph.Builder(5).edge(0, 1).edge(1, 2).build());
        String a = folder.resolve("SET_A.txt").toString();
        assertThat(set.notes())
                .containsExactly(
                        a + ": loops from a node to itself were left out; count=2",
                        a + ": edges that were listed before were left out; count=2");
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "A | 1, 2!1, 9 | 2: a node must be a whole number from 1 to 8; found 9",
                "A | 1, x | 1: a node must be a whole number from 1 to 8; found x",
                "A | 1, 2!5, 6 | 2: an edge must join nodes of one graph; found graphs 1 and 2",
                "A | 1, 2, 3 | 1: an edge must be two node numbers; found 3 fields",
                "graph_indicator | 1!1!3 | 3: the graph of a node must be a whole number from 1 to 2; found 3",
                "graph_indicator | 2 | 1: the graph of a node must be a whole number from 1 to 1; found 2",
                "node_labels | 1, 2!2, 1!3, 1 | 1: a line of labels must have one; found 2 fields",
                "graph_labels | 1!2 | there must be a line for each; expected=3, found=2",
                "node_labels | 1!2!3 | there must be a line for each; expected=8, found=3",
                "node_attributes | 1!NaN!3 | 2: an attribute must be finite; found NaN",
                "node_attributes | 1!a!3 | 2: an attribute must be a number; found a"
            })
    void namesFileAndLine(String part, String text, String fault) throws IOException {
        threeGraphs();
        Path file = write("SET_" + part + ".txt", text.replace('!', '\n') + "\n");
        String place = fault.matches("\\d+: .*") ? file + ":" + fault : file + ": " + fault;
        assertThatThrownBy(() -> TuFolder.read(folder))
                .isInstanceOf(DataFileException.class)
                .hasMessage(place);
    }

    @Test
    void refusesOtherFolders() throws IOException {
        assertThatThrownBy(() -> TuFolder.read(folder)).hasMessageContaining("must hold one file NAME_A.txt; found []");
        assertThatThrownBy(() -> TuFolder.read(folder.resolve("none"))).hasMessageContaining("no such file or folder");
        assertThatThrownBy(() -> TuFolder.read(write("x", ""))).hasMessageContaining("found a file");
    }

    @Test
    void readsAnEdgeListWithItsNodes() throws IOException {
        Path nodes = write("nodes.csv", "id,x,kind,y\na,1,left,2\nb,3,right,4\nc,-5,left,6e1\nalone,0,left,0\n");
        Path edges = write("edges.tsv", "from\tto\tweight\na\tb\t0.5\nb\ta\t9\nc\tc\t1\nb\tc\t2\n");
        GraphSet set = new EdgeList(false, "kind").read(nodes, edges);
        GraphExample graph = set.graphs().get(0);
        assertThat(graph.graph())
                .isEqualTo(new Graph.Builder(4).edge(0, 1, 0.5).edge(1, 2, 2).build());
        assertThat(graph.features()[2]).containsExactly(-5, 60);
        assertThat(graph.nodeLabels()).isEqualTo(List.of("left", "right", "left", "left"));
        assertThat(set.notes())
                .containsExactly(
                        edges + ": loops from a node to itself were left out; count=1",
                        edges + ": edges that were listed before were left out; count=1");
        Path plain = write("nodes2.csv", "id\na\nb\nc\n");
        assertThat(new EdgeList(true, "").read(plain, edges).graphs().get(0).graph())
                .isEqualTo(new Graph.Builder(3)
                        .arc(0, 1, 0.5)
                        .arc(1, 0, 9)
                        .arc(1, 2, 2)
                        .build());
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "id,x!a,1!a,2 | from,to!a,a | nodes.csv:3: a node must have an id of its own; found a",
                "id,x!a,1!b,Infinity | from,to!a,b | nodes.csv:3: feature x must be finite; found Infinity",
                "id,x!a,1!b,2 | a,b!b,a | edges.csv:1: the first line must be a header; found the ids of two nodes: [a, b]",
                "id,x!a,1!b,2 | from,to!a,b!b,z | edges.csv:3: an edge must join nodes of the table; found z",
                "id,x!a,1!b,2 | from,to,weight!a,b,0 | edges.csv:2: a weight must be positive; found 0",
                "id,x!a,1!b,2 | from,to,kind!a,b,c | edges.csv:1: a table of edges must have two columns of ids and perhaps one named weight; found [from, to, kind]",
                "id,x | from,to!a,b | nodes.csv: a graph must have nodes; found none",
                "id,x!a,1 | from!a | edges.csv:1: a table must have at least 2 columns; found 1"
            })
    void namesFileAndLineOfTables(String nodes, String edges, String fault) throws IOException {
        Path first = write("nodes.csv", nodes.replace('!', '\n') + "\n");
        Path second = write("edges.csv", edges.replace('!', '\n') + "\n");
        assertThatThrownBy(() -> new EdgeList(false, "").read(first, second))
                .isInstanceOf(DataFileException.class)
                .hasMessage(folder + "/" + fault);
    }

    @Test
    void refusesALabelColumnThatIsNotThere() throws IOException {
        Path nodes = write("nodes.csv", "id,x\na,1\n");
        Path edges = Files.write(folder.resolve("edges.csv"), "from,to\n".getBytes(StandardCharsets.UTF_8));
        assertThatThrownBy(() -> new EdgeList(false, "kind").read(nodes, edges))
                .hasMessage(nodes + ":1: the header must name the column of labels; label=kind, found=[id, x]");
    }
}
