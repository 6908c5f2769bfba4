package io.github.performer4j.core.layer;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.github.performer4j.core.Samples;
import io.github.performer4j.core.TensorAssert;
import io.github.performer4j.core.base.FusedRuntime;
import io.github.performer4j.core.base.GraphRuntime;
import io.github.performer4j.core.base.SequenceLayer;
import io.github.performer4j.core.workspace.FusedMemory;
import io.github.performer4j.kernels.CpuKernels;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.deeplearning4j.nn.conf.NeuralNetConfiguration;
import org.deeplearning4j.nn.conf.RNNFormat;
import org.deeplearning4j.nn.conf.inputs.InputType;
import org.deeplearning4j.nn.conf.layers.RnnOutputLayer;
import org.deeplearning4j.nn.gradient.Gradient;
import org.deeplearning4j.nn.multilayer.MultiLayerNetwork;
import org.deeplearning4j.nn.workspace.LayerWorkspaceMgr;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.nd4j.common.primitives.Pair;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.learning.config.Sgd;

/** LayerNorm and positions on kernels equal their graph in float64: per tensor max|a − b| ≤ 1e-4 · max|b|. */
class FusedSequenceTest {
    private static final double BOUND = 1e-4;
    private static final int WIDTH = 11;

    /** Which layer. */
    enum Kind {
        NORM,
        LEARNED,
        SINUSOIDAL,
        NONE
    }

    /**
     * One batch for one layer.
     *
     * @param padded whether every fifth token is hidden, with NaN in its place
     */
    record Case(Kind kind, double dropout, RNNFormat format, int batch, int tokens, boolean padded) {

        GraphRuntime layer(DataType type) {
            SequenceLayer layer = kind == Kind.NORM
                    ? new LayerNormLayer.Builder().epsilon(1e-6).build()
                    : new PositionLayer.Builder()
                            .kind(PositionLayer.Kind.valueOf(kind.name()))
                            .tokens(400)
                            .dropout(dropout)
                            .build();
            layer.setLayerName("layer");
            MultiLayerNetwork net = new MultiLayerNetwork(new NeuralNetConfiguration.Builder()
                    .seed(13)
                    .dataType(type)
                    .updater(new Sgd(0.1))
                    .list()
                    .layer(layer)
                    .layer(new RnnOutputLayer.Builder()
                            .nOut(2)
                            .dataFormat(format)
                            .build())
                    .setInputType(InputType.recurrent(WIDTH, tokens, format))
                    .build());
            net.init();
            net.initGradientsView();
            net.setParams(Samples.gaussian(DataType.FLOAT, 31, 0.5, net.params().shape())
                    .castTo(type));
            return (GraphRuntime) net.getLayer(0);
        }

        private INDArray sequence(long seed, DataType type) {
            INDArray x = Samples.gaussian(DataType.FLOAT, seed, 1, batch, tokens, WIDTH);
            for (int i = 0; padded && i < batch * tokens; i++) {
                for (int e = 0; i % 5 == 4 && e < WIDTH; e++) {
                    x.putScalar(new int[] {i / tokens, i % tokens, e}, Double.NaN);
                }
            }
            return (format == RNNFormat.NCW ? x.permute(0, 2, 1).dup('c') : x).castTo(type);
        }

        Map<String, INDArray> run(GraphRuntime layer, DataType type, boolean training) {
            double[] mask = new double[batch * tokens];
            for (int i = 0; i < mask.length; i++) {
                mask[i] = i % 5 == 4 ? 0 : 1;
            }
            LayerWorkspaceMgr workspaces = LayerWorkspaceMgr.noWorkspaces();
            layer.setInput(sequence(3, type), workspaces);
            layer.setMaskArray(padded ? Samples.array(type, mask, batch, tokens) : null);
            Map<String, INDArray> tensors = new LinkedHashMap<>();
            tensors.put("output", layer.activate(training, workspaces).dup('c'));
            Pair<Gradient, INDArray> gradients = layer.backpropGradient(sequence(5, type), workspaces);
            tensors.put("input", gradients.getSecond().dup('c'));
            gradients.getFirst().gradientForVariable().forEach((name, g) -> tensors.put(name, g.dup('c')));
            return tensors;
        }
    }

