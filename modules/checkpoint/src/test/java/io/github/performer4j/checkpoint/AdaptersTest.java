package io.github.performer4j.checkpoint;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.github.performer4j.checkpoint.weights.SafetensorsFile;
import io.github.performer4j.core.layer.ContrastLayer;
import io.github.performer4j.core.layer.ContrastLossLayer;
import io.github.performer4j.core.layer.TokenLossLayer;
import io.github.performer4j.core.model.PerformerConfig;
import io.github.performer4j.core.net.LowRankAdapters;
import io.github.performer4j.core.net.SnnkAdapters;
import io.github.performer4j.core.program.LowRank;
import io.github.performer4j.core.program.Snnk;
import io.github.performer4j.core.task.MaskedLanguageModel;
import io.github.performer4j.core.task.Similarity;
import io.github.performer4j.data.read.Framing;
import io.github.performer4j.data.token.ProteinTokenizer;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Map;
import java.util.Set;
import org.deeplearning4j.nn.conf.NeuralNetConfiguration;
import org.deeplearning4j.nn.conf.graph.LayerVertex;
import org.deeplearning4j.nn.graph.ComputationGraph;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A model and a small file together are the fine-tuned model, bit for bit. */
class AdaptersTest {
    @TempDir
    Path dir;

    private static PerformerModel tuned(PerformerModel base) {
        ComputationGraph net = LowRankAdapters.attach(base.net(), new LowRank(2, 4, 0, Set.of("Wq", "W1")));
        for (int step = 0; step < 3; step++) {
            Samples.train(net, base.info().tokenizer().size(), step);
        }
        net.getLayer("embedding")
                .getParam("W")
                .assign(base.net().getLayer("embedding").getParam("W")); // as if frozen
        return new PerformerModel(net, base.info().withTrainedTokens(11));
    }

    @Test
    void togetherTheyAreTheTunedModel() throws IOException {
        PerformerModel base = Samples.masked(3);
        PerformerModel tuned = tuned(base);
        Path file = dir.resolve(Adapters.FILE);
        long numbers = Adapters.write(base, tuned, file);
        try (SafetensorsFile tensors = SafetensorsFile.open(file)) {
            assertThat(tensors.tensor("block-0_Wq.A").shape()).containsExactly(8L, 2L);
            assertThat(tensors.tensor("block-0_Wq")).isNull();
            assertThat(tensors.tensor("embedding_W")).isNull();
            assertThat(tensors.tensors().stream().mapToLong(t -> t.elements()).sum())
                    .isEqualTo(numbers)
                    .isLessThan(base.net().numParams());
        }
        Path zip = dir.resolve("base.zip");
        ModelFile.save(zip, base.net(), base.info(), false, Map.of());
        PerformerModel read = Adapters.read(ModelFile.load(zip), file);
        assertThat(read.net().params()).isEqualTo(tuned.net().params());
        assertThat(read.info().trainedTokens()).isEqualTo(11);
        assertThat(read.info().tokenizer()).isEqualTo(base.info().tokenizer());
        assertThat(read.embed("MKTAY")).isEqualTo(tuned.embed("MKTAY"));
    }

    /** Moments of attention stay as the weights do. */
    @Test
    void runningStatisticsAreNotInTheFile() throws IOException {
        ProteinTokenizer tokenizer = new ProteinTokenizer();
        PerformerConfig config = Samples.config(Framing.BOTH, tokenizer.size(), 8)
                .with("attention.featureMap", "sderf")
                .with("attention.statistics", "running");
        PerformerModel base = Samples.model(new MaskedLanguageModel(), Framing.BOTH, tokenizer, config, 3);
        Samples.train(base.net(), tokenizer.size(), 5);
        assertThat(base.net().getParam("block-0_statistics").amaxNumber().doubleValue())
                .isPositive();
        PerformerModel tuned = tuned(base);
        Path file = dir.resolve(Adapters.FILE);
        Adapters.write(base, tuned, file);
        try (SafetensorsFile tensors = SafetensorsFile.open(file)) {
            assertThat(tensors.tensor("block-0_Wq.A")).isNotNull();
            assertThat(tensors.tensor("block-0_statistics")).isNull();
        }
        assertThat(Adapters.read(base, file).net().params())
                .isEqualTo(tuned.net().params());
    }

    /** What a seed draws is not in the file, unless it was changed. */
    @Test
    void drawsAreNotInTheFile() throws IOException {
        PerformerModel base = Samples.masked(3);
        ComputationGraph net = SnnkAdapters.attach(base.net(), new Snnk(5, 17));
        Samples.train(net, base.info().tokenizer().size(), 0);
        PerformerModel tuned = new PerformerModel(net, base.info());
        Path file = dir.resolve(Adapters.FILE);
        Adapters.write(base, tuned, file);
        try (SafetensorsFile tensors = SafetensorsFile.open(file)) {
            assertThat(tensors.tensor("block-0_adapter1.U").shape()).containsExactly(5L, 8L);
            assertThat(tensors.tensor("block-0_adapter2.gain").shape()).containsExactly(8L);
            assertThat(tensors.tensor("block-0_adapter1.G")).isNull();
            assertThat(tensors.tensor("block-0_adapter1.c")).isNull();
            assertThat(tensors.tensor("block-0_Wq")).isNull();
        }
        PerformerModel read = Adapters.read(base, file);
        assertThat(read.net().params()).isEqualTo(net.params());
        assertThat(read.embed("MKTAY")).isEqualTo(tuned.embed("MKTAY"));
        net.getLayer("block-0").getParam("adapter2.c").addi(1);
        Adapters.write(base, tuned, file);
        assertThat(Adapters.read(base, file).net().params()).isEqualTo(net.params());
    }

    /** A net of pairs as earlier builds had it, with logits and a head of tokens, is read as one of now. */
    @Test
    void pairsOfAnEarlierBuildAreRead() throws IOException {
        PerformerModel base = Samples.model(new Similarity(), Framing.BOTH, new ProteinTokenizer(), 8, 3);
        ComputationGraph former = base.net().clone();
        former.params().muli(2);
        ((ContrastLayer) layer(former, "contrast").getLayer()).setTemperature(0.1);
        TokenLossLayer head = new TokenLossLayer();
        head.setLayerName("head");
        layer(former, "head").setLayer(head);
        Path file = dir.resolve(Adapters.FILE);
        Adapters.write(base, new PerformerModel(former, base.info()), file);
        PerformerModel read = Adapters.read(base, file);
        assertThat(read.net().params()).isEqualTo(former.params());
        assertThat(read.net().getLayer("head").conf().getLayer()).isInstanceOf(ContrastLossLayer.class);
    }

    private static NeuralNetConfiguration layer(ComputationGraph net, String name) {
        return ((LayerVertex) net.getConfiguration().getVertices().get(name)).getLayerConf();
    }

    @Test
    void otherWeightsAreRefused() throws IOException {
        PerformerModel base = Samples.masked(3);
        Path file = dir.resolve(Adapters.FILE);
        Adapters.write(base, tuned(base), file);
        assertThatThrownBy(() -> Adapters.read(Samples.masked(4), file))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageStartingWith("adapters go with the weights that they were trained on; adapters=" + file);
        Path weights = dir.resolve("weights.safetensors");
        ExportFormats.named("safetensors").write(base, ExportSettings.defaults(), weights);
        assertThatThrownBy(() -> Adapters.read(base, weights))
                .hasMessageContaining("adapters must say what they go with; found=[format]");
    }
}
