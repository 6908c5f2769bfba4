package io.github.performer4j.core.base;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.performer4j.core.Samples;
import io.github.performer4j.core.TensorAssert;
import io.github.performer4j.core.attention.AttentionOptions;
import io.github.performer4j.core.feature.FeatureMap;
import io.github.performer4j.core.feature.FeatureMaps;
import io.github.performer4j.core.layer.Nets;
import io.github.performer4j.core.layer.PerformerAttentionLayer;
import io.github.performer4j.core.model.PerformerConfig;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import org.deeplearning4j.nn.api.Model;
import org.deeplearning4j.nn.conf.ComputationGraphConfiguration;
import org.deeplearning4j.nn.conf.NeuralNetConfiguration;
import org.deeplearning4j.nn.conf.RNNFormat;
import org.deeplearning4j.nn.conf.inputs.InputType;
import org.deeplearning4j.nn.conf.layers.RnnOutputLayer;
import org.deeplearning4j.nn.conf.layers.misc.FrozenLayerWithBackprop;
import org.deeplearning4j.nn.graph.ComputationGraph;
import org.deeplearning4j.nn.multilayer.MultiLayerNetwork;
import org.deeplearning4j.nn.transferlearning.FineTuneConfiguration;
import org.deeplearning4j.nn.transferlearning.TransferLearning;
import org.deeplearning4j.optimize.api.BaseTrainingListener;
import org.deeplearning4j.util.ModelSerializer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;
import org.nd4j.linalg.activations.Activation;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.learning.config.Sgd;
import org.nd4j.linalg.lossfunctions.LossFunctions.LossFunction;

/** Draws are named by steps that the layer's configuration carries; inference uses the draw of the last update. W is drawn every 2 steps. */
class LayerStepsTest {
    private static final int T = 5;
    private static final PerformerConfig CONFIG =
            Nets.config().with("layers", 1).with("dropout", 0.25);

    private static ComputationGraph trained(int steps) {
        return fit(Nets.graph(CONFIG, DataType.FLOAT, new Sgd(0.1)), 0, steps);
    }

    private static ComputationGraph fit(ComputationGraph net, int from, int to) {
        for (int i = from; i < to; i++) {
            net.fit(batch(net, i).data());
        }
        return net;
    }

    private static Nets.Feed batch(ComputationGraph net, int seed) {
        return Nets.feed(
                net,
                Samples.ids(DataType.FLOAT, seed, Nets.VOCABULARY, 2, T),
                Samples.ids(DataType.FLOAT, 50 + seed, Nets.VOCABULARY, 2, T),
                null,
                null);
    }

    private static INDArray output(ComputationGraph net) {
        return net.outputSingle(Samples.ids(DataType.FLOAT, 99, Nets.VOCABULARY, 2, T))
                .dup('c');
    }

    private static INDArray block(ComputationGraph net) {
        return net.feedForward(Samples.ids(DataType.FLOAT, 99, Nets.VOCABULARY, 2, T), false)
                .get("block-0")
                .dup('c');
    }

    /** All that makes another net of a trained one, with as many steps as meet a redraw and as do not. */
    @ParameterizedTest
    @CsvSource({"4", "5"})
    void copiesGoOn(int steps) throws IOException {
        ComputationGraph net = trained(steps);
        INDArray expected = output(net);
        List<ComputationGraph> copies = new ArrayList<>();
        copies.add(net.clone());
        copies.add(net.clone().clone());
        copies.add(new TransferLearning.GraphBuilder(net)
                .fineTuneConfiguration(
                        new FineTuneConfiguration.Builder().miniBatch(false).build()) // else the net divides by B again
                .build());
        copies.add(zip(net));
        copies.add(zip(net.clone()));
        ComputationGraph counted = net.clone();
        counted.getConfiguration().setIterationCount(steps); // what one had to do without this
        copies.add(counted);
        for (ComputationGraph copy : copies) {
            TensorAssert.assertIdentical("output", output(copy), expected);
        }
        INDArray after = fit(net, steps, steps + 3).params();
        for (int i = 0; i < copies.size(); i++) {
            ComputationGraph copy = fit(copies.get(i), steps, steps + 3);
            TensorAssert.assertIdentical("parameters of " + i, copy.params(), after);
            TensorAssert.assertIdentical("output of " + i, output(copy), output(net));
        }
    }

    private static ComputationGraph zip(ComputationGraph net) throws IOException {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        ModelSerializer.writeModel(net, bytes, true);
        return ModelSerializer.restoreComputationGraph(new ByteArrayInputStream(bytes.toByteArray()), true);
    }

    /** A net whose count is put back to 0 for a new schedule goes on with its draws. */
    @Test
    void aCountThatIsPutBackChangesNoDraw() {
        ComputationGraph net = trained(5);
        ComputationGraph reset = net.clone();
        reset.getConfiguration().setIterationCount(3);
        fit(reset, 5, 6);
        reset.getConfiguration().setIterationCount(0);
        TensorAssert.assertIdentical("output", output(fit(reset, 6, 8)), output(fit(net, 5, 8)));
    }