    static Stream<Case> cases() {
        List<Case> cases = new ArrayList<>();
        for (Kind kind : Kind.values()) {
            for (double dropout : kind == Kind.NORM ? new double[] {0} : new double[] {0, 0.4}) {
                cases.add(new Case(kind, dropout, RNNFormat.NWC, 3, 13, false));
                cases.add(new Case(kind, dropout, RNNFormat.NCW, 3, 13, true));
                cases.add(new Case(kind, dropout, RNNFormat.NWC, 2, 1, false));
                cases.add(new Case(kind, dropout, RNNFormat.NWC, 3, 331, true)); // blocks end within sequences
                cases.add(new Case(kind, dropout, RNNFormat.NWC, 67, 7, false)); // and contain several
            }
        }
        return cases.stream();
    }

    @ParameterizedTest
    @MethodSource("cases")
    void equalsTheGraphInFloat64(Case c) {
        GraphRuntime layer = c.layer(DataType.FLOAT);
        assertThat(layer).isInstanceOf(FusedRuntime.class);
        GraphRuntime graph = c.layer(DataType.DOUBLE);
        for (int iteration = 0; iteration < 2; iteration++) {
            layer.setIterationCount(iteration);
            graph.setIterationCount(iteration);
            Map<String, INDArray> actual = c.run(layer, DataType.FLOAT, true);
            Map<String, INDArray> expected = c.run(graph, DataType.DOUBLE, true);
            assertThat(actual.keySet()).isEqualTo(expected.keySet());
            expected.forEach((name, e) -> {
                TensorAssert.assertFinite(name, actual.get(name));
                double largest = e.amaxNumber().doubleValue();
                double error = actual.get(name)
                        .castTo(DataType.DOUBLE)
                        .sub(e)
                        .amaxNumber()
                        .doubleValue();
                assertThat(error).as(name + "; largest=" + largest).isLessThanOrEqualTo(BOUND * largest);
            });
        }
    }

    @ParameterizedTest
    @MethodSource("cases")
    void dependsNeitherOnThreadsNorOnMemory(Case c) {
        Map<String, INDArray> expected = c.run(c.layer(DataType.FLOAT), DataType.FLOAT, true);
        try (CpuKernels one = new CpuKernels(1);
                CpuKernels three = new CpuKernels(3)) {
            FusedRuntime layer = (FusedRuntime) c.layer(DataType.FLOAT);
            for (CpuKernels kernels : new CpuKernels[] {one, three}) {
                layer.use(kernels);
                layer.poison();
                FusedMemory.phase().poison();
                FusedMemory.task().poison();
                c.run(layer, DataType.FLOAT, true)
                        .forEach((name, a) -> TensorAssert.assertIdentical(name, a, expected.get(name)));
            }
        }
    }

    /** Nothing is dropped in inference, nor in a backward pass after it. */
    @Test
    void backwardAfterInference() {
        Case c = new Case(Kind.LEARNED, 0.4, RNNFormat.NWC, 3, 13, true);
        Case whole = new Case(Kind.LEARNED, 0, RNNFormat.NWC, 3, 13, true);
        Map<String, INDArray> expected = whole.run(whole.layer(DataType.FLOAT), DataType.FLOAT, true);
        c.run(c.layer(DataType.FLOAT), DataType.FLOAT, false)
                .forEach((name, a) -> TensorAssert.assertIdentical(name, a, expected.get(name)));
    }

    @Test
    void aSequenceLongerThanTheTableIsRefused() {
        Case c = new Case(Kind.LEARNED, 0, RNNFormat.NWC, 1, 401, false);
        GraphRuntime layer = c.layer(DataType.FLOAT);
        assertThatThrownBy(() -> c.run(layer, DataType.FLOAT, true))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage("sequence must not be longer than the model's tokens; layer=layer, tokens=400, length=401");
    }
}
