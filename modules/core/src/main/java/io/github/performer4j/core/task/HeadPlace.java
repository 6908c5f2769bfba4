package io.github.performer4j.core.task;

import io.github.performer4j.core.layer.SequencePoolingLayer;
import io.github.performer4j.core.layer.TiedLogitsVertex;
import io.github.performer4j.core.layer.TokenLossLayer;
import java.util.Locale;
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

    /**
     * Adds an output layer on every token's hidden state [B,T,E].
     *
     * @throws IllegalArgumentException if tokens are to be pooled, which such a head does not
     */
    public void perToken(Layer output) {
        requireNoPooling();
        graph.addLayer(OUTPUT, output, hidden);
    }

    private void requireNoPooling() {
        if (pooling != SequencePoolingLayer.Kind.MEAN) {
            throw new IllegalArgumentException("a head on every token pools nothing: leave model.head.pooling at mean;"
                    + " model.head.pooling=" + pooling.name().toLowerCase(Locale.ROOT));
        }
    }

    /** Adds an output layer on the pooled hidden state [B,E]. */
    public void perSequence(Layer output) {
        graph.addLayer("pool", new SequencePoolingLayer(pooling), hidden);
        graph.addLayer(OUTPUT, output, "pool");
    }

    /** Adds softmax and cross-entropy over the vocabulary, with the embedding's table as weights. */
    public void perTokenTied() {
        requireNoPooling();
        graph.addVertex("logits", new TiedLogitsVertex(), hidden, table);
        graph.addLayer(OUTPUT, new TokenLossLayer(), "logits");
    }
}
