package io.github.performer4j.core.model;

import io.github.performer4j.core.attention.AttentionOptions;
import io.github.performer4j.core.layer.BlockSettings;
import io.github.performer4j.core.layer.EmbeddingLookupVertex;
import io.github.performer4j.core.layer.EmbeddingTableLayer;
import io.github.performer4j.core.layer.HeadTransformLayer;
import io.github.performer4j.core.layer.LayerNormLayer;
import io.github.performer4j.core.layer.NormKind;
import io.github.performer4j.core.layer.PerformerBlockLayer;
import io.github.performer4j.core.layer.PositionLayer;
import io.github.performer4j.core.layer.ReversibleBlocksLayer;
import io.github.performer4j.core.layer.RowEmbeddingLayer;
import io.github.performer4j.core.layer.TokenEmbeddingLayer;
import io.github.performer4j.core.task.HeadPlace;
import io.github.performer4j.core.task.Task;
import org.deeplearning4j.nn.conf.ComputationGraphConfiguration;
import org.deeplearning4j.nn.conf.NeuralNetConfiguration;
import org.deeplearning4j.nn.weights.WeightInit;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.learning.config.IUpdater;

/**
 * Puts the layers of a {@link PerformerConfig} together:
 * tokens, rows of floats, or nodes of graphs ({@link GraphBlocks}) → embedding → positions → [embedding-norm] → block-0 … → final-norm (pre-norm and ReZero) → [pool] or [head-transform] → head; with a source its encoder, and blocks that attend to it ({@link SourceBlocks}).
 */
final class GraphAssembly {
    private GraphAssembly() {}

    static ComputationGraphConfiguration build(
            PerformerConfig c, Task task, IUpdater updater, double weightDecay, long seed, DataType type) {
        ComputationGraphConfiguration.GraphBuilder graph = new NeuralNetConfiguration.Builder()
                .seed(seed)
                .dataType(type)
                .updater(updater)
                .weightDecay(weightDecay, true)
                .weightInit(WeightInit.XAVIER)
                .miniBatch(false)
                .graphBuilder()
                .addInputs("tokens");
        boolean graphs = c.embedding().graphLengths() > 0;
        if (graphs) {
            graph.addInputs(GraphBlocks.INPUT);
        }
        boolean source = c.encoder().layers() > 0;
        if (source) {
            graph.addInputs(PerformerConfig.SOURCE);
        }
        boolean tied = c.head().tied();
        if (tied || source) {
            graph.addLayer("table", new EmbeddingTableLayer(c.vocabulary(), c.width()), "tokens");
            graph.addVertex("embedding", new EmbeddingLookupVertex(), "tokens", "table");
        } else if (c.embedding().rowSize() > 0) {
            graph.addLayer(
                    "embedding",
                    new RowEmbeddingLayer.Builder()
                            .size(c.embedding().rowSize())
                            .width(c.width())
                            .build(),
                    "tokens");
        } else {
            graph.addLayer(
                    "embedding",
                    new TokenEmbeddingLayer.Builder()
                            .vocabulary(c.vocabulary())
                            .width(c.width())
                            .hiddenToken(c.embedding().hiddenToken())
                            .textSeparator(c.embedding().textSeparator())
                            .build(),
                    "tokens");
        }
        graph.addLayer("positions", positions(c).build(), "embedding");
        String last = "positions";
        if (c.embedding().norm()) {
            graph.addLayer("embedding-norm", norm(c).dropout(c.dropout()).build(), last);
            last = "embedding-norm";
        }
        if (source) {
            SourceBlocks.encoder(graph, c);
        }
        if (c.reversible()) {
            graph.addLayer(PerformerConfig.BLOCKS, reversible(c), last);
            last = PerformerConfig.BLOCKS;
        }
        for (int i = 0; i < c.layers() && !c.reversible(); i++) {
            String name = PerformerConfig.blockVertex(i);
            if (graphs) {
                GraphBlocks.add(graph, c, i, last);
            } else if (source) {
                SourceBlocks.decoder(graph, c, i, last);
            } else {
                graph.addLayer(name, block(c, c.attentionOptions(i), i), last);
            }
            last = name;
        }
        if (c.norm().atEnd()) {
            graph.addLayer("final-norm", norm(c).kind(c.norm().lastKind()).build(), last);
            last = "final-norm";
        }
        if (c.head().function() != null) {
            graph.addLayer(
                    "head-transform",
                    new HeadTransformLayer(
                            c.width(),
                            c.head().function(),
                            c.norm().epsilon(),
                            c.head().transformBias()),
                    last);
            last = "head-transform";
        }
        task.head(new HeadPlace(
                graph,
                last,
                c.width(),
                c.vocabulary(),
                tied ? "table" : null,
                c.head().kind()));
        return graph.setOutputs(HeadPlace.OUTPUT).build();
    }

    static PositionLayer.Builder positions(PerformerConfig c) {
        PositionLayer.Builder positions = new PositionLayer.Builder()
                .kind(c.embedding().kind())
                .tokens(c.maxTokens())
                .width(c.width())
                .dropout(c.embedding().norm() ? 0 : c.dropout());
        if (c.embedding().rowLength() > 0) {
            positions.rowLength(c.embedding().rowLength());
        }
        return positions;
    }

    static LayerNormLayer.Builder norm(PerformerConfig c) {
        return new LayerNormLayer.Builder()
                .width(c.width())
                .epsilon(c.norm().epsilon())
                .kind(NormKind.named(c.norm().kind()));
    }

    private static ReversibleBlocksLayer reversible(PerformerConfig c) {
        ReversibleBlocksLayer.Builder all = new ReversibleBlocksLayer.Builder().width(c.width());
        for (int i = 0; i < c.layers(); i++) {
            all.block(new BlockSettings(
                    c.attentionOptions(i),
                    c.attention().headSize(),
                    c.feedForward().hidden(i),
                    c.feedForward().of(i),
                    NormKind.named(c.norm().kind()),
                    c.norm().rezero(),
                    c.tokenShift(),
                    c.dropout(),
                    c.norm().epsilon(),
                    i > 0 || c.norm().first(),
                    c.branchScale()));
        }
        return all.build();
    }

    static PerformerBlockLayer block(PerformerConfig c, AttentionOptions attention, int i) {
        return new PerformerBlockLayer.Builder()
                .width(c.width())
                .attention(attention)
                .headSize(c.attention().headSize())
                .hidden(c.feedForward().hidden(i))
                .feedForward(c.feedForward().of(i))
                .preNorm(c.norm().pre())
                .norm(NormKind.named(c.norm().kind()))
                .rezero(c.norm().rezero())
                .tokenShift(c.tokenShift())
                .epsilon(c.norm().epsilon())
                .attentionNorm(i > 0 || c.norm().first())
                .branchScale(c.branchScale())
                .dropout(c.dropout())
                .build();
    }
}
