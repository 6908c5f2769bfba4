package io.github.performer4j.cli.predict;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.github.performer4j.checkpoint.PerformerModel;
import io.github.performer4j.cli.Cli;
import io.github.performer4j.core.task.Similarity;
import io.github.performer4j.data.example.ExampleColumns;
import io.github.performer4j.data.token.ProteinTokenizer;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What {@code predict} and {@code embed} write of a model that learnt pairs. */
class PairCommandsTest {
    @TempDir
    private Path folder;

    private Path model;

    @BeforeEach
    void save() throws IOException {
        model = PredictModels.save(
                folder,
                new Similarity(),
                new ProteinTokenizer(),
                ExampleColumns.defaults().withText("a").withPair("b"));
    }

    private Path data(String name, String text) throws IOException {
        return Files.writeString(folder.resolve(name), text);
    }

    @Test
    void eachPairHasItsCosine() throws IOException {
        Path table = data("pairs.csv", "a,b\nMKVL,ACDEF\nMK,\nGG,GG\n");
        Path out = folder.resolve("out.tsv");
        Cli.run("predict", "--model", model, "--data", table, "--out", out).ok();
        List<String> lines = Files.readAllLines(out);
        assertThat(lines.get(0)).isEqualTo("id\tsimilarity\tnote");
        PerformerModel loaded = PredictModels.load(model);
        assertThat(Double.parseDouble(lines.get(1).split("\t")[1]))
                .isCloseTo(loaded.similarity("MKVL", "ACDEF"), within(2e-6));
        assertThat(lines.get(2)).isEqualTo("row-2\t\tno token in a text of the pair");
        assertThat(Double.parseDouble(lines.get(3).split("\t")[1])).isCloseTo(1, within(2e-6));
        Path fasta = data("one.fasta", ">p\nMKVL\n");
        Cli.run("predict", "--model", model, "--data", fasta, "--out", folder.resolve("no.tsv"))
                .refused("needs a column of second texts (--pair-column)", "performer embed");
    }

    @Test
    void vectorsAreOfSingleTexts() throws IOException {
        Path table = data("texts.csv", "a\nMKVL\nACDEF\n");
        Path out = folder.resolve("out.tsv");
        Cli.run("embed", "--model", model, "--data", table, "--out", out).ok();
        List<String> lines = Files.readAllLines(out);
        float[] expected = PredictModels.load(model).embedder().embed("ACDEF");
        String[] row = lines.get(2).split("\t");
        assertThat(row[0]).isEqualTo("row-2");
        for (int e = 0; e < expected.length; e++) {
            assertThat(Float.parseFloat(row[e + 1])).isCloseTo(expected[e], within(1e-5f));
        }
        Path twice = data("pairs.csv", "a,b\nMKVL,ACDEF\n");
        Cli.run("embed", "--model", model, "--data", twice, "--text-column", "b", "--out", folder.resolve("b.tsv"))
                .ok();
        assertThat(Files.readAllLines(folder.resolve("b.tsv")).get(1).split("\t", 2)[1])
                .isEqualTo(lines.get(2).split("\t", 2)[1]);
        Cli.run("embed", "--model", model, "--data", twice, "--pair-column", "b", "--out", folder.resolve("c.tsv"))
                .refused("vectors are of single texts");
        Path longer = data("long.csv", "a\n" + "M".repeat(40) + "\n");
        Cli.run("embed", "--model", model, "--data", longer, "--out", folder.resolve("d.tsv"))
                .refused(
                        "a vector is of one text that fits the model's window; texts=1, tokens=40, window=32; id=row-1");
        assertThat(folder.resolve("d.tsv")).doesNotExist();
    }
}
