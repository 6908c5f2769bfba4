package io.github.performer4j.core.layer;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.github.performer4j.core.Samples;
import io.github.performer4j.core.TensorAssert;
import io.github.performer4j.core.attention.AttentionOptions;
import io.github.performer4j.core.base.GraphRuntime;
import io.github.performer4j.core.feature.FeatureMap;
import io.github.performer4j.core.model.PerformerConfig;
import io.github.performer4j.core.samediff.Arena;
import io.github.performer4j.core.task.MaskedLanguageModel;
import io.github.performer4j.core.workspace.FusedMemory;
import io.github.performer4j.core.workspace.PaddedRows;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.stream.Stream;
import org.bytedeco.javacpp.Pointer;
import org.deeplearning4j.nn.api.Layer;
import org.deeplearning4j.nn.conf.NeuralNetConfiguration;
import org.deeplearning4j.nn.conf.RNNFormat;
import org.deeplearning4j.nn.conf.inputs.InputType;
import org.deeplearning4j.nn.conf.layers.DenseLayer;
import org.deeplearning4j.nn.conf.layers.RnnOutputLayer;
import org.deeplearning4j.nn.conf.layers.misc.FrozenLayerWithBackprop;
import org.deeplearning4j.nn.graph.ComputationGraph;
import org.deeplearning4j.nn.multilayer.MultiLayerNetwork;
import org.deeplearning4j.nn.workspace.LayerWorkspaceMgr;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.nd4j.linalg.activations.Activation;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.learning.config.Sgd;
import org.nd4j.linalg.lossfunctions.LossFunctions.LossFunction;

/** What the runtime must not let through: padding, earlier batches, other threads, memory never written. */
public class RuntimeTest {
    private static final int B = 2;
    private static final int T = 7;

    static Stream<PerformerConfig> models() {
        PerformerConfig c = Nets.config().with("layers", 1).with("dropout", 0.1);
        return Stream.of(
                c,
                c.with("head.tied", true).with("norm.placement", "post"),
                c.with("head.transform", "gelu-tanh"),
                c.withCausal(true).with("attention.featureMap", "positive").with("attention.chunk", 3),
                c.with(Map.of("reversible", true, "layers", 2, "tokenShift", true)),
                c.withCausal(true).with("attention.kind", "exact"));
    }

    private static INDArray ids(long seed, int tokens) {
        return Samples.ids(DataType.FLOAT, seed, Nets.VOCABULARY, B, tokens);
    }

    private static INDArray mask() {
        return Samples.mask(DataType.FLOAT, "1111100", "0110111");
    }

    /** A mask of one call must not hide tokens of the next one, whose shape may differ. */
    @Test
    void aMaskEndsWithItsCall() {
        ComputationGraph net = new ComputationGraph(
                Nets.config().with("layers", 1).graph(new MaskedLanguageModel(), new Sgd(0.1), 0, 1, DataType.FLOAT));
        net.init();
        INDArray before = output(net, ids(1, T), null);
        net.output(false, new INDArray[] {ids(2, T)}, new INDArray[] {mask()});
        TensorAssert.assertIdentical("same shape", output(net, ids(1, T), null), before);
        net.output(false, new INDArray[] {ids(2, T)}, new INDArray[] {mask()});
        assertThat(output(net, ids(3, T - 2), null).shape()).containsExactly(B, T - 2, Nets.VOCABULARY);
    }

    /** Garbage ids, labels and NaN in padding leave outputs at real tokens, score and gradient as they were, bit for bit. */
    @ParameterizedTest
    @MethodSource("models")
    void paddingLeaksNowhere(PerformerConfig config) {
        List<INDArray> outputs = new ArrayList<>();
        List<INDArray> gradients = new ArrayList<>();
        List<Double> scores = new ArrayList<>();
        for (double garbage : new double[] {0, 1e6, Double.NaN}) {
            ComputationGraph net = Nets.graph(config, DataType.FLOAT);
            INDArray x = ids(3, T);
            INDArray y = ids(5, T);
            for (int b = 0; b < B; b++) {
                for (int t = 0; t < T; t++) {
                    if (mask().getDouble(b, t) == 0) {
                        x.putScalar(b, t, garbage);
                        y.putScalar(b, t, garbage);
                    }
                }
            }
            Nets.feed(net, x, y, mask(), mask()).set();
            net.computeGradientAndScore();
            scores.add(net.score());
            gradients.add(net.getFlattenedGradients().dup());
            INDArray out = net.output(false, new INDArray[] {x}, new INDArray[] {mask()})[0].dup('c');
            outputs.add(out.mul(mask().reshape(B, T, 1)));
        }
        assertThat(scores.get(0)).isPositive();
        for (int i = 1; i < 3; i++) {
            assertThat(scores.get(i)).isEqualTo(scores.get(0));
            TensorAssert.assertIdentical("gradient", gradients.get(i), gradients.get(0));
            TensorAssert.assertIdentical("output", outputs.get(i), outputs.get(0));
        }
    }

