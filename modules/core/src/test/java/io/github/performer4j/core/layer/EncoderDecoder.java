package io.github.performer4j.core.layer;

import io.github.performer4j.core.Samples;
import io.github.performer4j.core.attention.AttentionOptions;
import java.util.function.UnaryOperator;
import org.deeplearning4j.nn.conf.ComputationGraphConfiguration.GraphBuilder;
import org.deeplearning4j.nn.conf.NeuralNetConfiguration;
import org.deeplearning4j.nn.conf.RNNFormat;
import org.deeplearning4j.nn.conf.inputs.InputType;
import org.deeplearning4j.nn.conf.layers.Layer;
import org.deeplearning4j.nn.graph.ComputationGraph;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.dataset.api.MultiDataSet;
import org.nd4j.linalg.indexing.NDArrayIndex;
import org.nd4j.linalg.learning.config.IUpdater;

/** A small encoder and decoder: widths 10 and 14, sources of 7 tokens, targets of 5. */
final class EncoderDecoder {
    static final int B = 3;
    static final int SOURCE = 7;
    static final int TARGET = 5;
    static final int WIDTH = 14;
    static final int ENCODER_WIDTH = 10;
    private static final int VOCABULARY = 11;

    private EncoderDecoder() {}

    /** Returns a net with all parameters off their special values. */
    static ComputationGraph net(AttentionOptions attention, double dropout, DataType type, IUpdater updater) {
        return net(attention, dropout, type, updater, layer -> layer);
    }

    /** Returns the same with a wrapper round the decoder. */
    static ComputationGraph net(
            AttentionOptions attention, double dropout, DataType type, IUpdater updater, UnaryOperator<Layer> wrapper) {
        GraphBuilder graph = embeddings(attention, dropout, type, updater)
                .addVertex("sides", new SidesVertex(), "target-embedding", "encoder");
        return net(decoder(graph, attention, dropout, "sides", wrapper));
    }

    /** Returns the types of source and target. */
    static InputType[] types() {
        return new InputType[] {
            InputType.recurrent(1, SOURCE, RNNFormat.NWC), InputType.recurrent(1, TARGET, RNNFormat.NWC)
        };
    }

    /** Tries to build a decoder without the vertex. */
    static ComputationGraph without(AttentionOptions attention) {
        GraphBuilder graph = embeddings(attention, 0, DataType.FLOAT, null);
        return net(
                decoder(graph, attention, 0, "target-embedding", layer -> layer).allowDisconnected(true));
    }

    private static GraphBuilder embeddings(
            AttentionOptions attention, double dropout, DataType type, IUpdater updater) {
        NeuralNetConfiguration.Builder all =
                new NeuralNetConfiguration.Builder().seed(13).dataType(type);
        if (updater != null) {
            all.updater(updater);
        }
        return all.graphBuilder()
                .addInputs("source", "target")
                .addLayer("source-embedding", embedding(ENCODER_WIDTH), "source")
                .addLayer(
                        "encoder",
                        new PerformerBlockLayer.Builder()
                                .attention(attention)
                                .hidden(17)
                                .dropout(dropout)
                                .build(),
                        "source-embedding")
                .addLayer("target-embedding", embedding(WIDTH), "target");
    }

    private static TokenEmbeddingLayer embedding(int width) {
        return new TokenEmbeddingLayer.Builder()
                .vocabulary(VOCABULARY)
                .width(width)
                .build();
    }

    private static GraphBuilder decoder(
            GraphBuilder graph,
            AttentionOptions attention,
            double dropout,
            String input,
            UnaryOperator<Layer> wrapper) {
        return graph.addLayer(
                        "decoder",
                        wrapper.apply(new PerformerDecoderBlockLayer.Builder()
                                .attention(attention.withCausal(true))
                                .crossAttention(attention)
                                .hidden(19)
                                .dropout(dropout)
                                .build()),
                        input)
                .addLayer(
                        "head",
                        new LanguageModelHeadLayer.Builder()
                                .vocabulary(VOCABULARY)
                                .build(),
                        "decoder")
                .setOutputs("head")
                .setInputTypes(types());
    }

    private static ComputationGraph net(GraphBuilder graph) {
        ComputationGraph net = new ComputationGraph(graph.build());
        net.init();
        return Nets.roughen(net);
    }

    /** Returns ids of sources and targets, and labels; both padded at the end, by other numbers of tokens in each row, if wanted. */
    static MultiDataSet data(DataType type, long seed, boolean padded) {
        INDArray[] features = {ids(type, 3 * seed, SOURCE), ids(type, 3 * seed + 1, TARGET)};
        INDArray[] labels = {ids(type, 3 * seed + 2, TARGET)};
        INDArray[] masks = {
            Samples.mask(type, "1111111", "1111000", "1100000"), Samples.mask(type, "11100", "11111", "10000")
        };
        return new org.nd4j.linalg.dataset.MultiDataSet(
                features, labels, padded ? masks : null, padded ? new INDArray[] {masks[1]} : null);
    }

    private static INDArray ids(DataType type, long seed, int tokens) {
        return Samples.ids(type, seed, VOCABULARY, B, tokens);
    }

    /** Returns the real tokens of one row, [1,T]. */
    static INDArray realPart(MultiDataSet data, int input, int row) {
        long real = data.getFeaturesMaskArray(input).slice(row).sumNumber().longValue();
        return data.getFeatures(input)
                .get(NDArrayIndex.interval(row, row + 1), NDArrayIndex.interval(0, real))
                .dup('c');
    }
}
