package io.github.performer4j.checkpoint;

import io.github.performer4j.core.model.PerformerConfig;
import io.github.performer4j.core.task.CausalLanguageModel;
import io.github.performer4j.core.task.MaskedLanguageModel;
import io.github.performer4j.core.task.Task;
import io.github.performer4j.data.TokenCounts;
import io.github.performer4j.data.read.DataConfig;
import io.github.performer4j.data.read.Framing;
import io.github.performer4j.data.token.CharacterTokenizer;
import io.github.performer4j.data.token.ProteinTokenizer;
import io.github.performer4j.data.token.Tokenizer;
import java.util.Map;
import org.deeplearning4j.nn.graph.ComputationGraph;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.dataset.MultiDataSet;
import org.nd4j.linalg.factory.Nd4j;
import org.nd4j.linalg.learning.config.Adam;

/** Tiny models, initialised from a seed: width 8 unless told, one layer, windows of 13 tokens. */
final class Samples {
    static final int MAX_TOKENS = 13;

    private Samples() {}

    static PerformerModel masked(long seed) {
        return masked(seed, 8);
    }

    static PerformerModel masked(long seed, int width) {
        return model(new MaskedLanguageModel(), Framing.BOTH, new ProteinTokenizer(), width, seed);
    }

    static PerformerModel causal(long seed) {
        return model(
                new CausalLanguageModel(),
                Framing.PACKED,
                new CharacterTokenizer("abcd ".codePoints().toArray()),
                8,
                seed);
    }

    /** One step of training on made-up tokens, the same for equal steps. */
    static void train(ComputationGraph net, int vocabulary, int step) {
        int batch = 2;
        int length = 11;
        float[][] tokens = new float[batch][length];
        float[][] labels = new float[batch][length];
        for (int b = 0; b < batch; b++) {
            for (int t = 0; t < length; t++) {
                tokens[b][t] = 5 + (7 * step + 3 * b + t) % (vocabulary - 5);
                labels[b][t] = t % 3 == 0 ? -1 : 5 + (5 * step + b + 2 * t) % (vocabulary - 5);
            }
        }
        INDArray mask = Nd4j.ones(DataType.FLOAT, batch, length); // [B,T]
        net.fit(new MultiDataSet(
                new INDArray[] {Nd4j.createFromArray(tokens)},
                new INDArray[] {Nd4j.createFromArray(labels)},
                new INDArray[] {mask},
                null));
    }

    static PerformerModel model(Task task, Framing framing, Tokenizer tokenizer, int width, long seed) {
        return model(task, framing, tokenizer, config(framing, tokenizer.size(), width), seed);
    }

    static PerformerConfig config(Framing framing, int vocabulary, int width) {
        return PerformerConfig.defaults()
                .withCausal(framing != Framing.BOTH)
                .withVocabulary(vocabulary)
                .with("maxTokens", MAX_TOKENS)
                .with("width", width)
                .with("attention.heads", 2)
                .with("layers", 1)
                .with("feedForward.hidden", 16)
                .with("attention.features", 8);
    }

    static PerformerModel model(Task task, Framing framing, Tokenizer tokenizer, PerformerConfig config, long seed) {
        ComputationGraph net = new ComputationGraph(config.graph(task, new Adam(0.01), 0, seed));
        net.init();
        DataConfig data = DataConfig.defaults()
                .withKind("auto")
                .withTokens(tokenizer.kind().equals("json") ? "tokenizer.json" : tokenizer.kind())
                .withFraming(framing)
                .withMaxTokens(MAX_TOKENS);
        long[] unigram = new long[tokenizer.size()];
        unigram[5] = 3;
        unigram[6] = 2;
        TokenCounts counts = new TokenCounts(
                tokenizer.specials(),
                framing != Framing.BOTH,
                unigram,
                Map.of(2, Map.of(5, 1L), 5, Map.of(5, 2L, 6, 2L)));
        Provenance provenance =
                new Provenance("sample.fasta", "00ff", seed, 0, "performer train", "17", "2026-01-01T00:00:00Z");
        return new PerformerModel(net, ModelInfo.of(task, config, data, tokenizer, counts, provenance));
    }
}
