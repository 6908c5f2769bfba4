package io.github.performer4j.core.model;

import io.github.performer4j.core.layer.EmbeddingLookupVertex;
import io.github.performer4j.core.layer.EmbeddingTableLayer;
import io.github.performer4j.core.layer.FeedForward;
import io.github.performer4j.core.layer.LanguageModelHeadLayer;
import io.github.performer4j.core.layer.LayerNormLayer;
import io.github.performer4j.core.layer.MeanOutputLayer;
import io.github.performer4j.core.layer.PerformerBlockLayer;
import io.github.performer4j.core.layer.PositionLayer;
import io.github.performer4j.core.layer.SequencePoolingLayer;
import io.github.performer4j.core.layer.TiedLogitsVertex;
import io.github.performer4j.core.layer.TokenEmbeddingLayer;
import io.github.performer4j.core.layer.TokenLossLayer;
import org.deeplearning4j.nn.conf.ComputationGraphConfiguration;
import org.deeplearning4j.nn.conf.NeuralNetConfiguration;
import org.deeplearning4j.nn.weights.WeightInit;
import org.nd4j.linalg.activations.Activation;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.learning.config.IUpdater;
import org.nd4j.linalg.lossfunctions.LossFunctions.LossFunction;

/**
 * Puts the layers of a {@link PerformerConfig} together:
 * tokens → embedding → positions → block-0 … → final-norm (pre-norm only) → [pool] → head.
 */
final class GraphAssembly {
    private GraphAssembly() {}

    static ComputationGraphConfiguration build(
            PerformerConfig c, IUpdater updater, double weightDecay, long seed, DataType type) {
        ComputationGraphConfiguration.GraphBuilder graph = new NeuralNetConfiguration.Builder()
                .seed(seed)
                .dataType(type)
                .updater(updater)
                .weightDecay(weightDecay, true)
                .weightInit(WeightInit.XAVIER)
                .miniBatch(false)
                .graphBuilder()
                .addInputs("tokens");
        boolean tied = c.tieWeights() && languageModel(c.task());
        if (tied) {
            graph.addLayer("table", new EmbeddingTableLayer(c.vocabulary(), c.width()), "tokens");
            graph.addVertex("embedding", new EmbeddingLookupVertex(), "tokens", "table");
        } else {
            graph.addLayer(
                    "embedding",
                    new TokenEmbeddingLayer.Builder()
                            .vocabulary(c.vocabulary())
                            .width(c.width())
                            .build(),
                    "tokens");
        }
        graph.addLayer(
                "positions",
                new PositionLayer.Builder()
                        .kind(Names.one(PositionLayer.Kind.class, "positions", c.positions()))
                        .tokens(c.maxTokens())
                        .width(c.width())
                        .dropout(c.dropout())
                        .build(),
                "embedding");
        String last = "positions";
        for (int i = 0; i < c.layers(); i++) {
            graph.addLayer("block-" + i, block(c), last);
            last = "block-" + i;
        }
        if (c.preNorm()) {
            graph.addLayer(
                    "final-norm",
                    new LayerNormLayer.Builder()
                            .width(c.width())
                            .epsilon(c.normEpsilon())
                            .build(),
                    last);
            last = "final-norm";
        }
        head(c, graph, last, tied);
        return graph.setOutputs("head").build();
    }

    private static PerformerBlockLayer block(PerformerConfig c) {
        return new PerformerBlockLayer.Builder()
                .width(c.width())
                .attention(c.attentionOptions())
                .hidden(c.hidden())
                .feedForward(FeedForward.named(c.feedForward()))
                .preNorm(c.preNorm())
                .epsilon(c.normEpsilon())
                .dropout(c.dropout())
                .build();
    }

    private static void head(
            PerformerConfig c, ComputationGraphConfiguration.GraphBuilder graph, String last, boolean tied) {
        if (tied) {
            graph.addVertex("logits", new TiedLogitsVertex(), last, "table");
            graph.addLayer("head", new TokenLossLayer(), "logits");
        } else if (languageModel(c.task())) {
            graph.addLayer(
                    "head",
                    new LanguageModelHeadLayer.Builder()
                            .vocabulary(c.vocabulary())
                            .width(c.width())
                            .build(),
                    last);
        } else {
            boolean classifies = c.task() == Task.CLASSIFICATION;
            graph.addLayer(
                    "pool",
                    new SequencePoolingLayer(Names.one(SequencePoolingLayer.Kind.class, "pooling", c.pooling())),
                    last);
            graph.addLayer(
                    "head",
                    new MeanOutputLayer.Builder(classifies ? LossFunction.SPARSE_MCXENT : LossFunction.MSE)
                            .activation(classifies ? Activation.SOFTMAX : Activation.IDENTITY)
                            .nIn(c.width())
                            .nOut(c.classes())
                            .build(),
                    "pool");
        }
    }

    private static boolean languageModel(Task task) {
        return task == Task.MASKED_LM || task == Task.CAUSAL_LM;
    }
}
