package io.github.performer4j.core.layer;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import io.github.performer4j.core.Samples;
import io.github.performer4j.core.TensorAssert;
import io.github.performer4j.core.base.GraphLayer;
import io.github.performer4j.core.cpu.CpuLoss;
import io.github.performer4j.core.loss.FusedLossRuntime;
import io.github.performer4j.core.loss.TokenLossRuntime;
import io.github.performer4j.core.workspace.FusedMemory;
import io.github.performer4j.kernels.CpuKernels;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.deeplearning4j.nn.api.MaskState;
import org.deeplearning4j.nn.conf.NeuralNetConfiguration;
import org.deeplearning4j.nn.conf.RNNFormat;
import org.deeplearning4j.nn.conf.inputs.InputType;
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

/** The output layers on kernels equal their graph in float64: probabilities, loss, and per tensor max|a − b| ≤ 1e-4 · max|b|. */
class FusedLossTest {
    private static final double BOUND = 1e-4;
    private static final int WIDTH = 7;

    /**
     * One batch for one output layer.
     *
     * @param head whether the layer has weights; else its input is the logits
     * @param padded whether tokens are hidden by a features mask, with NaN in the input and labels there
     * @param labelMask whether a label mask hides more
     * @param miniBatch Deeplearning4j's setting of the same name
     * @param scale standard deviation of the input
     */
    record Case(
            boolean head,
            int batch,
            int tokens,
            int vocabulary,
            boolean padded,
            boolean labelMask,
            boolean miniBatch,
            double scale) {

        int width() {
            return head ? WIDTH : vocabulary;
        }

        TokenLossRuntime layer(DataType type) {
            GraphLayer output = head
                    ? new LanguageModelHeadLayer.Builder()
                            .vocabulary(vocabulary)
                            .build()
                    : new TokenLossLayer();
            output.setLayerName("head");
            MultiLayerNetwork net = new MultiLayerNetwork(new NeuralNetConfiguration.Builder()
                    .dataType(type)
                    .miniBatch(miniBatch)
                    .updater(new Sgd(0.1))
                    .list()
                    .layer(new LayerNormLayer.Builder().build())
                    .layer(output)
                    .setInputType(InputType.recurrent(width(), tokens, RNNFormat.NWC))
                    .build());
            net.init();
            net.initGradientsView();
            net.setParams(Samples.gaussian(DataType.FLOAT, 31, 0.5, net.params().shape())
                    .castTo(type));
            return (TokenLossRuntime) net.getLayer(1);
        }

        void feed(TokenLossRuntime layer, DataType type) {
            INDArray x = Samples.gaussian(DataType.FLOAT, 3, scale, batch, tokens, width());
            INDArray labels = Samples.ids(DataType.FLOAT, 5, vocabulary, batch, tokens);
            labels.putScalar(0, tokens - 1, -1);
            INDArray mask = padded ? Samples.array(type, mask(5), batch, tokens) : null;
            for (int i = 0; padded && i < batch * tokens; i++) {
                if (mask(5)[i] == 0) {
                    labels.putScalar(i / tokens, i % tokens, i % 2 == 0 ? Double.NaN : 1e6);
                    for (int e = 0; e < width(); e++) {
                        x.putScalar(new int[] {i / tokens, i % tokens, e}, Double.NaN);
                    }
                }
            }
            layer.setInput(x.castTo(type), LayerWorkspaceMgr.noWorkspaces());
            layer.setLabels(labels.castTo(type));
            layer.feedForwardMaskArray(mask, MaskState.Active, batch);
            layer.setMaskArray(labelMask ? Samples.array(type, mask(3), batch, tokens) : null);
        }

        /** Hides every n-th token. */
        private double[] mask(int n) {
            double[] values = new double[batch * tokens];
            for (int i = 0; i < values.length; i++) {
                values[i] = i % n == n - 1 ? 0 : 1;
            }
            return values;
        }

        Map<String, INDArray> run(TokenLossRuntime layer, DataType type) {
            LayerWorkspaceMgr workspaces = LayerWorkspaceMgr.noWorkspaces();
            Map<String, INDArray> tensors = new LinkedHashMap<>();
            feed(layer, type);
            tensors.put("probabilities", layer.activate(false, workspaces).dup('c'));
            tensors.putAll(gradients(layer));
            double loss = layer.computeScore(0, true, workspaces);
            tensors.put("loss", Samples.array(DataType.DOUBLE, new double[] {loss}, 1));
            // a product of fewer rows may round otherwise, logits are float32
            assertThat(layer.computeScore(0.25, false, workspaces)).isCloseTo(loss + 0.25, within(1e-8));
            return tensors;
        }

        Map<String, INDArray> gradients(TokenLossRuntime layer) {
            Map<String, INDArray> tensors = new LinkedHashMap<>();
            Pair<Gradient, INDArray> gradients = layer.backpropGradient(null, LayerWorkspaceMgr.noWorkspaces());
            tensors.put("input", gradients.getSecond().dup('c'));
            gradients.getFirst().gradientForVariable().forEach((name, g) -> tensors.put(name, g.dup('c')));
            return tensors;
        }
    }

