package io.github.performer4j.cli.data;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.github.performer4j.cli.Cli;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Data sets that are made, and trained on by their presets. */
class MakeCommandTest {
    @TempDir
    private Path folder;

    private static JsonNode json(Path file) throws IOException {
        return new ObjectMapper().readTree(file.toFile());
    }

    @Test
    void listOpsTrainsByItsPreset() throws IOException {
        Path table = folder.resolve("listops.tsv.gz");
        Path said = folder.resolve("made.json");
        Cli.Result made = Cli.run(
                        "data",
                        "make",
                        "listops",
                        "--out",
                        table,
                        "--train",
                        40,
                        "--valid",
                        12,
                        "--test",
                        4,
                        "--min-length",
                        5,
                        "--max-length",
                        30,
                        "--seed",
                        3,
                        "--json",
                        said)
                .ok();
        assertThat(made.out())
                .startsWith("train  40 labels, the most frequent ")
                .contains("\nvalid  12 labels");
        long[] train = {0};
        json(said).at("/labels/train").forEach(n -> train[0] += n.asLong());
        assertThat(train[0]).isEqualTo(40);
        Path run = folder.resolve("run");
        Cli.run("train", "--preset", "listops", "--data", table, "--out", run, "--steps", 2)
                .ok();
        JsonNode config = json(run.resolve("config.json"));
        assertThat(config.at("/data/tokens").asText()).isEqualTo("word");
        assertThat(config.at("/data/columns/split").asText()).isEqualTo("split");
        assertThat(Cli.run("info", run).ok().out()).contains("word");
        Cli.run("data", "make", "listops", "--out", table, "--train", 1).refused("the output must be a new file");
        assertThat(folder.toFile().list()).containsExactlyInAnyOrder("listops.tsv.gz", "made.json", "run");
    }

    @Test
    void passagesTrainByThePresetOfTexts() throws IOException {
        Path texts = folder.resolve("texts");
        for (String name : new String[] {"a", "b"}) {
            Files.createDirectories(texts);
            Files.writeString(texts.resolve(name + ".txt"), (name + " word of it, ").repeat(60));
        }
        Path table = folder.resolve("passages.tsv");
        Cli.Result made = Cli.run("data", "make", "passages", texts, "--out", table, "--length", 16, "--block", 5)
                .ok();
        assertThat(made.out()).startsWith("train ").containsPattern("(?s)train .*\nvalid .*\ntest .*\nnone ");
        Path run = folder.resolve("run");
        Cli.run(
                        "train",
                        "--preset",
                        "text-classify",
                        "--data",
                        table,
                        "--out",
                        run,
                        "--steps",
                        2,
                        "--label-column",
                        "label",
                        "--split-column",
                        "split",
                        "--id-column",
                        "id")
                .ok();
        assertThat(json(run.resolve("config.json")).at("/data/columns/id").asText())
                .isEqualTo("id");
    }
}
