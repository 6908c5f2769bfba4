package io.github.performer4j.data;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.github.performer4j.data.files.DataFileException;
import io.github.performer4j.data.made.MotifGraphs;
import io.github.performer4j.data.read.DataConfig;
import io.github.performer4j.data.read.Document;
import io.github.performer4j.data.read.DocumentStream;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Graphs as a corpus: found by their folder, described, split, known, and refused in one line. */
class GraphCorpusTest {
    private static final DataConfig GRAPHS = DataConfig.defaults()
            .withTokens("byte")
            .withGraph(DataConfig.defaults().graph().withKernel("adjacency"));

    @TempDir
    Path folder;

    private Path motifs(int count, boolean tags) throws IOException {
        Path made = folder.resolve("motifs-" + count + tags);
        new MotifGraphs(3, 9, 0.2, 2).write(made, count, tags);
        return made;
    }

    private Path tu(String edges, String indicator, String labels) throws IOException {
        Path made = Files.createDirectories(folder.resolve("tu"));
        Files.writeString(made.resolve("T_A.txt"), edges);
        Files.writeString(made.resolve("T_graph_indicator.txt"), indicator);
        Files.writeString(made.resolve("T_graph_labels.txt"), labels);
        return made;
    }

    @Test
    void madeMotifsAreReadAsTheyWereMade() throws IOException {
        Corpus corpus = Corpus.open(motifs(10, true), GRAPHS, null);
        assertThat(corpus.graphs()).isTrue();
        assertThat(corpus.kind()).isEqualTo("graphs-tu");
        try (CorpusExamples examples = corpus.examples()) {
            var made = new MotifGraphs(3, 9, 0.2, 2).make(10);
            for (int i = 0; i < 10; i++) {
                var example = examples.next();
                assertThat(example.graph().graph()).isEqualTo(made.get(i).graph());
                assertThat(example.graph().attributes())
                        .isDeepEqualTo(made.get(i).features());
                assertThat(example.graph().kinds()).isEqualTo(made.get(i).nodeLabels());
                assertThat(example.labels()).containsExactly(made.get(i).label());
            }
            assertThat(examples.next()).isNull();
        }
    }

    @Test
    void documentsAreGraphsWithTheirNodes() throws IOException {
        Corpus corpus = Corpus.open(motifs(7, false), GRAPHS, null);
        Corpus known = corpus.nodesKnown();
        assertThat(known.documents()).isEqualTo(7);
        assertThat(known.tokens()).isEqualTo(7 * 21);
        try (DocumentStream stream = known.stream()) {
            Document first = stream.next();
            assertThat(first.length()).isEqualTo(21);
            assertThat(first.graph().nodes()).isEqualTo(21);
            assertThat(first.tokens()).isEmpty();
        }
        Corpus.Split split = known.split(0.3, 1);
        assertThat(split.train().documents() + split.valid().documents()).isEqualTo(7);
    }

    @Test
    void descriptionsCount() throws IOException {
        Path set = tu("1, 2\n2, 1\n2, 3\n3, 2\n5, 6\n", "1\n1\n1\n1\n2\n2\n2\n", "a\nb\n");
        GraphSummary summary = Corpus.open(set, GRAPHS, null).describeGraphs();
        assertThat(summary.graphs()).isEqualTo(2);
        assertThat(summary.nodes()).isEqualTo(new GraphSummary.Spread(3, 3, 3.5, 4));
        assertThat(summary.edges()).isEqualTo(new GraphSummary.Spread(1, 1, 1.5, 2));
        assertThat(summary.components()).isEqualTo(new GraphSummary.Spread(2, 2, 2, 2));
        assertThat(summary.degree()).isEqualTo(new GraphSummary.Spread(0, 1, 6 / 7.0, 2));
        assertThat(summary.isolated()).isEqualTo(2);
        assertThat(summary.labels().get(0).different()).isEqualTo(2);
    }

    private void refused(Path path, DataConfig config, String message) {
        assertThatThrownBy(() -> {
                    Corpus corpus = Corpus.open(path, config, null);
                    corpus.nodesKnown().documents();
                })
                .isInstanceOfAny(DataFileException.class, IllegalArgumentException.class)
                .hasMessageContaining(message)
                .satisfies(e -> assertThat(e.getMessage()).doesNotContain("\n"));
    }

    @Test
    void badSetsAreRefusedInOneLine() throws IOException {
        refused(tu("1, 9\n", "1\n1\n", "a\n"), GRAPHS, "T_A.txt:1: a node must be a whole number from 1 to 2; found 9");
        refused(tu("", "", ""), GRAPHS, "T_graph_indicator.txt: there must be nodes; found none");
        refused(tu("1, 2\n", "1\n1\n2\n", "a\n\n"), GRAPHS, "T_graph_labels.txt");
        refused(
                motifs(5, false),
                GRAPHS.withMaxTokens(16),
                "a graph is not cut, so raise data.maxTokens and model.maxTokens; id=1, nodes=21, data.maxTokens=16");
        refused(
                motifs(6, false),
                DataConfig.defaults().withTokens("byte"),
                "graphs need a kernel (--preset graph-classify, graph-regress or graph-tag); data.graph.kernel=none");
        Path table = Files.writeString(folder.resolve("a.csv"), "text\nCCO\n");
        refused(table, GRAPHS, "a kernel of graphs needs data with graphs; data.graph.kernel=adjacency, kind=table");
    }

    @Test
    void loopsAndRepetitionsAreCountedInTheNotes() throws IOException {
        Path set = tu("1, 1\n1, 2\n1, 2\n2, 1\n", "1\n1\n2\n", "a\nb\n");
        Corpus corpus = Corpus.open(set, GRAPHS, null);
        Corpus known = corpus.nodesKnown();
        known.documents();
        assertThat(known.notes())
                .anyMatch(note -> note.endsWith("loops from a node to itself were left out; count=1"))
                .anyMatch(note -> note.endsWith("edges that were listed before were left out; count=1"));
    }

    @Test
    void edgeListsAreFoundByTheirTables() throws IOException {
        for (String name : List.of("one", "two")) {
            Path inside = Files.createDirectories(folder.resolve("lists/" + name));
            Files.writeString(inside.resolve("nodes.csv"), "id,x,label\na,1,up\nb,2,down\n");
            Files.writeString(inside.resolve("edges.csv"), "from,to,weight\na,b,2\n");
        }
        DataConfig tags = GRAPHS.withColumns(
                GRAPHS.columns().withOptions(GRAPHS.columns().options().withNodeLabels("tags")));
        Corpus corpus = Corpus.open(folder.resolve("lists"), tags, null);
        assertThat(corpus.kind()).isEqualTo("edge-list");
        try (CorpusExamples examples = corpus.examples()) {
            var first = examples.next();
            assertThat(first.id()).isEqualTo("one");
            assertThat(first.graph().tags()).containsExactly("up", "down");
            assertThat(first.graph().attributes()).isDeepEqualTo(new double[][] {{1}, {2}});
            assertThat(first.graph().graph().adjacency().dense()[0][1]).isEqualTo(2);
        }
    }
}