    /** The same for features of width E in front of a block, in both formats. */
    @Test
    void paddedFeaturesLeakNowhere() {
        for (RNNFormat format : RNNFormat.values()) {
            INDArray first = null;
            for (double garbage : new double[] {0, Double.NaN}) {
                MultiLayerNetwork net = new MultiLayerNetwork(new NeuralNetConfiguration.Builder()
                        .seed(13)
                        .dataType(DataType.FLOAT)
                        .updater(new Sgd(0.1))
                        .list()
                        .layer(block(format))
                        .layer(new RnnOutputLayer.Builder(LossFunction.MCXENT)
                                .activation(Activation.SOFTMAX)
                                .nOut(3)
                                .dataFormat(format)
                                .build())
                        .setInputType(InputType.recurrent(6, T, format))
                        .build());
                net.init();
                INDArray x = Samples.gaussian(DataType.FLOAT, 3, 1, B, T, 6);
                PaddedRows.zero(x, mask());
                for (int b = 0; b < B; b++) {
                    for (int t = 0; t < T; t++) {
                        for (int e = 0; mask().getDouble(b, t) == 0 && e < 6; e++) {
                            x.putScalar(new int[] {b, t, e}, garbage);
                        }
                    }
                }
                INDArray y = Nets.oneHot(Samples.ids(DataType.FLOAT, 5, 3, B, T), 3);
                boolean nwc = format == RNNFormat.NWC;
                net.fit(
                        nwc ? x : x.permute(0, 2, 1).dup('c'),
                        nwc ? y.permute(0, 2, 1).dup('c') : y,
                        mask(),
                        mask());
                first = first == null ? net.params().dup() : first;
                TensorAssert.assertFinite("parameters", net.params());
                TensorAssert.assertIdentical("parameters, " + format, net.params(), first);
            }
        }
    }

    private static PerformerBlockLayer block(RNNFormat format) {
        return new PerformerBlockLayer.Builder()
                .format(format)
                .attention(AttentionOptions.defaults()
                        .withHeads(2)
                        .withFeatures(5)
                        .withFeatureMap(FeatureMap.named("relu")))
                .build();
    }

    /** Shapes, masks, training and inference in turn give what fresh nets give. */
    @ParameterizedTest
    @MethodSource("models")
    void batchesOfOtherShapesLeaveNoTrace(PerformerConfig config) {
        ComputationGraph net = Nets.graph(config.with("dropout", 0), DataType.FLOAT, new Sgd(0));
        int[] lengths = {7, 3, 7, 11, 7, 3};
        for (int i = 0; i < lengths.length; i++) {
            INDArray x = ids(i, lengths[i]);
            INDArray y = ids(50 + i, lengths[i]);
            INDArray mask = lengths[i] == 7 && i != 2 ? mask() : null;
            ComputationGraph fresh = Nets.graph(config.with("dropout", 0), DataType.FLOAT, new Sgd(0));
            fresh.getConfiguration().setIterationCount(net.getIterationCount());
            TensorAssert.assertIdentical("output " + i, output(net, x, mask), output(fresh, x, mask));
            TensorAssert.assertIdentical("gradient " + i, gradient(net, x, y, mask), gradient(fresh, x, y, mask));
            assertThat(Nets.feed(net, x, y, mask, null).score())
                    .isEqualTo(Nets.feed(fresh, x, y, mask, null).score());
        }
    }

