package io.github.performer4j.core.layer;

import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.github.performer4j.core.export.SameDiffExport;
import io.github.performer4j.core.export.SameDiffInput;
import java.util.function.Consumer;
import org.deeplearning4j.nn.conf.ComputationGraphConfiguration.GraphBuilder;
import org.deeplearning4j.nn.conf.NeuralNetConfiguration;
import org.deeplearning4j.nn.conf.RNNFormat;
import org.deeplearning4j.nn.conf.graph.ElementWiseVertex;
import org.deeplearning4j.nn.conf.layers.DenseLayer;
import org.deeplearning4j.nn.conf.layers.LSTM;
import org.deeplearning4j.nn.conf.layers.OutputLayer;
import org.deeplearning4j.nn.conf.layers.RnnOutputLayer;
import org.deeplearning4j.nn.graph.ComputationGraph;
import org.junit.jupiter.api.Test;
import org.nd4j.linalg.activations.Activation;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.lossfunctions.LossFunctions.LossFunction;

/** What no SameDiff graph of a net holds, in one line with the layer's name. */
class SameDiffRefusalTest {
    private static final SameDiffInput INPUT = new SameDiffInput(2, 7, true);

    /** Returns a net that looks ids up as "embedding" [B,T,6], and goes on as told to "head". */
    private static ComputationGraph net(Consumer<GraphBuilder> more) {
        GraphBuilder graph = new NeuralNetConfiguration.Builder()
                .seed(3)
                .graphBuilder()
                .addInputs("tokens")
                .addLayer(
                        "embedding",
                        new TokenEmbeddingLayer.Builder()
                                .vocabulary(11)
                                .width(6)
                                .build(),
                        "tokens");
        more.accept(graph);
        ComputationGraph net = new ComputationGraph(graph.setOutputs("head").build());
        net.init();
        return net;
    }

    private static GraphBuilder pooled(GraphBuilder graph) {
        return graph.addLayer("pool", new SequencePoolingLayer(), "embedding");
    }

    private static OutputLayer head(Activation activation) {
        return new OutputLayer.Builder(LossFunction.MSE)
                .nIn(6)
                .nOut(3)
                .activation(activation)
                .build();
    }

    private static void refused(ComputationGraph net, String message) {
        assertThatThrownBy(() -> SameDiffExport.of(net, INPUT))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining(message);
    }

    @Test
    void layersOfOthers() {
        String rule = "a SameDiff graph of a net cannot hold this layer or vertex; layer=";
        refused(
                net(g -> pooled(g)
                        .addLayer(
                                "dense", new DenseLayer.Builder().nIn(6).nOut(6).build(), "pool")
                        .addLayer("head", head(Activation.SOFTMAX), "dense")),
                rule + "dense, class=org.deeplearning4j.nn.conf.layers.DenseLayer");
        refused(
                net(g -> g.addLayer(
                                "lstm",
                                new LSTM.Builder()
                                        .nIn(6)
                                        .nOut(6)
                                        .dataFormat(RNNFormat.NWC)
                                        .build(),
                                "embedding")
                        .addLayer("last", new SequencePoolingLayer(), "lstm")
                        .addLayer("head", head(Activation.SOFTMAX), "last")),
                rule + "lstm, class=org.deeplearning4j.nn.conf.layers.LSTM");
        refused(
                net(g -> pooled(g)
                        .addVertex("sum", new ElementWiseVertex(ElementWiseVertex.Op.Add), "pool", "pool")
                        .addLayer("head", head(Activation.SOFTMAX), "sum")),
                rule + "sum, class=org.deeplearning4j.nn.conf.graph.ElementWiseVertex");
    }

    @Test
    void outputLayersThatReadOrGiveSomethingElse() {
        refused(
                net(g -> pooled(g).addLayer("head", head(Activation.SOFTSIGN), "pool")),
                "this activation cannot be written in a format of other programs; layer=head, activation=softsign");
        RnnOutputLayer last = new RnnOutputLayer.Builder(LossFunction.MSE)
                .nIn(6)
                .nOut(3)
                .dataFormat(RNNFormat.NCW)
                .build();
        refused(
                net(g -> g.addLayer("head", last, "embedding")),
                "must be [B,T,E] (RNNFormat.NWC); layer=head, class=org.deeplearning4j.nn.conf.layers.RnnOutputLayer");
    }

    @Test
    void inputs() {
        ComputationGraph two = new ComputationGraph(new NeuralNetConfiguration.Builder()
                .graphBuilder()
                .addInputs("a", "b")
                .addVertex("sum", new ElementWiseVertex(ElementWiseVertex.Op.Add), "a", "b")
                .addLayer("head", head(Activation.IDENTITY), "sum")
                .setOutputs("head")
                .build());
        two.init();
        refused(two, "a net must have one input to become a SameDiff graph; inputs=[a, b]");
        refused(
                net(g -> g.addLayer("mask", new SequencePoolingLayer(), "embedding")
                        .addLayer("head", head(Activation.IDENTITY), "mask")),
                "a layer must not have a placeholder's name; layer=mask");
        assertThatThrownBy(() -> new SameDiffInput(0, 7, true)).hasMessage("batch must be positive; batch=0");
        assertThatThrownBy(() -> new SameDiffInput(1, -7, true)).hasMessage("tokens must be positive; tokens=-7");
        assertThatThrownBy(() -> new SameDiffInput(Integer.MAX_VALUE, 7, true))
                .hasMessage("batch · tokens must be at most 1048576; batch=2147483647, tokens=7");
        ComputationGraph net = Nets.graph(Nets.config(), DataType.FLOAT);
        assertThatThrownBy(() -> SameDiffExport.of(net, new SameDiffInput(1, 132, false)))
                .hasMessageContaining("layer=positions, tokens=131, length=132");
    }
}
