package io.github.performer4j.core.layer;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import io.github.performer4j.core.Samples;
import io.github.performer4j.core.TensorAssert;
import io.github.performer4j.core.attention.AttentionOptions;
import io.github.performer4j.core.base.GraphRuntime;
import io.github.performer4j.core.feature.DenseExponentialFeatures;
import io.github.performer4j.core.feature.Estimator;
import io.github.performer4j.core.feature.Moments;
import io.github.performer4j.core.feature.Statistics;
import io.github.performer4j.core.net.Calibration;
import io.github.performer4j.core.workspace.KeptStatistics;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import org.deeplearning4j.nn.conf.GradientNormalization;
import org.deeplearning4j.nn.conf.NeuralNetConfiguration;
import org.deeplearning4j.nn.conf.RNNFormat;
import org.deeplearning4j.nn.conf.constraint.UnitNormConstraint;
import org.deeplearning4j.nn.conf.inputs.InputType;
import org.deeplearning4j.nn.conf.layers.RnnOutputLayer;
import org.deeplearning4j.nn.multilayer.MultiLayerNetwork;
import org.deeplearning4j.nn.transferlearning.TransferLearning;
import org.deeplearning4j.nn.workspace.LayerWorkspaceMgr;
import org.deeplearning4j.util.ModelSerializer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;
import org.nd4j.linalg.activations.Activation;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.indexing.NDArrayIndex;
import org.nd4j.linalg.learning.config.IUpdater;
import org.nd4j.linalg.learning.config.Sgd;
import org.nd4j.linalg.lossfunctions.LossFunctions.LossFunction;

/** Statistics that attention layers keep: running averages, calibration, and what causal layers see of them. */
class StatisticsTest {
    private static final int HEADS = 2;
    private static final int WIDTH = 14;

    private static AttentionOptions options(Estimator estimator, Statistics statistics, boolean causal) {
        return AttentionOptions.defaults()
                .withHeads(HEADS)
                .withFeatures(22)
                .withFeatureMap(DenseExponentialFeatures.of(estimator))
                .withStatistics(statistics)
                .withCausal(causal);
    }

    private static FusedCase layer(AttentionOptions options) {
        return FusedCase.block().feedForward(null).attention(options).padded();
    }

    private static MultiLayerNetwork net(AttentionOptions options, DataType type, IUpdater updater, boolean miniBatch) {
        MultiLayerNetwork net = new MultiLayerNetwork(new NeuralNetConfiguration.Builder()
                .seed(13)
                .dataType(type)
                .updater(updater)
                .weightDecay(0.1)
                .miniBatch(miniBatch)
                .list()
                .layer(new PerformerAttentionLayer.Builder()
                        .name("attention")
                        .attention(options)
                        .build())
                .layer(new RnnOutputLayer.Builder(LossFunction.MSE)
                        .activation(Activation.IDENTITY)
                        .nOut(2)
                        .dataFormat(RNNFormat.NWC)
                        .build())
                .setInputType(InputType.recurrent(WIDTH, 9, RNNFormat.NWC))
                .build());
        net.init();
        return net;
    }

    /** Moments over all rows of a batch, divided by their number: of queries, then of keys, for each head. */
    private static double[][] moments(GraphRuntime layer, INDArray x, INDArray mask) {
        int d = WIDTH / HEADS;
        int length = Moments.sumsLength(d);
        double[][] expected = new double[HEADS][2 * length];
        String[] sides = {"q", "k"};
        for (int side = 0; side < 2; side++) {
            INDArray w = layer.getParam("W" + sides[side]);
            INDArray b = layer.getParam("b" + sides[side]);
            int n = 0;
            for (int i = 0; i < x.size(0); i++) {
                for (int t = 0; t < x.size(1); t++) {
                    n += mask == null || mask.getDouble(i, t) == 1 ? 1 : 0;
                }
            }
            for (int i = 0; i < x.size(0); i++) {
                for (int t = 0; t < x.size(1); t++) {
                    if (mask != null && mask.getDouble(i, t) == 0) {
                        continue;
                    }
                    double[] row = x.slice(i)
                            .getRow(t)
                            .reshape(1, WIDTH)
                            .mmul(w)
                            .addi(b)
                            .toDoubleVector();
                    for (int h = 0; h < HEADS; h++) {
                        double[] out = expected[h];
                        int at = side * length;
                        out[at] += 1.0 / n;
                        for (int l = 0; l < d; l++) {
                            out[at + 1 + l] += row[h * d + l] / n;
                            for (int m = 0; m < d; m++) {
                                out[at + 1 + d + l * d + m] += row[h * d + l] * row[h * d + m] / n;
                            }
                        }
                    }
                }
            }
        }
        return expected;
    }

