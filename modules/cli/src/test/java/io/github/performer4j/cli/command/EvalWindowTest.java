package io.github.performer4j.cli.command;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.github.performer4j.cli.Cli;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** {@code performer eval --window}: a model of short rows measured on long ones is the model of long rows with the same weights. */
class EvalWindowTest {
    @TempDir
    Path folder;

    private Path text;

    @BeforeEach
    void write() throws IOException {
        StringBuilder sentences = new StringBuilder();
        IntStream.range(0, 60)
                .forEach(i -> sentences.append("It was ").append(i * i).append(" miles away. "));
        text = Files.writeString(folder.resolve("text.txt"), sentences);
    }

    /** One step of a rate at which nothing is learnt: equal weights, but for the rows. */
    private Path model(String positions, int tokens) throws IOException {
        Path out = folder.resolve(positions + tokens);
        Path config = Cli.config(folder.resolve(out.getFileName() + ".json"), "causal-lm", "character", "packed");
        String[] settings = {
            "model.embedding.positions=" + positions,
            "model.attention.decay=" + (positions.equals("none") ? "selective" : "none"),
            "model.maxTokens=" + tokens,
            "data.maxTokens=" + tokens,
            "data.tokensPerBatch=" + 2 * tokens,
            "training.steps=1",
            "training.learningRate=1e-12"
        };
        Object[] args = Stream.concat(
                        Stream.of("train", "--config", config, "--data", text, "--valid", text, "--out", out),
                        Stream.of(settings).flatMap(setting -> Stream.of("--set", setting)))
                .toArray();
        Cli.run(args).ok();
        return out;
    }

    private JsonNode eval(Path model, Object... more) throws IOException {
        Path json = folder.resolve("eval.json");
        Object[] args = Stream.concat(
                        Stream.of("eval", "--model", model, "--data", text, "--json", json), Stream.of(more))
                .toArray();
        Cli.run(args).ok();
        return new ObjectMapper().readTree(json.toFile());
    }

    @Test
    void rowsAreAsLongAsTheWindow() throws IOException {
        Path brief = model("none", 32);
        JsonNode own = eval(brief);
        JsonNode four = eval(brief, "--window", 128);
        JsonNode expected = eval(model("none", 128));
        assertThat(four.path("count").asLong()).isEqualTo(expected.path("count").asLong());
        assertThat(loss(four)).isCloseTo(loss(expected), within(1e-6)).isNotEqualTo(loss(own));
        assertThat(eval(brief, "--window", 32)).isEqualTo(own);
    }

    private static double loss(JsonNode result) {
        return result.path("figures").path("loss").asDouble();
    }

    @Test
    void positionsThatEndAreRefused() throws IOException {
        Cli.run("eval", "--model", model("learned", 32), "--data", text, "--window", 128)
                .refused(
                        "a window must be positive and no longer than the model's positions reach; window=128, reach=32");
    }
}
