package io.github.performer4j.core.model;

import io.github.performer4j.core.attention.AttentionOptions;
import io.github.performer4j.core.layer.EmbeddingLookupVertex;
import io.github.performer4j.core.layer.NormKind;
import io.github.performer4j.core.layer.PerformerDecoderBlockLayer;
import io.github.performer4j.core.layer.SidesVertex;
import org.deeplearning4j.nn.conf.ComputationGraphConfiguration.GraphBuilder;

/**
 * The part of a {@link PerformerConfig}'s graph that has a source:
 * source → source-embedding (the table of the target's) → source-positions → [source-embedding-norm] → encoder-0 … → [encoder-norm], which every block of the decoder attends to.
 */
final class SourceBlocks {
    private SourceBlocks() {}

    /** Adds the encoder. Returns the name of the vertex with what it made of the source, [B,Ts,E]. */
    static String encoder(GraphBuilder graph, PerformerConfig c) {
        graph.addVertex("source-embedding", new EmbeddingLookupVertex(), PerformerConfig.SOURCE, "table");
        graph.addLayer("source-positions", GraphAssembly.positions(c).build(), "source-embedding");
        String last = "source-positions";
        if (c.embedding().norm()) {
            graph.addLayer(
                    "source-embedding-norm",
                    GraphAssembly.norm(c).dropout(c.dropout()).build(),
                    last);
            last = "source-embedding-norm";
        }
        for (int i = 0; i < c.encoder().layers(); i++) {
            String name = PerformerConfig.encoderVertex(i);
            graph.addLayer(name, GraphAssembly.block(c, bothSides(c, i), i), last);
            last = name;
        }
        if (c.norm().atEnd()) {
            graph.addLayer(
                    c.memoryVertex(),
                    GraphAssembly.norm(c).kind(c.norm().lastKind()).build(),
                    last);
        }
        return c.memoryVertex();
    }

    /** Returns how block i of the encoder attends: as that of the decoder, in both directions. */
    private static AttentionOptions bothSides(PerformerConfig c, int i) {
        try {
            return c.attentionOptions(i).withCausal(false);
        } catch (IllegalArgumentException e) { // of a model that a user knows as causal
            throw new IllegalArgumentException(
                    "blocks of an encoder attend in both directions with the decoder's settings: " + e.getMessage(), e);
        }
    }

    /** Adds block i of the decoder and the vertex in front of it. */
    static void decoder(GraphBuilder graph, PerformerConfig c, int i, String target) {
        String sides = "sides-" + i;
        graph.addVertex(sides, new SidesVertex(), target, c.memoryVertex());
        graph.addLayer(
                PerformerConfig.blockVertex(i),
                new PerformerDecoderBlockLayer.Builder()
                        .width(c.width())
                        .memoryWidth(c.width())
                        .attention(c.attentionOptions(i))
                        .crossAttention(cross(c.attentionOptions(i)))
                        .hidden(c.feedForward().hidden())
                        .feedForward(c.feedForward().of(i))
                        .preNorm(c.norm().pre())
                        .norm(NormKind.named(c.norm().kind()))
                        .epsilon(c.norm().epsilon())
                        .dropout(c.dropout())
                        .build(),
                sides);
    }

    /** Returns how a block attends to the source: as to its own sequence, without what needs a common order of both. */
    private static AttentionOptions cross(AttentionOptions own) {
        return own.withPrefix(0)
                .withDecay(null)
                .withConvolution(0)
                .withRotary(null)
                .withRelative(null)
                .withFourier(null)
                .withWindow(0)
                .withCausal(false);
    }

    /**
     * Checks that a body can be an encoder and a decoder.
     *
     * @throws IllegalArgumentException if it has what {@link PerformerDecoderBlockLayer} does not, or what attention in both directions does not take
     */
    static void check(PerformerConfig c) {
        Require.that(
                c.embedding().rowSize() == 0 && c.embedding().graphLengths() == 0,
                "a source and a target are tokens; model.embedding.rowSize="
                        + c.embedding().rowSize() + ", model.embedding.graphLengths="
                        + c.embedding().graphLengths());
        Require.that(
                c.attention().headSize() == 0
                        && c.attention().localHeads() == 0
                        && c.attention().groups().isEmpty()
                        && c.attention().grid().equals("none"),
                "an encoder and a decoder have heads of one kind that share the width; model.attention.headSize="
                        + c.attention().headSize() + ", model.attention.localHeads="
                        + c.attention().localHeads() + ", model.attention.groups="
                        + c.attention().groups() + ", model.attention.grid="
                        + c.attention().grid());
        Require.that(
                !c.reversible(),
                "blocks of a decoder read two inputs, and reversible ones one; model.reversible=true, model.encoder.layers="
                        + c.encoder().layers());
        Require.that(
                c.feedForward().last() == 0,
                "an encoder and a decoder have one feed-forward for all blocks; model.feedForward.snnk="
                        + c.feedForward().snnk());
        Require.that(
                c.branchScale() == 1 && c.norm().first() && !c.norm().rezero() && !c.tokenShift(),
                "an encoder and a decoder have branches as they are, a norm for each, and no token shift; model.branchScale="
                        + c.branchScale() + ", model.norm.first=" + c.norm().first() + ", model.norm.placement="
                        + c.norm().placement() + ", model.tokenShift=" + c.tokenShift());
        Require.that( // else blocks that no list can name would attend exactly
                c.linearBlocks().equals(PerformerConfig.ALL) || c.encoder().layers() <= c.layers(),
                "linearBlocks count the blocks of both, so an encoder must not have more than the decoder; model.linearBlocks="
                        + c.linearBlocks() + ", model.layers=" + c.layers() + ", model.encoder.layers="
                        + c.encoder().layers());
        for (int i = 0; i < c.encoder().layers(); i++) {
            bothSides(c, i);
        }
    }
}