    private static INDArray output(ComputationGraph net, INDArray x, INDArray mask) {
        return net.output(false, new INDArray[] {x}, mask == null ? null : new INDArray[] {mask})[0].dup('c');
    }

    private static INDArray gradient(ComputationGraph net, INDArray x, INDArray y, INDArray mask) {
        Nets.feed(net, x, y, mask, null).set();
        net.computeGradientAndScore();
        net.clearLayerMaskArrays();
        net.clear();
        return net.getFlattenedGradients().dup();
    }

    /** The scratch memory of this thread full of NaN before every call changes nothing. */
    @ParameterizedTest
    @MethodSource("models")
    void memoryNeverWrittenIsNeverRead(PerformerConfig config) {
        ComputationGraph clean = Nets.graph(config, DataType.FLOAT);
        ComputationGraph poisoned = Nets.graph(config, DataType.FLOAT);
        for (int i = 0; i < 3; i++) {
            INDArray x = ids(i, T);
            INDArray y = ids(50 + i, T);
            clean.fit(Nets.feed(clean, x, y, mask(), null).data());
            poisonThread();
            for (Layer layer : poisoned.getLayers()) {
                ((GraphRuntime) layer).poison();
            }
            poisoned.fit(Nets.feed(poisoned, x, y, mask(), null).data());
            TensorAssert.assertIdentical("parameters", poisoned.params(), clean.params());
            poisonThread();
            TensorAssert.assertIdentical("output", output(poisoned, x, mask()), output(clean, x, mask()));
        }
    }

    private static void poisonThread() {
        Arena.scratch().poison();
        FusedMemory.phase().poison();
        FusedMemory.task().poison();
    }

    @ParameterizedTest
    @MethodSource("models")
    void equalRunsGiveEqualParametersAlsoInTwoThreads(PerformerConfig config) throws Exception {
        INDArray alone = trained(config);
        ExecutorService threads = Executors.newFixedThreadPool(2);
        try {
            List<Future<INDArray>> both = threads.invokeAll(List.of(() -> trained(config), () -> trained(config)));
            for (Future<INDArray> one : both) {
                TensorAssert.assertIdentical("parameters", one.get(), alone);
            }
        } finally {
            threads.shutdown();
        }
    }

    private static INDArray trained(PerformerConfig config) {
        ComputationGraph net = Nets.graph(config, DataType.FLOAT);
        for (int i = 0; i < 5; i++) {
            net.fit(Nets.feed(net, ids(i, T), ids(50 + i, T), i % 2 == 0 ? mask() : null, null)
                    .data());
        }
        return net.params().dup();
    }

    /** 300 steps after 100 of warm-up: less than 4 MiB more of native memory. */
    @Test
    void memoryStaysFlat() {
        PerformerConfig config = Nets.config().with("layers", 1).with("dropout", 0.1);
        ComputationGraph net = Nets.graph(config, DataType.FLOAT);
        long before = 0;
        for (int i = 0; i < 400; i++) {
            net.fit(Nets.feed(net, ids(i, T + i % 3), ids(50 + i, T + i % 3), null, null)
                    .data());
            if (i == 99) {
                before = used();
            }
        }
        assertThat(used() - before).isLessThan(4L << 20);
    }

    private static long used() {
        System.gc();
        long least = Long.MAX_VALUE;
        for (int i = 0; i < 10; i++) {
            try {
                Thread.sleep(50); // native memory is given back by a thread of JavaCPP's
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
            }
            least = Math.min(least, Pointer.totalBytes());
        }
        return least;
    }

