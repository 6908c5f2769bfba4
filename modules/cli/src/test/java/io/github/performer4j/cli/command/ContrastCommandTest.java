package io.github.performer4j.cli.command;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.performer4j.cli.Cli;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Training, measuring and using an embedder on the command line. */
class ContrastCommandTest {
    private static final List<Object> SMALL = List.of(
            "--steps",
            4,
            "--set",
            "model.width=8",
            "--set",
            "model.layers=1",
            "--set",
            "model.attention.heads=2",
            "--set",
            "model.attention.features=4",
            "--set",
            "model.embedding.positions=none",
            "--set",
            "data.maxTokens=48",
            "--set",
            "data.tokensPerBatch=192");

    @TempDir
    private Path folder;

    private Path table() throws IOException {
        StringBuilder text = new StringBuilder("query\tanswer\twrong\tworse\n");
        for (int i = 0; i < 40; i++) {
            text.append("how many are " + i + "\tthere are " + i + "\tthere were " + (i + 1) + "\t\n");
        }
        return Files.writeString(folder.resolve("pairs.tsv"), text);
    }

    private Cli.Result train(Path data, String out, Object... more) {
        List<Object> all = new ArrayList<>(List.of("train", "--data", data, "--out", folder.resolve(out)));
        all.addAll(List.of(more));
        return Cli.run(all.toArray());
    }

    @Test
    void anEmbedderIsTrainedMeasuredAndUsed() throws IOException {
        Path data = table();
        Object[] columns = {
            "--anchor-column", "query", "--positive-column", "answer", "--negative-column", "wrong,worse"
        };
        List<Object> first = new ArrayList<>(List.of("--preset", "text-pairs"));
        first.addAll(List.of(columns));
        first.addAll(SMALL);
        train(data, "scratch", first.toArray()).ok();
        Path plain = Files.writeString(
                folder.resolve("plain.tsv"), "query\tanswer\nhow many are 50\tthere are 50\nhow many\tthere are\n");
        List<Object> second = new ArrayList<>(List.of("--from", folder.resolve("scratch"), "--steps", 2));
        second.addAll(List.of(columns));
        second.addAll(List.of("--set", "start.freeze=embedding", "--set", "task.contrast=first"));
        second.addAll(List.of("--valid", plain));
        assertThat(train(data, "tuned", second.toArray()).ok().err()).contains("before training: recallAt1=");
        Path texts = Files.writeString(folder.resolve("texts.tsv"), "query\nhow many are 3\n");
        Path vectors = folder.resolve("vectors.tsv");
        Cli.run("embed", "--model", folder.resolve("tuned"), "--data", texts, "--out", vectors)
                .ok();
        assertThat(Files.readAllLines(vectors)).hasSize(2);
        assertThat(Cli.run("eval", "--model", folder.resolve("tuned"), "--data", data)
                        .ok()
                        .out())
                .contains("recall at1", "bag of tokens");
        // hard negatives are of training only, so held-out data need not have their columns
        Cli.run("eval", "--model", folder.resolve("tuned"), "--data", plain).ok();
        Cli.run("eval", "--model", folder.resolve("tuned"), "--data", plain, "--negative-column", "wrong")
                .refused("every named column must be in the header; missing=[wrong]");
    }

    @Test
    void wrongUseIsRefused() throws IOException {
        Path data = table();
        train(data, "no", "--preset", "text-pairs", "--text-column", "query", "--pair-column", "nothing")
                .refused("every named column must be in the header; missing=[nothing]");
        train(
                        data,
                        "no",
                        "--preset",
                        "text-pairs",
                        "--text-column",
                        "query",
                        "--pair-column",
                        "answer",
                        "--set",
                        "task.temperature=-1")
                .refused("temperature must be positive; temperature=-1.0");
        train(
                        data,
                        "no",
                        "--preset",
                        "text-pairs",
                        "--text-column",
                        "query",
                        "--pair-column",
                        "answer",
                        "--set",
                        "data.tokensPerBatch=512")
                .refused("a batch must have two pairs");
        train(
                        data,
                        "no",
                        "--preset",
                        "text-pairs",
                        "--text-column",
                        "query",
                        "--pair-column",
                        "answer",
                        "--negative-column",
                        "wrong,wrong")
                .refused("columns of hard negatives must differ");
        assertThat(folder.resolve("no")).doesNotExist();
    }
}
