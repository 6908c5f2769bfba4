package io.github.performer4j.data;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.github.performer4j.data.example.Example;
import io.github.performer4j.data.example.ExampleColumns;
import io.github.performer4j.data.read.DataConfig;
import io.github.performer4j.data.split.SplitReport;
import io.github.performer4j.kernels.math.CounterRandom;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashSet;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Clusters of proteins decide whatever the tokens are; other texts have none. */
class ClusterSplitTest {
    private static final String RESIDUES = "ACDEFGHIKLMNPQRSTVWY";
    private static final int FAMILIES = 30;

    @TempDir
    Path dir;

    /** Four near-copies of each family, which differ in one residue. */
    private Path table() throws IOException {
        StringBuilder text = new StringBuilder("text,family\n");
        for (int f = 0; f < FAMILIES; f++) {
            CounterRandom draws = CounterRandom.of(7, f);
            StringBuilder protein = new StringBuilder();
            for (int t = 0; t < 60; t++) {
                protein.append(RESIDUES.charAt(draws.nextInt(RESIDUES.length())));
            }
            for (int copy = 0; copy < 4; copy++) {
                protein.setCharAt(10 + 12 * copy, 'W');
                text.append(protein).append(",f").append(f).append('\n');
            }
        }
        return Files.writeString(dir.resolve("proteins.csv"), text);
    }

    private static Set<String> families(Corpus side) throws IOException {
        Set<String> families = new HashSet<>();
        try (CorpusExamples examples = side.examples()) {
            for (Example one = examples.next(); one != null; one = examples.next()) {
                families.add(one.labels().get(0));
            }
        }
        return families;
    }

    @ParameterizedTest
    @ValueSource(strings = {"protein", "character", "byte", "word"})
    void familiesStayTogether(String tokens) throws IOException {
        DataConfig config = DataConfig.defaults()
                .withTokens(tokens)
                .withSplit("cluster")
                .withColumns(ExampleColumns.defaults().withLabels("family"));
        Corpus.Split split = Corpus.open(table(), config, null).split(0.2, 3);
        Set<String> train = families(split.train());
        Set<String> valid = families(split.valid());
        assertThat(train).hasSize(FAMILIES - valid.size()).doesNotContainAnyElementsOf(valid);
        assertThat(valid).isNotEmpty();
        assertThat(split.report().clusters()).isEqualTo(FAMILIES);
        assertThat(split.report().similarity().max()).isLessThan(0.5);
        if (tokens.equals("word")) { // the vocabulary is that of the training side
            assertThat(split.train().tokenizer().size()).isLessThanOrEqualTo(4 * train.size() + 10);
        }
        assertThat(split.valid().tokenizer()).isEqualTo(split.train().tokenizer());
    }

    /** Held-out data of its own is as near to the training data as the same sides in one file are. */
    @ParameterizedTest
    @ValueSource(strings = {"protein", "word"})
    void leakageBetweenTwoFilesIsThatOfASplit(String tokens) throws IOException {
        StringBuilder both = new StringBuilder("text,family,side\n");
        StringBuilder train = new StringBuilder("text,family\n");
        StringBuilder valid = new StringBuilder("text,family\n");
        int line = 0;
        for (String row : Files.readAllLines(table()).subList(1, 1 + 4 * FAMILIES)) {
            boolean held = line++ % 7 == 0;
            both.append(row).append(held ? ",valid\n" : ",train\n");
            (held ? valid : train).append(row).append('\n');
        }
        ExampleColumns columns = ExampleColumns.defaults().withLabels("family");
        DataConfig config = DataConfig.defaults().withColumns(columns);
        SplitReport.Similarity inOne = Corpus.open(
                        Files.writeString(dir.resolve("both.csv"), both),
                        config.withColumns(columns.withSplit("side")),
                        null)
                .split(0.1, 3)
                .report()
                .similarity();
        assertThat(inOne.mean()).isGreaterThan(0.5);
        DataConfig reading = config.withTokens(tokens);
        Corpus first = Corpus.open(Files.writeString(dir.resolve("train.csv"), train), reading, null);
        Corpus second = Corpus.open(Files.writeString(dir.resolve("valid.csv"), valid), reading, first.tokenizer());
        assertThat(first.leakage(second, 3)).isEqualTo(tokens.equals("protein") ? inOne : null);
    }

    /** A near-copy of one protein of each of five families keeps all of these families off both sides. */
    @Test
    void clustersOfOthersAreOnNeitherSide() throws IOException {
        StringBuilder fasta = new StringBuilder();
        for (int f = 0; f < 5; f++) {
            String protein = Files.readAllLines(table()).get(1 + 4 * f).split(",")[0];
            fasta.append(">p").append(f).append('\n').append(protein, 0, 59).append('\n');
        }
        Path later = Files.writeString(dir.resolve("later.fasta"), fasta);
        DataConfig config = DataConfig.defaults().withTokens("protein");
        DataConfig families = config.withSplit("cluster")
                .withColumns(ExampleColumns.defaults().withLabels("family"));
        Corpus all = Corpus.open(table(), families, null);
        Corpus.Split split = all.split(0.2, 3, Corpus.open(later, config, null));
        assertThat(families(split.train()))
                .hasSize(FAMILIES - 5 - families(split.valid()).size());
        Set<String> used = new HashSet<>(families(split.train()));
        used.addAll(families(split.valid()));
        assertThat(used).doesNotContain("f0", "f1", "f2", "f3", "f4").hasSize(FAMILIES - 5);
        SplitReport report = split.report();
        assertThat(report.clusters()).isEqualTo(FAMILIES - 5);
        assertThat(report.trainDocuments() + report.validDocuments()).isEqualTo(4L * (FAMILIES - 5));
        assertThat(report.apart().sequences()).isEqualTo(5);
        assertThat(report.apart().documents()).isEqualTo(20);
        assertThat(report.apart().tokens()).isEqualTo(20 * 60);
        assertThat(report.apart().similarity().max()).isLessThan(0.2);
        assertThat(all.split(0.2, 3).report().apart()).isNull();
    }

    @Test
    void onlyClustersStayApart() throws IOException {
        DataConfig config = DataConfig.defaults().withTokens("protein").withSplit("document");
        Corpus documents = Corpus.open(table(), config, null);
        assertThatThrownBy(() -> documents.split(0.2, 3, documents))
                .hasMessageStartingWith("only proteins that are split by clusters stay apart from others");
    }

    @Test
    void otherTextsHaveNone() throws IOException {
        DataConfig config = DataConfig.defaults().withTokens("character").withSplit("cluster");
        Path table = Files.writeString(dir.resolve("words.csv"), "text\nIt is a truth\nuniversally acknowledged\n");
        assertThatThrownBy(() -> Corpus.open(table, config, null).split(0.5, 1))
                .hasMessage("clusters are of proteins, in upper-case residues; split=cluster, path=" + table
                        + ", tokens=character");
        Path text = Files.writeString(dir.resolve("words.txt"), "It is a truth universally acknowledged");
        assertThatThrownBy(() -> Corpus.open(text, config, null).split(0.5, 1))
                .hasMessageContaining("clusters are of proteins, in upper-case residues; split=cluster");
    }
}
