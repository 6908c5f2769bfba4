package io.github.performer4j.core.layer;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.github.performer4j.core.Samples;
import io.github.performer4j.core.TensorAssert;
import io.github.performer4j.core.attention.AttentionOptions;
import io.github.performer4j.core.base.GraphRuntime;
import io.github.performer4j.core.feature.FeatureMap;
import io.github.performer4j.core.feature.Statistics;
import io.github.performer4j.core.model.AttentionChange;
import io.github.performer4j.core.net.LowRankAdapters;
import io.github.performer4j.core.program.LowRank;
import io.github.performer4j.core.sides.SidesOnGraph;
import io.github.performer4j.core.sides.SidesOnKernels;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.deeplearning4j.datasets.iterator.IteratorMultiDataSetIterator;
import org.deeplearning4j.nn.api.Model;
import org.deeplearning4j.nn.conf.ComputationGraphConfiguration;
import org.deeplearning4j.nn.conf.inputs.InputType;
import org.deeplearning4j.nn.conf.layers.misc.FrozenLayerWithBackprop;
import org.deeplearning4j.nn.graph.ComputationGraph;
import org.deeplearning4j.nn.transferlearning.FineTuneConfiguration;
import org.deeplearning4j.nn.transferlearning.TransferLearning;
import org.deeplearning4j.nn.workspace.LayerWorkspaceMgr;
import org.deeplearning4j.optimize.api.BaseTrainingListener;
import org.deeplearning4j.parallelism.ParallelInference;
import org.deeplearning4j.parallelism.ParallelWrapper;
import org.deeplearning4j.parallelism.inference.InferenceMode;
import org.deeplearning4j.util.ModelSerializer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.dataset.api.MultiDataSet;
import org.nd4j.linalg.learning.config.Adam;
import org.nd4j.linalg.learning.config.Sgd;

/** An encoder and a decoder in a net: what Deeplearning4j offers around nets works with layers of two inputs. */
class TwoSidedNetTest {
    private static final AttentionOptions LINEAR =
            AttentionOptions.defaults().withHeads(2).withFeatures(6).withFeatureMap(FeatureMap.named("relu"));

    private static ComputationGraph net(DataType type) {
        return EncoderDecoder.net(LINEAR, 0.1, type, new Adam(1e-2));
    }

    private static INDArray output(ComputationGraph net, MultiDataSet data) {
        return net.output(false, data.getFeatures(), data.getFeaturesMaskArrays())[0];
    }

    /** Central differences through embeddings, encoder, vertex and decoder, both sides padded. */
    @ParameterizedTest
    @EnumSource(
            value = AttentionOptions.Kind.class,
            names = {"LINEAR", "EXACT"})
    void theGradientIsThatOfTheScore(AttentionOptions.Kind kind) {
        ComputationGraph net = EncoderDecoder.net(LINEAR.withKind(kind), 0, DataType.DOUBLE, new Sgd(0.1));
        MultiDataSet data = EncoderDecoder.data(DataType.DOUBLE, 1, true);
        Nets.Feed feed = Nets.feed(net, data);
        new GradientCheck(net, feed, EncoderDecoder.B).directions(9);
    }

    /** Both engines train alike, step by step. */
    @Test
    void enginesTrainAlike() {
        ComputationGraph fused = EncoderDecoder.net(LINEAR, 0.1, DataType.FLOAT, new Sgd(0.02));
        ComputationGraph graph = EncoderDecoder.net(LINEAR, 0.1, DataType.DOUBLE, new Sgd(0.02));
        assertThat(fused.getLayer("decoder")).isInstanceOf(SidesOnKernels.class);
        assertThat(graph.getLayer("decoder")).isInstanceOf(SidesOnGraph.class);
        for (int i = 0; i < 3; i++) {
            fused.fit(EncoderDecoder.data(DataType.FLOAT, i, i > 0));
            graph.fit(EncoderDecoder.data(DataType.DOUBLE, i, i > 0));
        }
        TensorAssert.assertClose("parameters", fused.params(), graph.params());
    }

    /** Longer batches of the same sequences, filled up on both sides, have the same outputs at real tokens. */
    @Test
    void paddingChangesNothing() {
        ComputationGraph net = net(DataType.FLOAT);
        MultiDataSet data = EncoderDecoder.data(DataType.FLOAT, 1, true);
        INDArray whole = output(net, data);
        for (int b = 0; b < EncoderDecoder.B; b++) {
            INDArray source = EncoderDecoder.realPart(data, 0, b);
            INDArray target = EncoderDecoder.realPart(data, 1, b);
            INDArray alone = net.output(source, target)[0];
            for (long t = 0; t < target.size(1); t++) {
                TensorAssert.assertClose(
                        "row " + b + " token " + t,
                        whole.slice(b).slice(t).dup(),
                        alone.slice(0).slice(t).dup());
            }
        }
    }

