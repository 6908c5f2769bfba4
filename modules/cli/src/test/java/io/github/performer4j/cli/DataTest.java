package io.github.performer4j.cli;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.DisabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;

/** Data as users have it: folders with other things in them, links, tiny files, nucleotides; the same to every command. */
class DataTest {
    @TempDir
    static Path shared;

    private static Path proteins;
    private static Path config;
    private static Path text;
    private static Path run;

    @TempDir
    Path folder;

    @BeforeAll
    static void train() throws IOException {
        proteins = Cli.fasta(shared.resolve("proteins.fasta"), 30, 41);
        config = Cli.maskedConfig(shared.resolve("config.json"));
        text = Cli.config(shared.resolve("text.json"), "causal-lm", "character", "packed");
        run = shared.resolve("run");
        Cli.run("train", "--config", config, "--data", proteins, "--out", run).ok();
    }

    private static JsonNode json(Path file) throws IOException {
        return new ObjectMapper().readTree(file.toFile());
    }

    /** Runs every command that reads proteins; returns what each said on standard error. */
    private List<String> everywhere(Path data) throws IOException {
        List<String> said = new ArrayList<>();
        Path out = Files.createTempDirectory(folder, "out");
        Path described = out.resolve("describe.json");
        said.add(Cli.run("data", "describe", data, "--json", described).ok().err());
        said.add(Cli.run("data", "split", data, "--out", out.resolve("split"), "--json", out.resolve("split.json"))
                .ok()
                .err());
        said.add(Cli.run("train", "--config", config, "--data", data, "--valid", data, "--out", out.resolve("run"))
                .ok()
                .err());
        said.add(Cli.run("eval", "--model", run, "--data", data).ok().err());
        said.add(Cli.run("embed", "--model", run, "--data", data, "--out", out.resolve("e.tsv"))
                .ok()
                .err());
        long documents = json(described).path("documents").asLong();
        JsonNode split = json(out.resolve("split.json"));
        assertThat(split.path("trainDocuments").asLong()
                        + split.path("validDocuments").asLong())
                .isEqualTo(documents);
        assertThat(Files.readAllLines(out.resolve("e.tsv"))).hasSize((int) documents + 1);
        return said;
    }

    private static void eachSaysOnce(List<String> said, String line) {
        for (String err : said) {
            assertThat(err.lines().filter(l -> l.contains(line))).as(err).hasSize(1);
        }
    }

    @Test
    @DisabledOnOs(OS.WINDOWS)
    void aFolderStandsForTheSameFilesInEveryCommand() throws IOException {
        Path data = Files.createDirectories(folder.resolve("data/sub")).getParent();
        Files.copy(proteins, data.resolve("sub/a.fasta"));
        Cli.fasta(data.resolve("b.FA"), 5, 37);
        Files.writeString(data.resolve("README.md"), "not data");
        Files.writeString(data.resolve("notes.txt"), "some words");
        Files.createFile(data.resolve(".DS_Store"));
        Path link = Files.createSymbolicLink(folder.resolve("link"), data);
        for (Path named : List.of(data, link)) {
            // beside a text file the tokens say which kind is meant
            Cli.run("data", "describe", named).refused("one kind", "found both");
            assertThat(Cli.run("data", "describe", named, "--tokens", "protein")
                            .ok()
                            .out())
                    .contains("35");
        }
        Files.delete(data.resolve("notes.txt"));
        eachSaysOnce(everywhere(data), data + ": left out 2 of 4: .DS_Store, README.md");
        eachSaysOnce(everywhere(link), link + ": left out 2 of 4: .DS_Store, README.md");
    }

    @Test
    void theTokensChooseAmongTheFilesOfAFolder() throws IOException {
        Path data = Files.createDirectory(folder.resolve("both"));
        Files.copy(proteins, data.resolve("p.fasta"));
        Files.writeString(data.resolve("t.txt"), "some words to be read as text");
        String bytes =
                Cli.run("data", "describe", data, "--tokens", "byte").ok().out();
        assertThat(bytes).contains("text, 1 file(s)").contains("tokens       29");
        Cli.run("data", "split", data, "--out", folder.resolve("no")).refused("one kind");
        Cli.run("data", "split", data, "--tokens", "protein", "--out", folder.resolve("sides"))
                .ok();
        assertThat(folder.resolve("sides/train.fasta.gz")).exists();
    }

    /** What is hashed is what is read: neither a stray file nor the run itself makes it other data. */
    @Test
    void aRunInsideItsDataFolderAndStrayFilesDoNotForbidResume() throws IOException {
        Path data = Files.createDirectory(folder.resolve("d"));
        Files.copy(proteins, data.resolve("p.fasta"));
        Path inside = data.resolve("run");
        Cli.run("train", "--config", config, "--data", data, "--out", inside).ok();
        Files.createFile(data.resolve(".DS_Store"));
        Files.writeString(data.resolve("notes.md"), "a thought");
        Cli.Result resumed = Cli.run("train", "--data", data, "--out", inside, "--resume", "--steps", 5)
                .ok();
        assertThat(resumed.err())
                .contains("going on after step 3", data + ": left out 3 of 4: .DS_Store, notes.md, run/");
        Cli.fasta(data.resolve("q.fasta"), 3, 17);
        Cli.run("train", "--data", data, "--out", inside, "--resume", "--steps", 7)
                .refused("the checkpoint is of other data");
    }