    private static void assertClose(INDArray actual, double[][] expected, double bound) {
        double[][] values = actual.castTo(DataType.DOUBLE).toDoubleMatrix();
        for (int h = 0; h < expected.length; h++) {
            assertThat(values[h]).as("head " + h).containsExactly(expected[h], within(bound));
        }
    }

    @ParameterizedTest
    @CsvSource({"FLOAT, 1e-5", "DOUBLE, 1e-12"})
    void theGradientOfRunningStatisticsIsTheirStep(DataType type, double bound) {
        FusedCase c = layer(options(Estimator.ADERF, Statistics.RUNNING, false));
        GraphRuntime runtime = c.layer(type);
        double[][] kept = runtime.getParam("statistics").castTo(DataType.DOUBLE).toDoubleMatrix();
        INDArray gradient = c.run(runtime, type, true).tensors().get("statistics");
        double[][] batch = moments(c.layer(DataType.DOUBLE), c.input(DataType.DOUBLE), c.mask(DataType.DOUBLE));
        for (int h = 0; h < HEADS; h++) {
            for (int i = 0; i < batch[h].length; i++) {
                batch[h][i] = 0.01 * (kept[h][i] - batch[h][i]);
            }
        }
        assertClose(gradient, batch, bound);
        assertThat(runtime.conf().isMiniBatch()).isTrue();
        assertThat(runtime.updaterDivideByMinibatch("statistics")).isFalse();
        assertThat(runtime.updaterDivideByMinibatch("Wq")).isTrue();
    }

    /** Weights stand still, so the average of n batches is known: {@code Σ_i (1−β) β^{n−i} s_i}, whatever Deeplearning4j divides gradients by. */
    @ParameterizedTest
    @CsvSource({"FLOAT, true, 1e-5", "FLOAT, false, 1e-5", "DOUBLE, true, 1e-12", "DOUBLE, false, 1e-12"})
    void fittingMovesTheAverage(DataType type, boolean miniBatch, double bound) {
        MultiLayerNetwork net = net(options(Estimator.OPRF, Statistics.RUNNING, true), type, new Sgd(0), miniBatch);
        GraphRuntime layer = (GraphRuntime) net.getLayer(0);
        assertThat(layer.getParam("statistics").sumNumber().doubleValue()).isZero();
        double[][] expected = new double[HEADS][KeptStatistics.length(WIDTH / HEADS)];
        for (int step = 0; step < 3; step++) {
            INDArray x = Samples.gaussian(type, 50 + step, 1, 4, 9, WIDTH);
            double[][] batch = moments(layer, x, null);
            for (int h = 0; h < HEADS; h++) {
                for (int i = 0; i < batch[h].length; i++) {
                    expected[h][i] = 0.99 * expected[h][i] + 0.01 * batch[h][i];
                }
            }
            net.fit(x, Samples.gaussian(type, 60 + step, 1, 4, 9, 2));
        }
        assertClose(layer.getParam("statistics"), expected, bound);
        assertThat(expected[0][0]).isCloseTo(1 - Math.pow(0.99, 3), within(1e-12));
    }

