package io.github.performer4j.cli.command;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.performer4j.cli.Cli;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Every task that an imported model can have begins with it. */
class ImportedTasksTest {
    private static final Path MODELS = Path.of("..", "checkpoint", "src", "test", "resources", "golden", "imports");
    private static final String LETTERS = "abcdefghij";

    @TempDir
    Path folder;

    /** Texts of five letters with a class, a number, a text that says the same, and a tag for each letter. */
    private Path table() throws IOException {
        List<String> lines = new ArrayList<>(List.of("text\tclass\ty\tpair\ttags"));
        for (int i = 0; i < 60; i++) {
            StringBuilder text = new StringBuilder();
            StringBuilder tags = new StringBuilder();
            for (int t = 0; t < 5; t++) {
                char letter = LETTERS.charAt((i * (t + 3) + t * t + i / 7) % LETTERS.length());
                text.append(t == 0 ? "" : " ").append(letter);
                tags.append(t == 0 ? "" : " ").append("aei".indexOf(letter) < 0 ? 'K' : 'V');
            }
            lines.add(text + "\t" + (i % 3 == 0 ? "x" : "z") + "\t" + (i % 5 + 0.5) + "\t"
                    + new StringBuilder(text).reverse() + "\t" + tags);
        }
        return Files.write(folder.resolve("t.tsv"), lines);
    }

    @ParameterizedTest
    @CsvSource({
        "bert, classify, --label-column class",
        "bert, regress, --label-column y",
        "bert, tag, --label-column tags",
        "distilbert, pairs, --pair-column pair --set data.columns.options.longPairs=cut",
        "roberta, masked-lm, ''",
        "gpt2, causal-lm, ''"
    })
    void tasksBeginWithImportedModels(String family, String task, String options) throws IOException {
        Path model = folder.resolve("model.zip");
        Cli.run("import", "--from", MODELS.resolve(family), "--out", model).ok();
        Path run = folder.resolve("run");
        List<Object> args = new ArrayList<>(List.of("train", "--from", model, "--task", task, "--steps", 3));
        args.addAll(List.of("--data", table(), "--text-column", "text", "--out", run));
        Arrays.stream(options.split(" ")).filter(option -> !option.isEmpty()).forEach(args::add);
        Cli.run(args.toArray()).ok();
        assertThat(run.resolve("best.zip")).exists();
        assertThat(Files.readString(run.resolve("metrics.jsonl"))).doesNotContain("NaN");
    }
}