    @Test
    void nucleotidesRepeatedIdsAndEmptyOnesAreSaidInEveryCommand() throws IOException {
        StringBuilder genes = new StringBuilder();
        for (int s = 0; s < 12; s++) {
            genes.append(s < 2 ? ">\n" : ">gene\n");
            for (int t = 0; t < 40; t++) {
                genes.append("ACGTN".charAt((s * s + (s + 3) * t * t + t / 3) % 5));
            }
            genes.append('\n');
        }
        Path file = Files.writeString(folder.resolve("genes.fasta"), genes);
        List<String> said = everywhere(file);
        eachSaysOnce(said, "looks like nucleotides");
        eachSaysOnce(said, "9 of 12 sequences have an id that one before has: gene, gene, gene, …");
        eachSaysOnce(said, "called by number: sequence-1, sequence-2");
    }

    @Test
    void theShareThatIsHeldOutIsSaid() throws IOException {
        Path split = folder.resolve("split");
        String out = Cli.run("data", "split", proteins, "--out", split, "--json", folder.resolve("s.json"))
                .ok()
                .out();
        assertThat(out).contains("held out 10% of the tokens (10% asked), 3 of 30 documents");
        assertThat(json(folder.resolve("s.json")).path("reachedFraction").asDouble())
                .isEqualTo(0.1);
        Path other = folder.resolve("run");
        Cli.Result trained = Cli.run(
                        "train", "--config", config, "--data", proteins, "--valid-fraction", 0.25, "--out", other)
                .ok();
        String held = "% of the tokens (25% asked), ";
        assertThat(trained.err()).contains(proteins + ": held out 2", held);
        assertThat(Files.readString(other.resolve("report.html"))).contains(held);
    }

    /** The window of the configuration is 32. */
    @Test
    void tinyTextsTrain() throws IOException {
        for (int length : new int[] {4, 10, 31, 32, 33, 34, 40, 60}) {
            Path tiny = Files.writeString(
                    folder.resolve("tiny.txt"),
                    "The quick brown fox jumps over the lazy dog. Pack my box with.".substring(0, length));
            Path out = folder.resolve("tiny" + length);
            Cli.Result result = Cli.run("train", "--config", text, "--data", tiny, "--steps", 30, "--out", out);
            assertThat(result.code())
                    .as("%d characters: %s", length, result.err())
                    .isZero();
            assertThat(Files.readString(out.resolve("metrics.jsonl"))).doesNotContain("NaN");
        }
    }

    /** Each is refused before the run's folder is made, so that the same command works once the data is right. */
    @Test
    void whatCannotBeTrainedIsRefusedAtTheStartWithTheWayOut() throws IOException {
        Path out = folder.resolve("out");
        String one = "MKTAYIAKQRQISFVKSHFSRQLEERLGLIEVQ";
        Path family = Files.writeString(folder.resolve("family.fasta"), (">f\n" + one + "\n").repeat(12));
        Path single = Files.writeString(folder.resolve("single.fasta"), ">s\n" + one + "\n");
        Path letters = Files.writeString(folder.resolve("letters.fasta"), ">a\nA\n>b\nI\n>c\nP\n");
        Path strange = Files.writeString(folder.resolve("strange.fasta"), ">a\n1234\n>b\n5678\n");
        Path three = Files.writeString(folder.resolve("three.txt"), "abc");
        for (Path data : List.of(family, single, letters)) {
            Cli.run("train", "--config", config, "--data", data, "--out", out)
                    .refused(data.toString(), "at least two clusters", "--valid");
        }
        Cli.run("train", "--config", text, "--data", three, "--out", out).refused("at least 4 tokens", "--valid");
        for (Path data : List.of(letters, strange)) {
            Cli.run("train", "--config", config, "--data", data, "--valid", proteins, "--out", out)
                    .refused("the training side must have a document of two tokens", data.toString());
            Cli.run("train", "--config", config, "--data", proteins, "--valid", data, "--out", out)
                    .refused("the held-out side must have a document of two tokens", data.toString());
        }
        assertThat(out).doesNotExist();
        Cli.run("train", "--config", config, "--data", family, "--valid", single, "--out", out)
                .ok();
    }

    /** A terminal obeys control characters, and a page shows no blanks. */
    @Test
    void symbolsThatSteerATerminalAreShownAsEscapes() throws IOException {
        Path file = Files.write(
                folder.resolve("c.txt"), "a\r\nb\r\n\u001B[31m\u202E\u00A0\t".getBytes(StandardCharsets.UTF_8));
        String out = Cli.run("data", "describe", file).ok().out();
        String symbols =
                out.lines().filter(l -> l.startsWith("symbols")).findFirst().orElseThrow();
        assertThat(symbols).contains("'\\r' ", "'\\n' ", "'\\t' ", "'\\u{1B}' ", "'\\u{202E}' ");
        assertThat(out).doesNotContain("\r", "\u001B", "\u202E", "\t");
    }
}