    @Test
    void fixedStatisticsStay() {
        MultiLayerNetwork net =
                net(options(Estimator.SDERF, Statistics.FIXED, true), DataType.FLOAT, new Sgd(0.1), true);
        INDArray x = Samples.gaussian(DataType.FLOAT, 50, 1, 4, 9, WIDTH);
        INDArray y = Samples.gaussian(DataType.FLOAT, 60, 1, 4, 9, 2);
        try (Calibration calibration = Calibration.of(net)) {
            net.output(x);
            net.output(x.mul(3)); // so that the last pass is not the average
            calibration.apply();
        }
        INDArray before = net.getLayer(0).getParam("statistics").dup();
        INDArray weights = net.getLayer(0).getParam("Wq").dup();
        net.fit(x, y);
        assertThat(net.getLayer(0).getParam("Wq")).isNotEqualTo(weights);
        TensorAssert.assertIdentical("statistics", net.getLayer(0).getParam("statistics"), before);
    }

    /** Statistics of one sequence, kept, are those of the sequence: the layer is then the one that looks at its sequence. */
    @ParameterizedTest
    @EnumSource(Estimator.class)
    void calibratedWithASequenceALayerTreatsItAsItsOwn(Estimator estimator) {
        for (DataType type : new DataType[] {DataType.DOUBLE, DataType.FLOAT}) {
            MultiLayerNetwork own = net(options(estimator, Statistics.SEQUENCE, false), type, new Sgd(0), true);
            MultiLayerNetwork kept = net(options(estimator, Statistics.FIXED, false), type, new Sgd(0), true);
            for (int layer = 0; layer < 2; layer++) {
                int index = layer;
                own.getLayer(layer)
                        .paramTable()
                        .forEach((name, value) ->
                                kept.getLayer(index).getParam(name).assign(value));
            }
            INDArray x = Samples.gaussian(type, 70, 1, 1, 33, WIDTH);
            INDArray expected = own.output(x);
            assertThat(kept.output(x).distance2(expected)).isGreaterThan(1e-4); // FAVOR+ so far
            try (Calibration calibration = Calibration.of(kept)) {
                kept.output(part(x, 0, 20));
                kept.output(part(x, 20, 33));
                assertThat(calibration.rows()).isEqualTo(33);
                calibration.apply();
            }
            assertThat(kept.output(x).distance2(expected)
                            / expected.norm2Number().doubleValue())
                    .isLessThan(type == DataType.DOUBLE ? 1e-10 : 1e-4);
        }
    }

    private static INDArray part(INDArray x, int from, int to) {
        return x.get(NDArrayIndex.all(), NDArrayIndex.interval(from, to), NDArrayIndex.all())
                .dup('c');
    }

    /** Until there are statistics, features are those of FAVOR+. */
    @ParameterizedTest
    @EnumSource(Estimator.class)
    void withoutStatisticsALayerIsFavor(Estimator estimator) {
        AttentionOptions options = options(estimator, Statistics.FIXED, true);
        MultiLayerNetwork kept = net(options, DataType.DOUBLE, new Sgd(0), true);
        MultiLayerNetwork favor = net(
                AttentionOptions.defaults().withHeads(HEADS).withFeatures(22).withCausal(true),
                DataType.DOUBLE,
                new Sgd(0),
                true);
        for (int layer = 0; layer < 2; layer++) {
            int index = layer;
            favor.getLayer(layer)
                    .paramTable()
                    .forEach(
                            (name, value) -> kept.getLayer(index).getParam(name).assign(value));
        }
        INDArray x = Samples.gaussian(DataType.DOUBLE, 70, 1, 2, 9, WIDTH);
        assertThat(kept.output(x).sub(favor.output(x)).amaxNumber().doubleValue())
                .isLessThan(1e-10);
    }

