package io.github.performer4j.core.task;

import io.github.performer4j.core.layer.SequencePoolingLayer;
import io.github.performer4j.core.layer.TiedLogitsVertex;
import io.github.performer4j.core.layer.TokenLossLayer;
import org.deeplearning4j.nn.conf.ComputationGraphConfiguration.GraphBuilder;
import org.deeplearning4j.nn.conf.layers.Layer;

/**
 * The end of a graph's body, where a task puts its head.
 *
 * @param graph being built
 * @param hidden name of the vertex with the final hidden states [B,T,E]
 * @param width E
 * @param vocabulary V of the embedding
 * @param table name of the vertex with the embedding's table, where the head is to share it; null where it has one of its own
 * @param pooling how tokens become one vector
 */
public record HeadPlace(
        GraphBuilder graph, String hidden, int width, int vocabulary, String table, SequencePoolingLayer.Kind pooling) {
    /** Name of the output. */
    public static final String OUTPUT = "head";

    /** Adds an output layer on every token's hidden state [B,T,E]. */
    public void perToken(Layer output) {
        graph.addLayer(OUTPUT, output, hidden);
    }

    /** Adds an output layer on the pooled hidden state [B,E]. */
    public void perSequence(Layer output) {
        graph.addLayer("pool", new SequencePoolingLayer(pooling), hidden);
        graph.addLayer(OUTPUT, output, "pool");
    }

    /** Adds softmax and cross-entropy over the vocabulary, with the embedding's table as weights. */
    public void perTokenTied() {
        graph.addVertex("logits", new TiedLogitsVertex(), hidden, table);
        graph.addLayer(OUTPUT, new TokenLossLayer(), "logits");
    }
}