    @Test
    void jsonZipAndCloneContinueBitByBit() throws IOException {
        ComputationGraph net = net(DataType.FLOAT);
        ComputationGraph cloned = net.clone(); // before the first step: M2.1's clones forget the net's count of steps
        for (int i = 0; i < 3; i++) {
            cloned.fit(EncoderDecoder.data(DataType.FLOAT, i, true));
            net.fit(EncoderDecoder.data(DataType.FLOAT, i, true));
        }
        String json = net.getConfiguration().toJson();
        assertThat(ComputationGraphConfiguration.fromJson(json).toJson()).isEqualTo(json);
        ByteArrayOutputStream zip = new ByteArrayOutputStream();
        ModelSerializer.writeModel(net, zip, true);
        ComputationGraph restored =
                ModelSerializer.restoreComputationGraph(new ByteArrayInputStream(zip.toByteArray()), true);
        assertThat(restored.getConfiguration().toJson()).isEqualTo(json);
        for (int i = 3; i < 6; i++) { // dropout and redraws among them
            for (ComputationGraph each : List.of(net, restored, cloned)) {
                each.fit(EncoderDecoder.data(DataType.FLOAT, i, true));
            }
        }
        TensorAssert.assertIdentical("restored", restored.params(), net.params());
        TensorAssert.assertIdentical("cloned", cloned.params(), net.params());
    }

    /** What is frozen stays bit by bit, the rest learns; frozen layers are saved as such. */
    @ParameterizedTest
    @ValueSource(strings = {"encoder", "decoder"})
    void frozenPartsStayAndTheRestLearns(String last) {
        ComputationGraph net = net(DataType.FLOAT);
        ComputationGraph tuned = new TransferLearning.GraphBuilder(net)
                .fineTuneConfiguration(new FineTuneConfiguration.Builder()
                        .updater(new Sgd(0.02))
                        .build())
                .setFeatureExtractor(last)
                .build();
        MultiDataSet data = EncoderDecoder.data(DataType.FLOAT, 1, true);
        TensorAssert.assertIdentical("output", output(tuned, data), output(net, data));
        double before = tuned.score(data);
        for (int i = 0; i < 5; i++) {
            tuned.fit(data);
        }
        assertThat(tuned.score(data)).isLessThan(before);
        boolean all = last.equals("decoder");
        assertThat(tuned.getLayer("encoder").params())
                .isEqualTo(net.getLayer("encoder").params());
        assertThat(tuned.getLayer("decoder")
                        .params()
                        .equals(net.getLayer("decoder").params()))
                .isEqualTo(all);
        assertThat(tuned.getLayer("head").params())
                .isNotEqualTo(net.getLayer("head").params());
        ComputationGraph again = new ComputationGraph(
                ComputationGraphConfiguration.fromJson(tuned.getConfiguration().toJson()));
        again.init();
        again.setParams(tuned.params());
        TensorAssert.assertIdentical("read again", output(again, data), output(tuned, data));
    }

    /** A layer with two inputs is replaced by another one, and all else keeps its parameters. */
    @Test
    void transferLearningReplacesTheDecoder() {
        ComputationGraph net = net(DataType.FLOAT);
        ComputationGraph changed = new TransferLearning.GraphBuilder(net)
                .removeVertexKeepConnections("decoder")
                .addLayer(
                        "decoder",
                        new CrossAttentionLayer.Builder()
                                .width(EncoderDecoder.WIDTH)
                                .memoryWidth(EncoderDecoder.ENCODER_WIDTH)
                                .attention(LINEAR)
                                .build(),
                        "sides")
                .build();
        assertThat(changed.getLayer("decoder").numParams())
                .isNotEqualTo(net.getLayer("decoder").numParams());
        for (String same : List.of("source-embedding", "target-embedding", "encoder", "head")) {
            TensorAssert.assertIdentical(
                    same, changed.getLayer(same).params(), net.getLayer(same).params());
        }
        changed.fit(EncoderDecoder.data(DataType.FLOAT, 1, true));
    }

