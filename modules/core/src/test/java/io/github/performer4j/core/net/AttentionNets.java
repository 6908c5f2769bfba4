package io.github.performer4j.core.net;

import io.github.performer4j.core.attention.AttentionOptions;
import io.github.performer4j.core.layer.PerformerAttentionLayer;
import org.deeplearning4j.nn.conf.NeuralNetConfiguration;
import org.deeplearning4j.nn.conf.RNNFormat;
import org.deeplearning4j.nn.conf.inputs.InputType;
import org.deeplearning4j.nn.conf.layers.RnnOutputLayer;
import org.deeplearning4j.nn.graph.ComputationGraph;
import org.nd4j.linalg.api.buffer.DataType;

/** Nets of one attention, for tests that look at what it computes. */
final class AttentionNets {
    private AttentionNets() {}

    /** Returns a net of sequences [B,tokens,width] whose layer {@code attention} attends as told. */
    static ComputationGraph of(AttentionOptions o, DataType type, int tokens, int width) {
        ComputationGraph net = new ComputationGraph(new NeuralNetConfiguration.Builder()
                .seed(13)
                .dataType(type)
                .graphBuilder()
                .addInputs("x")
                .addLayer(
                        "attention",
                        new PerformerAttentionLayer.Builder().attention(o).build(),
                        "x")
                .addLayer(
                        "out",
                        new RnnOutputLayer.Builder()
                                .nOut(2)
                                .dataFormat(RNNFormat.NWC)
                                .build(),
                        "attention")
                .setOutputs("out")
                .setInputTypes(InputType.recurrent(width, tokens, RNNFormat.NWC))
                .build());
        net.init();
        return net;
    }
}
