package io.github.performer4j.checkpoint;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.github.performer4j.core.model.PerformerConfig;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.deeplearning4j.nn.graph.ComputationGraph;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.learning.config.Adam;

/** Learned positions that no step of training has reached have no part in any answer. */
class WindowTest {
    private static final String SEQUENCE = "MKTAYIAKQRQISFVKSHFSRQLEERLGLIEVQAPILSRV_GD";

    /** A model whose positions go to 13 tokens, its data to {@code dataTokens}, training to {@code trained}. */
    private static PerformerModel model(PerformerModel sample, int dataTokens, int trained, String positions) {
        ModelInfo old = sample.info();
        PerformerConfig config = old.model().with("embedding.positions", positions);
        ComputationGraph net = new ComputationGraph(config.graph(old.task(), new Adam(0.01), 0, 3));
        net.init();
        ModelInfo info = ModelInfo.of(
                        old.task(),
                        config,
                        old.data().withMaxTokens(dataTokens),
                        old.tokenizer(),
                        old.counts(),
                        old.provenance())
                .withTrainedTokens(trained);
        return new PerformerModel(net, info);
    }

    private static void forget(PerformerModel model, int from) {
        INDArray p = model.net().getLayer("positions").getParam("P");
        for (long row = from; row < p.size(0); row++) { // M2.1 takes some slices of views for empty
            for (long e = 0; e < p.size(1); e++) {
                p.putScalar(row, e, 1e3);
            }
        }
    }

    @ParameterizedTest
    @CsvSource({"13, 9, 9", "8, 0, 8", "8, 9, 8", "13, 0, 13", "64, 0, 13", "13, 3, 3"})
    void positionsBeyondTheWindowAreNotRead(int dataTokens, int trained, int window) {
        PerformerModel model = model(Samples.masked(3), dataTokens, trained, "learned");
        assertThat(model.info().window()).isEqualTo(window);
        float[] vector = model.embed(SEQUENCE);
        float[][] tokens = model.embedTokens(SEQUENCE);
        var filled = model.fill(SEQUENCE);
        PerformerModel causal = model(Samples.causal(3), dataTokens, trained, "learned");
        Generator generator = new Generator(causal).withLongPrompts(true).withMaxNew(20);
        String text = generator.generate("abcd abcd abcd abcd").get(0).text();
        forget(model, window);
        forget(causal, window);
        assertThat(model.embed(SEQUENCE)).isEqualTo(vector);
        assertThat(model.embedTokens(SEQUENCE)).isDeepEqualTo(tokens);
        assertThat(model.fill(SEQUENCE)).isEqualTo(filled);
        assertThat(generator.generate("abcd abcd abcd abcd").get(0).text()).isEqualTo(text);
        forget(model, window / 2); // the others are
        assertThat(model.embed(SEQUENCE)).isNotEqualTo(vector);
    }

    /** Waves and nothing at all are known at every position. */
    @ParameterizedTest
    @CsvSource({"sinusoidal", "none"})
    void otherPositionsGoToTheEnd(String positions) {
        PerformerModel model = model(Samples.masked(3), 8, 8, positions);
        assertThat(model.info().window()).isEqualTo(Samples.MAX_TOKENS);
    }

    @Test
    void dataIsReadInRowsOfTheWindow() {
        assertThat(model(Samples.masked(3), 13, 9, "learned").info().reading().maxTokens())
                .isEqualTo(9);
        assertThat(model(Samples.masked(3), 13, 3, "learned").info().reading().maxTokens())
                .isEqualTo(8);
        assertThat(model(Samples.masked(3), 13, 9, "sinusoidal")
                        .info()
                        .reading()
                        .maxTokens())
                .isEqualTo(13);
        assertThatThrownBy(() -> Samples.masked(3).info().withTrainedTokens(-1))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage("trainedTokens must not be negative; trainedTokens=-1");
    }

    @Test
    void theFileKeepsIt(@TempDir Path folder) throws IOException {
        PerformerModel model = model(Samples.masked(3), 13, 9, "learned");
        Path file = folder.resolve("model.zip");
        ModelFile.save(file, model.net(), model.info(), false, java.util.Map.of());
        assertThat(ModelFile.info(file)).isEqualTo(model.info());
        ObjectNode json = (ObjectNode) new ObjectMapper().readTree(ModelFile.entry(file, ModelFile.ENTRY));
        assertThat(json.get("trainedTokens").asInt()).isEqualTo(9);
        json.remove("trainedTokens"); // as early models have it
        byte[] early = new ObjectMapper().writeValueAsBytes(json);
        assertThat(ModelInfoJson.read(early, file).window()).isEqualTo(13);
        Files.delete(file);
    }
}