    /** Two workers that average after each batch: the mean of two nets that saw one batch each; in the first round there is nothing to predict. */
    @Test
    void parallelWrapperAveragesWhatWorkersLearn() throws Exception {
        ComputationGraph net = EncoderDecoder.net(LINEAR, 0, DataType.FLOAT, new Sgd(0.1));
        INDArray start = net.params().dup();
        INDArray mean = start.mul(0);
        List<MultiDataSet> batches = new ArrayList<>();
        for (long seed : new long[] {3, 3, 1, 2}) {
            MultiDataSet data = EncoderDecoder.data(DataType.FLOAT, seed, true);
            if (seed == 3) {
                data.getLabels()[0].assign(-1);
            } else {
                ComputationGraph alone = EncoderDecoder.net(LINEAR, 0, DataType.FLOAT, new Sgd(0.1));
                alone.fit(data);
                mean.addi(alone.params().mul(0.5));
            }
            batches.add(data);
        }
        try (ParallelWrapper wrapper = new ParallelWrapper.Builder<>(net)
                .workers(2)
                .prefetchBuffer(0)
                .averagingFrequency(1)
                .reportScoreAfterAveraging(false)
                .trainingMode(ParallelWrapper.TrainingMode.AVERAGING)
                .build()) {
            wrapper.fit(new IteratorMultiDataSetIterator(batches.iterator(), EncoderDecoder.B));
        }
        TensorAssert.assertClose("parameters", net.params(), mean);
        assertThat(mean.sub(start).amaxNumber().doubleValue()).isGreaterThan(1e-3);
    }

    /** A net that attends in another way does so everywhere, with the same weights. */
    @Test
    void changedAttentionReachesBothOfADecoder() {
        ComputationGraph net = net(DataType.FLOAT);
        ComputationGraph exact = AttentionChange.of(net, o -> o.withKind(AttentionOptions.Kind.EXACT));
        PerformerDecoderBlockLayer decoder =
                (PerformerDecoderBlockLayer) ((GraphRuntime) exact.getLayer("decoder")).definition();
        assertThat(decoder.getAttention().kind()).isEqualTo(AttentionOptions.Kind.EXACT);
        assertThat(decoder.getAttention().causal()).isTrue();
        assertThat(decoder.getCrossAttention().kind()).isEqualTo(AttentionOptions.Kind.EXACT);
        TensorAssert.assertIdentical("parameters", exact.params(), net.params());
        MultiDataSet data = EncoderDecoder.data(DataType.FLOAT, 1, true);
        assertThat(output(exact, data).distance2(output(net, data))).isGreaterThan(1e-3);
    }

    /** Below a decoder that is frozen but lets gradients through, the encoder learns as below one that learns too. */
    @Test
    void gradientsGoThroughAFrozenDecoder() {
        ComputationGraph frozen =
                EncoderDecoder.net(LINEAR, 0, DataType.FLOAT, new Sgd(0.02), FrozenLayerWithBackprop::new);
        ComputationGraph plain = EncoderDecoder.net(LINEAR, 0, DataType.FLOAT, new Sgd(0.02));
        INDArray encoder = plain.getLayer("encoder").params().dup();
        INDArray decoder = plain.getLayer("decoder").params().dup();
        for (ComputationGraph net : List.of(frozen, plain)) {
            net.fit(EncoderDecoder.data(DataType.FLOAT, 1, true));
        }
        assertThat(plain.getLayer("encoder").params().distance2(encoder)).isGreaterThan(1e-3);
        for (String below : List.of("source-embedding", "target-embedding", "encoder")) {
            TensorAssert.assertClose(
                    below,
                    frozen.getLayer(below).params(),
                    plain.getLayer(below).params());
        }
        TensorAssert.assertIdentical("decoder", frozen.getLayer("decoder").params(), decoder);
    }

    /** Updates beside weights of the decoder's attention to the encoder alone: nothing else of either block is trained. */
    @Test
    void updatesOfLowRankInTheDecoder() {
        ComputationGraph net = net(DataType.DOUBLE);
        ComputationGraph tuned = LowRankAdapters.attach(net, new LowRank(2, 6, 0, Set.of("cross.Wq", "cross.Wv")));
        MultiDataSet data = EncoderDecoder.data(DataType.DOUBLE, 1, true);
        TensorAssert.assertClose("output", output(tuned, data), output(net, data));
        for (int i = 0; i < 3; i++) {
            tuned.fit(data);
        }
        net.paramTable().forEach((name, array) -> {
            boolean block = name.startsWith("encoder_") || name.startsWith("decoder_");
            boolean norm = name.matches(".*(gain|bias)\\d");
            INDArray after = tuned.paramTable().get(name);
            if (block && !norm) {
                TensorAssert.assertIdentical(name, after, array);
            } else {
                assertThat(after).as(name).isNotEqualTo(array);
            }
        });
        assertThat(tuned.getLayer("decoder").getParam("cross.Wv.B").amaxNumber().doubleValue())
                .isPositive();
        ComputationGraph merged = LowRankAdapters.merge(tuned);
        assertThat(merged.paramTable().keySet()).isEqualTo(net.paramTable().keySet());
        TensorAssert.assertClose("merged", output(merged, data), output(tuned, data));
    }

