package io.github.performer4j.core.model;

import io.github.performer4j.core.layer.GraphKernelBlockLayer;
import io.github.performer4j.core.layer.SequencePoolingLayer;
import io.github.performer4j.core.layer.SidesVertex;
import io.github.performer4j.core.program.GraphPart;
import io.github.performer4j.core.samediff.LayerNorm;
import io.github.performer4j.kernels.graph.GraphRows;
import java.util.stream.IntStream;
import org.deeplearning4j.nn.conf.ComputationGraphConfiguration.GraphBuilder;

/**
 * The blocks of a body over graphs: each reads the nodes [B,N,E] and, by a {@link SidesVertex}, the entries of their graphs' kernels [B,S,2+2L], which are the net's second input.
 */
final class GraphBlocks {
    /** Name of the input of entries, and of the vertices that join them with nodes, {@code graph-0} and so on. */
    static final String INPUT = "graph";

    private GraphBlocks() {}

    /** Adds block i and the vertex in front of it. */
    static void add(GraphBuilder graph, PerformerConfig c, int i, String nodes) {
        String sides = INPUT + "-" + i;
        graph.addVertex(sides, new SidesVertex(), nodes, INPUT);
        graph.addLayer(
                PerformerConfig.blockVertex(i),
                new GraphKernelBlockLayer.Builder()
                        .width(c.width())
                        .memoryWidth(GraphRows.width(c.embedding().graphLengths()))
                        .attention(c.attentionOptions(i))
                        .hidden(c.feedForward().hidden())
                        .dropout(c.dropout())
                        .build(),
                sides);
    }

    /**
     * Checks that a body can be one over graphs.
     *
     * @throws IllegalArgumentException if it needs an order of nodes, or blocks of another kind than {@link GraphKernelBlockLayer}
     */
    static void check(PerformerConfig c) {
        Require.that(c.embedding().rowSize() > 0, "nodes of graphs are rows of floats; model.embedding.rowSize=0");
        Require.that(
                c.embedding().positions().equals("none"),
                "nodes of a graph have no positions; model.embedding.positions="
                        + c.embedding().positions());
        Require.that(
                IntStream.range(0, c.layers()).noneMatch(c::attendsExactly),
                "blocks over graphs attend linearly; model.exactEvery=" + c.exactEvery() + ", model.linearBlocks="
                        + c.linearBlocks());
        Require.that(
                c.local().globalEvery() == 0
                        && c.branchScale() == 1
                        && c.norm().first()
                        && c.attention().headSize() == 0,
                "blocks over graphs have no windows, branches as they are, a norm in front of each and heads that share the width; model.local.globalEvery="
                        + c.local().globalEvery() + ", model.attention.headSize="
                        + c.attention().headSize() + ", model.branchScale=" + c.branchScale() + ", model.norm.first="
                        + c.norm().first());
        Require.that(
                c.norm().pre() && c.norm().kind().equals("layer") && c.norm().epsilon() == LayerNorm.DEFAULT_EPSILON,
                "blocks over graphs have layer norms in front, with epsilon " + LayerNorm.DEFAULT_EPSILON
                        + "; model.norm.placement=" + c.norm().placement() + ", model.norm.kind="
                        + c.norm().kind() + ", model.norm.epsilon=" + c.norm().epsilon());
        Require.that(
                !c.reversible(), "blocks over graphs read two inputs, and reversible ones one; model.reversible=true");
        Require.that(!c.tokenShift(), "nodes of a graph have no neighbours to shift; model.tokenShift=true");
        Require.that(
                c.feedForward().kind().equals("gelu") && c.feedForward().last() == 0,
                "the feed-forward of blocks over graphs is gelu; model.feedForward.kind="
                        + c.feedForward().kind() + ", model.feedForward.snnk="
                        + c.feedForward().snnk());
        Require.that(
                c.head().kind() != SequencePoolingLayer.Kind.FIRST && c.head().kind() != SequencePoolingLayer.Kind.LAST,
                "nodes of a graph have no first and no last: pool by mean, sum or max; model.head.pooling="
                        + c.head().pooling());
        GraphPart.checked(c.attentionOptions());
    }
}