    static Stream<Case> cases() {
        return Stream.of(true, false)
                .flatMap(head -> Stream.of(
                        new Case(head, 3, 13, 11, false, false, false, 1),
                        new Case(head, 3, 13, 11, true, false, true, 1),
                        new Case(head, 3, 13, 11, true, true, false, 1),
                        new Case(head, 3, 13, 11, false, true, true, 30),
                        new Case(head, 2, 1, 2, false, false, false, 1),
                        new Case(head, 1, 2, 3, false, false, false, 1),
                        new Case(head, 3, 331, 37, true, false, false, 1),
                        new Case(head, 2, 5, 4099, false, false, false, 1)));
    }

    @ParameterizedTest
    @MethodSource("cases")
    void equalsTheGraphInFloat64(Case c) {
        TokenLossRuntime layer = c.layer(DataType.FLOAT);
        assertThat(layer).isInstanceOf(FusedLossRuntime.class);
        assertClose(c.run(layer, DataType.FLOAT), c.run(c.layer(DataType.DOUBLE), DataType.DOUBLE));
    }

    private static void assertClose(Map<String, INDArray> actual, Map<String, INDArray> expected) {
        assertThat(actual.keySet()).isEqualTo(expected.keySet());
        expected.forEach((name, e) -> {
            INDArray a = actual.get(name);
            assertThat(a.shape()).as(name).isEqualTo(e.shape());
            TensorAssert.assertFinite(name, a);
            double largest = e.amaxNumber().doubleValue();
            double error = a.castTo(DataType.DOUBLE).sub(e).amaxNumber().doubleValue();
            assertThat(error).as(name + "; largest=" + largest).isLessThanOrEqualTo(BOUND * largest);
        });
    }

    @ParameterizedTest
    @MethodSource("cases")
    void dependsNeitherOnThreadsNorOnMemory(Case c) {
        Map<String, INDArray> expected = c.run(c.layer(DataType.FLOAT), DataType.FLOAT);
        try (CpuKernels one = new CpuKernels(1);
                CpuKernels three = new CpuKernels(3)) {
            FusedLossRuntime layer = (FusedLossRuntime) c.layer(DataType.FLOAT);
            for (CpuKernels kernels : new CpuKernels[] {one, three}) {
                layer.use(kernels);
                FusedMemory.phase().poison();
                FusedMemory.task().poison();
                c.run(layer, DataType.FLOAT)
                        .forEach((name, a) -> TensorAssert.assertIdentical(name, a, expected.get(name)));
            }
        }
    }

    private static void limit(FusedLossRuntime layer, Case c, int values) {
        ((CpuLoss) layer.runner(c.width())).limit(values);
    }

    /** Chunks of 128 rows, the last one short, give what one chunk gives. */
    @Test
    void rowsInChunks() {
        Case c = new Case(true, 3, 131, 301, true, false, false, 1);
        FusedLossRuntime layer = (FusedLossRuntime) c.layer(DataType.FLOAT);
        limit(layer, c, 1);
        assertClose(c.run(layer, DataType.FLOAT), c.run(c.layer(DataType.DOUBLE), DataType.DOUBLE));
    }

    static Stream<int[]> chunks() {
        int[] edges = {1, 63, 64, 65, 127, 128, 129, 511, 512, 513, 1024, 1025, 1537};
        return Arrays.stream(edges)
                .filter(chunk -> chunk >= 128) // the least
                .boxed()
                .flatMap(chunk -> Arrays.stream(edges)
                        .filter(last -> last < chunk)
                        .boxed()
                        .flatMap(last ->
                                Stream.of(new int[] {chunk, chunk + last}, new int[] {chunk, 2 * chunk + last})));
    }