    /** Deeplearning4j executes a frozen layer for inference and then differentiates it. */
    @Test
    void aFrozenBlockPassesTheRightErrorDown() {
        MultiLayerNetwork[] nets = new MultiLayerNetwork[2];
        for (int i = 0; i < 2; i++) {
            PerformerBlockLayer block = block(RNNFormat.NWC);
            nets[i] = new MultiLayerNetwork(new NeuralNetConfiguration.Builder()
                    .seed(13)
                    .dataType(DataType.DOUBLE)
                    .updater(new Sgd(0.1))
                    .list()
                    .layer(new DenseLayer.Builder()
                            .nOut(6)
                            .activation(Activation.TANH)
                            .build())
                    .layer(i == 0 ? block : new FrozenLayerWithBackprop(block))
                    .layer(new RnnOutputLayer.Builder(LossFunction.MCXENT)
                            .activation(Activation.SOFTMAX)
                            .nOut(3)
                            .dataFormat(RNNFormat.NWC)
                            .build())
                    .setInputType(InputType.recurrent(5, T, RNNFormat.NWC))
                    .build());
            nets[i].init();
        }
        nets[1].setParams(nets[0].params());
        for (long seed = 0; seed < 2; seed++) { // a stale forward pass would be that of the first batch
            INDArray x = Samples.gaussian(DataType.DOUBLE, seed, 1, B, T, 5);
            INDArray y = Nets.oneHot(Samples.ids(DataType.DOUBLE, 5 + seed, 3, B, T), 3)
                    .permute(0, 2, 1)
                    .dup('c');
            for (MultiLayerNetwork net : nets) {
                Nets.feed(net, x, y, null, null).set();
                net.computeGradientAndScore(LayerWorkspaceMgr.noWorkspaces());
            }
            INDArray expected = nets[0].gradient().gradientForVariable().get("0_W");
            TensorAssert.assertClose(
                    "gradient", nets[1].gradient().gradientForVariable().get("0_W"), expected);
            assertThat(expected.norm2Number().doubleValue()).isPositive();
        }
    }

    @Test
    void underflowsAreCounted() {
        ComputationGraph net = Nets.graph(Nets.config().with("layers", 1), DataType.FLOAT);
        net.fit(Nets.feed(net, ids(1, T), ids(2, T), mask(), null).data());
        assertThat(((GraphRuntime) net.getLayer("block-0")).underflows()).isZero();
    }

    @Test
    void wrongShapesNameRuleAndValues() {
        ComputationGraph net = Nets.graph(Nets.config().with("layers", 1), DataType.FLOAT);
        assertThatThrownBy(() -> net.output(ids(1, 132)))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage(
                        "sequence must not be longer than the model's tokens; layer=positions, tokens=131, length=132");
        assertThatThrownBy(() -> net.output(Samples.array(DataType.FLOAT, new double[] {1, 11}, 1, 2)))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage(
                        "token ids must be whole numbers in [0, vocabulary); layer=embedding, vocabulary=11, found=11 at [0, 1]");
        assertThatThrownBy(() -> net.output(Samples.array(DataType.FLOAT, new double[] {-1, 3}, 1, 2)))
                .hasMessageEndingWith("vocabulary=11, found=-1 at [0, 0]");
        assertThatThrownBy(() -> fit(net, ids(1, T), ids(2, T - 1), null))
                .hasMessageStartingWith("labels must be token ids, [B,T] of the input")
                .hasMessageEndingWith("layer=head, expected=[2, 7], found=[2, 6]");
        assertThatThrownBy(() -> fit(net, ids(1, T), ids(2, T).putScalar(0, 11), null))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage(
                        "labels must be whole numbers below the vocabulary, or negative to be ignored; layer=head, vocabulary=11, found=11 at [0, 0]");
        assertThatThrownBy(() -> fit(net, ids(1, T), ids(2, T), Samples.mask(DataType.FLOAT, "111", "110")))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage("masks must be [B,T] of the input; layer=embedding, expected=[2, 7], found=[2, 3]");
        assertThatThrownBy(() -> new PerformerBlockLayer.Builder()
                        .width(510)
                        .attention(AttentionOptions.defaults())
                        .build())
                .hasMessage("heads must divide width; width=510, heads=8");
        assertThatThrownBy(() -> block(RNNFormat.NWC).setNIn(InputType.recurrent(7, T, RNNFormat.NWC), true))
                .hasMessage("heads must divide width; width=7, heads=2");
        assertThatThrownBy(() -> new SequencePoolingLayer().getOutputType(0, InputType.recurrent(7, T, RNNFormat.NCW)))
                .hasMessageStartingWith("input must be [B,T,E] (RNNFormat.NWC)");
        assertThatThrownBy(() -> new PerformerBlockLayer.Builder().epsilon(0))
                .hasMessage("epsilon must be positive; epsilon=0.0");
    }

    private static void fit(ComputationGraph net, INDArray x, INDArray y, INDArray mask) {
        net.fit(Nets.feed(net, x, y, mask, null).data());
    }
}
