package io.github.performer4j.examples;

import static org.assertj.core.api.Assertions.assertThat;

import ai.djl.engine.Engine;
import ai.onnxruntime.OrtException;
import io.github.performer4j.checkpoint.ExportFormats;
import io.github.performer4j.checkpoint.ExportSettings;
import io.github.performer4j.checkpoint.Generator;
import io.github.performer4j.checkpoint.ModelInfo;
import io.github.performer4j.checkpoint.PerformerModel;
import io.github.performer4j.checkpoint.Provenance;
import io.github.performer4j.checkpoint.Sampling;
import io.github.performer4j.core.model.PerformerConfig;
import io.github.performer4j.core.task.CausalLanguageModel;
import io.github.performer4j.core.task.HeadPlace;
import io.github.performer4j.data.read.DataConfig;
import io.github.performer4j.data.read.Framing;
import io.github.performer4j.data.token.CharacterTokenizer;
import io.github.performer4j.data.token.Tokenizer;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import org.deeplearning4j.nn.graph.ComputationGraph;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.nd4j.linalg.learning.config.NoOp;

/** ONNX Runtime writes what we write, from a state that does not grow. */
class OnnxGenerationTest {
    @TempDir
    private Path folder;

    private PerformerModel model;
    private Path file;

    /** A process has one environment of ONNX Runtime, and DJL, which another test needs, refuses one that it has not made. */
    @BeforeAll
    static void djlComesFirst() {
        assertThat(Engine.getEngine("OnnxRuntime")).isNotNull();
    }

    @BeforeEach
    void export() throws IOException {
        Tokenizer tokenizer = new CharacterTokenizer("abcdefgh ".codePoints().toArray());
        PerformerConfig config = PerformerConfig.defaults()
                .withCausal(true)
                .withVocabulary(tokenizer.size())
                .with("maxTokens", 16)
                .with("layers", 2)
                .with("feedForward.hidden", 17)
                .with("embedding.positions", "none")
                .with("attention.heads", 2)
                .with("width", 14)
                .with("attention.features", 8)
                .with("attention.featureMap", "relu")
                .with("attention.decay", "selective")
                .with("attention.convolution", 3);
        CausalLanguageModel task = new CausalLanguageModel();
        ComputationGraph net = new ComputationGraph(config.graph(task, new NoOp(), 0, 5));
        net.init();
        net.params().muli(3); // far from uniform
        net.getLayer(HeadPlace.OUTPUT)
                .getParam("b")
                .putScalar(tokenizer.specials().eos(), -30.0); // texts do not end by themselves
        DataConfig data = DataConfig.defaults()
                .withKind("auto")
                .withTokens("character")
                .withFraming(Framing.PACKED)
                .withMaxTokens(16);
        model = new PerformerModel(net, ModelInfo.of(task, config, data, tokenizer, null, Provenance.unknown()));
        file = folder.resolve("stream.onnx");
        ExportFormats.named("onnx-stream").write(model, ExportSettings.defaults(), file);
    }

    @Test
    void theMostProbableTextIsTheSame() throws OrtException {
        Tokenizer tokenizer = model.info().tokenizer();
        String expected = new Generator(model)
                .withSampling(Sampling.defaults().withTemperature(0))
                .withMaxNew(60)
                .generate("abc ha")
                .get(0)
                .text();
        assertThat(expected).hasSize(60);
        StringBuilder written = new StringBuilder();
        try (OnnxGeneration onnx = new OnnxGeneration(file, 1)) {
            int[] prompt = model.info().data().framing().frame(tokenizer, tokenizer.encode("abc ha"));
            OnnxGeneration.State state = onnx.read(onnx.begin(), prompt);
            while (written.length() < 60) {
                int next = best(tokenizer, state.logits());
                written.append(tokenizer.symbol(next));
                OnnxGeneration.State further = onnx.read(state, next);
                state.close();
                state = further;
            }
            state.close();
        }
        assertThat(written.toString()).isEqualTo(expected);
    }

    private static int best(Tokenizer tokenizer, float... logits) {
        int best = -1;
        for (int id = 0; id < logits.length; id++) {
            boolean may = !tokenizer.special(id);
            best = may && (best < 0 || logits[id] > logits[best]) ? id : best;
        }
        return best;
    }

    @Test
    void aStateHasOneSize() throws OrtException {
        List<OnnxTokenCost.Cost> costs =
                OnnxTokenCost.measure(file, model.info().model().vocabulary(), List.of(5, 3000), 3, 2);
        assertThat(costs).extracting(OnnxTokenCost.Cost::position).containsExactly(5, 3000);
        assertThat(costs.get(0).numbers()).isPositive().isEqualTo(costs.get(1).numbers());
        assertThat(costs).allMatch(cost -> cost.milliseconds() > 0);
    }
}
