package io.github.performer4j.cli.predict;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.performer4j.cli.Cli;
import io.github.performer4j.core.task.CausalLanguageModel;
import io.github.performer4j.core.task.MaskedLanguageModel;
import io.github.performer4j.data.example.ExampleColumns;
import io.github.performer4j.data.token.ByteTokenizer;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What {@code predict} refuses leaves no file, and an existing one as it was. */
class PredictRefusalsTest {
    @TempDir
    Path folder;

    private Path model;
    private Path out;

    @BeforeEach
    void model() throws IOException {
        model = PredictModels.sentiment(folder);
        out = folder.resolve("out.tsv");
    }

    private Path data(String name, String text) throws IOException {
        return Files.writeString(folder.resolve(name), text);
    }

    private Cli.Result predict(Path of, Path data, Object... more) {
        Object[] args = {"predict", "--model", of, "--data", data, "--out", out};
        Cli.Result result = Cli.run(java.util.stream.Stream.concat(List.of(args).stream(), List.of(more).stream())
                .toArray());
        assertThat(folder.resolve("out.tsv.tmp")).doesNotExist();
        return result;
    }

    @Test
    void aFileThatExistsStays() throws IOException {
        Files.writeString(out, "mine");
        predict(model, data("d.csv", "text\nfine\n")).refused("the file to write exists already", "out.tsv");
        assertThat(out).hasContent("mine");
    }

    @Test
    void badRowsAreNamedByFileAndLine() throws IOException {
        predict(model, data("d.csv", "text,n\nfine,1\nbad\n")).refused("d.csv:3: ", "first=2, found=1");
        predict(model, data("e.csv", "txt\nfine\n")).refused("e.csv:1: ", "missing=[text], found=[txt]");
        predict(model, data("f.jsonl", "{\"text\": \"fine\"}\n{\"text\": 1, \n"))
                .refused("f.jsonl:2: ");
        assertThat(out).doesNotExist();
        Path proteins = PredictModels.families(folder);
        predict(proteins, data("p.csv", "text\nMKT\nMK1\n"), "--on-unknown", "error")
                .refused("p.csv:3: a letter must be in the vocabulary; found=[1]");
        predict(proteins, folder.resolve("none.csv")).refused("none.csv");
        assertThat(out).doesNotExist();
    }

    @Test
    void languageModelsHaveTheirOwnCommands() throws IOException {
        Path text = data("d.csv", "text\nfine\n");
        predict(PredictModels.text(folder, new MaskedLanguageModel()), text)
                .refused(
                        "predict needs a model of task classify, tag, regress, pairs or seq2seq; task=masked-lm; use performer fill or performer embed");
        predict(PredictModels.causal(folder, new CausalLanguageModel()), text)
                .refused("task=causal-lm; use performer generate or performer embed");
    }

    @Test
    void optionsWithoutAUseAreRefused() throws IOException {
        Path text = data("d.csv", "text\nfine\n");
        predict(model, text, "--label-column", "y")
                .refused("predictions and vectors need text, and no labels, groups or splits; option=--label-column");
        predict(PredictModels.words(folder), text, "--all").refused("--all gives every class a column", "task=tag");
        predict(PredictModels.words(folder), data("t.txt", "dogs bark\n"))
                .refused("read each line as an example (--kind lines)", "t.txt");
        for (String name : List.of("out.tsv.gz", "out.json")) {
            Cli.run("predict", "--model", model, "--data", text, "--out", folder.resolve(name))
                    .refused("predictions are written as .tsv, .csv or .jsonl, uncompressed; --out=");
        }
        assertThat(out).doesNotExist();
    }

    /** 31 tokens of the texts in a window of 32, which has room for 29 beside BOS, EOS and the separator. */
    @Test
    void aPairThatDoesNotFitIsRefusedOrCut() throws IOException {
        Path pairs = PredictModels.save(
                folder,
                PredictModels.load(model).info().task(),
                new ByteTokenizer(),
                ExampleColumns.defaults().withPair("other"));
        Path table = data("pairs.csv", "text,other\nabc,def\n" + "a".repeat(25) + ",bcdefg\nx,\n");
        predict(pairs, table)
                .refused(
                        "pairs.csv:3: a pair must fit the model's window; first=25, second=6, room=29, window=32; id=row-2");
        assertThat(out).doesNotExist();
        Cli.Result cut = predict(pairs, table, "--cut-pairs").ok();
        assertThat(cut.err()).contains("1 of 3 examples has more tokens than the model sees at once, and the longer");
        List<String> lines = Files.readAllLines(out);
        assertThat(lines).hasSize(4);
        assertThat(lines.get(3)).isEqualTo("row-3\t\t\tno token in a text of the pair");
        String probability = lines.get(2).split("\t", -1)[2];
        assertThat(Double.parseDouble(probability))
                .isEqualTo(
                        PredictModels.load(pairs)
                                .classify("a".repeat(23), "bcdefg")
                                .best()
                                .probability(),
                        org.assertj.core.api.Assertions.within(2e-6));
    }
}
