package io.github.performer4j.cli;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The commands on graphs: made, described, trained on, gone on with, evaluated, predicted, made vectors of; and what is refused. */
class GraphCommandsTest {
    private static final int GRAPHS = 60;
    private static final String[] SMALL = {
        "--set",
        "data.maxTokens=24",
        "--set",
        "model.maxTokens=24",
        "--set",
        "model.width=8",
        "--set",
        "model.layers=1",
        "--set",
        "model.attention.heads=2",
        "--set",
        "model.attention.features=4",
        "--set",
        "model.feedForward.hidden=16",
        "--set",
        "training.threads=1",
        "--set",
        "training.accumulate=1",
        "--set",
        "training.evalEvery=0"
    };

    @TempDir
    private static Path shared;

    private static Path motifs;
    private static Path run;

    @TempDir
    private Path folder;

    private static Object[] train(Object... more) {
        Object[] all = new Object[1 + SMALL.length + more.length];
        all[0] = "train";
        System.arraycopy(more, 0, all, 1, more.length);
        System.arraycopy(SMALL, 0, all, 1 + more.length, SMALL.length);
        return all;
    }

    @BeforeAll
    static void train() {
        motifs = shared.resolve("motifs");
        Cli.run("data", "make", "motifs", "--graphs", GRAPHS, "--nodes", 4, "--links", 1, "--out", motifs)
                .ok();
        run = shared.resolve("run");
        Cli.run(train("--preset", "graph-classify", "--data", motifs, "--steps", 3, "--out", run))
                .ok();
        Cli.run("train", "--resume", "--out", run).ok();
    }

    @Test
    void theSetIsDescribed() throws IOException {
        Path json = folder.resolve("d.json");
        String out = Cli.run("data", "describe", motifs, "--json", json).ok().out();
        assertThat(out).contains("graphs-tu", "components", "isolated", "5 different: cycle 12");
        assertThat(new ObjectMapper().readTree(json.toFile()).at("/allNodes").asLong())
                .isEqualTo(GRAPHS * 16);
    }

    @Test
    void predictionsAreThoseOfTheEvaluation() throws IOException {
        Path json = folder.resolve("eval.json");
        String table = Cli.run("eval", "--model", run, "--data", motifs, "--json", json)
                .ok()
                .out();
        assertThat(table).contains("baseline: majority", "baseline: bag of nodes");
        JsonNode evaluation = new ObjectMapper().readTree(json.toFile());
        Path out = folder.resolve("out.tsv");
        Cli.run("predict", "--model", run, "--data", motifs, "--out", out).ok();
        List<String> lines = Files.readAllLines(out);
        List<String> truth = Files.readAllLines(motifs.resolve("motifs_graph_labels.txt"));
        assertThat(lines).hasSize(1 + GRAPHS);
        long right = 0;
        for (int i = 0; i < GRAPHS; i++) {
            right += lines.get(i + 1).split("\t")[1].equals(truth.get(i)) ? 1 : 0;
        }
        assertThat((double) right / GRAPHS)
                .isEqualTo(evaluation.at("/figures/accuracy").asDouble());
    }

    @Test
    void vectorsAreOfGraphsOrNodes() throws IOException {
        Path mean = folder.resolve("mean.tsv");
        assertThat(Cli.run("embed", "--model", run, "--data", motifs, "--out", mean)
                        .ok()
                        .err())
                .contains("60 graphs, 960 nodes");
        assertThat(Files.readAllLines(mean)).hasSize(1 + GRAPHS);
        Path all = folder.resolve("all.tsv");
        Cli.run("embed", "--model", run, "--data", motifs, "--pool", "none", "--out", all)
                .ok();
        assertThat(Files.readAllLines(all)).hasSize(1 + GRAPHS * 16);
    }