    /** Files of the first format do not say how far a layer has been trained: it follows the net. */
    @Test
    void olderFilesFollowTheNet() {
        ComputationGraph net = trained(4);
        String json = net.getConfiguration().toJson();
        String old = json.replaceAll("\"progress\"\\s*:\\s*\\{[^}]*},", "");
        assertThat(old).isNotEqualTo(json).doesNotContain("ofNet");
        ComputationGraph read = new ComputationGraph(ComputationGraphConfiguration.fromJson(old));
        read.init(net.params().dup(), false);
        TensorAssert.assertIdentical("output", output(read), output(net));
        TensorAssert.assertIdentical("output", output(fit(read, 4, 7)), output(fit(net, 4, 7)));
    }

    /** Deeplearning4j counts an update after its listeners, which evaluate and save. */
    @Test
    void listenersSeeTheDrawOfTheUpdate() throws IOException {
        ComputationGraph net = trained(2);
        List<INDArray> seen = new ArrayList<>();
        List<ComputationGraph> saved = new ArrayList<>();
        net.setListeners(new BaseTrainingListener() {
            @Override
            public void iterationDone(Model model, int iteration, int epoch) {
                seen.add(output(net));
                try {
                    saved.add(zip(net));
                } catch (IOException e) {
                    throw new IllegalStateException(e);
                }
            }
        });
        fit(net, 2, 3);
        TensorAssert.assertIdentical("in the listener", seen.get(0), output(net));
        TensorAssert.assertIdentical("saved by the listener", output(saved.get(0)), output(net));
    }

    /** Passes that no update follows leave inference alone, at a step that draws anew. */
    @Test
    void aGradientThatComesToNothingIsNoStep() {
        ComputationGraph net = trained(2);
        INDArray before = output(net);
        Nets.Feed batch = batch(net, 7);
        double score = batch.score();
        for (int i = 0; i < 2; i++) {
            batch.set();
            net.computeGradientAndScore();
            net.clear();
            TensorAssert.assertIdentical("output", output(net), before);
        }
        assertThat(batch.score()).isEqualTo(score);
        TensorAssert.assertIdentical("output", output(fit(net, 2, 4)), output(trained(4)));
    }

    /** A frozen layer keeps the draw that it was trained with, however long the layers above are trained. */
    @Test
    void frozenLayersKeepTheirDraw() {
        ComputationGraph net = trained(3);
        INDArray expected = block(net);
        ComputationGraph frozen = new TransferLearning.GraphBuilder(net)
                .setFeatureExtractor("block-0")
                .build();
        TensorAssert.assertIdentical("before", block(frozen), expected);
        INDArray head = frozen.getLayer("head").params().dup();
        fit(frozen, 3, 9);
        assertThat(frozen.getLayer("head").params()).isNotEqualTo(head);
        TensorAssert.assertIdentical("after", block(frozen), expected);
        TensorAssert.assertIdentical("a clone", block(frozen.clone()), expected);
    }

    @Test
    void soDoLayersFrozenWithBackprop() {
        MultiLayerNetwork net = new MultiLayerNetwork(new NeuralNetConfiguration.Builder()
                .seed(13)
                .updater(new Sgd(0.1))
                .list()
                .layer(new FrozenLayerWithBackprop(new PerformerAttentionLayer.Builder()
                        .attention(AttentionOptions.defaults()
                                .withHeads(2)
                                .withFeatures(6)
                                .withRedrawInterval(2))
                        .build()))
                .layer(new RnnOutputLayer.Builder(LossFunction.MSE)
                        .activation(Activation.IDENTITY)
                        .nOut(2)
                        .dataFormat(RNNFormat.NWC)
                        .build())
                .setInputType(InputType.recurrent(6, T, RNNFormat.NWC))
                .build());
        net.init();
        INDArray x = Samples.gaussian(DataType.FLOAT, 3, 1, 2, T, 6);
        INDArray before = net.feedForward(x, false).get(1).dup();
        for (int i = 0; i < 5; i++) {
            net.fit(x, Samples.gaussian(DataType.FLOAT, 60 + i, 1, 2, T, 2));
        }
        TensorAssert.assertIdentical("output", net.feedForward(x, false).get(1), before);
    }

    @ParameterizedTest
    @MethodSource("maps")
    void onlyMapsThatEstimateSoftmaxAreRedrawnUnasked(String name) {
        FeatureMap map = FeatureMap.named(name);
        int expected = map.estimatesSoftmax() ? 1000 : 0;
        AttentionOptions options = AttentionOptions.defaults().withFeatureMap(map);
        assertThat(options.redraw().interval()).isEqualTo(expected);
        assertThat(options.withRedrawInterval(7).redraw().interval()).isEqualTo(7);
        PerformerConfig config = PerformerConfig.defaults().with("attention.featureMap", name);
        assertThat(config.attentionOptions().redraw().interval()).isEqualTo(expected);
        PerformerConfig asked =
                PerformerConfig.fromJson("{\"attention\": {\"featureMap\": \"" + name + "\", \"redrawInterval\": 7}}");
        assertThat(asked.attentionOptions().redraw().interval()).isEqualTo(7);
        assertThat(PerformerConfig.fromJson(config.toJson())).isEqualTo(config);
        assertThat(asked.with("attention.redrawInterval", null)).isEqualTo(config);
    }

    static Set<String> maps() {
        return FeatureMaps.names();
    }
}