    @ParameterizedTest
    @CsvSource({"FLOAT, RUNNING", "FLOAT, FIXED", "DOUBLE, RUNNING", "DOUBLE, FIXED"})
    void laterTokensChangeNothing(DataType type, Statistics statistics) {
        FusedCase c = FusedCase.block()
                .feedForward(null)
                .attention(options(Estimator.ADERF, statistics, true))
                .size(2, 40, WIDTH, 17);
        GraphRuntime runtime = c.layer(type);
        INDArray x = c.input(type);
        INDArray changed = x.dup();
        for (int t = 25; t < 40; t++) {
            changed.slice(0).getRow(t).muli(-20);
        }
        INDArray first = activate(runtime, x);
        INDArray second = activate(runtime, changed);
        for (int t = 0; t < 25; t++) {
            TensorAssert.assertIdentical(
                    "token " + t, second.slice(0).getRow(t), first.slice(0).getRow(t));
        }
        assertThat(second.slice(0).getRow(30)).isNotEqualTo(first.slice(0).getRow(30));
    }

    private static INDArray activate(GraphRuntime runtime, INDArray x) {
        runtime.setInput(x, LayerWorkspaceMgr.noWorkspaces());
        return runtime.activate(true, LayerWorkspaceMgr.noWorkspaces()).dup();
    }

    @Test
    void statisticsAreSavedWithTheModel() throws IOException {
        MultiLayerNetwork net =
                net(options(Estimator.SADERF, Statistics.RUNNING, true), DataType.FLOAT, new Sgd(0.1), true);
        INDArray x = Samples.gaussian(DataType.FLOAT, 50, 1, 4, 9, WIDTH);
        net.fit(x, Samples.gaussian(DataType.FLOAT, 60, 1, 4, 9, 2));
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        ModelSerializer.writeModel(net, bytes, true);
        MultiLayerNetwork read =
                ModelSerializer.restoreMultiLayerNetwork(new ByteArrayInputStream(bytes.toByteArray()));
        TensorAssert.assertIdentical(
                "statistics",
                read.getLayer(0).getParam("statistics"),
                net.getLayer(0).getParam("statistics"));
        TensorAssert.assertIdentical("output", read.output(x), net.output(x));
    }

    /** Models that were saved before there was a choice say nothing of statistics. */
    @Test
    void oldConfigurationsLookAtTheSequence() {
        MultiLayerNetwork net =
                net(options(Estimator.OPRF, Statistics.SEQUENCE, false), DataType.FLOAT, new Sgd(0.1), true);
        String json = net.getLayerWiseConfigurations().toJson();
        String old = json.replaceAll(",\\s*\"statistics\"\\s*:\\s*\"SEQUENCE\"", "");
        assertThat(old).isNotEqualTo(json);
        var read = org.deeplearning4j.nn.conf.MultiLayerConfiguration.fromJson(old);
        assertThat(read).isEqualTo(net.getLayerWiseConfigurations());
    }

    @Test
    void calibrationNeedsALayerAndRows() {
        MultiLayerNetwork without =
                net(options(Estimator.OPRF, Statistics.SEQUENCE, false), DataType.FLOAT, new Sgd(0.1), true);
        assertThatThrownBy(() -> Calibration.of(without))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage("the net must have a layer that keeps statistics (running or fixed); layers=2");
        MultiLayerNetwork net =
                net(options(Estimator.OPRF, Statistics.FIXED, true), DataType.FLOAT, new Sgd(0.1), true);
        try (Calibration calibration = Calibration.of(net)) {
            assertThatThrownBy(calibration::apply)
                    .isInstanceOf(IllegalStateException.class)
                    .hasMessageContaining("rows=0");
        }
    }

    /** Deeplearning4j would measure and scale the averages' steps together with the gradients. */
    @Test
    void gradientNormalizationIsRefused() {
        NeuralNetConfiguration.Builder builder = new NeuralNetConfiguration.Builder()
                .gradientNormalization(GradientNormalization.ClipL2PerLayer)
                .gradientNormalizationThreshold(1);
        MultiLayerNetwork net = new MultiLayerNetwork(builder.list()
                .layer(new PerformerAttentionLayer.Builder()
                        .name("attention")
                        .attention(options(Estimator.OPRF, Statistics.RUNNING, true))
                        .build())
                .setInputType(InputType.recurrent(WIDTH, 9, RNNFormat.NWC))
                .build());
        assertThatThrownBy(net::init)
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("a layer that keeps statistics needs gradientNormalization=None")
                .hasMessageContaining("layer=attention, gradientNormalization=ClipL2PerLayer");
    }

