package io.github.performer4j.cli.command;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.github.performer4j.cli.Cli;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The command on the small models whose numbers the tests of {@code checkpoint.imports} check. */
class ImportCommandTest {
    private static final Path MODELS = Path.of("../checkpoint/src/test/resources/golden/imports");

    @TempDir
    Path folder;

    private Path imported(String name, Object... more) {
        Path out = folder.resolve(name + more.length + ".zip");
        Object[] args = {"import", "--from", MODELS.resolve(name), "--out", out};
        Object[] all = new Object[args.length + more.length];
        System.arraycopy(args, 0, all, 0, args.length);
        System.arraycopy(more, 0, all, args.length, more.length);
        Cli.Result result = Cli.run(all).ok();
        assertThat(result.out()).contains(name + ",", " tensors mapped, ");
        return out;
    }

    private Path text() throws IOException {
        return Files.writeString(
                folder.resolve("text.txt"), "the cat sat on the mat and the dog sat on the cat. ".repeat(20));
    }

    @Test
    void anEncoderEmbeds() throws IOException {
        Path json = folder.resolve("report.json");
        Path model = imported("bert", "--json", json);
        JsonNode report = new ObjectMapper().readTree(json.toFile());
        assertThat(report.path("architecture").asText()).isEqualTo("bert");
        assertThat(report.at("/report/mapped").size()).isGreaterThan(20);
        Path table = Files.writeString(folder.resolve("t.tsv"), "text\nthe cat\nthe dog\n");
        Path vectors = folder.resolve("v.tsv");
        Cli.run("embed", "--model", model, "--data", table, "--text-column", "text", "--out", vectors)
                .ok();
        List<String> lines = Files.readAllLines(vectors);
        assertThat(lines).hasSize(3);
        double square = 0;
        String[] cells = lines.get(1).split("\t");
        for (int i = 1; i < cells.length; i++) {
            square += Double.parseDouble(cells[i]) * Double.parseDouble(cells[i]);
        }
        assertThat(square).isBetween(0.9999, 1.0001);
    }

    @Test
    void proteinsAreEmbedded() throws IOException {
        Path model = imported("esm");
        Path fasta = Files.writeString(folder.resolve("p.fasta"), ">one\nABCD\n>two\nHGA\n");
        Path vectors = folder.resolve("v.tsv");
        Cli.run("embed", "--model", model, "--data", fasta, "--out", vectors).ok();
        assertThat(Files.readAllLines(vectors))
                .anyMatch(line -> line.startsWith("one\t"))
                .anyMatch(line -> line.startsWith("two\t"));
    }

    @Test
    void anEncoderWithItsHeadFillsMasksIn() {
        Path model = folder.resolve("masked.zip");
        Cli.run("import", "--from", MODELS.resolve("bert-masked"), "--masked-lm", "--out", model)
                .ok();
        assertThat(Cli.run("fill", "--model", model, "--sequence", "a b <mask> d")
                        .ok()
                        .out())
                .startsWith("position 3  ");
        Cli.run("import", "--from", MODELS.resolve("gpt2"), "--masked-lm", "--out", folder.resolve("no.zip"))
                .refused("this family has no head for masked tokens here; architecture=gpt2");
    }

    /** Nobody knows what an imported model was trained on, so its evaluation has no baselines. */
    @Test
    void aLanguageModelIsMeasuredAndGenerates() throws IOException {
        Path model = imported("gpt2");
        Path json = folder.resolve("eval.json");
        Cli.run("eval", "--model", model, "--data", text(), "--json", json).ok();
        JsonNode figures = new ObjectMapper().readTree(json.toFile());
        assertThat(figures.at("/figures/loss").asDouble()).isBetween(0.1, 50.0);
        assertThat(figures.path("baselines")).isEmpty();
        Cli.run("generate", "--model", model, "--prompt", "the", "--length", 3).ok();
    }

    /** Of a model with norms on queries and keys and rotary positions. */
    @Test
    void whatFeaturesDoToItsAttentionIsSaidBlockByBlock() throws IOException {
        Path json = folder.resolve("advice.json");
        Path proteins = Cli.fasta(folder.resolve("p.fasta"), 3, 40);
        Path model = imported("esmc", "--data", proteins, "--json", json);
        JsonNode layers = new ObjectMapper().readTree(json.toFile()).at("/recommendation/layers");
        assertThat(layers).isNotEmpty();
        layers.forEach(layer -> assertThat(layer.get("measured").asDouble()).isPositive());
        Path fasta = folder.resolve("kernels.json");
        Cli.run("kernels", "--model", model, "--data", proteins, "--maps", "positive", "--no-times", "--json", fasta)
                .ok();
        assertThat(new ObjectMapper()
                        .readTree(fasta.toFile())
                        .at("/input/source")
                        .asText())
                .startsWith("the first 11 of 42 tokens of p0,"); // residues and a frame, no header
        Cli.run("import", "--from", MODELS.resolve("bert"), "--out", folder.resolve("none.zip"), "--data", "none.txt")
                .refused("there is no such data; --data=none.txt");
        assertThat(folder.resolve("none.zip")).doesNotExist();
    }

    @Test
    void attentionMayBeLinear() {
        Path model = imported("llama", "--attention", "positive", "--features", 48, "--exact-every", 2);
        assertThat(Cli.run("info", model).ok().out())
                .containsPattern("featureMap +positive")
                .containsPattern("features +48")
                .containsPattern("exactEvery +2");
        Path listed = imported("bert", "--attention", "favor+", "--layers", "2");
        assertThat(Cli.run("info", listed).ok().out())
                .containsPattern("featureMap +positive")
                .containsPattern("linearBlocks +2");
    }

    @Test
    void whatCannotBeImportedIsRefused() throws IOException {
        Path out = folder.resolve("m.zip");
        Cli.run("import", "--from", folder.resolve("none"), "--out", out).refused("there is no such file or folder");
        Path pickle = Files.createDirectory(folder.resolve("pickle"));
        Files.writeString(pickle.resolve("pytorch_model.bin"), "x");
        Cli.run("import", "--from", pickle, "--out", out).refused("a pickle is a program", "safe_serialization=True");
        Path bert = MODELS.resolve("bert");
        Cli.run("import", "--from", bert, "--out", out, "--features", 8)
                .refused("--features belongs to linear attention", "--features=8");
        Cli.run("import", "--from", bert, "--out", out, "--attention", "positive", "--features", 70_000)
                .refused("--features must be from 1 to 65536; --features=70000");
        Cli.run("import", "--from", bert, "--out", out, "--attention", "nonsense")
                .refused("nonsense");
        Cli.run("import", "--from", bert, "--out", out, "--pooling", "nonsense").refused("nonsense");
        assertThat(out).doesNotExist();
        Path there = Files.writeString(folder.resolve("there.zip"), "kept");
        Cli.run("import", "--from", bert, "--out", there).refused("exists already");
        assertThat(there).hasContent("kept");
    }
}