    @Test
    void summariesNameBothSides() {
        ComputationGraph net = net(DataType.FLOAT);
        InputType[] types = EncoderDecoder.types();
        assertThat(net.summary()).contains("sides", "decoder");
        assertThat(net.summary(types)).contains("SidesType(x=");
    }

    @ParameterizedTest
    @EnumSource(
            value = InferenceMode.class,
            names = {"SEQUENTIAL", "BATCHED"})
    void parallelInferenceGivesWhatTheNetGives(InferenceMode mode) throws Exception {
        ComputationGraph net = net(DataType.FLOAT);
        ParallelInference inference = new ParallelInference.Builder(net)
                .inferenceMode(mode)
                .batchLimit(4)
                .workers(2)
                .build();
        ExecutorService callers = Executors.newFixedThreadPool(3);
        try {
            List<Future<INDArray[]>> answers = new ArrayList<>();
            for (int i = 0; i < 9; i++) {
                INDArray[] features =
                        EncoderDecoder.data(DataType.FLOAT, i, false).getFeatures();
                answers.add(callers.submit(() -> inference.output(features)));
            }
            for (int i = 0; i < 9; i++) {
                INDArray[] features =
                        EncoderDecoder.data(DataType.FLOAT, i, false).getFeatures();
                TensorAssert.assertClose("answer " + i, answers.get(i).get()[0], net.output(features)[0]);
            }
        } finally {
            callers.shutdown();
            inference.shutdown();
        }
    }

    @Test
    void listenersSeeTheLayer() {
        ComputationGraph net = net(DataType.FLOAT);
        List<long[]> shapes = new ArrayList<>();
        List<Boolean> gradients = new ArrayList<>();
        net.setListeners(new BaseTrainingListener() {
            @Override
            public void onForwardPass(Model model, Map<String, INDArray> activations) {
                shapes.add(activations.get("decoder").shape());
            }

            @Override
            public void onGradientCalculation(Model model) {
                gradients.add(model.gradient().gradientForVariable().containsKey("decoder_cross.Wk"));
            }
        });
        net.fit(EncoderDecoder.data(DataType.FLOAT, 1, true));
        assertThat(shapes).containsExactly(new long[] {EncoderDecoder.B, EncoderDecoder.TARGET, EncoderDecoder.WIDTH});
        assertThat(gradients).containsExactly(true);
    }

    /** A sequence in parts would be taken for several. */
    @Test
    void refusesSequencesInParts() {
        ComputationGraph net = net(DataType.FLOAT);
        SidesOnKernels decoder = (SidesOnKernels) net.getLayer("decoder");
        assertThatThrownBy(() -> decoder.rnnTimeStep(null, null))
                .isInstanceOf(UnsupportedOperationException.class)
                .hasMessageStartingWith("rnnTimeStep needs the state of earlier tokens")
                .hasMessageContaining("layer=decoder");
    }

    @Test
    void refusesWhatDoesNotFit() {
        assertThatThrownBy(() -> EncoderDecoder.without(LINEAR))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageStartingWith(
                        "input must be a SidesVertex of a sequence and its memory; layer=decoder, input=");
        assertThatThrownBy(() -> new CrossAttentionLayer.Builder()
                        .attention(LINEAR.withCausal(true))
                        .build())
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("causal=true");
        assertThatThrownBy(() -> new CrossAttentionLayer.Builder()
                        .attention(LINEAR.withConvolution(3))
                        .build())
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("convolution=3");
        assertThatThrownBy(() -> new PerformerDecoderBlockLayer.Builder()
                        .crossAttention(
                                LINEAR.withFeatureMap(FeatureMap.named("aderf")).withStatistics(Statistics.RUNNING))
                        .build())
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("statistics=");
        ComputationGraph net = net(DataType.FLOAT);
        assertThatThrownBy(() ->
                        net.output(Samples.ids(DataType.FLOAT, 1, 7, 2, 5), Samples.ids(DataType.FLOAT, 1, 7, 3, 5)))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage("both inputs must be of one batch; layer=sides, first=[3, 5, 14], second=[2, 5, 10]");
        assertThatThrownBy(() -> ((GraphRuntime) net.getLayer("decoder"))
                        .setInput(Samples.gaussian(DataType.FLOAT, 1, 1, 2, 5, 14), LayerWorkspaceMgr.noWorkspaces()))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage("input must be a SidesVertex of x [B,Tq,E] and memory [B,Tk,Em] with E = width and Em ="
                        + " memoryWidth; layer=decoder, width=14, memoryWidth=10, input=[2, 5, 14]");
    }
}