    @Test
    void frozenLayersAreCalibratedAndDoNotMove() {
        MultiLayerNetwork net =
                net(options(Estimator.SADERF, Statistics.RUNNING, true), DataType.FLOAT, new Sgd(0.1), true);
        MultiLayerNetwork frozen =
                new TransferLearning.Builder(net).setFeatureExtractor(0).build();
        INDArray x = Samples.gaussian(DataType.FLOAT, 50, 1, 4, 9, WIDTH);
        try (Calibration calibration = Calibration.of(frozen)) {
            frozen.output(x);
            assertThat(calibration.rows()).isEqualTo(4 * 9);
            calibration.apply();
        }
        INDArray before = frozen.getLayer(0).getParam("statistics").dup();
        assertThat(before.getDouble(0, 0)).isEqualTo(1);
        frozen.fit(x, Samples.gaussian(DataType.FLOAT, 60, 1, 4, 9, 2));
        TensorAssert.assertIdentical("statistics", frozen.getLayer(0).getParam("statistics"), before);
    }

    /** Constraints and beginnings that a layer is told are for weights and biases: what is kept stays what it is. */
    @Test
    void settingsLeaveWhatIsKeptAlone() {
        for (String constrained : new String[] {"bias", "all"}) {
            var builder = new PerformerAttentionLayer.Builder()
                    .attention(options(Estimator.OPRF, Statistics.RUNNING, true))
                    .biasInit(0.5)
                    .l2Bias(0.25);
            builder = constrained.equals("all")
                    ? builder.constrainAllParameters(new UnitNormConstraint(0))
                    : builder.constrainBias(new UnitNormConstraint(0));
            MultiLayerNetwork net = new MultiLayerNetwork(new NeuralNetConfiguration.Builder()
                    .seed(13)
                    .updater(new Sgd(0))
                    .list()
                    .layer(builder.build())
                    .layer(new RnnOutputLayer.Builder(LossFunction.MSE)
                            .activation(Activation.IDENTITY)
                            .nOut(2)
                            .dataFormat(RNNFormat.NWC)
                            .build())
                    .setInputType(InputType.recurrent(WIDTH, 9, RNNFormat.NWC))
                    .build());
            net.init();
            GraphRuntime layer = (GraphRuntime) net.getLayer(0);
            assertThat(layer.getParam("bq").eq(0.5).all()).isTrue();
            assertThat(layer.getParam("statistics").eq(0).all()).isTrue();
            net.fit(
                    Samples.gaussian(DataType.FLOAT, 50, 1, 4, 9, WIDTH),
                    Samples.gaussian(DataType.FLOAT, 60, 1, 4, 9, 2));
            assertThat(layer.getParam("bq").norm2Number().doubleValue()).isCloseTo(1, within(1e-5));
            assertThat(layer.getParam("statistics").getDouble(0, 0)).isCloseTo(0.01, within(1e-7));
            layer.getParam("statistics").assign(1000);
            assertThat(layer.calcRegularizationScore(true)).isLessThan(1);
        }
    }

    /** The guard of training names layer, head and map where numbers are not finite; the choice of a frame must not throw before. */
    @ParameterizedTest
    @EnumSource(Estimator.class)
    void rowsThatAreNotFiniteComeOut(Estimator estimator) {
        for (DataType type : new DataType[] {DataType.DOUBLE, DataType.FLOAT}) {
            MultiLayerNetwork net = net(options(estimator, Statistics.SEQUENCE, false), type, new Sgd(0), true);
            INDArray x = Samples.gaussian(type, 70, 1, 2, 9, WIDTH);
            x.putScalar(0, 3, 5, Double.NaN);
            INDArray out = net.output(x);
            assertThat(Double.isNaN(out.getDouble(0, 3, 0))).isTrue();
            for (int t = 0; t < 9; t++) {
                assertThat(Double.isFinite(out.getDouble(1, t, 0))).isTrue();
            }
        }
    }
}