    /** Chunks and last chunks that begin and end where blocks of rows do: a shorter last chunk may have more blocks than those before. */
    @Test
    void chunksOfAnyLengthGiveWhatOneGives() {
        int vocabulary = 3;
        FusedLossRuntime whole = (FusedLossRuntime) head(vocabulary, 1).layer(DataType.FLOAT);
        FusedLossRuntime cut = (FusedLossRuntime) head(vocabulary, 1).layer(DataType.FLOAT);
        chunks().forEach(sizes -> {
            Case c = head(vocabulary, sizes[1]);
            limit(cut, c, sizes[0] * vocabulary);
            FusedMemory.phase().poison();
            assertClose(c.run(cut, DataType.FLOAT), c.run(whole, DataType.FLOAT));
        });
    }

    /** The longest chunk of 8,000 ids has 2,097 rows and 7 blocks, the rest of 4,096 tokens has 8. */
    @Test
    void aVocabularyOf8000And4096Tokens() {
        Case c = head(8_000, 4_096);
        FusedLossRuntime layer = (FusedLossRuntime) c.layer(DataType.FLOAT);
        c.feed(layer, DataType.FLOAT);
        Map<String, INDArray> actual = c.gradients(layer);
        limit(layer, c, 512 * c.vocabulary());
        assertClose(c.gradients(layer), actual);
    }

    /** From 2: of one id there is nothing to learn, and M2.1's reductions fail on it. */
    static IntStream vocabularies() {
        return IntStream.concat(
                IntStream.of(2, 7, 8, 9, 15, 16, 17, 31, 32, 33),
                IntStream.of(64, 128, 255, 1_000, 4_096, 8_000, 16_384, 19_999).flatMap(v -> IntStream.of(v, v + 1)));
    }

    @ParameterizedTest
    @MethodSource("vocabularies")
    void vocabulariesOfAnySizeEqualTheGraphInFloat64(int vocabulary) {
        for (boolean head : new boolean[] {true, false}) {
            Case c = new Case(head, 1, 3, vocabulary, false, false, false, 1);
            Map<String, INDArray> actual = c.run(c.layer(DataType.FLOAT), DataType.FLOAT);
            Map<String, INDArray> expected = c.run(c.layer(DataType.DOUBLE), DataType.DOUBLE);
            assertClose(actual, expected);
        }
    }

    private static Case head(int vocabulary, int tokens) {
        return new Case(true, 1, tokens, vocabulary, false, false, false, 1);
    }

    @Test
    void aBatchWithoutLabelsHasNoLossAndNoGradient() {
        Case c = new Case(true, 2, 1, 11, false, false, false, 1);
        TokenLossRuntime layer = c.layer(DataType.FLOAT);
        c.feed(layer, DataType.FLOAT);
        layer.setLabels(Samples.array(DataType.FLOAT, new double[] {-1, -7}, 2, 1));
        Pair<Gradient, INDArray> gradients = layer.backpropGradient(null, LayerWorkspaceMgr.noWorkspaces());
        assertThat(layer.computeScore(0, true, LayerWorkspaceMgr.noWorkspaces()))
                .isZero();
        assertThat(gradients.getSecond().amaxNumber().doubleValue()).isZero();
        gradients
                .getFirst()
                .gradientForVariable()
                .forEach((name, g) -> assertThat(g.amaxNumber().doubleValue()).isZero());
    }

    @Test
    void wrongLabelsNameRuleAndValues() {
        Case c = new Case(true, 2, 3, 11, false, false, false, 1);
        TokenLossRuntime layer = c.layer(DataType.FLOAT);
        c.feed(layer, DataType.FLOAT);
        LayerWorkspaceMgr workspaces = LayerWorkspaceMgr.noWorkspaces();
        layer.setLabels(Samples.ids(DataType.FLOAT, 1, 11, 2, 4));
        assertThatThrownBy(() -> layer.backpropGradient(null, workspaces))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageStartingWith("labels must be token ids, [B,T] of the input")
                .hasMessageEndingWith("expected=[2, 3], found=[2, 4]");
        for (double wrong : new double[] {11, Double.NaN, 1e20}) {
            layer.setLabels(Samples.ids(DataType.FLOAT, 1, 11, 2, 3).putScalar(1, 1, wrong));
            assertThatThrownBy(() -> layer.computeScore(0, false, workspaces))
                    .isInstanceOf(IllegalArgumentException.class)
                    .hasMessageStartingWith(
                            "labels must be whole numbers below the vocabulary, or negative to be ignored");
        }
    }
}