    @Test
    void aTableOfSidesSplitsGraphs() {
        Path sides = folder.resolve("sides");
        Cli.run("data", "split", motifs, "--out", sides).ok();
        assertThat(sides.toFile().list()).containsExactlyInAnyOrder("split.json", "splits.tsv");
        Cli.run(
                        "eval",
                        "--model",
                        run,
                        "--data",
                        motifs,
                        "--split-file",
                        sides.resolve("splits.tsv"),
                        "--side",
                        "valid")
                .ok();
    }

    @Test
    void moleculesAreRegressed() throws IOException {
        StringBuilder table = new StringBuilder("smiles,y\n");
        for (int i = 0; i < 30; i++) {
            table.append("C".repeat(1 + i % 7))
                    .append("O".repeat(i % 3))
                    .append(',')
                    .append(i % 3)
                    .append('\n');
        }
        Path data = Files.writeString(folder.resolve("m.csv"), table);
        Path out = folder.resolve("molecules");
        Cli.run(train(
                        "--preset",
                        "graph-regress",
                        "--kind",
                        "smiles",
                        "--data",
                        data,
                        "--text-column",
                        "smiles",
                        "--label-column",
                        "y",
                        "--steps",
                        2,
                        "--out",
                        out))
                .ok();
        String eval = Cli.run("eval", "--model", out, "--data", data).ok().out();
        assertThat(eval).contains("baseline: bag of nodes", "r2");
        Cli.run("predict", "--model", out, "--data", data, "--text-column", "smiles", "--out", folder.resolve("q.tsv"))
                .ok();
        assertThat(Files.readAllLines(folder.resolve("q.tsv"))).hasSize(31);
        Path other = Files.writeString(folder.resolve("n.smi"), "CCO\nCC(\n");
        Cli.run("predict", "--model", out, "--data", other, "--out", folder.resolve("p.tsv"))
                .refused("n.smi:2", "a molecule must be SMILES");
        Files.writeString(other, "CCO\nC[Se]C\n");
        assertThat(Cli.run("predict", "--model", out, "--data", other, "--out", folder.resolve("p.tsv"))
                        .ok()
                        .err())
                .contains("Se");
        assertThat(Files.readAllLines(folder.resolve("p.tsv"))).hasSize(3);
    }

    @Test
    void nodesAreTagged() throws IOException {
        Path data = folder.resolve("tags");
        Cli.run("data", "make", "motifs", "--graphs", 20, "--nodes", 4, "--tags", "--out", data)
                .ok();
        Path out = folder.resolve("tagger");
        Cli.run(train("--preset", "graph-tag", "--data", data, "--steps", 2, "--out", out))
                .ok();
        Path tags = folder.resolve("tags.tsv");
        Path untagged = folder.resolve("untagged");
        Cli.run("data", "make", "motifs", "--graphs", 20, "--nodes", 4, "--out", untagged)
                .ok();
        Cli.run("predict", "--model", out, "--data", untagged, "--out", tags).ok();
        assertThat(Files.readAllLines(tags)).hasSize(1 + 20 * 16);
    }

    @Test
    void whatDoesNotFitIsSaidInOneLine() throws IOException {
        Path text = Files.writeString(folder.resolve("a.csv"), "text,label\nCCO,1\nCC,2\n");
        Cli.run(
                        "train",
                        "--preset",
                        "graph-classify",
                        "--data",
                        text,
                        "--label-column",
                        "label",
                        "--out",
                        folder.resolve("x"))
                .refused("a kernel of graphs needs data with graphs", "kind=table");
        Cli.run("train", "--preset", "text-classify", "--data", motifs, "--out", folder.resolve("x"))
                .refused("graphs need a kernel");
        Cli.run(
                        "train",
                        "--preset",
                        "graph-classify",
                        "--data",
                        motifs,
                        "--set",
                        "data.graph.kernel=heat",
                        "--out",
                        folder.resolve("x"))
                .refused("unknown kernel of graphs; kernel=heat");
        Cli.run("data", "make", "motifs", "--out", motifs).refused("a file to write to must not be a folder");
        Cli.run("explain", "--model", run, "--data", motifs).refused("explain reads sequences");
        assertThat(folder.resolve("x")).doesNotExist();
    }
}
